"""Which numbers a text holds, worked out without the parser: the judge of what it may have read.

A price has to be derivable from figures and number words that are written: digits with grouping
and decimals, "k", sum or product of neighbouring words (elfu mbili mia tano), the midpoint of two
neighbouring figures, one figure divided by another (a total by a quantity, a price for several).
"""

import csv
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import handlers.parser
from prices.vocabulary import fold

Numbers = frozenset[Decimal]

LONGEST_RUN = 7  # words that are taken for one number
_LONGEST_PHRASE = 4
_GROUPING = frozenset(",.' ")
# What multiplies; French counts in scores, Bangla in lakhs.
_SCALES = frozenset(map(Decimal, (20, 100, 1_000, 100_000, 1_000_000, 10_000_000)))
_ATOM = re.compile(
    r"(?P<digits>[0-9]+)(?P<k>\s?[kK](?![^\W_]))?(?P<m>[mM](?![^\W_]))?|(?P<word>[^\W\d_]+)"
)
_LETTER_O = re.compile("(?<=[0-9])[oO]+")
_TINY = Decimal("1e-9")  # what a division leaves
# Between two parts of one number: a comma, a hyphen, a short word ("and", "na", "y", "et").
_LINK = re.compile(r"[\s,.'’-]*(?:[^\W\d_]{1,3}[\s-]+)?")


@dataclass(frozen=True)
class _Atom:
    """A run of digits, or a number word."""

    start: int
    end: int
    values: Numbers
    digits: str = ""
    is_thousands: bool = False


def is_written(number: Decimal, text: str) -> bool:
    """True when the number can be derived from what stands in the text."""
    if number < 0 and not any(
        unicodedata.category(letter) == "Pd" or letter == "−" for letter in text
    ):
        return False
    return any(_is_derived(abs(number), reading) for reading in _readings(text))


def _readings(text: str) -> set[str]:
    """What nobody sees stands for nothing, or for a space; an O behind a digit also for a zero."""
    plain = unicodedata.normalize("NFKC", text)
    seen = {"".join(_ascii(letter, unseen) for letter in plain) for unseen in ("", " ")}
    return seen | {_LETTER_O.sub(lambda zeros: "0" * len(zeros[0]), text) for text in seen}


def _ascii(letter: str, unseen: str) -> str:
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    if letter.isspace():
        return " "
    return unseen if unicodedata.category(letter)[0] == "C" else letter


def _is_derived(number: Decimal, text: str) -> bool:
    return any(_comes_of(number, atoms, text) for atoms in (_atoms(text), _phrases(text)))


def _comes_of(number: Decimal, atoms: Sequence[_Atom], text: str) -> bool:
    spans = _spans(atoms, text)
    plain = {value for _, _, values in spans for value in values}
    known = sorted(plain.union(_midpoints(spans)))
    return any(_among(number * divisor, known) for divisor in {Decimal(1), *plain} if divisor)


def _among(number: Decimal, known: Sequence[Decimal]) -> bool:
    near = bisect_left(known, number * (1 - _TINY))
    return near < len(known) and known[near] <= number * (1 + _TINY)


def _atoms(text: str) -> list[_Atom]:
    found = [_atom(match) for match in _ATOM.finditer(text)]
    return [atom for atom in found if atom.values]


def _atom(match: re.Match[str]) -> _Atom:
    if digits := match["digits"]:
        value = Decimal(digits)
        values = {value, value * 1000} if match["k"] else {value}
        values |= {value * 1_000_000} if match["m"] else set()
        return _Atom(
            match.start(), match.end("digits"), frozenset(values), digits, bool(match["k"])
        )
    return _Atom(*match.span(), number_words().get(fold(match["word"]), frozenset()))


def _phrases(text: str) -> list[_Atom]:
    """The same, where several words that stand for one number are one atom."""
    matches = list(_ATOM.finditer(text))
    atoms: list[_Atom] = []
    at = 0
    while at < len(matches):
        for end in range(min(at + _LONGEST_PHRASE, len(matches)), at + 1, -1):
            start, stop = matches[at].start(), matches[end - 1].end()
            if values := number_words().get(fold(text[start:stop])):
                atoms.append(_Atom(start, stop, values))
                break
        else:
            end = at + 1
            atoms.append(_atom(matches[at]))
        at = end
    return [atom for atom in atoms if atom.values]


