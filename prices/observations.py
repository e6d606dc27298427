"""Keep a reported price: once, as it was said and per base unit."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.beside import Add, Beside
from db.looking import MayNotWriteError
from db.prepared import Prepared
from db.upserts import insert_once
from prices.bookkeeping import beside_report, cells_of, mark_pending, open_to_hear
from prices.catalogue import ONE, Conversion, convert
from prices.door import why
from prices.filter import Score
from prices.hearing import (
    hear_again,
    let_hear,
    look,
    note_change,
    others_told,
    score_again,
    usual_of,
)
from prices.kinds import Buyer, ObservationStatus, PriceType, Side
from prices.models import PriceObservation
from prices.new_report import AnyReport, NewReport
from prices.published import local_day
from prices.reads import OthersVote
from prices.vocabulary import Vocabulary

# In any currency served: the dearest cow in Ugandan shillings stays below it.
TOO_MUCH = Decimal(10_000_000)
SMALLEST = Decimal("0.0001")  # what the price columns hold
# Of a price that is only believed to lie within a factor of two nobody says that it is usual:
# then the operator's bounds spoke, or an old report.
KNOWN = 0.7  # a standard deviation of logarithms
GRADE_LENGTH = 40
# Clocks differ by a minute or two.
AHEAD = timedelta(minutes=5)


class RefusalReason(StrEnum):
    """Why a number cannot be a price."""

    NOT_POSITIVE = "not_positive"  # zero, less, or too small to keep
    TOO_HIGH = "too_high"
    OTHER_CURRENCY = "other_currency"  # prices of a country are told in its own money


@dataclass(frozen=True)
class Kept:
    """A report that was written down, as it was said and per base unit."""

    observation_id: int
    commodity: str
    place_id: int
    price_type: PriceType
    currency: str
    price: Decimal  # per `unit`, as said
    unit: str  # the base unit where none was said
    price_per_base_unit: Decimal


@dataclass(frozen=True)
class Recorded(Kept):
    """The report counts."""

    reported_at: datetime
    quantity: Decimal | None = None  # in `unit`
    # What others told there of late, where it was read beside: then nobody has to read it again.
    others: tuple[OthersVote, ...] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class UnitUnknown:
    """Nobody knows how much of it that unit holds: ask, never guess."""

    commodity: str
    unit: str


@dataclass(frozen=True)
class Held(Kept):
    """The report does not speak yet: whoever told it is asked first what they meant."""

    is_unit_said: bool
    usual: Decimal  # per base unit
    is_usual_known: bool  # else no more than a guess at what can be

    @property
    def usual_per_unit(self) -> Decimal:
        """The usual price of one of the unit it was told in."""
        return (self.usual * self.price / self.price_per_base_unit).quantize(SMALLEST)


@dataclass(frozen=True)
class PriceRefused:
    """No price is that; nothing was kept."""

    reason: RefusalReason
    price: Decimal


@dataclass(frozen=True)
class Told:
    """A price as somebody told it, before anything is made of it.

    A price type not said is the commodity's own, a currency not said the country's.
    """

    source_key: str
    reporter_id: int
    commodity: str
    place_id: int
    price: Decimal
    unit: str | None
    price_type: PriceType | None
    raw_text: str
    reported_at: datetime
    quantity: Decimal | None = None
    grade: str | None = None
    buyer: Buyer | None = None
    currency: str | None = None
    side: Side | None = None
    is_confirmed: bool = False
    is_demo: bool = False


# How many base units a unit holds, for a commodity at a place on a day.
Converting = Callable[[str, str, int, date], Conversion | None]


def told_at(said: datetime, now: datetime) -> datetime | None:
    """When a report was told, by our clock; None for one that nobody can have told yet."""
    return None if said > now + AHEAD else min(said, now)


def record_observation(
    session: Session,
    vocabulary: Vocabulary,
    *,
    source_key: str,
    reporter_id: int,
    commodity: str,
    place_id: int,
    price: Decimal,
    unit: str | None,
    price_type: PriceType | None,
    quantity: Decimal | None = None,
    grade: str | None = None,
    buyer: Buyer | None = None,
    currency: str | None = None,
    side: Side | None = None,
    raw_text: str,
    now: datetime,
    is_confirmed: bool = False,
    is_demo: bool = False,
    beside: list[Beside] | None = None,
) -> Recorded | Held | UnitUnknown | PriceRefused:
    """Keep one report under its source key; the same key again gives the same answer, no new row.

    A unit not said is the commodity's base unit, a price type not said the commodity's own, a
    currency not said the country's. One that is hardly honest, seen from what is believed there, is
    held – unless its reporter was asked already and stands by it (`is_confirmed`). A report belongs
    to a market, town or ward: a whole county raises ValueError, because whoever calls has to ask
    for the market first.

    With `beside` nothing is kept: there is added what a text would write that tells it, by a source
    key that no other has and that holds the text's id. MayNotWriteError where that is more than
    usually, or the report does not count as it stands.
    """
    told = Told(
        source_key=source_key,
        reporter_id=reporter_id,
        commodity=commodity,
        place_id=place_id,
        price=price,
        unit=unit,
        price_type=price_type,
        raw_text=raw_text,
        reported_at=now,
        quantity=quantity,
        grade=grade,
        buyer=buyer,
        currency=currency,
        side=side,
        is_confirmed=is_confirmed,
        is_demo=is_demo,
    )
    row = observation_of(vocabulary, told, converting=_convert_in(session, vocabulary))
    if not isinstance(row, NewReport):
        return _find(session, source_key) or row
    if beside is not None:
        return _take_in_later(session, vocabulary, row, beside)
    return _take_in(session, vocabulary, row, is_unit_said=unit is not None)


def observation_of(
    vocabulary: Vocabulary, told: Told, *, converting: Converting
) -> NewReport | UnitUnknown | PriceRefused:
    """Make a report of what was told, not kept yet, or say why it cannot be kept."""
    if not vocabulary.places[told.place_id].kind.is_trading_place:
        raise ValueError(
            f"a report of {told.commodity} needs a market or a ward, not place {told.place_id}"
        )
    is_foreign = told.currency not in {None, vocabulary.country.currency}
    if reason := RefusalReason.OTHER_CURRENCY if is_foreign else _refusal(told.price):
        return PriceRefused(reason, told.price)
    unit = told.unit or vocabulary.commodities[told.commodity].base_unit
    today = local_day(vocabulary, told.reported_at)
    is_base = unit == vocabulary.commodities[told.commodity].base_unit
    conversion = (
        Conversion(None, ONE) if is_base else converting(told.commodity, unit, told.place_id, today)
    )
    if conversion is None:
        return UnitUnknown(told.commodity, unit)
    per_base_unit = told.price / conversion.quantity
    if reason := _refusal(per_base_unit):
        return PriceRefused(reason, told.price)
    return _row(vocabulary, told, unit, conversion, per_base_unit, today)


def _row(
    vocabulary: Vocabulary,
    told: Told,
    unit: str,
    conversion: Conversion,
    per_base_unit: Decimal,
    today: date,
) -> NewReport:
    quantity = told.quantity
    return NewReport(
        source_key=told.source_key,
        reporter_id=told.reporter_id,
        commodity_code=told.commodity,
        place_id=told.place_id,
        price_type=told.price_type or vocabulary.commodities[told.commodity].price_type,
        buyer=told.buyer,
        grade=told.grade[:GRADE_LENGTH] if told.grade else None,
        currency=vocabulary.country.currency,
        price=told.price.quantize(SMALLEST),
        unit_code=unit,
        unit_factor_id=conversion.factor_id,
        price_per_base_unit=per_base_unit.quantize(SMALLEST),
        quantity=quantity if quantity is not None and _refusal(quantity) is None else None,
        reported_at=told.reported_at,
        reported_on=today,
        raw_text=told.raw_text.replace("\0", ""),  # PostgreSQL keeps no NUL
        is_confirmed=told.is_confirmed,
        is_demo=told.is_demo,
        side=told.side,
    )


def _take_in(
    session: Session, vocabulary: Vocabulary, row: NewReport, *, is_unit_said: bool
) -> Recorded | Held:
    """Look at a report, keep it, and let its cells hear it where it speaks."""
    opened = open_to_hear(session, vocabulary, row)
    if opened is None:
        return _keep_unheard(session, vocabulary, row)
    seen = look(session, vocabulary, opened, row)
    # Hardly a report came before: that shows when it is kept, and nothing else is written by then.
    if (known := _insert_once(session, row)) is not None:
        return known
    score_again(session, seen.anew)
    if seen.score is not None and row.status is not ObservationStatus.ACCEPTED:
        note_change(session, row, None, by="door", reason=why(seen.score), now=row.reported_at)
    if seen.score is not None and row.status is ObservationStatus.HELD:
        return _held(row, seen.score, is_unit_said=is_unit_said)
    hear_again(session, vocabulary, opened.books, row.reported_on)
    return recorded(row, others_told(vocabulary, opened, seen, row))


def _take_in_later(
    session: Session, vocabulary: Vocabulary, row: NewReport, beside: list[Beside]
) -> Recorded:
    """Look at a report and let its cell hear it, without a trace in the database yet."""
    opened = open_to_hear(session, vocabulary, row)
    if opened is None or opened.row is None:
        raise MayNotWriteError
    seen = look(session, vocabulary, opened, row)
    if seen.anew or row.status is not ObservationStatus.ACCEPTED:
        raise MayNotWriteError
    let_hear(session, vocabulary, opened.books, row.reported_on)
    heard = beside_report(opened, row.reported_on)
    if heard is None:
        raise MayNotWriteError
    beside += [Add(PriceObservation, row.columns, key="source_key"), *heard]
    return recorded(row, others_told(vocabulary, opened, seen, row))


def _keep_unheard(session: Session, vocabulary: Vocabulary, row: NewReport) -> Recorded | Held:
    """More is still to be heard in its cells: it will be heard with that."""
    if (known := _insert_once(session, row)) is not None:
        return known
    mark_pending(session, vocabulary, dict.fromkeys(cells_of(row), row.reported_on))
    return recorded(row)


def _refusal(amount: Decimal) -> RefusalReason | None:
    """Why an amount cannot be kept; None for one that can. NaN and infinity are no amounts."""
    if amount.is_nan() or amount < SMALLEST:
        return RefusalReason.NOT_POSITIVE
    return RefusalReason.TOO_HIGH if amount >= TOO_MUCH else None


def _convert_in(session: Session, vocabulary: Vocabulary) -> Converting:
    def converting(commodity: str, unit: str, place_id: int, on: date) -> Conversion | None:
        return convert(
            session,
            commodity=commodity,
            unit=unit,
            country=vocabulary.country.code,
            place_id=place_id,
            on=on,
        )

    return converting


def _find(session: Session, source_key: str) -> Recorded | Held | None:
    if _ID_BY_KEY.first(session, {"source_key": source_key}) is None:
        return None
    row = session.scalars(_BY_KEY, {"source_key": source_key}).one()
    if row.status is ObservationStatus.HELD and row.error is not None:
        score = Score(row.error, row.error_deviation or 0, row.slip_probability or 0)
        return _held(row, score, is_unit_said=True)
    return recorded(row)


def _insert_once(session: Session, row: NewReport) -> Recorded | Held | None:
    """Insert; or find what was inserted under the same key before, or just now by another."""
    id_ = insert_once(session, PriceObservation, row.columns, key="source_key")
    if id_ is None:
        return _find(session, row.source_key)
    row.id = id_
    return None


_BY_KEY = select(PriceObservation).where(PriceObservation.source_key == bindparam("source_key"))
_ID_BY_KEY = Prepared(_BY_KEY.with_only_columns(PriceObservation.id))


def _held(row: AnyReport, score: Score, *, is_unit_said: bool) -> Held:
    return Held(
        **_kept(row),
        is_unit_said=is_unit_said,
        usual=usual_of(row, score),
        is_usual_known=score.deviation < KNOWN,
    )


def recorded(row: AnyReport, others: tuple[OthersVote, ...] | None = None) -> Recorded:
    """A report as it is kept."""
    return Recorded(**_kept(row), reported_at=row.reported_at, quantity=row.quantity, others=others)


def _kept(row: AnyReport) -> dict[str, Any]:
    return {
        "observation_id": row.id,
        "commodity": row.commodity_code,
        "place_id": row.place_id,
        "price_type": row.price_type,
        "currency": row.currency,
        "price": row.price,
        "unit": row.unit_code,
        "price_per_base_unit": row.price_per_base_unit,
    }
