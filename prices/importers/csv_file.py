"""What all imported files have in common: a CSV with a header, plain or gzipped, in UTF-8."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, TextIO

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_LINE = 1_000_000  # characters: what is longer is no line, and would fill the memory
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
    """A file that stays on the disk: memory holds one line of it, however long it is."""

    path: Path
    form: Form

    def lines(self) -> Iterator[Fields | BrokenLine]:
        """Every line but the header and the row of HXL tags that HDX puts beneath it.

        What is wrong with the file as a whole raises ImportFileError where it is met.
        """
        with _opened(self.path) as text:
            # Strict: else a quotation mark never closed swallows the rest of the file unheard.
            reader = csv.reader(_sound(self.path.name, text), strict=True)
            found = 0
            width = len(header := next(reader, []))
            of_form = itemgetter(*_columns(self.path.name, header, self.form))
            for fields in reader:
                if not fields or (found == 0 and fields[0].startswith("#")):
                    continue
                found += 1
                if len(fields) == width:
                    fields.append("")
                    yield Fields(reader.line_num, tuple(map(str.strip, of_form(fields))))
                else:
                    yield BrokenLine(reader.line_num)
        if not found:
            raise ImportFileError(f"{self.path.name} holds a header and not one {self.form.holds}")

    def count(self) -> int:
        """How many lines of text follow the header; 0 of what can be read but once, like a pipe."""
        if not self.path.is_file():
            return 0
        with _opened(self.path) as text:
            return max(sum(1 for _ in _sound(self.path.name, text)) - 1, 0)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """The text of a file, plain or gzipped; a fault met while it is read is told in one line."""
    try:
        with path.open("rb") as raw:
            is_gzip = raw.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
            plain = gzip.GzipFile(fileobj=raw) if is_gzip else raw
            with io.TextIOWrapper(plain, encoding="utf-8-sig", newline="") as text:
                try:
                    yield text
                except UnicodeDecodeError as error:
                    # What was decoded last ends where the file was read to.
                    at = plain.tell() - len(error.object) + error.start
                    fault = (
                        f"{path.name} is not UTF-8 text, from byte {at} on: save it as “CSV UTF-8”"
                    )
                    raise ImportFileError(fault) from error
    except csv.Error as error:
        raise ImportFileError(f"{path.name} is no readable CSV: {_in_words(error)}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ImportFileError(f"{path.name} is a damaged gzip file: {error}") from error
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror}") from error


def _in_words(error: csv.Error) -> str:
    if str(error) == "unexpected end of data":
        return "a quotation mark is opened and never closed"
    return str(error)


def _sound(name: str, text: TextIO) -> Iterator[str]:
    """Line by line, while it is text: PostgreSQL keeps no NUL, and no price is a book long."""
    while line := text.readline(LONGEST_LINE):
        if "\0" in line:
            raise ImportFileError(f"{name} is no text: it holds a NUL")
        if len(line) == LONGEST_LINE:
            raise ImportFileError(f"{name} has a line of {LONGEST_LINE:,} characters or more")
        yield line


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
