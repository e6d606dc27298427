"""The form of a WFP price file, as HDX publishes it, into lines."""

from pathlib import Path
from typing import NamedTuple

from prices.importers.csv_file import BrokenLine, Form, open_csv


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


def read_lines(path: Path) -> list[Line | BrokenLine]:
    """Every line that tells a price, or is too broken to."""
    return [
        line if isinstance(line, BrokenLine) else Line._make([*line.values, line.number])
        for line in open_csv(path, FORM).lines()
    ]
