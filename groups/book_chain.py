"""What holds the lines of a book together: each line's hash goes into the next one's (pure).

Whoever changes a line after the fact, takes one out or puts one in between has to change every
line behind it too, and the last hash, which members may have written down.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from groups.book_lines import Line

# `id` is known only after the row is written; the number stands for the line in its book.
_NOT_HASHED = frozenset({"id", "previous_hash", "hash"})
_HASHED = tuple(sorted(field.name for field in fields(Line) if field.name not in _NOT_HASHED))


def hash_of(previous_hash: str, line: Line) -> str:
    """SHA-256, in hex, over the hash of the line before and everything that this line says."""
    said = {name: _written(getattr(line, name)) for name in _HASHED}
    whole = json.dumps([previous_hash, said], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def broken_at(lines: Iterable[Line]) -> int | None:
    """The number of the first line that does not follow from the one before; None: all do.

    Wants all lines of one book from the first, by number. Where one is missing, it is that one's.
    """
    previous = ""
    for number, line in enumerate(lines, start=1):
        follows = line.number == number and line.previous_hash == previous
        if not follows or line.hash != hash_of(previous, line):
            return number
        previous = line.hash
    return None


def _written(value: Any) -> str | None:
    """A value as it is hashed: the same whichever database gave it back."""
    match value:
        case None:
            return None
        case Decimal():
            return f"{value:.4f}"  # as many places as are stored
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case _:
            return str(value)
