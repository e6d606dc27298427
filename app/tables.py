"""Rows as a CSV that a spreadsheet opens safely, or as one JSON array: written as they come."""

import csv
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TextIO, TypeAlias

Value: TypeAlias = str | int | Decimal | None
Row: TypeAlias = Sequence[Value]

# A spreadsheet takes a text that begins like this for a formula, and runs it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(out: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a header and the rows."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])


def write_json(out: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write an array of objects, one a line."""
    out.write("[")
    for number, row in enumerate(rows):
        values = (_number(value) if isinstance(value, Decimal) else value for value in row)
        line = json.dumps(dict(zip(columns, values, strict=True)))
        out.write(f"{',' if number else ''}\n{line}")
    out.write("\n]\n")


def _cell(value: Value) -> str | int:
    if isinstance(value, str):  # most are, and a file has hundreds of thousands
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _number(value: Decimal) -> int | float:
    """A price has at most eleven figures, which a float keeps and prints as they were."""
    return int(value) if value == value.to_integral_value() else float(value)
