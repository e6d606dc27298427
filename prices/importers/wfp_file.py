"""The form of a WFP price file, as HDX publishes it: a CSV, plain or gzipped, into lines."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

GZIP_MAGIC = b"\x1f\x8b"


class ImportFileError(Exception):
    """A file that cannot be imported as it is; the message is one line that says what is wrong."""


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


class BrokenLine(NamedTuple):
    """A line with too few or too many fields: which column is which cannot be told."""

    number: int


def read_lines(path: Path) -> list[Line | BrokenLine]:
    """Every line but the header and the row of HXL tags that HDX puts beneath it."""
    try:
        return list(_lines(path.name, _text(path)))
    except csv.Error as error:
        raise ImportFileError(f"{path.name} is no readable CSV: {error}") from error


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if content.startswith(GZIP_MAGIC):
            content = gzip.decompress(content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ImportFileError(f"{path.name} is a damaged gzip file: {error}") from error
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportFileError(
            f"{path.name} is not UTF-8 text, from byte {error.start} on"
        ) from error


def _lines(name: str, text: str) -> Iterator[Line | BrokenLine]:
    # Strict: else one quotation mark never closed swallows the rest of the file without a word.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [column.strip().lower() for column in next(reader, [])]
    places = _columns(name, header)
    found = 0
    for fields in reader:
        if not fields or (found == 0 and fields[0].startswith("#")):
            continue
        found += 1
        if len(fields) == len(header):
            padded = [*fields, ""]
            yield Line._make([*(padded[place].strip() for place in places), reader.line_num])
        else:
            yield BrokenLine(reader.line_num)
    if not found:
        raise ImportFileError(f"{name} holds a header and not one price")


def _columns(name: str, header: Sequence[str]) -> list[int]:
    """Where each of our columns stands; behind the last one for one that is missing."""
    if not any(header):
        raise ImportFileError(f"{name} is empty")
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        raise ImportFileError(f"{name} is no WFP price file: no column {', '.join(missing)}")
    country = header.index(OPTIONAL) if OPTIONAL in header else len(header)
    return [*(header.index(column) for column in REQUIRED), country]
