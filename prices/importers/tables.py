"""Bring a table to what a file says: insert what is new, update what differs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from db.base import Base
from prices.importers.kept import left_to_files

Row: TypeAlias = dict[str, Any]
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


class BadRowsError(ValueError):
    """Rows that a table cannot take: two with one key, or one that refers to nothing."""


def bring_to(
    session: Session, model: type[Base], key: Sequence[str], rows: Sequence[Row]
) -> Changes:
    """Insert the rows whose key is not there yet, and update those that differ.

    What was decided at the desk stays as it was decided.
    """
    _refuse_repeats(rows, key)
    rows = left_to_files(session, model, key, rows)
    if not rows:
        return Changes()
    table = _table(model)
    _refuse_dangling(session, table, rows)
    stored = _stored(session, table, key, list(rows[0]))
    new = [row for row in rows if _key(row, key) not in stored]
    changed = [row for row in rows if stored.get(_key(row, key), row) != row]
    if new:
        session.execute(insert(table), new)
    if changed:
        session.execute(_update(table, key, rows[0]), [_bound(row) for row in changed])
    return Changes(inserted=len(new), updated=len(changed))


def remove_others(
    session: Session, model: type[Base], key: Sequence[str], rows: Iterable[Row]
) -> Changes:
    """Delete what no file names any more; only for words, to which no other row refers."""
    table = _table(model)
    wanted = {_key(row, key) for row in rows}
    stored = _stored(session, table, key, ["id", *key])
    unnamed = [row for key_, row in stored.items() if key_ not in wanted]
    gone = [{"gone": row["id"]} for row in left_to_files(session, model, key, unnamed)]
    if gone:
        session.execute(delete(table).where(table.c.id == bindparam("gone")), gone)
    return Changes(removed=len(gone))


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not kept in one table")
    return table


def _refuse_repeats(rows: Iterable[Row], key: Sequence[str]) -> None:
    seen: set[Key] = set()
    for row in rows:
        found = _key(row, key)
        if found in seen:
            raise BadRowsError(f"{' '.join(map(str, found))} is there twice")
        seen.add(found)


def _refuse_dangling(session: Session, table: Table, rows: Sequence[Row]) -> None:
    for foreign_key in table.foreign_keys:
        name, target = foreign_key.parent.name, foreign_key.column
        if name not in rows[0]:
            continue
        known = {None, *session.scalars(select(target))}
        if target.table is table:
            known |= {row.get(target.name) for row in rows}
        for row in rows:
            if row[name] not in known:
                raise BadRowsError(f"{name} {row[name]} is no {target.table.name}")


def _stored(
    session: Session, table: Table, key: Sequence[str], columns: Sequence[str]
) -> dict[Key, Row]:
    # Tens of thousands, at each start: by position, which takes a third of by name.
    found = session.execute(select(*(table.c[name] for name in columns)))
    rows = (dict(zip(columns, row, strict=True)) for row in found)
    return {_key(row, key): row for row in rows}


def _key(row: Row, key: Sequence[str]) -> Key:
    return tuple(row[name] for name in key)


def _update(table: Table, key: Sequence[str], columns: Iterable[str]) -> Any:
    same_key = (table.c[name] == bindparam(f"new_{name}") for name in key)
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns if name not in key}
    return update(table).where(*same_key).values(values)


def _bound(row: Row) -> Row:
    return {f"new_{name}": value for name, value in row.items()}
