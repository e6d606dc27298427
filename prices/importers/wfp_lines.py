"""What one line of a WFP file means in our words, or why it means nothing to us."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from babel.core import get_global
from sqlalchemy import select
from sqlalchemy.orm import Session

from prices.importers.csv_file import BrokenLine
from prices.importers.published import (
    FLAG_LENGTH,
    LeftOut,
    Measure,
    PricedLine,
    PriceKey,
    PriceValues,
    SkippedLine,
    SkipReason,
    date_of,
    metric,
    per_base_unit,
    price_of,
    price_type_of,
)
from prices.importers.reference import SEED_DATA
from prices.importers.wfp_file import Line
from prices.importers.wfp_markets import SOURCE, Markets, Point, load_markets
from prices.models import Commodity, Country

EVERYWHERE = "*"


@dataclass(frozen=True)
class Lookups:
    """All that a line is compared with."""

    countries: Mapping[str, str]  # by ISO 3166-1 alpha-3 code and by currency
    currencies: Mapping[str, str]  # by country
    base_units: Mapping[str, str]  # by commodity
    products: Mapping[tuple[str, str], str]  # commodities by country, "*" for any, and product
    units: Mapping[str, Measure]
    markets: Markets


def understand(line: Line | BrokenLine, known: Lookups) -> PricedLine | SkippedLine:
    """The price a line tells, or why none."""
    if isinstance(line, BrokenLine):
        return SkippedLine(SkipReason.BROKEN, f"line {line.number}")
    try:
        return _priced(line, known)
    except LeftOut as left:
        return left.skipped


def _priced(line: Line, known: Lookups) -> PricedLine:
    if "forecast" in line.priceflag.lower():
        raise LeftOut(SkipReason.FORECAST, f"{line.market} {line.date}")
    price = price_of(line.price, line.number)
    priced_on = date_of(line.date, line.number)
    country = _country(line, known)
    price_type = price_type_of(line.pricetype)
    commodity = _commodity(line, country, known)
    quantity = _quantity(line, commodity, known)
    one = per_base_unit(price, quantity, line.unit, line.number)
    key = PriceKey(
        SOURCE,
        _place(line, country, known),
        line.commodity,
        price_type,
        line.unit,
        line.currency,
        priced_on,
    )
    return key, PriceValues(commodity, price, one, line.priceflag[:FLAG_LENGTH])


def _country(line: Line, known: Lookups) -> str:
    """The country; in the per-country form, which does not say it, by its currency."""
    said = line.country or line.currency
    country = known.countries.get(said)
    if country is None:
        raise LeftOut(SkipReason.COUNTRY, said)
    if known.currencies[country] != line.currency:
        raise LeftOut(SkipReason.CURRENCY, f"{line.market}: {line.currency}")
    return country


def _commodity(line: Line, country: str, known: Lookups) -> str:
    for where in (country, EVERYWHERE):
        if commodity := known.products.get((where, line.commodity)):
            return commodity
    raise LeftOut(SkipReason.PRODUCT, line.commodity)


def _quantity(line: Line, commodity: str, known: Lookups) -> Decimal:
    """How many of the commodity's base units the unit holds."""
    base_unit, quantity = known.units.get(line.unit) or metric(line.unit)
    if base_unit != known.base_units[commodity] or not quantity:
        raise LeftOut(SkipReason.UNIT, f"{line.commodity} per {line.unit}")
    return quantity


def _place(line: Line, country: str, known: Lookups) -> int:
    market = known.markets.find(country, line.market, _point(line))
    if market is None:
        raise LeftOut(SkipReason.MARKET, line.market)
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
