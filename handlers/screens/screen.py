"""What a screen is, and how it is kept within what every network shows whole."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from messaging.phrases import say
from messaging.segments import measure, to_gsm7

# Safaricom shows 160 septets; whether the gateway's own prefix counts is not documented.
BUDGET = 156
# Other scripts have 80 UTF-16 code units, and as much less for the prefix as a text has.
UCS2_BUDGET = 67

# Keys. A network that pages long menus by itself takes 98 and 00, but ours never are too long.
# No price begins with two noughts: so the way home is open even where a price is typed.
BACK = "0"
OTHER = "8"
MORE = "9"
HOME = "00"
# Numbers a list may use: 8, 9 and 0 keep one meaning everywhere.
MOST_OPTIONS = 7
# A list that shows fewer at a time takes too many screens: rather its names are cut.
FEWEST_OPTIONS = 3

# A sentence ends before a word: behind the full stop of "no. 41" it goes on. Behind "(no. 41)." it
# has ended, whatever follows.
_SENTENCE_END = re.compile(r"\.(?= [^\d\s])|(?<=\))\.(?= )")

# The longest names shown, from what every list can bear down to what is barely a name.
NAME_WIDTHS = (22, 16, 11, 8)


@dataclass(frozen=True)
class Screen:
    """A screen's words; `shown` counts the options of its list that have a number."""

    text: str
    ends: bool = False
    shown: int = 0


@dataclass(frozen=True)
class Line:
    """A line of a screen; where room lacks, the highest ranks give way to their short form."""

    text: str
    rank: int = 0  # 0: never gives way
    short: str = ""  # empty: the line goes
    short_rank: int = 0  # of the short form


def fits(text: str) -> bool:
    """True for what every network shows whole."""
    size = measure(text)
    return size.length <= (BUDGET if size.encoding == "GSM-7" else UCS2_BUDGET)


def fit(compose: Callable[[int], Sequence[Line]]) -> str:
    """The best wording within the budget; `compose` is given the length names may have.

    First lesser lines give way, then names are cut, never a figure. What then is still too long,
    as it may be where letters need more room than GSM-7's, is shown in parts.
    """
    for width in NAME_WIDTHS:
        text = _joined(_without_lesser(compose(width)))
        if fits(text):
            break
    return text


def is_whole(lines: Sequence[Line]) -> bool:
    """True where all that must stay fits."""
    return fits(_joined([line for line in lines if line.text and not line.rank]))


def _without_lesser(lines: Sequence[Line]) -> list[Line]:
    kept = [line for line in lines if line.text]
    while not fits(_joined(kept)) and any(line.rank for line in kept):
        weakest = max(range(len(kept)), key=lambda at: (kept[at].rank, at))
        line = kept[weakest]
        kept[weakest : weakest + 1] = [Line(line.short, line.short_rank)] if line.short else []
    return kept


def _joined(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def closing(text: str) -> Screen:
    """A reply as the last screen: as many of its whole sentences as the budget holds."""
    for told in fewer_sentences(text):
        if fits(told):
            return Screen(told, ends=True)
    return Screen(_whole_words(told), ends=True)


def fewer_sentences(text: str) -> Iterator[str]:
    """A reply, and then ever fewer of its whole sentences, down to the first."""
    text = to_gsm7(text)
    yield text
    for end in reversed(list(_SENTENCE_END.finditer(text))):
        # What stands in brackets, "(no. 41)", belongs to the sentence before.
        if text.count("(", 0, end.start()) == text.count(")", 0, end.start()):
            yield text[: end.end()]


def _whole_words(text: str) -> str:
    words = text.split()
    while words and not fits(" ".join(words)):
        words.pop()
    return " ".join(words) or text[: UCS2_BUDGET // 2]


def listing(
    language: str,
    title: str,
    label: Callable[[int], Sequence[str]],
    *,
    back: str = "",
    other: str = "",
) -> Screen:
    """A numbered list with as many options as fit; the rest wait behind 9.

    `label` gives every option for a length of names. Where only few would fit the names are cut,
    then the title's later sentences go, and last all of it. `back` is what 0 does, where it is more
    than going back; `other` what 8 does, where there is something.
    """
    best = Screen("")
    for heading in chain(fewer_sentences(title), ("",)):
        for width in NAME_WIDTHS:
            labels = label(width)
            screen = _list(language, heading, labels, back=back, other=other)
            if fits(screen.text) and screen.shown >= min(len(labels), FEWEST_OPTIONS):
                return screen
            best = max(best, screen, key=lambda one: (fits(one.text), one.shown))
    return best


def _list(language: str, title: str, labels: Sequence[str], *, back: str, other: str) -> Screen:
    for count in range(min(len(labels), MOST_OPTIONS), -1, -1):
        more = count < len(labels)
        keys = _keys(language, has_more=more, back=back, other=other)
        text = "\n".join(filter(None, [title, *numbered(labels[:count]), keys]))
        if fits(text):
            break
    return Screen(text, shown=count)


def numbered(labels: Sequence[str]) -> list[str]:
    """The labels with their numbers, from 1."""
    return [f"{number} {label}" for number, label in enumerate(labels, start=1)]


def back_and_home(language: str) -> str:
    """The keys at the foot of a screen that is not a list."""
    return f"{key(BACK, say(language, 'Back'))} {key(HOME, say(language, 'Home'))}"


def key(number: str, word: str) -> str:
    """A key and what it does: "0 Back"."""
    return f"{number} {word}"


def _keys(language: str, *, has_more: bool, back: str, other: str) -> str:
    keys = [key(OTHER, other)] if other else []
    keys += [key(MORE, say(language, "More"))] if has_more else []
    return " ".join([*keys, key(BACK, back or say(language, "Back"))])
