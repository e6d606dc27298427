"""Bring a table to what a file says: insert what is new, update what differs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from db.base import Base

Values: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Changes:
    """How many rows of a table a file added, changed and took away."""

    inserted: int = 0
    updated: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        """False when the table was as the file says already."""
        return bool(self.inserted or self.updated or self.removed)

    def __add__(self, other: "Changes") -> "Changes":
        """Both together."""
        return Changes(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.removed + other.removed,
        )


def bring_to(
    session: Session, model: type[Base], key: Sequence[str], rows: list[Values]
) -> Changes:
    """Insert the rows whose key is not there yet, and update those that differ."""
    if not rows:
        return Changes()
    table = _table(model)
    stored = _stored(session, table, key, list(rows[0]))
    new = [row for row in rows if _key(row, key) not in stored]
    changed = [row for row in rows if stored.get(_key(row, key), row) != row]
    if new:
        session.execute(insert(table), [dict(row) for row in new])
    if changed:
        session.execute(_update(table, key, rows[0]), [_bound(row) for row in changed])
    return Changes(inserted=len(new), updated=len(changed))


def remove_others(
    session: Session, model: type[Base], key: Sequence[str], rows: Iterable[Values]
) -> Changes:
    """Delete what no file names any more; only for words, to which no other row refers."""
    table = _table(model)
    wanted = {_key(row, key) for row in rows}
    columns = [table.c.id, *(table.c[name] for name in key)]
    gone = [
        {"gone": id_}
        for id_, *there in session.execute(select(*columns))
        if tuple(there) not in wanted
    ]
    if gone:
        session.execute(delete(table).where(table.c.id == bindparam("gone")), gone)
    return Changes(removed=len(gone))


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 – every model of ours is a plain table
    return table


def _stored(
    session: Session, table: Table, key: Sequence[str], columns: Sequence[str]
) -> dict[Key, Values]:
    found = session.execute(select(*(table.c[name] for name in columns)))
    return {_key(row, key): dict(row) for row in found.mappings()}


def _key(row: Any, key: Sequence[str]) -> Key:
    return tuple(row[name] for name in key)


def _update(table: Table, key: Sequence[str], columns: Iterable[str]) -> Any:
    same_key = (table.c[name] == bindparam(f"new_{name}") for name in key)
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns if name not in key}
    return update(table).where(*same_key).values(values)


def _bound(row: Values) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in row.items()}
