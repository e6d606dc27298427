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
from itertools import zip_longest
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
    MembersPaid,
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
    | (?P<at> @ )
    | (?P<passed> [\s,;:.&+/=-] )
    | (?P<unread> . )
    """,
    re.VERBOSE | re.DOTALL,
)
LONGEST_BUYER, LONGEST_GRADE = 80, 8
_LITRE, _KG = "litre", "kg"
_MEASURES = frozenset({_LITRE, _KG})
_MILKINGS, _REASONS = frozenset(Milking), frozenset(Reason)
_DAYS = {"today": 0, "yesterday": -1, "before_yesterday": -2, "tomorrow": 1}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# SAM and DOM are days, and people: before a figure so short a word is a name.
_LONGEST_SHORT_DAY = 3
_GRADES = frozenset("ABCDE")
_PASSED = frozenset({"filler", "at", "grade", "money"})
_OF_BUYERS = frozenset({"sold", "paid"})
_OF_LINES = frozenset({"correct", "void"})
_OF_MEMBERS = frozenset({"milk", "reject", "paid"})
_A_IS_AT_IN = frozenset({"es", "fr"})
_MOST_LINES = 10**9  # what a number of the database holds


@dataclass(frozen=True)
class Piece:
    """A word, a number, a member's number, a date or a price, and what it may mean in a book."""

    text: str
    number: Decimal | None = None
    day: DaySaid | None = None
    price: Decimal | None = None
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
    price: Decimal | None = None
    price_unit: str | None = None


@dataclass(frozen=True)
class Entry:
    """A text of this form, behind its verb."""

    figures: tuple[Figure, ...]
    day: DaySaid | None = None
    milking: Milking | None = None
    reason: Reason | None = None
    is_of_all: bool = False

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
        if not verb.may_mean(meaning):
            continue
        language = _language(verb, meaning)
        entry = _entry_of(meaning, rest, vocabulary, sender, language)
        command = None if entry is None else read(entry)
        if isinstance(command, BulkSale):
            command = replace(command, buyer_kind=_kind_of(command.buyer, vocabulary, sender))
        if command is not None:
            return Parsed(command, language)
    return None


def _entry_of(
    meaning: str,
    pieces: Sequence[Piece],
    vocabulary: Vocabulary,
    sender: Sender,
    language: str | None,
) -> Entry | None:
    """What stands behind a verb, by what that verb may be followed by."""
    is_money = meaning in _OF_BUYERS
    if meaning in _OF_LINES:
        pieces = _with_lines(pieces)
    if meaning == "milk":
        pieces = _with_prices(pieces, language)
    pieces = _with_weekdays(pieces, sender)
    is_a_name = partial(_is_a_buyer if is_money else _is_a_name, vocabulary, sender)
    entry = _entry(pieces, is_a_name, _PASSED if is_money else _PASSED - {"money"})
    if entry is None or meaning not in _OF_MEMBERS:
        return entry
    return replace(entry, figures=_by_number(entry.figures, sender))


def _with_prices(pieces: Sequence[Piece], language: str | None) -> list[Piece]:
    """AT 45, @45, AT KES 45 and AT 45 KES as one piece each: a price, and no litres."""
    found: list[Piece] = []
    rest = list(pieces)
    while rest:
        first = rest.pop(0)
        of_money = len(rest) > 1 and rest[0].may_mean("money")
        figure = rest[of_money] if len(rest) > of_money else None
        if not _is_at(first, language) or figure is None or figure.number is None:
            found.append(first)
            continue
        found.append(Piece(figure.text, price=figure.number))
        del rest[: of_money + 1]
        if rest and rest[0].may_mean("money"):
            del rest[0]
    return found


def _is_at(piece: Piece, language: str | None) -> bool:
    """AT; "a" is one in Spanish and French, and a grade anywhere else."""
    return piece.may_mean("at") and (fold(piece.text) != "a" or language in _A_IS_AT_IN)


def _with_weekdays(pieces: Sequence[Piece], sender: Sender) -> list[Piece]:
    """MON, JUMATATU: the last day of that name, unless a member is called so."""
    found: list[Piece] = []
    for piece, behind in zip_longest(pieces, pieces[1:]):
        weekday = next((at for at, name in enumerate(_WEEKDAYS) if piece.may_mean(name)), None)
        is_before_figure = behind is not None and behind.number is not None
        is_short = len(piece.text) <= _LONGEST_SHORT_DAY
        is_a_name = fold(piece.text) in sender.book_names or (is_short and is_before_figure)
        is_day = weekday is not None and not is_a_name
        found.append(replace(piece, day=DaySaid(weekday=weekday)) if is_day else piece)
    return found


