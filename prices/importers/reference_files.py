"""Read a reference file line by line; what is wrong with it is said with its line."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from prices.importers.tables import Row

Line: TypeAlias = dict[str, str]


class ReferenceFileError(Exception):
    """A reference file that cannot be read as it stands; its one line says where and why."""


def read(path: Path, convert: Callable[[Line], Row]) -> Iterator[Row]:
    """Each line of a CSV file, made a row of its table."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        for line in reader:
            try:
                yield convert(_whole(line))
            except KeyError as error:
                raise ReferenceFileError(f"{path}: there is no column {error}") from error
            except (ValueError, ArithmeticError) as error:
                raise ReferenceFileError(f"{path} line {reader.line_num}: {error}") from error


def _whole(line: dict[Any, Any]) -> Line:
    if None in line or None in line.values():
        raise ValueError("it has more or fewer fields than the first line")
    return line
