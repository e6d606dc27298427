"""Published prices in Bei's own form, and as KAMIS, Kenya's market information system, gives them.

Both name markets, things and units as people do, so they are understood by the catalogue's words.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from prices.importers.csv_file import BrokenLine, CsvFile, Form


class SeriesLine(NamedTuple):
    """One published price, as it is written."""

    number: int  # of its line in the file, the header being line 1
    date: str
    market: str
    county: str
    commodity: str
    product: str  # the publisher's whole name of it, with grade and kind
    price_type: str
    price: str
    currency: str
    unit: str  # empty: the commodity's base unit
    source: str


BEI = Form(
    "file of published prices",
    ["date", "market", "commodity", "price_type", "price", "currency", "unit", "source"],
    ["county"],
)
KAMIS = Form(
    "KAMIS price file",
    ["date", "market", "commodity", "wholesale", "retail"],
    ["county", "classification", "grade", "sex"],
)
KAMIS_SOURCE, KAMIS_CURRENCY = "KAMIS", "KES"
NOTHING = {"", "-", "n/a"}

_PRICE = re.compile(r"(?:kshs?\.?|kes)?\s*([\d.,]+)\s*(?:/\s*(.*))?", re.IGNORECASE)


def read_bei(file: CsvFile) -> Iterator[SeriesLine | BrokenLine]:
    """Each line is a price."""
    for line in file.lines():
        if isinstance(line, BrokenLine):
            yield line
            continue
        day, market, commodity, price_type, price, currency, unit, source, county = line.values
        yield SeriesLine(
            number=line.number,
            date=day,
            market=market,
            county=county,
            commodity=commodity,
            product=commodity,
            price_type=price_type,
            price=price,
            currency=currency.upper(),
            unit=unit,
            source=source,
        )


def read_kamis(file: CsvFile) -> Iterator[SeriesLine | BrokenLine]:
    """Each line is two prices, at wholesale and at retail, or one where a dash stands for one."""
    for line in file.lines():
        if isinstance(line, BrokenLine):
            yield line
        else:
            yield from _kamis_prices(line.number, line.values)


def _kamis_prices(number: int, values: Sequence[str]) -> Iterator[SeriesLine]:
    day, market, commodity, wholesale, retail, county, *kinds = values
    told = {"wholesale": wholesale, "retail": retail}
    said = {kind: price for kind, price in told.items() if price.casefold() not in NOTHING}
    product = " ".join([commodity, *(kind for kind in kinds if kind.casefold() not in NOTHING)])
    # A line with neither is left out by its price, like any other without one.
    for price_type, written in (said or {"retail": retail}).items():
        price, unit = _price_and_unit(written)
        yield SeriesLine(
            number=number,
            date=day,
            market=market,
            county=county,
            commodity=commodity,
            product=product,
            price_type=price_type,
            price=price,
            currency=KAMIS_CURRENCY,
            unit=unit,
            source=KAMIS_SOURCE,
        )


def _price_and_unit(written: str) -> tuple[str, str]:
    """45.00/Kg is 45.00 per Kg."""
    found = _PRICE.fullmatch(written)
    return (found[1], (found[2] or "").strip()) if found else (written, "")