def _by_number(figures: Sequence[Figure], sender: Sender) -> tuple[Figure, ...]:
    """Two bare figures are a member's number and litres: MILK 2 6.5, 1 8; of a member there is."""
    found: list[Figure] = []
    for figure in figures:
        last = found[-1] if found else None
        if last is not None and not figure.name and _is_a_number(last, sender):
            found[-1] = replace(figure, name=f"#{last.number}")
        else:
            found.append(figure)
    return tuple(found)


def _is_a_number(figure: Figure, sender: Sender) -> bool:
    """Whether a figure may be a member's number: bare, whole, and somebody's."""
    return figure == Figure("", figure.number) and f"#{figure.number}" in sender.book_names


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
    # Long after a receipt NO is heard too: then it is asked whether that is meant.
    if (sender.has_receipt or sender.brings_milk) and not sender.awaits_answer:
        readers += [("no", _read_dispute)]
    return readers


def _read_milk(entry: Entry) -> Command | None:
    """MILK JANE 12 A, PETER 8.5 AT 45: each name with the number behind it."""
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
    """PAID KCC 8280, PAID #7 500, PAID ALL: only the group knows whether a name is a buyer's."""
    if entry.is_of_all:
        return None if entry.figures else MembersPaid(day=entry.day)
    one = entry.only
    if one is None or not (name := _buyer(one.name)):
        return None
    if name.startswith("#"):
        return MembersPaid(name, one.number, entry.day)
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
    """MILK 12 of somebody who brings milk; with a price behind it is one they tell."""
    one = entry.only
    if one is None or one.name or one.price is not None or entry.reason:
        return None
    return OwnRecord(_delivery(one, entry.milking), entry.day)


def _read_dispute(entry: Entry) -> Command | None:
    """NO, and NO 10: the receipt is wrong."""
    if not entry.figures:
        return Dispute()
    one = entry.only
    return None if one is None or one.name else Dispute(one.number, one.unit)


def _delivery(one: Figure, milking: Milking | None) -> Delivery:
    return Delivery(
        one.name,
        one.number,
        one.unit,
        one.grade,
        one.milking or milking,
        one.price,
        one.price_unit,
    )


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
    """What a buyer may be called: anything but a thing, a place and a measure.

    A member, who may be paid too, is called whatever they are called.
    """
    folded = fold(word)
    sense = index_of(vocabulary, sender.language).senses.get(folded)
    is_free = sense is None or not (sense.commodities or sense.places or sense.units)
    return is_free or folded in sender.book_names


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
        elif told := _told(entry, piece, has_name=bool(name)):
            entry = told
        elif piece.price is None and piece.may_mean(*passed) and not name:
            continue
        elif piece.text.startswith("#") or (piece.price is None and is_a_name(piece.text)):
            name.append(piece.text)
        else:
            return None
    return None if name else entry


def _told(entry: Entry, piece: Piece, *, has_name: bool) -> Entry | None:
    """The entry with a day, a price, all of them, or a particular of the last figure."""
    if piece.day is not None or piece.may_mean(*_DAYS):
        return replace(entry, day=piece.day or DaySaid(_days_from_today(piece)))
    if piece.may_mean("all") and not (entry.figures or has_name):
        return replace(entry, is_of_all=True)
    if piece.price is not None:
        is_first = bool(entry.figures) and entry.figures[-1].price is None and not has_name
        return _with_last(entry, price=piece.price) if is_first else None
    return _particular(entry, piece, has_name=has_name)


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
    if piece.may_mean(*_MEASURES):
        return _measured(entry, last, next(iter(piece.means & _MEASURES)))
    grade = "/".join(filter(None, (last.grade, piece.text.upper())))
    is_grade = piece.may_mean("measured") or (piece.text.upper() in _GRADES and not last.grade)
    return _with_last(entry, grade=grade) if is_grade and len(grade) <= LONGEST_GRADE else None


def _measured(entry: Entry, last: Figure, unit: str) -> Entry | None:
    """The measure of the litres; behind a price, of that."""
    if last.price is not None:
        return None if last.price_unit else _with_last(entry, price_unit=unit)
    return None if last.unit else _with_last(entry, unit=unit)


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
        case "at":
            return Piece(text, means=frozenset({"at"}))
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
