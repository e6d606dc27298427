"""Stage four: make one number of what is said in several tags.

"arobaini na tano", "two thousand five hundred", "elfu mbili mia tano", "KES 1 250", "40-45".
"""

from decimal import Decimal

from handlers.parser.senses import Sense
from handlers.parser.tag import Tag

HUNDRED, THOUSAND = Decimal(100), Decimal(1000)
# "2 - 45" is two numbers; nobody quotes so wide a range.
WIDEST_RANGE = 3
LONGEST_SLIP = 2


def join_figures(tags: tuple[Tag, ...], *, by_space: bool = False) -> tuple[Tag, ...]:
    """The tags with each amount of money or measure as one number.

    `by_space`: people here write 1 250, with or without the money beside it.
    """
    numbers = sum(1 for tag in tags if tag.sense.number is not None)
    if numbers == 0:
        return tags
    tags = _join_slips(tags)
    return (
        tags
        if numbers == 1
        else _join_ranges(_join_thousands(_join_cents(_join_words(tags)), by_space))
    )


def _join_slips(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """A number run together with a letter or two we do not know ("4O", "3rd") is no number."""
    joined: list[Tag] = []
    for tag in tags:
        before = joined[-1] if joined else None
        if before and _is_slip(before, tag):
            joined[-1] = Tag(before.text + tag.text, before.start, tag.end)
        else:
            joined.append(tag)
    return tuple(joined)


def _is_slip(number: Tag, letters: Tag) -> bool:
    is_glued = number.number is not None and number.end == letters.start
    return is_glued and not letters.is_known and len(letters.text) <= LONGEST_SLIP


def _join_words(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    joined: list[Tag] = []
    at = 0
    while at < len(tags):
        words, end = _number_words(tags, at)
        if len(words) > 1:
            joined.append(_one(tags[at:end], _sum(words)))
        else:
            joined.append(tags[at])
            end = at + 1
        at = end
    return tuple(joined)


def _number_words(tags: tuple[Tag, ...], at: int) -> tuple[list[Tag], int]:
    """The number words that begin here and where they end; "na" may stand between two of them."""
    words: list[Tag] = []
    while at < len(tags):
        if _is_number_word(tags, at) and (not words or _goes_on(words, tags, at)):
            words.append(tags[at])
            at += 1
        elif words and _is_link(words, tags, at):
            at += 1
        else:
            break
    return words, at


def _goes_on(words: list[Tag], tags: tuple[Tag, ...], at: int) -> bool:
    """Forty five goes on, and one fifty; "forty forty" and "two three" are two numbers each."""
    word = tags[at]
    if word.start > tags[at - 1].end + 1:  # a sign we passed over stands between them
        return False
    before = words[-1]
    if _is_scale(word) and word.sense.multiplies_behind and not any(map(_is_scale, words)):
        return not (at + 1 < len(tags) and tags[at + 1].sense.in_words)  # "watatu | mia saba"
    first, second = _value(before), _value(word)
    if _is_scale(word):
        # Five hundred thousand; where the thousand comes first, two scales are two numbers.
        return not _is_scale(before) or (first < second and not word.sense.multiplies_behind)
    if _is_scale(before):
        return second < first
    return second < 10 <= first or second < HUNDRED <= first or first < 10 <= second < HUNDRED


def _is_number_word(tags: tuple[Tag, ...], at: int) -> bool:
    """A number word, or digits that a word multiplies: "elfu 2", "2 thousand"."""
    if at >= len(tags) or tags[at].number is None:
        return False
    if tags[at].sense.in_words:
        return True
    is_led = at > 0 and _is_scale(tags[at - 1]) and tags[at - 1].sense.multiplies_behind
    return is_led or _is_multiplied(tags, at)


def _is_multiplied(tags: tuple[Tag, ...], at: int) -> bool:
    """True for the 45 of "45 thousand", not for that of "45 mia mbili": 45, and two hundred."""
    if at + 1 >= len(tags) or not _is_scale(tags[at + 1]):
        return False
    is_taken = at + 2 < len(tags) and tags[at + 2].number is not None
    return not (tags[at + 1].sense.multiplies_behind and is_taken)


def _is_link(words: list[Tag], tags: tuple[Tag, ...], at: int) -> bool:
    """Forty and five are one number, five and forty are two."""
    if not _is_number_word(tags, at + 1):
        return False
    if tags[at].text == "-":
        return True
    after = tags[at + 1]
    return tags[at].plays("and") and (_is_scale(after) or _value(after) < _sum(words))


def _is_scale(tag: Tag) -> bool:
    return tag.sense.is_scale


def _value(tag: Tag) -> Decimal:
    return tag.number or Decimal(0)


def _sum(words: list[Tag]) -> Decimal:
    """Add up number words; a scale multiplies what stands before it, or, in Swahili, behind it."""
    total = group = Decimal(0)
    at = 0
    while at < len(words):
        word, value = words[at], _value(words[at])
        at += 1
        if not _is_scale(word):
            group = _add(group, word)
        elif group:
            total, group = _multiply(total, group, value)
        else:
            factor, at = _factor_behind(words, at)
            total, group = _multiply(total, factor or Decimal(1), value)
    return total + group


def _multiply(total: Decimal, group: Decimal, scale: Decimal) -> tuple[Decimal, Decimal]:
    """Two hundred is still a group that thousand may multiply; two thousand is done."""
    return (total, group * scale) if scale <= HUNDRED else (total + group * scale, Decimal(0))


def _factor_behind(words: list[Tag], at: int) -> tuple[Decimal, int]:
    """What multiplies the scale before it (mia tano, elfu ishirini na tano) and where that ends."""
    scale = words[at - 1]
    if not scale.sense.multiplies_behind:
        return Decimal(0), at
    factor = Decimal(0)
    while at < len(words) and not _is_scale(words[at]):
        value = _value(words[at])
        if value >= (factor or HUNDRED) or (scale.number == HUNDRED and value >= 10):
            break
        factor += value
        at += 1
    return factor, at


def _add(group: Decimal, word: Tag) -> Decimal:
    """Forty five is 45; one fifty is how Nairobi says 150, and Cajamarca 1.50."""
    value = _value(word)
    if not 0 < group < 10 <= value < HUNDRED:
        return group + value
    return group + value / HUNDRED if word.sense.says_cents else group * HUNDRED + value


def _join_cents(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """Dos soles cincuenta is 2.50 soles."""
    joined = list(tags)
    for at in range(len(joined) - 3, -1, -1):
        whole, money, cents = joined[at : at + 3]
        if whole.number is not None and money.currency is not None and cents.sense.says_cents:
            value = whole.number + _value(cents) / HUNDRED
            joined[at : at + 3] = [_one([whole], value), money]
    return tuple(joined)


def _join_thousands(tags: tuple[Tag, ...], by_space: bool) -> tuple[Tag, ...]:
    """KES 1 250 is one number: a space groups thousands where money is named beside it."""
    joined = list(tags)
    for at in range(len(joined) - 2, -1, -1):
        if _are_thousands(joined, at, by_space):
            joined[at : at + 2] = [_one(joined[at : at + 2], _side_by_side(joined, at))]
    return tuple(joined)


def _are_thousands(tags: list[Tag], at: int, by_space: bool) -> bool:
    first, second = tags[at : at + 2]
    if not (first.text.isdecimal() and second.text.isdecimal()) or second.start != first.end + 1:
        return False
    money = at > 0 and tags[at - 1].currency is not None
    after = tags[at + 2] if at + 2 < len(tags) else None
    is_money = after is not None and (after.currency is not None or after.text in {"/=", "/-"})
    is_grouped = len(first.text) <= 3 and len(second.text) == 3
    return is_grouped and (money or is_money or by_space)


def _side_by_side(tags: list[Tag], at: int) -> Decimal:
    return Decimal(tags[at].text + tags[at + 1].text)


def _join_ranges(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """40-45, 40 to 45, between 40 and 45: the midpoint stands for the range."""
    joined: list[Tag] = []
    at = 0
    while at < len(tags):
        is_led = at > 0 and tags[at - 1].plays("between")
        midpoint = _midpoint(tags[at : at + 3], links=("to", "and") if is_led else ("to",))
        if _tells_a_change(tags, at):
            if joined[-1].plays("was"):  # "from 50": the price that is told is the other one
                joined.pop()
            joined.append(tags[at + 2])
            at += 3
        elif midpoint is None:
            joined.append(tags[at])
            at += 1
        else:
            joined.append(_one(tags[at : at + 3], midpoint))
            at += 3
    return tuple(joined)


def _tells_a_change(tags: tuple[Tag, ...], at: int) -> bool:
    """True for "dropped from 50 to 45": the second price is the one of today."""
    pair = tags[at : at + 3]
    if len(pair) < 3 or pair[0].number is None or pair[2].number is None:
        return False
    return pair[1].plays("to") and any(tag.plays("trend") for tag in tags[max(at - 3, 0) : at])


def _midpoint(tags: tuple[Tag, ...], links: tuple[str, ...]) -> Decimal | None:
    if len(tags) < 3 or not (tags[1].text == "-" or tags[1].plays(*links)):
        return None
    low, high = tags[0].number, tags[2].number
    if low is None or high is None or not 0 < low < high <= low * WIDEST_RANGE:
        return None
    return (low + high) / 2


def _one(tags: tuple[Tag, ...] | list[Tag], number: Decimal) -> Tag:
    """Several tags as one number; whatever else its words may mean is forgotten."""
    text = " ".join(tag.text for tag in tags)
    return Tag(text, tags[0].start, tags[-1].end, Sense(number=number, in_words=True))
