"""A database as it goes into a backup."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Content:
    """One moment of a database, read once, piece by piece."""

    name: str  # of the file within the backup
    revision: str
    rows: Mapping[str, int]
    chunks: Iterable[bytes]
    is_squeezed: bool  # so that nothing would be gained by doing it again
