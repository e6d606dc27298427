"""What one line of a file of reports means, or why it cannot be kept."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar, assert_never
from zoneinfo import ZoneInfo

from prices.conversion_table import ConversionTable
from prices.importers.csv_file import Fields, Form
from prices.importers.words import NotUnderstoodError, Words, amount, member
from prices.kinds import Buyer, PriceType, Side
from prices.observations import PriceRefused, RefusalReason, Told, UnitUnknown, told_at

RAW_TEXT_LENGTH = 500
T = TypeVar("T")


class Line(NamedTuple):
    """One line of the file, as it is written there; what a file lacks is empty."""

    reported_at: str
    reporter: str
    commodity: str
    market: str
    price: str
    unit: str
    currency: str
    price_type: str
    grade: str
    buyer: str
    quantity: str
    side: str


REQUIRED = 5
FORM = Form(
    "file of price reports", Line._fields[:REQUIRED], Line._fields[REQUIRED:], holds="report"
)


class Reporter(NamedTuple):
    """Who reported, as the subscribers know them; a negative id: not met yet."""

    id: int
    country: str
    is_demo: bool = False


# The reporter of a number as it is written, met at that moment; None where it is no phone number.
Meet = Callable[[str, datetime], Reporter | None]
WordsOf = Callable[[str], Words]  # the words of a country


def read_line(
    fields: Fields,
    home: Words,
    meet: Meet,
    words_of: WordsOf,
    conversions: ConversionTable,
    now: datetime,
) -> tuple[Told, Words]:
    """The report a line tells, in the words of the reporter's country; or NotUnderstoodError."""
    line = Line(*fields.values)
    reporter = meet(line.reporter, moment_told(line, home, now))
    if reporter is None:
        raise NotUnderstoodError("its reporter is no phone number")
    words = words_of(reporter.country)
    commodity, place_id = words.commodity(line.commodity), words.market(line.market)
    reported_at = moment_told(line, words, now)
    told = Told(
        source_key=_source_key(reporter, line),
        reporter_id=reporter.id,
        commodity=commodity,
        place_id=place_id,
        price=amount(line.price, "price"),
        unit=_unit(line.unit, commodity, place_id, reported_at, words, conversions),
        price_type=_optional(line.price_type, lambda it: member(it, PriceType, "price_type")),
        raw_text=", ".join(filter(None, line[2:]))[:RAW_TEXT_LENGTH],
        reported_at=reported_at,
        quantity=_optional(line.quantity, _quantity),
        grade=line.grade.replace("\0", "") or None,
        buyer=_optional(line.buyer, lambda it: member(it, Buyer, "buyer")),
        currency=line.currency.upper() or None,
        side=_optional(line.side, lambda it: member(it, Side, "side")),
        is_demo=reporter.is_demo,
    )
    return told, words


def moment_told(line: Line, words: Words, now: datetime) -> datetime:
    """When it was told, by the clock of these words' country; NotUnderstoodError: not yet."""
    at = told_at(words.moment(line.reported_at), now)
    if at is None:
        raise NotUnderstoodError(f"{line.reported_at!r} lies in the future")
    return at


def _source_key(reporter: Reporter, line: Line) -> str:
    """The row's content: the same file again says nothing new.

    Of the reporter it holds our own number, not their phone's: nobody can guess that back from it.
    """
    told = line[2:] if line.side else line[2:-1]  # as it was before files could tell a side
    content = "\x1f".join((str(reporter.id), line.reported_at, *told))
    return f"csv:{hashlib.sha256(content.encode()).hexdigest()}"


def _unit(
    written: str,
    commodity: str,
    place_id: int,
    reported_at: datetime,
    words: Words,
    conversions: ConversionTable,
) -> str | None:
    """The unit of that name in which this commodity is measured there."""
    units = words.units(written) if written else (None,)
    if len(units) == 1:
        return units[0]
    country = words.vocabulary.country
    on = reported_at.astimezone(ZoneInfo(country.timezone)).date()
    fitting = [
        unit
        for unit in units
        if unit is not None
        and conversions.convert(
            commodity=commodity, unit=unit, country=country.code, place_id=place_id, on=on
        )
    ]
    if len(fitting) == 1:
        return fitting[0]
    raise NotUnderstoodError(f"unit {written!r} may be {' or '.join(map(str, units))}")


def _quantity(written: str) -> Decimal:
    return amount(written, "quantity")


def _optional(written: str, read: Callable[[str], T]) -> T | None:
    return read(written) if written else None


def why_not(refused: UnitUnknown | PriceRefused, words: Words) -> str:
    """What the door said, for who keeps the file."""
    known = words.vocabulary
    match refused:
        case UnitUnknown(commodity, unit):
            return (
                f"nobody knows how much {commodity} a {known.unit_name(unit, 'en')} holds: "
                f"give the price per {known.commodities[commodity].base_unit}"
            )
        case PriceRefused(reason, price):
            return _REFUSALS[reason].format(price=price, currency=known.country.currency)
        case _:
            assert_never(refused)


_REFUSALS = {
    RefusalReason.NOT_POSITIVE: "a price is more than 0, not {price}",
    RefusalReason.TOO_HIGH: "no price is {price}",
    RefusalReason.OTHER_CURRENCY: "prices there are told in {currency}",
}
