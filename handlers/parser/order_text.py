"""What a group buys together, by text: ORDER FEED 3, ORDER OPEN FEED 30 AT 1850 BY SAT (pure).

A strict form, read only of who is in a group, and before all others. Whatever is not of this form
is read as everybody's texts are.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from handlers.commands import BulkOrder, Command, OrderDeed, Parsed
from handlers.parser.sentence import Sender
from handlers.parser.strict_words import StrictWords
from prices.vocabulary import fold

# What groups buy, by the name under which an order of it is kept, whatever it was called; of
# anything else it is the word itself.
ARTICLES = ("feed", "salt", "soap", "sugar", "semen")
LONGEST_ARTICLE = 24
_WORDS = StrictWords(Path(__file__).with_name("order_words.csv"))
_MOST_WORDS, _MOST_NAMES, _MOST_DAYS = 4, 4, 3
_AROUND = ":,;.*?()\"'"
_MOST_MONEY = 10**9
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)(?:/[=-])?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?")
_FRACTION = re.compile(r"(\d{1,2})/(\d{1,2})")
_RUN_TOGETHER = re.compile(r"(\d+)([^\W\d_]+)|@(\d\S*)")


def read_order(cleaned: str, sender: Sender) -> Parsed | None:
    """What was said of an order; None where it is no such text, or from nobody in a group."""
    words = _words(cleaned) if sender.is_member else []
    if not words:
        return None
    language = _WORDS.meanings.get(fold(words[0]), {}).get("order")
    command = _command(words[1:]) if language is not None else None
    return None if command is None else Parsed(command, language)


def article_of(words: str) -> str:
    """The name under which an order of this is kept."""
    meant = _WORDS.meanings.get(fold(words), {})
    return next((one for one in ARTICLES if one in meant), fold(words)[:LONGEST_ARTICLE])


def _words(cleaned: str) -> list[str]:
    """Word by word, figures apart from what they run into: 3bags, @1850."""
    apart = (
        " ".join(filter(None, found.groups())) if (found := _RUN_TOGETHER.fullmatch(word)) else word
        for word in cleaned.split()
    )
    return [word for one in " ".join(apart).split() if (word := one.strip(_AROUND))]


def _command(words: Sequence[str]) -> Command | None:
    for deed, read in _READERS.items():
        if words and _WORDS.may_mean(words[0], deed.value):
            return read(words[1:])
    return _read_wish(words)


def _read_wish(words: Sequence[str]) -> BulkOrder | None:
    """ORDER FEED 3, ORDER 3 FEED FOR JANE; without a number it asks how it stands."""
    at = next((at for at, word in enumerate(words) if _count(word) is not None), None)
    if at is None:
        article = _article(words)
        return None if article is None else BulkOrder(OrderDeed.TELL, article)
    before, behind = words[:at], words[at + 1 :]
    end = next((place for place, word in enumerate(behind) if _WORDS.may_mean(word, "for")), None)
    if before and end is None:
        # ORDER FEED 3 JANE; a number there may as well be a second figure.
        names = [word for word in behind if not _WORDS.may_mean(word, "passed")]
        is_clear = all(word.startswith("#") or not word[0].isdigit() for word in names)
        article = _article(before)
    else:
        names = [] if end is None else list(behind[end + 1 :])
        is_clear = end is None or bool(names)
        article = _article([*before, *behind[:end]])
    if article is None or not is_clear or len(names) > _MOST_NAMES:
        return None
    return BulkOrder(OrderDeed.TAKE, article, _count(words[at]), member=" ".join(names))


def _read_opening(words: Sequence[str]) -> BulkOrder:
    """ORDER OPEN FEED 30 AT 1850 BY SAT; what is missing or not understood is left out."""
    by = next((at for at, word in enumerate(words) if _WORDS.may_mean(word, "by")), len(words))
    numbers = [at for at in range(by) if _number(words[at]) is not None]
    article = _article(words[: numbers[0]]) if numbers else _article(words[:by])
    between = [word for word in words[numbers[0] : by] if _number(word) is None] if numbers else []
    is_plain = len(numbers) == len(("count", "price")) and all(
        _WORDS.may_mean(word, "at", "passed") for word in between
    )
    days = [word for word in words[by + 1 :] if not _WORDS.may_mean(word, "by", "passed")]
    return BulkOrder(
        OrderDeed.OPEN,
        article or "",
        _number(words[numbers[0]]) if is_plain else None,
        _number(words[numbers[1]]) if is_plain else None,
        last_day=" ".join(days) if len(days) <= _MOST_DAYS else "",
    )


def _read_list(words: Sequence[str]) -> BulkOrder | None:
    """ORDER LIST, of FEED, from member 30 on."""
    numbers = [word for word in words if word.lstrip("#").isdigit()]
    article = _article([word for word in words if word not in numbers])
    if article is None or len(numbers) > 1:
        return None
    start = int(numbers[0].lstrip("#")[:6]) if numbers else 0
    return BulkOrder(OrderDeed.LIST, article, start=start)


def _read_delivery(words: Sequence[str]) -> BulkOrder | None:
    """ORDER DELIVERED FEED 1820; without a price it is asked for."""
    numbers = [found for word in words if (found := _number(word)) is not None]
    article = _article(
        [word for word in words if _number(word) is None and not _WORDS.may_mean(word, "at")]
    )
    if article is None or len(numbers) > 1:
        return None
    return BulkOrder(OrderDeed.DELIVER, article, price=numbers[0] if numbers else None)


def _read_cancelling(words: Sequence[str]) -> BulkOrder | None:
    """ORDER CANCEL FEED."""
    article = _article(words)
    return None if article is None else BulkOrder(OrderDeed.CANCEL, article)


_READERS: Mapping[OrderDeed, Callable[[Sequence[str]], BulkOrder | None]] = {
    OrderDeed.OPEN: _read_opening,
    OrderDeed.LIST: _read_list,
    OrderDeed.DELIVER: _read_delivery,
    OrderDeed.CANCEL: _read_cancelling,
}


def _article(words: Sequence[str]) -> str | None:
    """What is bought, as it was said, without its measure; "" of nothing, None of no article."""
    whole = " ".join(words)
    if article_of(whole) in ARTICLES:
        return whole[:LONGEST_ARTICLE]
    said = [word for word in words if not _WORDS.may_mean(word, "passed")]
    is_named = all(fold(word).replace(" ", "").isalpha() for word in said)
    return " ".join(said)[:LONGEST_ARTICLE] if is_named and len(said) <= _MOST_WORDS else None


def _count(word: str) -> Decimal | None:
    """How many: 3, 2.5, 1/2, half; nobody orders a part, but it is understood."""
    part = _FRACTION.fullmatch(word)
    if part is not None and int(part[2]):
        return (Decimal(int(part[1])) / int(part[2])).quantize(Decimal("0.01"))
    return Decimal("0.5") if _WORDS.may_mean(word, "half") else _number(word)


def _number(word: str) -> Decimal | None:
    found = _NUMBER.fullmatch(word)
    if found is None:
        return None
    is_in_thousands = _THOUSANDS.fullmatch(found[1])
    number = Decimal(found[1].replace(",", "" if is_in_thousands else "."))
    return number if number < _MOST_MONEY else None