@cache
def number_words() -> dict[str, Numbers]:
    """Every number word of the message language, as its data files tell them."""
    found: defaultdict[str, set[Decimal]] = defaultdict(set)
    for path in Path(handlers.parser.__file__).parent.rglob("number_words*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                found[fold(line["word"])].add(Decimal(line["value"]))
    return {word: frozenset(values) for word, values in found.items()}


_Span = tuple[int, int, Numbers]


def _spans(atoms: Sequence[_Atom], text: str) -> list[_Span]:
    """Every run of neighbouring atoms with the numbers it may be, as (first, last, numbers)."""
    known: dict[tuple[int, int], Numbers] = {}
    for length in range(LONGEST_RUN):
        for first in range(len(atoms) - length):
            run = atoms[first : first + length + 1]
            values = frozenset(_literals(run, text)) | _composed(known, run, first, text)
            known[first, first + length] = values
    return [(first, last, values) for (first, last), values in known.items() if values]


def _literals(run: Sequence[_Atom], text: str) -> Iterator[Decimal]:
    """What the digits of a run say together: 45 – 1,250 – 1 250 – 47.50 – 1.250,50."""
    if len(run) == 1:
        yield from run[0].values
        return
    gaps = [text[left.end : right.start] for left, right in pairwise(run)]
    pieces = [atom.digits for atom in run]
    if not all(pieces) or not _GROUPING.issuperset(gaps):
        return
    scales = {1, 1000} if run[-1].is_thousands else {1}
    whole = "".join(pieces[:-1])
    if _is_grouped(pieces, gaps):
        yield from (Decimal(whole + pieces[-1]) * scale for scale in scales)
    if gaps[-1] in {".", ","} and (len(pieces) == 2 or _is_grouped(pieces[:-1], gaps[:-1])):
        yield from (Decimal(f"{whole}.{pieces[-1]}") * scale for scale in scales)


def _is_grouped(pieces: Sequence[str], gaps: Sequence[str]) -> bool:
    """By thousands everywhere, by hundreds too in Bangladesh: 1,20,000."""
    first, *middle, last = map(len, pieces)
    return (
        first <= 3 and last == 3 and all(2 <= size <= 3 for size in middle) and len(set(gaps)) == 1
    )


def _composed(
    known: dict[tuple[int, int], Numbers], run: Sequence[_Atom], first: int, text: str
) -> Numbers:
    """Sums and products of a run's parts, one of which at least is a word."""
    if len(run) < 2 or all(atom.digits for atom in run) or not _are_linked(run, text):
        return frozenset()
    last = first + len(run) - 1
    return frozenset(
        number
        for middle in range(first, last)
        for left in known[first, middle]
        for right in known[middle + 1, last]
        for number in _together(left, right)
    )


def _are_linked(run: Sequence[_Atom], text: str) -> bool:
    gaps = (text[left.end : right.start] for left, right in pairwise(run))
    return all(_LINK.fullmatch(gap) for gap in gaps)


def _together(left: Decimal, right: Decimal) -> Iterator[Decimal]:
    """Forty and five, a half and three; two thousand, elfu mbili; one fifty is 150, or 1.50."""
    if left > right or left < 1:
        yield left + right
    if left in _SCALES or right in _SCALES:
        yield left * right
    if 0 < left < 10 <= right < 100:
        yield left * 100 + right
        yield left + right / 100


def _midpoints(spans: Sequence[_Span]) -> Iterator[Decimal]:
    """Of neighbours: 40-45; and of 2-3k, where the thousand is said but once."""
    begins: defaultdict[int, set[Decimal]] = defaultdict(set)
    for first, _, values in spans:
        begins[first] |= values
    for _, last, lows in spans:
        for low in lows:
            for high in begins[last + 1]:
                yield (low + high) / 2
                if high >= 1000 > low:
                    yield (low * 1000 + high) / 2
