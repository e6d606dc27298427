"""Keep a reported price: once, as it was said and per base unit."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
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
    if not vocabulary.places[place_id].kind.is_trading_place:
        raise ValueError(f"a report of {commodity} needs a market or a ward, not place {place_id}")
    own_currency = vocabulary.country.currency
    is_foreign = currency not in {None, own_currency}
    if reason := RefusalReason.OTHER_CURRENCY if is_foreign else _refusal(price):
        return PriceRefused(reason, price)
    entry = vocabulary.commodities[commodity]
    if unit is None:
        usual = _usual_price(session, vocabulary, commodity, place_id, price_type, now)
        if usual is not None and _is_far(price, usual):
            return UnitUnsaid(commodity, price, usual)
        unit = entry.base_unit
    conversion = _convert(session, vocabulary, commodity, unit, place_id, now)
    if conversion is None:
        return UnitUnknown(commodity, unit)
    per_base_unit = price / conversion.quantity
    if reason := _refusal(per_base_unit):
        return PriceRefused(reason, price)
    row = PriceObservation(
        source_key=source_key,
        reporter_id=reporter_id,
        commodity_code=commodity,
        place_id=place_id,
        price_type=price_type or entry.price_type,
        buyer=buyer,
        grade=grade[:GRADE_LENGTH] if grade else None,
        currency=own_currency,
        price=price.quantize(SMALLEST),
        unit_code=unit,
        unit_factor_id=conversion.factor_id,
        price_per_base_unit=per_base_unit.quantize(SMALLEST),
        quantity=quantity if quantity is not None and _refusal(quantity) is None else None,
        reported_at=now,
        raw_text=raw_text.replace("\0", ""),  # PostgreSQL keeps no NUL
        is_demo=is_demo,
    )
    return _insert_once(session, row)


def _usual_price(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    now: datetime,
) -> Decimal | None:
    """What somebody asking there would be told, per base unit; None where nobody knows."""
    answer = answer_price(
        session, vocabulary, commodity=commodity, place_id=place_id, price_type=price_type, now=now
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


def _convert(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    unit: str,
    place_id: int,
    now: datetime,
) -> Conversion | None:
    today = now.astimezone(ZoneInfo(vocabulary.country.timezone)).date()
    return convert(
        session,
        commodity=commodity,
        unit=unit,
        country=vocabulary.country.code,
        place_id=place_id,
        on=today,
    )


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
