"""How much of a thing is carried at a time, and what it weighs."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.catalogue import ONE, best_conversion, convert
from prices.models import CommodityLoad, UnitFactor
from prices.netback import Load
from prices.published import local_day
from prices.vocabulary import Vocabulary

SMALLEST, TOO_MUCH = Decimal("0.0001"), Decimal(10_000_000)  # kilograms
# What is poured is priced and carried by the measure; a litre of most things is about a kilo.
KG_OF_MEASURE = {"kg": Decimal(1), "litre": Decimal(1)}


@dataclass(frozen=True)
class Goods:
    """What somebody carries, as far as they said; a unit without a quantity: one of them."""

    commodity: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Weighed:
    """How much is carried, and how heavy that is.

    `times` is how often a fare that was told for one of a measure is paid: twenty times for a can
    of 20 litres at "3 a litre".
    """

    quantity: Decimal
    unit: str
    load: Load
    times: Decimal = Decimal(1)


@dataclass(frozen=True)
class LoadUnsaid:
    """How much is carried was not said, and what it is is not known either: ask."""


@dataclass(frozen=True)
class LoadUnknown:
    """Nobody knows how heavy that unit is: ask, never guess."""

    unit: str


@dataclass(frozen=True)
class UsualLoad:
    """How much of a commodity is taken to a market at a time, and what a base unit weighs."""

    quantity: Decimal  # in base units
    kg_per_base_unit: Decimal

    def of(self, quantity: Decimal) -> Load:
        """So much of it, as a load."""
        return Load(quantity * self.kg_per_base_unit, self.kg_per_base_unit)


def usual_load(session: Session, commodity: str) -> UsualLoad | None:
    """How much of it is carried by whoever does not say; None for what nobody carries."""
    found = _LOAD.first(session, {"commodity": commodity})
    return None if found is None else UsualLoad(*found)


_LOAD = Prepared(
    select(CommodityLoad.quantity, CommodityLoad.kg_per_base_unit).where(
        CommodityLoad.commodity_code == bindparam("commodity")
    )
)


def weigh(
    session: Session, vocabulary: Vocabulary, goods: Goods, *, place_id: int, now: datetime
) -> Weighed | LoadUnsaid | LoadUnknown:
    """How heavy goods are at a place; what was not said is what is usually taken of them."""
    usual = None if goods.commodity is None else usual_load(session, goods.commodity)
    commodity = vocabulary.commodities.get(goods.commodity or "")
    base_unit = None if commodity is None else commodity.base_unit
    quantity, unit = _how_much(goods, usual, base_unit)
    if quantity is None or unit is None:
        return LoadUnsaid()
    kg = _kg_of(session, vocabulary, goods, unit, usual, place_id, local_day(vocabulary, now))
    if kg is None:
        return LoadUnknown(unit)
    if not SMALLEST <= quantity * kg < TOO_MUCH:
        return LoadUnsaid()
    is_rate = goods.quantity is None and goods.unit is not None
    piece = ONE if usual is None else usual.kg_per_base_unit
    return Weighed(quantity, unit, Load(quantity * kg, piece), quantity if is_rate else ONE)


def _how_much(
    goods: Goods, usual: UsualLoad | None, base_unit: str | None
) -> tuple[Decimal | None, str | None]:
    """The quantity and its unit; of a measure that is poured the usual load, of bags one."""
    unit = goods.unit or base_unit
    if goods.quantity is not None:
        return goods.quantity, unit
    is_usual = goods.unit is None or (unit == base_unit and unit in KG_OF_MEASURE)
    if is_usual:
        return (None if usual is None else usual.quantity), unit
    return ONE, unit


def _kg_of(
    session: Session,
    vocabulary: Vocabulary,
    goods: Goods,
    unit: str,
    usual: UsualLoad | None,
    place_id: int,
    on: date,
) -> Decimal | None:
    """What one of a unit weighs: as it does of that commodity, else by its own name; None: ask."""
    country = vocabulary.country.code
    if goods.commodity is not None and usual is not None:
        found = convert(
            session,
            commodity=goods.commodity,
            unit=unit,
            country=country,
            place_id=place_id,
            on=on,
        )
        if found is not None:
            return found.quantity * usual.kg_per_base_unit
    return KG_OF_MEASURE.get(unit) or _kg_by_name(session, unit, country, on)


def _kg_by_name(session: Session, unit: str, country: str, on: date) -> Decimal | None:
    """A 90 kg bag weighs 90 kg and a 20 litre jerrycan about 20, whatever is in them."""
    row = UnitFactor
    found = best_conversion(
        session.scalars(
            select(row)
            .where(row.unit_code == unit, row.base_unit.in_(KG_OF_MEASURE), row.valid_from <= on)
            .where(row.commodity_code.is_(None), row.place_id.is_(None))
            .where(or_(row.country.is_(None), row.country == country))
        )
    )
    return None if found is None else found.quantity
