"""Keep a reported price: once, as it was said and per base unit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import assert_never
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from prices.answers import NearestPrice, NoPrice, OwnPrice, Published
from prices.catalogue import Conversion, convert
from prices.estimates import SLIP
from prices.kinds import Buyer, PriceType
from prices.models import PriceObservation
from prices.queries import answer_price
from prices.vocabulary import Vocabulary

# In any currency served: the dearest cow in Ugandan shillings stays below it.
TOO_MUCH = Decimal(10_000_000)
SMALLEST = Decimal("0.0001")  # what the price columns hold
GRADE_LENGTH = 40


class RefusalReason(StrEnum):
    """Why a number cannot be a price."""

    NOT_POSITIVE = "not_positive"  # zero, less, or too small to keep
    TOO_HIGH = "too_high"
    OTHER_CURRENCY = "other_currency"  # prices of a country are told in its own money


@dataclass(frozen=True)
class Recorded:
    """The report is kept."""

    observation_id: int
    commodity: str
    place_id: int
    price_type: PriceType
    currency: str
    price: Decimal  # per `unit`, as said
    unit: str
    price_per_base_unit: Decimal
    reported_at: datetime
    quantity: Decimal | None = None  # in `unit`


@dataclass(frozen=True)
class UnitUnknown:
    """Nobody knows how much of it that unit holds: ask, never guess."""

    commodity: str
    unit: str


@dataclass(frozen=True)
class UnitUnsaid:
    """No unit was said, and per base unit it is far from the usual price: ask, never guess."""

    commodity: str
    price: Decimal
    usual: Decimal  # per base unit


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
    is_demo: bool = False


# How many base units a unit holds, for a commodity at a place on a day.
Converting = Callable[[str, str, int, date], Conversion | None]
# What a thing told of costs there per base unit, as far as anybody knows.
Usual = Callable[[Told], Decimal | None]


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
    raw_text: str,
    now: datetime,
    is_demo: bool = False,
) -> Recorded | UnitUnknown | UnitUnsaid | PriceRefused:
    """Keep one report under its source key; the same key again gives the same answer, no new row.

    A unit not said is the commodity's base unit, unless the price is beyond a factor of 3 of what
    is usual there: 3,600 for maize is a bag's price, or a slip. A price type not said is the
    commodity's own, a currency not said the country's. A report belongs to a market, town or ward:
    a whole county raises ValueError, because whoever calls has to ask for the market first.
    """
    if (known := _find(session, source_key)) is not None:
        return known
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
        is_demo=is_demo,
    )
    row = observation_of(
        vocabulary,
        told,
        converting=_convert_in(session, vocabulary),
        usual=partial(usual_price, session, vocabulary),
    )
    return _insert_once(session, row) if isinstance(row, PriceObservation) else row


def observation_of(
    vocabulary: Vocabulary, told: Told, *, converting: Converting, usual: Usual
) -> PriceObservation | UnitUnknown | UnitUnsaid | PriceRefused:
    """Make a row of what was told, not added yet, or say why it cannot be kept."""
    if not vocabulary.places[told.place_id].kind.is_trading_place:
        raise ValueError(
            f"a report of {told.commodity} needs a market or a ward, not place {told.place_id}"
        )
    is_foreign = told.currency not in {None, vocabulary.country.currency}
    if reason := RefusalReason.OTHER_CURRENCY if is_foreign else _refusal(told.price):
        return PriceRefused(reason, told.price)
    unit = told.unit or _unsaid_unit(vocabulary, told, usual(told))
    if isinstance(unit, UnitUnsaid):
        return unit
    today = told.reported_at.astimezone(ZoneInfo(vocabulary.country.timezone)).date()
    conversion = converting(told.commodity, unit, told.place_id, today)
    if conversion is None:
        return UnitUnknown(told.commodity, unit)
    per_base_unit = told.price / conversion.quantity
    if reason := _refusal(per_base_unit):
        return PriceRefused(reason, told.price)
    return _row(vocabulary, told, unit, conversion, per_base_unit)


def _row(
    vocabulary: Vocabulary, told: Told, unit: str, conversion: Conversion, per_base_unit: Decimal
) -> PriceObservation:
    quantity = told.quantity
    return PriceObservation(
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
        raw_text=told.raw_text.replace("\0", ""),  # PostgreSQL keeps no NUL
        is_demo=told.is_demo,
    )


def _unsaid_unit(vocabulary: Vocabulary, told: Told, usual: Decimal | None) -> str | UnitUnsaid:
    """The base unit, where the price is one of that."""
    if usual is not None and _is_far(told.price, usual):
        return UnitUnsaid(told.commodity, told.price, usual)
    return vocabulary.commodities[told.commodity].base_unit


def usual_price(session: Session, vocabulary: Vocabulary, told: Told) -> Decimal | None:
    """What somebody asking there would be told, per base unit; None where nobody knows."""
    answer = answer_price(
        session,
        vocabulary,
        commodity=told.commodity,
        place_id=told.place_id,
        price_type=told.price_type,
        now=told.reported_at,
    )
    match answer:
        case OwnPrice() | NearestPrice():
            return answer.estimate.price
        case Published():
            return answer.price
        case NoPrice(last_known=last_known):
            return None if last_known is None else last_known.price
        case _:
            assert_never(answer)


def _is_far(price: Decimal, usual: Decimal) -> bool:
    return not usual / SLIP <= price <= usual * SLIP


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


def _find(session: Session, source_key: str) -> Recorded | None:
    row = session.scalar(select(PriceObservation).where(PriceObservation.source_key == source_key))
    return None if row is None else _recorded(row)


def _insert_once(session: Session, row: PriceObservation) -> Recorded:
    """Insert, or find what another process inserted under the same key a moment ago."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        known = _find(session, row.source_key)
        if known is None:
            raise
        return known
    return _recorded(row)


def _recorded(row: PriceObservation) -> Recorded:
    return Recorded(
        observation_id=row.id,
        commodity=row.commodity_code,
        place_id=row.place_id,
        price_type=row.price_type,
        currency=row.currency,
        price=row.price,
        unit=row.unit_code,
        price_per_base_unit=row.price_per_base_unit,
        reported_at=row.reported_at,
        quantity=row.quantity,
    )
