"""What all imported files have in common: a CSV with a header, plain or gzipped, in UTF-8."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

GZIP_MAGIC = b"\x1f\x8b"
_NO_LETTER = re.compile(r"[\W_]+")


class ImportFileError(Exception):
    """A file that cannot be imported as it is; the message is one line that says what is wrong."""


@dataclass(frozen=True)
class Form:
    """What a file of one kind is called, the columns it must have, and those it may lack."""

    name: str
    required: Sequence[str]
    optional: Sequence[str] = ()
    holds: str = "price"


class Fields(NamedTuple):
    """A line's fields in the order of its form, required ones first; empty for a missing column."""

    number: int  # in the file, the header being line 1
    values: tuple[str, ...]


class BrokenLine(NamedTuple):
    """A line with too few or too many fields: which column is which cannot be told."""

    number: int


@dataclass(frozen=True)
class CsvFile:
    """A file that was found to be of its form: it may be gone through more than once."""

    name: str
    form: Form
    text: str

    def lines(self) -> Iterator[Fields | BrokenLine]:
        """Every line but the header and the row of HXL tags that HDX puts beneath it."""
        # Strict: else one quotation mark never closed swallows the rest of the file without a word.
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        found = 0
        try:
            width = len(header := next(reader, []))
            places = _columns(self.name, header, self.form)
            for fields in reader:
                if not fields or (found == 0 and fields[0].startswith("#")):
                    continue
                found += 1
                if len(fields) == width:
                    fields.append("")
                    yield Fields(reader.line_num, tuple([fields[at].strip() for at in places]))
                else:
                    yield BrokenLine(reader.line_num)
        except csv.Error as error:
            raise ImportFileError(f"{self.name} is no readable CSV: {error}") from error
        if not found:
            raise ImportFileError(f"{self.name} holds a header and not one {self.form.holds}")


def open_csv(path: Path, form: Form) -> CsvFile:
    """Read a file; ImportFileError where it is no text. Its form shows when its lines are read."""
    return CsvFile(path.name, form, _text(path))


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


def _columns(name: str, header: Sequence[str], form: Form) -> list[int]:
    """Where each of our columns stands; behind the last one for one that is missing."""
    written = [_bare(column) for column in header]
    if not any(written):
        raise ImportFileError(f"{name} is empty")
    missing = [column for column in form.required if _bare(column) not in written]
    if missing:
        raise ImportFileError(f"{name} is no {form.name}: no column {', '.join(missing)}")
    wanted = [_bare(column) for column in (*form.required, *form.optional)]
    return [written.index(key) if key in written else len(header) for key in wanted]


def _bare(column: str) -> str:
    """A column's name as names are compared: "Supply Volume" is "supply_volume"."""
    return _NO_LETTER.sub("", column.casefold())
