"""A file as a browser sends it, packed to be kept until the worker has read it."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import IO

from prices.importers.csv_file import GZIP_MAGIC

LARGEST_UPLOAD = 20 * 1024 * 1024  # bytes, as it is sent
LARGEST_FILE = 200 * 1024 * 1024  # and unpacked: a gzip of nothing but noughts is no price file
PIECE = 1024 * 1024
LEVEL = 5
ZIP_MAGIC = b"PK\x03\x04"  # of archives, and of what spreadsheets save
NAME_LENGTH = 80
_UNUSUAL = re.compile(r"[^\w .()-]+")
_LONG_NUMBER = re.compile(r"\d{9,}")


class UploadRefused(Exception):  # noqa: N818 – it is the file that is wrong
    """A file that cannot be taken; the message says in a sentence why."""


@dataclass(frozen=True)
class Packed:
    """A file in gzipped pieces, which one after the other are one gzip file."""

    parts: list[bytes]
    size: int
    digest: str


def pack(file: IO[bytes]) -> Packed:
    """Read all of it, a piece at a time."""
    head = file.read(len(ZIP_MAGIC))
    file.seek(0)
    if head.startswith(ZIP_MAGIC):
        raise UploadRefused("This is a spreadsheet or an archive: save it as CSV, then send that.")
    parts, size, digest = [], 0, hashlib.sha256()
    for piece in _pieces(file, is_gzip=head.startswith(GZIP_MAGIC)):
        size += len(piece)
        if size > LARGEST_FILE:
            most = LARGEST_FILE // PIECE
            raise UploadRefused(f"Unpacked it has more than {most} MB: send it in several files.")
        digest.update(piece)
        parts.append(gzip.compress(piece, LEVEL, mtime=0))
    if not size:
        raise UploadRefused("The file is empty.")
    return Packed(parts, size, digest.hexdigest())


def _pieces(file: IO[bytes], *, is_gzip: bool) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=file) if is_gzip else nullcontext(file) as source:
        try:
            while piece := source.read(PIECE):
                yield piece
        except (EOFError, zlib.error, gzip.BadGzipFile):
            fault = "This is a damaged gzip file: make it anew, then send it."
            raise UploadRefused(fault) from None


def safe_name(written: str | None) -> str:
    """A file's name as it may stand on a page and on a disk: no path, no phone number."""
    name = (written or "").replace("\\", "/").rpartition("/")[2]
    name = _LONG_NUMBER.sub("…", _UNUSUAL.sub("_", name)).strip(" .")
    return name[-NAME_LENGTH:].strip(" .") or "file.csv"
