"""A published price as any file may tell it: its key, its values, and why one is left out."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from prices.kinds import PriceType

# What the columns hold.
SMALLEST = Decimal("0.0001")
TOO_MUCH = Decimal(10) ** 13
SOURCE_LENGTH, PRODUCT_LENGTH, UNIT_LENGTH, FLAG_LENGTH = 20, 80, 20, 20

PRICE_TYPES = {
    "retail": PriceType.RETAIL,
    "wholesale": PriceType.WHOLESALE,
    "farm gate": PriceType.FARM_GATE,
    "farm_gate": PriceType.FARM_GATE,
    "producer": PriceType.FARM_GATE,
}

# "45 KG", "500 ML", "L": a size that wfp_units.csv does not name is still plain.
_METRIC = re.compile(r"(\d+(?:\.\d+)?)? ?(KG|G|L|ML)")
_METRIC_UNITS = {
    "KG": ("kg", Decimal(1)),
    "G": ("kg", Decimal("0.001")),
    "L": ("litre", Decimal(1)),
    "ML": ("litre", Decimal("0.001")),
}


class SkipReason(StrEnum):
    """Why a line was left out, as the operator reads it."""

    BROKEN = "too few or too many fields"
    FORECAST = "a forecast, not a price"
    NO_PRICE = "no price above zero"
    NO_DATE = "no date"
    COUNTRY = "a country not served"
    CURRENCY = "not in the country's currency"
    PRICE_TYPE = "neither retail, wholesale nor farm gate"
    PRODUCT = "a product not in the catalogue"
    UNIT = "a unit that cannot be converted"
    MARKET = "a market unknown and without a point near any we know"
    NO_MARKET = "a market not on the map, or of which there are several"
    SOURCE = "no source named"


@dataclass(frozen=True)
class SkippedLine:
    """A line left out, with the words that were the reason."""

    reason: SkipReason
    example: str


class PriceKey(NamedTuple):
    """What makes a published price one and the same; a negative place is still to be made."""

    source: str
    place_id: int
    product: str
    price_type: PriceType
    unit_quoted: str
    currency: str
    priced_on: date


class PriceValues(NamedTuple):
    """What a publisher may correct."""

    commodity_code: str
    price: Decimal
    price_per_base_unit: Decimal
    flag: str


PricedLine = tuple[PriceKey, PriceValues]
Measure = tuple[str, Decimal]  # a base unit and how many of it


class LeftOut(Exception):  # noqa: N818 – it is not an error, and `understand` turns it into a value
    """A line has nothing to tell us."""

    def __init__(self, reason: SkipReason, example: str) -> None:
        self.skipped = SkippedLine(reason, example)


def price_of(written: str, number: int) -> Decimal:
    """A price above zero that the columns can hold."""
    try:
        price = Decimal(written)
    except InvalidOperation:
        price = Decimal(0)
    if price.is_nan() or not SMALLEST <= price < TOO_MUCH:
        raise LeftOut(SkipReason.NO_PRICE, f"line {number}: {written!r}")
    return price.quantize(SMALLEST)


def per_base_unit(price: Decimal, quantity: Decimal, unit: str, number: int) -> Decimal:
    """The price of one base unit, where it is not too small or too large to keep."""
    found = price / quantity
    if found >= TOO_MUCH or (found := found.quantize(SMALLEST)) < SMALLEST:
        raise LeftOut(SkipReason.NO_PRICE, f"line {number}: '{price.normalize():f}' per {unit}")
    return found


def date_of(written: str, number: int) -> date:
    """A day in ISO 8601."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise LeftOut(SkipReason.NO_DATE, f"line {number}: {written!r}") from None


def price_type_of(written: str) -> PriceType:
    """At which step of the trade, in the words of publishers."""
    price_type = PRICE_TYPES.get(written.lower())
    if price_type is None:
        raise LeftOut(SkipReason.PRICE_TYPE, written)
    return price_type


def metric(unit: str) -> Measure:
    """A plain size: 90 KG, 500 ML, L; no base unit for anything else, or longer than we keep."""
    found = _METRIC.fullmatch(unit.upper())
    if found is None or len(unit) > UNIT_LENGTH:
        return "", Decimal(0)
    base_unit, one = _METRIC_UNITS[found[2]]
    return base_unit, Decimal(found[1] or 1) * one
