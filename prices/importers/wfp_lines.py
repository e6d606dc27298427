"""What one line of a WFP file means in our words, or why it means nothing to us."""

import csv
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from babel.core import get_global
from sqlalchemy import select
from sqlalchemy.orm import Session

from prices.importers.csv_file import BrokenLine
from prices.importers.reference import SEED_DATA
from prices.importers.wfp_file import Line
from prices.importers.wfp_markets import Markets, Point, load_markets
from prices.kinds import PriceType
from prices.models import Commodity, Country

SMALLEST = Decimal("0.0001")  # what the price columns hold
TOO_MUCH = Decimal(10) ** 13
EVERYWHERE = "*"

PRICE_TYPES = {
    "retail": PriceType.RETAIL,
    "wholesale": PriceType.WHOLESALE,
    "farm gate": PriceType.FARM_GATE,
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


@dataclass(frozen=True)
class SkippedLine:
    """A line left out, with the words that were the reason."""

    reason: SkipReason
    example: str


class PriceKey(NamedTuple):
    """What makes a published price one and the same; a negative place is still to be made."""

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


@dataclass(frozen=True)
class Lookups:
    """All that a line is compared with."""

    countries: Mapping[str, str]  # by ISO 3166-1 alpha-3 code and by currency
    currencies: Mapping[str, str]  # by country
    base_units: Mapping[str, str]  # by commodity
    products: Mapping[tuple[str, str], str]  # commodities by country, "*" for any, and product
    units: Mapping[str, Measure]
    markets: Markets


class _Left(Exception):  # noqa: N818 – it is not an error, and stays within this module
    def __init__(self, reason: SkipReason, example: str) -> None:
        self.skipped = SkippedLine(reason, example)


def understand(line: Line | BrokenLine, known: Lookups) -> PricedLine | SkippedLine:
    """The price a line tells, or why none."""
    if isinstance(line, BrokenLine):
        return SkippedLine(SkipReason.BROKEN, f"line {line.number}")
    try:
        return _priced(line, known)
    except _Left as left:
        return left.skipped


def _priced(line: Line, known: Lookups) -> PricedLine:
    price = _price(line)
    priced_on = _date(line)
    country = _country(line, known)
    price_type = PRICE_TYPES.get(line.pricetype.lower())
    if price_type is None:
        raise _Left(SkipReason.PRICE_TYPE, line.pricetype)
    commodity = _commodity(line, country, known)
    quantity = _quantity(line, commodity, known)
    per_base_unit = (price / quantity).quantize(SMALLEST)
    if not SMALLEST <= per_base_unit < TOO_MUCH:
        raise _Left(SkipReason.NO_PRICE, f"line {line.number}: {line.price!r} per {line.unit}")
    key = PriceKey(
        _place(line, country, known),
        line.commodity,
        price_type,
        line.unit,
        line.currency,
        priced_on,
    )
    return key, PriceValues(commodity, price, per_base_unit, line.priceflag[:20])


def _price(line: Line) -> Decimal:
    if "forecast" in line.priceflag.lower():
        raise _Left(SkipReason.FORECAST, f"{line.market} {line.date}")
    try:
        price = Decimal(line.price)
    except InvalidOperation:
        price = Decimal(0)
    if price.is_nan() or not SMALLEST <= price < TOO_MUCH:
        raise _Left(SkipReason.NO_PRICE, f"line {line.number}: {line.price!r}")
    return price.quantize(SMALLEST)


def _date(line: Line) -> date:
    try:
        return date.fromisoformat(line.date)
    except ValueError:
        raise _Left(SkipReason.NO_DATE, f"line {line.number}: {line.date!r}") from None


def _country(line: Line, known: Lookups) -> str:
    """The country; in the per-country form, which does not say it, by its currency."""
    said = line.country or line.currency
    country = known.countries.get(said)
    if country is None:
        raise _Left(SkipReason.COUNTRY, said)
    if known.currencies[country] != line.currency:
        raise _Left(SkipReason.CURRENCY, f"{line.market}: {line.currency}")
    return country


def _commodity(line: Line, country: str, known: Lookups) -> str:
    for where in (country, EVERYWHERE):
        if commodity := known.products.get((where, line.commodity)):
            return commodity
    raise _Left(SkipReason.PRODUCT, line.commodity)


def _quantity(line: Line, commodity: str, known: Lookups) -> Decimal:
    """How many of the commodity's base units the unit holds."""
    base_unit, quantity = known.units.get(line.unit) or _metric(line.unit)
    if base_unit != known.base_units[commodity] or not quantity:
        raise _Left(SkipReason.UNIT, f"{line.commodity} per {line.unit}")
    return quantity


def _metric(unit: str) -> Measure:
    found = _METRIC.fullmatch(unit.upper())
    if found is None:
        return "", Decimal(0)
    base_unit, one = _METRIC_UNITS[found[2]]
    return base_unit, Decimal(found[1] or 1) * one


def _place(line: Line, country: str, known: Lookups) -> int:
    market = known.markets.find(country, line.market, _point(line))
    if market is None:
        raise _Left(SkipReason.MARKET, line.market)
    return market.id


def _point(line: Line) -> Point | None:
    try:
        latitude, longitude = float(line.latitude), float(line.longitude)
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def load_lookups(session: Session) -> Lookups:
    """Read them, once per import."""
    currencies = dict(session.execute(select(Country.code, Country.currency)).all())
    # A currency that several share, like XOF and USD, tells no country, whoever of them we serve.
    payers = _payers()
    by_currency = {own: code for code, own in currencies.items() if payers[own] == 1}
    # CLDR keeps the alpha-3 codes as aliases of the alpha-2 ones.
    aliases = get_global("territory_aliases")
    by_alpha3 = {
        alias: codes[0]
        for alias, codes in aliases.items()
        if len(alias) == 3 and alias.isalpha() and codes[0] in currencies
    }
    base_units = select(Commodity.code, Commodity.base_unit)
    return Lookups(
        countries=by_currency | by_alpha3,
        currencies=currencies,
        base_units=dict(session.execute(base_units).all()),
        products=_products(),
        units=_units(),
        markets=load_markets(session),
    )


def _payers() -> Counter[str]:
    """In how many countries of the world each currency is tender now."""
    of_countries: Mapping[str, list[tuple[str, object, object, bool]]]
    of_countries = get_global("territory_currencies")
    return Counter(
        currency
        for currencies in of_countries.values()
        for currency, _, until, is_tender in currencies
        if is_tender and until is None
    )


def _products() -> dict[tuple[str, str], str]:
    rows = _seed("wfp_products.csv")
    return {(row["country"], row["product"]): row["commodity_code"] for row in rows}


def _units() -> dict[str, Measure]:
    rows = _seed("wfp_units.csv")
    return {row["unit"]: (row["base_unit"], Decimal(row["quantity"])) for row in rows}


def _seed(name: str) -> list[dict[str, str]]:
    with (SEED_DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
