"""Keep what somebody pays to carry goods: once, and only where it can be so."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from prices.answers import NoPrice, Published
from prices.fares import ToldFare, dearness, is_unlikely
from prices.kinds import TransportMode
from prices.loads import (
    KG_OF_MEASURE,
    Goods,
    LoadUnknown,
    LoadUnsaid,
    Weighed,
    usual_load,
    weigh,
)
from prices.models import TransportFare
from prices.netback import Load
from prices.observations import SMALLEST, TOO_MUCH, RefusalReason
from prices.queries import answer_price
from prices.transport import known_fare, road_between, tariffs_on
from prices.vocabulary import Vocabulary

# Slips are mostly a digit too many, or too few.
_SLIPS = (Decimal("0.1"), Decimal(10))


@dataclass(frozen=True)
class FareTold:
    """What somebody said that carrying costs; for goods of a unit without a quantity: each."""

    source_key: str
    reporter_id: int
    from_place_id: int
    to_place_id: int
    goods: Goods
    fare: Decimal
    mode: TransportMode | None
    raw_text: str
    reported_at: datetime
    currency: str | None = None
    is_demo: bool = False


@dataclass(frozen=True)
class FareKept:
    """The fare is kept, for so much of `unit`; `each` is for one `each_unit` of it."""

    from_place_id: int
    to_place_id: int
    currency: str
    fare: Decimal
    quantity: Decimal
    unit: str
    each: Decimal
    each_unit: str


@dataclass(frozen=True)
class FareRefused:
    """No fare is that; nothing was kept."""

    reason: RefusalReason


@dataclass(frozen=True)
class FareUnlikely:
    """Far from what carrying costs there, or dearer than the goods: ask back.

    `usual` is what that load costs there, `worth` what the goods bring, where they are known;
    `meant` the same figure with a digit more or less, where that would be likely.
    """

    fare: Decimal
    quantity: Decimal
    unit: str
    usual: Decimal | None
    worth: Decimal | None
    meant: Decimal | None


def record_fare(
    session: Session, vocabulary: Vocabulary, told: FareTold
) -> FareKept | FareRefused | LoadUnsaid | LoadUnknown | FareUnlikely:
    """Keep one fare under its source key; the same key again gives the same answer, no new row.

    A load that was not said is what is usually taken of the commodity. A fare to where it starts
    raises ValueError: whoever calls has to ask for the other place first.
    """
    if told.from_place_id == told.to_place_id:
        raise ValueError(f"a fare needs two places, not {told.from_place_id} alone")
    if (known := _find(session, told.source_key)) is not None:
        return _kept(session, vocabulary, known)
    if refused := _refusal(vocabulary, told):
        return refused
    weighed = weigh(
        session, vocabulary, told.goods, place_id=told.from_place_id, now=told.reported_at
    )
    if not isinstance(weighed, Weighed):
        return weighed
    told = replace(told, fare=told.fare * weighed.times)
    if unlikely := _unlikely(session, vocabulary, told, weighed):
        return unlikely
    return _kept(session, vocabulary, _insert_once(session, _row(vocabulary, told, weighed)))


def _refusal(vocabulary: Vocabulary, told: FareTold) -> FareRefused | None:
    if told.currency not in {None, vocabulary.country.currency}:
        return FareRefused(RefusalReason.OTHER_CURRENCY)
    if told.fare.is_nan() or told.fare < SMALLEST:
        return FareRefused(RefusalReason.NOT_POSITIVE)
    return FareRefused(RefusalReason.TOO_HIGH) if told.fare >= TOO_MUCH else None


def _unlikely(
    session: Session, vocabulary: Vocabulary, told: FareTold, weighed: Weighed
) -> FareUnlikely | None:
    load = weighed.load
    tariffs = tariffs_on(session, vocabulary.country.code, told.reported_at.date())
    km = road_between(vocabulary, told.from_place_id, told.to_place_id)
    worth = _worth(session, vocabulary, told, load)

    def is_likely(fare: Decimal) -> bool:
        paid = ToldFare(
            told.reporter_id,
            frozenset({told.from_place_id, told.to_place_id}),
            fare,
            load,
            km,
            told.mode,
            told.reported_at,
        )
        return not is_unlikely(dearness(paid, tariffs)) and (worth is None or fare < worth)

    if is_likely(told.fare):
        return None
    usual = known_fare(
        session,
        vocabulary,
        from_place_id=told.from_place_id,
        to_place_id=told.to_place_id,
        goods=Goods(told.goods.commodity, weighed.quantity, weighed.unit),
        now=told.reported_at,
    )
    return FareUnlikely(
        fare=told.fare,
        quantity=weighed.quantity,
        unit=weighed.unit,
        usual=None if usual is None else usual.carriage.fare,
        worth=worth,
        meant=next((told.fare * slip for slip in _SLIPS if is_likely(told.fare * slip)), None),
    )


def _worth(session: Session, vocabulary: Vocabulary, told: FareTold, load: Load) -> Decimal | None:
    """What the goods bring where they are taken; None where nobody knows."""
    commodity = told.goods.commodity
    usual = None if commodity is None else usual_load(session, commodity)
    if commodity is None or usual is None:
        return None
    answer = answer_price(
        session,
        vocabulary,
        commodity=commodity,
        place_id=told.to_place_id,
        price_type=None,
        now=told.reported_at,
    )
    if isinstance(answer, NoPrice):
        return None
    price = answer.price if isinstance(answer, Published) else answer.estimate.price
    return price * load.kg / usual.kg_per_base_unit


def _row(vocabulary: Vocabulary, told: FareTold, weighed: Weighed) -> TransportFare:
    return TransportFare(
        source_key=told.source_key,
        reporter_id=told.reporter_id,
        from_place_id=told.from_place_id,
        to_place_id=told.to_place_id,
        commodity_code=told.goods.commodity,
        currency=vocabulary.country.currency,
        fare=told.fare.quantize(SMALLEST),
        quantity=weighed.quantity.quantize(SMALLEST),
        unit_code=weighed.unit,
        load_kg=weighed.load.kg.quantize(SMALLEST),
        mode=told.mode,
        reported_at=told.reported_at,
        raw_text=told.raw_text.replace("\0", ""),  # PostgreSQL keeps no NUL
        is_demo=told.is_demo,
    )


def _kept(session: Session, vocabulary: Vocabulary, row: TransportFare) -> FareKept:
    """What was kept, with what it makes of one: of the measure that was said, else a base unit."""
    each, unit = row.fare / row.load_kg, "kg"
    commodity = vocabulary.commodities.get(row.commodity_code or "")
    usual = None if commodity is None else usual_load(session, commodity.code)
    if row.unit_code in KG_OF_MEASURE:
        each, unit = row.fare / row.quantity, row.unit_code
    elif usual is not None and commodity is not None:
        each, unit = each * usual.kg_per_base_unit, commodity.base_unit
    return FareKept(
        from_place_id=row.from_place_id,
        to_place_id=row.to_place_id,
        currency=row.currency,
        fare=row.fare,
        quantity=row.quantity,
        unit=row.unit_code,
        each=each,
        each_unit=unit,
    )


def _find(session: Session, source_key: str) -> TransportFare | None:
    return session.scalar(select(TransportFare).where(TransportFare.source_key == source_key))


def _insert_once(session: Session, row: TransportFare) -> TransportFare:
    """Insert, or find what another process inserted under the same key a moment ago."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        known = _find(session, row.source_key)
        if known is None:
            raise
        return known
    return row
