"""A published price as other programs are told it: by the API, and where it changed (pure)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from prices.cells import Cell
from prices.estimates import Estimate
from prices.exporters import open_grade
from prices.vocabulary import Vocabulary

Value: TypeAlias = str | int | Decimal | None
Json: TypeAlias = str | int | float | None

# What a row says of a cell without a recent price.
NOTHING: Mapping[str, Json] = {
    "price": None,
    "low": None,
    "high": None,
    "reports": 0,
    "reporters": 0,
    "confidence": None,
    "newest_at": None,
}


def price_row(
    vocabulary: Vocabulary, cell: Cell, published: Mapping[str, Value]
) -> dict[str, Value]:
    """A row of the API: what it is of, and what is published of that."""
    place, county = vocabulary.places[cell.place_id], vocabulary.admin1_of(cell.place_id)
    return {
        "commodity": cell.commodity,
        "place": place.code,
        "place_name": place.name,
        "county": None if county is None else county.code,
        "price_type": cell.price_type.value,
        "buyer": None if cell.buyer is None else cell.buyer.value,
        "grade": open_grade(cell.grade),
        "currency": vocabulary.country.currency,
        "unit": vocabulary.commodities[cell.commodity].base_unit,
        **published,
    }


def published(found: Estimate) -> dict[str, Value]:
    """What may change of it."""
    return {
        "price": found.price,
        "low": found.low,
        "high": found.high,
        "reports": found.reports,
        "reporters": found.reporters,
        "confidence": found.confidence.value,
        "newest_at": found.newest_at.isoformat(),
    }


def as_json(row: Mapping[str, Value]) -> dict[str, Json]:
    """A row with its decimals as JSON's numbers: at most eleven figures, which a float keeps."""
    return {
        name: _number(value) if isinstance(value, Decimal) else value for name, value in row.items()
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
