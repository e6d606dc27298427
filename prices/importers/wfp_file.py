"""The form of a WFP price file, as HDX publishes it, into lines."""

from collections.abc import Iterator
from typing import NamedTuple

from prices.importers.csv_file import BrokenLine, CsvFile, Form


class Line(NamedTuple):
    """One line of the file, as it is written there. `country` is empty in the per-country form."""

    date: str
    market: str
    latitude: str
    longitude: str
    commodity: str
    unit: str
    priceflag: str
    pricetype: str
    currency: str
    price: str
    country: str
    number: int  # in the file, the header being line 1


# The country's ISO 3166-1 alpha-3 code stands only in files of several countries.
OPTIONAL = "country"
REQUIRED = [name for name in Line._fields if name not in {OPTIONAL, "number"}]
FORM = Form("WFP price file", REQUIRED, [OPTIONAL])


def read_lines(file: CsvFile) -> Iterator[Line | BrokenLine]:
    """Every line that tells a price, or is too broken to."""
    for line in file.lines():
        if isinstance(line, BrokenLine):
            yield line
        else:
            yield Line._make((*line.values, line.number))
