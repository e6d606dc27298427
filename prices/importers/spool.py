"""What was understood of a file, on the disk until it is written: memory holds a line at a time."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TextIO

from sqlalchemy import Dialect

from prices.importers.published import PricedLine, PriceKey, PriceValues
from prices.models import PublishedPrice

FIELDS = (*PriceKey._fields, *PriceValues._fields)
_PLACE = 1 + FIELDS.index("place_id")

# The number of the line, then its fields as the database's own driver takes them.
BoundRow = tuple[str, ...]


@contextmanager
def open_spool(dialect: Dialect) -> Iterator["Spool"]:
    """A new one, for a database of that kind; it is gone when the block ends, however it does."""
    with TemporaryFile("w+", encoding="utf-8", newline="") as file:
        yield Spool(file, dialect)


class Spool:
    """Prices in the order of their lines."""

    def __init__(self, file: TextIO, dialect: Dialect) -> None:
        self.count = 0
        self._file = file
        self._write = csv.writer(file).writerow
        columns = PublishedPrice.__table__.c
        self._binders = [
            columns[name].type.dialect_impl(dialect).bind_processor(dialect) for name in FIELDS
        ]

    def add(self, priced: PricedLine) -> None:
        """Put one more at the end."""
        key, values = priced
        self.count += 1
        fields = zip(self._binders, (*key, *values), strict=True)
        self._write([self.count, *[bind(value) if bind else value for bind, value in fields]])

    def rows(self, place_ids: Mapping[int, int]) -> Iterator[BoundRow]:
        """All of them, the places that were still to be made under their real ids."""
        made = {str(unmade): str(id_) for unmade, id_ in place_ids.items()}
        self._file.seek(0)
        for row in csv.reader(self._file):
            row[_PLACE] = made.get(row[_PLACE], row[_PLACE])
            yield tuple(row)
