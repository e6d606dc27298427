"""The milk book by text: a strict form, of which every word has to mean something there (pure).

Only of whoever keeps a book, or brings milk to one, is a text read so, and before all others: MILK
JANE 12 of a collector is no price. Whatever is not of this form is read as everybody's texts are.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

from groups.book_kinds import Milking, Reason
from handlers.commands import (
    BulkSale,
    BuyerPaid,
    Command,
    Correction,
    DaySaid,
    Delivery,
    Dispute,
    Item,
    LossRecord,
    MilkRecord,
    OwnRecord,
    Parsed,
    RejectRecord,
)
from handlers.parser.index import index_of
from handlers.parser.sentence import Sender
from prices.kinds import Buyer
from prices.vocabulary import Vocabulary, fold

_WORDS = Path(__file__).with_name("book_words.csv")
_PIECES = re.compile(
    r"""
    (?P<date> (?<![\d/])\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d{2}))?(?![\d/]) )
    | (?P<measured> (?<!\w)[DFPdfp]\d+(?:\.\d+)?(?![\w]) )
    | (?P<member> \#\d{1,6} )
    | (?P<number> \d{1,3}(?:,\d{3})+(?:\.\d+)? | \d+[.,]\d{1,2}(?!\d) | \d+ )
    | (?P<word> [^\W\d_]+(?:['-][^\W\d_]+)* )
    | (?P<passed> [\s,;:.@&+/=-] )
    | (?P<unread> . )
    """,
    re.VERBOSE | re.DOTALL,
)
LONGEST_BUYER, LONGEST_GRADE = 80, 8
_LITRE, _KG = "litre", "kg"
_MEASURES = frozenset({_LITRE, _KG})
_MILKINGS, _REASONS = frozenset(Milking), frozenset(Reason)
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_GRADES = frozenset("ABCDE")
_PASSED = frozenset({"filler", "grade", "money"})
_OF_BUYERS = frozenset({"sold", "paid"})
_OF_LINES = frozenset({"correct", "void"})
_MOST_LINES = 10**9  # what a number of the database holds


@dataclass(frozen=True)
class Piece:
    """A word, a number, a member's number or a date, and what it may mean in a book."""

    text: str
    number: Decimal | None = None
    day: DaySaid | None = None
    means: frozenset[str] = frozenset()

    def may_mean(self, *meanings: str) -> bool:
        """Whether it may stand for one of these."""
        return not self.means.isdisjoint(meanings)


@dataclass(frozen=True)
class Figure:
    """A number with the name before it and what was said behind it."""

    name: str
    number: Decimal
    unit: str | None = None
    grade: str | None = None
    milking: Milking | None = None


@dataclass(frozen=True)
class Entry:
    """A text of this form, behind its verb."""

    figures: tuple[Figure, ...]
    day: DaySaid | None = None
    milking: Milking | None = None
    reason: Reason | None = None

    @property
    def only(self) -> Figure | None:
        """Its one figure; None where there are several, or none."""
        return self.figures[0] if len(self.figures) == 1 else None

    @property
    def has_names(self) -> bool:
        """Whether anybody is named."""
        return any(figure.name for figure in self.figures)


def read_book(cleaned: str, vocabulary: Vocabulary, sender: Sender) -> Parsed | None:
    """What was written for the book; None where it is no such text, or not from such a person."""
    readers = _readers(sender)
    if not readers:
        return None
    verb, *rest = _pieces(cleaned) or [Piece("")]
    if rest and rest[0].may_mean("milk"):
        rest = rest[1:]  # RECORD MILK, SOLD MILK
    for meaning, read in readers:
        entry = None
        if verb.may_mean(meaning):
            pieces = _with_lines(rest) if meaning in _OF_LINES else rest
            is_sold = meaning in _OF_BUYERS
            is_a_name = partial(_is_a_buyer if is_sold else _is_a_name, vocabulary, sender)
            entry = _entry(pieces, is_a_name, _PASSED if is_sold else _PASSED - {"money"})
        command = None if entry is None else read(entry)
        if isinstance(command, BulkSale):
            command = replace(command, buyer_kind=_kind_of(command.buyer, vocabulary, sender))
        if command is not None:
            return Parsed(command, _language(verb, meaning))
    return None


def _with_lines(pieces: Sequence[Piece]) -> list[Piece]:
    """Of who corrects, #123 is a line and not a member."""
    return [
        replace(one, number=Decimal(one.text[1:])) if one.text.startswith("#") else one
        for one in pieces
    ]


def _readers(sender: Sender) -> "list[tuple[str, _Reader]]":
    """What this person may be read to say, each with its verb."""
    readers: list[tuple[str, _Reader]] = []
    if sender.keeps_book:
        readers += _OF_OFFICERS
    if sender.brings_milk:
        readers += [("milk", _read_own)]
    if sender.has_receipt and not sender.awaits_answer:
        readers += [("no", _read_dispute)]
    return readers


def _read_milk(entry: Entry) -> Command | None:
    """MILK JANE 12 A, PETER 8.5: each name with the number behind it."""
    if not entry.figures or entry.reason or not all(figure.name for figure in entry.figures):
        return None
    milkings = {figure.milking for figure in entry.figures if figure.milking}
    # One collector goes one round: what is said of one is meant of all.
    round_ = entry.milking or (milkings.pop() if len(milkings) == 1 else None)
    return MilkRecord(tuple(_delivery(one, round_) for one in entry.figures), entry.day)


def _read_reject(entry: Entry) -> Command | None:
    """REJECT JANE 5 SOUR."""
    one = entry.only
    if one is None or not one.name:
        return None
    return RejectRecord(_delivery(one, entry.milking), entry.reason, entry.day)


def _read_loss(entry: Entry) -> Command | None:
    """LOSS 5 SOUR."""
    one = entry.only
    if one is None or one.name:
        return None
    item = Item("milk", quantity=one.number, unit=one.unit)
    return LossRecord(item, entry.reason, entry.day)


def _read_spill(entry: Entry) -> Command | None:
    """SPILL 3."""
    return _read_loss(replace(entry, reason=Reason.SPILT))


def _read_correction(entry: Entry) -> Command | None:
    """CORRECT 123 14."""
    numbers = [figure.number for figure in entry.figures]
    if len(numbers) != 2 or entry.has_names or not _names_a_line(numbers[0]):
        return None
    return Correction(int(numbers[0]), numbers[1], entry.figures[1].unit)


def _read_void(entry: Entry) -> Command | None:
    """VOID 123."""
    one = entry.only
    if one is None or one.name or not _names_a_line(one.number):
        return None
    return Correction(int(one.number), None)


def _read_sale(entry: Entry) -> Command | None:
    """SOLD 180 L TO KCC AT 46, TOOK 175; the buyer may also come first."""
    numbers = [figure.number for figure in entry.figures]
    names = [name for figure in entry.figures[:2] if (name := _buyer(figure.name))]
    is_named_behind = any(_buyer(figure.name) for figure in entry.figures[2:])
    if len(numbers) not in {2, 3} or len(names) != 1 or is_named_behind:
        return None
    return BulkSale(
        numbers[0],
        names[0],
        numbers[1],
        unit=entry.figures[0].unit,
        accepted=numbers[2] if len(numbers) == 3 else None,
        day=entry.day,
    )


def _read_paid(entry: Entry) -> Command | None:
    """PAID KCC 8280."""
    one = entry.only
    if one is None or not (name := _buyer(one.name)):
        return None
    return BuyerPaid(name, one.number, entry.day)


def _buyer(name: str) -> str:
    """The buyer without the grammar behind: "KCC at" is KCC."""
    words = name.split()
    while words and not _book_words().get(fold(words[-1]), {}).keys().isdisjoint(_PASSED):
        words.pop()
    return " ".join(words)[:LONGEST_BUYER]


def _names_a_line(number: Decimal) -> bool:
    return number == number.to_integral_value() and 0 < number < _MOST_LINES


def _read_own(entry: Entry) -> Command | None:
    """MILK 12 of somebody who brings milk."""
    one = entry.only
    if one is None or one.name or entry.reason:
        return None
    return OwnRecord(_delivery(one, entry.milking), entry.day)


def _read_dispute(entry: Entry) -> Command | None:
    """NO, and NO 10: the receipt is wrong."""
    if not entry.figures:
        return Dispute()
    one = entry.only
    return None if one is None or one.name else Dispute(one.number, one.unit)


def _delivery(one: Figure, milking: Milking | None) -> Delivery:
    return Delivery(one.name, one.number, one.unit, one.grade, one.milking or milking)


_Reader = Callable[[Entry], Command | None]
_OF_OFFICERS: tuple[tuple[str, _Reader], ...] = (
    ("milk", _read_milk),
    ("reject", _read_reject),
    ("loss", _read_loss),
    ("spill", _read_spill),
    ("sold", _read_sale),
    ("paid", _read_paid),
    ("correct", _read_correction),
    ("void", _read_void),
)


def _is_a_name(vocabulary: Vocabulary, sender: Sender, word: str) -> bool:
    """A member's name; else a word that nobody knows: NAKURU is where something costs so much."""
    folded = fold(word)
    sense = index_of(vocabulary, sender.language).senses.get(folded)
    return folded in sender.book_names or sense is None or len(folded) == 1


def _is_a_buyer(vocabulary: Vocabulary, sender: Sender, word: str) -> bool:
    """What a buyer may be called: anything but a thing, a place and a measure."""
    sense = index_of(vocabulary, sender.language).senses.get(fold(word))
    return sense is None or not (sense.commodities or sense.places or sense.units)


def _kind_of(name: str, vocabulary: Vocabulary, sender: Sender) -> Buyer | None:
    """What kind of buyer that is, where somebody knows."""
    senses = index_of(vocabulary, sender.language).senses
    known = (senses.get(words) for words in (fold(name), *fold(name).split()))
    return next((sense.buyer for sense in known if sense is not None and sense.buyer), None)


def _entry(
    pieces: Sequence[Piece], is_a_name: Callable[[str], bool], passed: frozenset[str]
) -> Entry | None:
    """The figures, each with its name before and its particulars behind; None: something else."""
    entry, name = Entry(()), list[str]()
    for piece in pieces:
        if piece.number is not None:
            figure = Figure(" ".join(name), piece.number)
            entry, name = replace(entry, figures=(*entry.figures, figure)), []
        elif piece.day is not None or piece.may_mean(*_DAYS):
            entry = replace(entry, day=piece.day or DaySaid(_days_from_today(piece)))
        elif told := _particular(entry, piece, has_name=bool(name)):
            entry = told
        elif piece.may_mean(*passed) and not name:
            continue
        elif piece.text.startswith("#") or is_a_name(piece.text):
            name.append(piece.text)
        else:
            return None
    return None if name else entry


def _days_from_today(piece: Piece) -> int:
    return next(days for word, days in _DAYS.items() if piece.may_mean(word))


def _particular(entry: Entry, piece: Piece, *, has_name: bool) -> Entry | None:
    """The entry with what this says of the last figure, or of all; None where it says nothing."""
    if piece.may_mean(*_MILKINGS) and not has_name:
        milking = Milking(next(iter(piece.means & _MILKINGS)))
        if not entry.figures:
            return replace(entry, milking=milking)
        return _with_last(entry, milking=milking)
    if piece.may_mean(*_REASONS) and entry.reason is None:
        return replace(entry, reason=Reason(next(iter(piece.means & _REASONS))))
    if has_name or not entry.figures:
        return None
    last = entry.figures[-1]
    if piece.may_mean(*_MEASURES) and last.unit is None:
        return _with_last(entry, unit=next(iter(piece.means & _MEASURES)))
    grade = "/".join(filter(None, (last.grade, piece.text.upper())))
    is_grade = piece.may_mean("measured") or (piece.text.upper() in _GRADES and not last.grade)
    return _with_last(entry, grade=grade) if is_grade and len(grade) <= LONGEST_GRADE else None


def _with_last(entry: Entry, **said: object) -> Entry:
    *others, last = entry.figures
    return replace(entry, figures=(*others, replace(last, **said)))  # type: ignore[arg-type]


def _pieces(cleaned: str) -> list[Piece]:
    """The text's words and numbers; none at all where something in it is neither."""
    found: list[Piece] = []
    for match in _PIECES.finditer(cleaned):
        if match.lastgroup == "unread":
            return []
        if match.lastgroup != "passed":
            found.append(_piece(match))
    return found


def _piece(match: re.Match[str]) -> Piece:
    text = match[0]
    match match.lastgroup:
        case "number":
            return Piece(text, number=_number(text))
        case "date":
            day, month, *year = map(int, text.split("/"))
            return Piece(text, day=DaySaid(0, day, month, _whole(year[0]) if year else None))
        case "measured":
            return Piece(text, means=frozenset({"measured"}))
        case _:
            return Piece(text, means=frozenset(_book_words().get(fold(text), {})))


def _number(text: str) -> Decimal:
    """12.5, 12,5 and 1,200."""
    is_grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text)
    return Decimal(text.replace(",", "" if is_grouped else "."))


def _whole(year: int) -> int:
    return year if year >= 100 else 2000 + year


def _language(verb: Piece, meaning: str) -> str | None:
    return _book_words()[fold(verb.text)][meaning]


@cache
def _book_words() -> Mapping[str, Mapping[str, str]]:
    """Folded words, what each may mean in a book, and in which language."""
    words: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for word, means, language in _rows():
        words[fold(word)].setdefault(means, language)
    return words


def _rows() -> Iterator[tuple[str, str, str]]:
    with _WORDS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["word"], row["means"], row["language"]
