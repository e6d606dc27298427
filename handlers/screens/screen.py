"""What a screen is, and how it is kept within what every network shows whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from messaging.phrases import say
from messaging.segments import measure, to_gsm7

# Safaricom shows 160 septets; whether the gateway's own prefix counts is not documented.
BUDGET = 156

# Keys. Networks page long menus by themselves with 98 and 00: those are theirs.
BACK = "0"
OTHER = "8"
MORE = "9"
HOME = "99"
# Numbers a list may use: 8, 9 and 0 keep one meaning everywhere.
MOST_OPTIONS = 7

# The longest names shown, from what every list can bear down to what is barely a name.
NAME_WIDTHS = (22, 16, 11)


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


def septets(text: str) -> int:
    """The length that counts, in septets."""
    return measure(text).length


def fit(compose: Callable[[int], Sequence[Line]]) -> str:
    """The best wording within the budget; `compose` is given the length names may have.

    First lesser lines give way, then names are cut, never a figure. What then is still too long
    loses whole lines; the last one, which holds the keys, stays.
    """
    for width in NAME_WIDTHS:
        kept = _without_lesser(compose(width))
        if septets(_joined(kept)) <= BUDGET:
            break
    while len(kept) > 1 and septets(_joined(kept)) > BUDGET:
        del kept[-2]
    return _joined(kept)


def is_whole(lines: Sequence[Line]) -> bool:
    """True where all that must stay fits."""
    return septets(_joined([line for line in lines if line.text and not line.rank])) <= BUDGET


def _without_lesser(lines: Sequence[Line]) -> list[Line]:
    kept = [line for line in lines if line.text]
    while septets(_joined(kept)) > BUDGET and any(line.rank for line in kept):
        weakest = max(range(len(kept)), key=lambda at: (kept[at].rank, at))
        short = kept[weakest].short
        kept[weakest : weakest + 1] = [Line(short)] if short else []
    return kept


def _joined(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def closing(text: str) -> Screen:
    """A reply as the last screen: as many of its whole sentences as the budget holds."""
    text = to_gsm7(text)
    while septets(text) > BUDGET:
        cut = text.rstrip(".!?").rfind(". ")
        if cut < 0:
            return Screen(_whole_words(text), ends=True)
        text = text[: cut + 1]
    return Screen(text, ends=True)


def _whole_words(text: str) -> str:
    words = text.split()
    while words and septets(" ".join(words)) > BUDGET:
        words.pop()
    return " ".join(words) or text[: BUDGET // 2]


def listing(
    language: str,
    title: str,
    labels: Sequence[str],
    *,
    has_back: bool = True,
) -> Screen:
    """A numbered list with as many options as fit; the rest wait behind 9."""
    for count in range(min(len(labels), MOST_OPTIONS), -1, -1):
        keys = _keys(language, has_more=count < len(labels), has_back=has_back)
        text = "\n".join(filter(None, [title, *numbered(labels[:count]), keys]))
        if septets(text) <= BUDGET:
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


def _keys(language: str, *, has_more: bool, has_back: bool) -> str:
    keys = [key(MORE, say(language, "More"))] if has_more else []
    keys += [key(BACK, say(language, "Back"))] if has_back else []
    return " ".join(keys)
