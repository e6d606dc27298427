"""What a backup says of itself: read before anything in it is believed (pure)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

# How the file is laid out; another way of doing it gets another number.
FORM = 1


class BackupError(Exception):
    """A backup cannot be made, believed or put back; the message says why, and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What is in a backup, and of which service."""

    form: int
    bei: str  # the version that made it
    revision: str  # how far its database was migrated
    database: str  # sqlite, postgresql
    made_at: datetime
    content: str  # the name of the file within that holds the database
    sha256: str  # of that file, in hex
    rows: Mapping[str, int]  # by table
    keys: Mapping[str, str]  # marks of the keys that the data needs, by the keys' names

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return sum(self.rows.values())


def written(manifest: Manifest) -> str:
    """The manifest as it stands in the file."""
    said = {**asdict(manifest), "made_at": manifest.made_at.isoformat()}
    return json.dumps(said, indent=1, sort_keys=True) + "\n"


def read_manifest(text: str | bytes) -> Manifest:
    """The manifest of a file; BackupError where it says too little, or is of a later form."""
    try:
        said: dict[str, Any] = json.loads(text)
        if int(said["form"]) > FORM:
            raise BackupError(f"it was made by a newer Bei ({said.get('bei')}): upgrade Bei first")
        names = Manifest.__dataclass_fields__
        values = {name: said[name] for name in names}
        return Manifest(**{**values, "made_at": datetime.fromisoformat(said["made_at"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BackupError("it says nothing of what is in it") from None


def refuse_miscounted(found: Mapping[str, int], said: Mapping[str, int]) -> None:
    """BackupError where a table has not the rows that are said to be in it."""
    for table in sorted({*found, *said}):
        if found.get(table) != said.get(table):
            raise BackupError(
                f"{table} has {found.get(table, 0):,} rows, not {said.get(table, 0):,}"
            )
