"""Write beside others, in one statement: what is missing, in the place of a row, or added to it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import Base
from db.prepared import Prepared, dialect_of

Rows = Sequence[Mapping[str, Any]]


def insert_missing(session: Session, table: type[Base], rows: Rows) -> None:
    """Insert the rows that break no unique constraint; the others are there already."""
    if rows:
        session.execute(_missing(_dialect(session), table), [dict(row) for row in rows])


def insert_or_replace(
    session: Session, table: type[Base], rows: Rows, *, key: Sequence[str]
) -> None:
    """Insert the rows, in the place of those with the same key; its columns are unique together."""
    if rows:
        others = tuple(name for name in rows[0] if name not in key)
        _replacing(_dialect(session), table, tuple(key), others).each(session, rows)


def insert_once(
    session: Session, table: type[Base], row: Mapping[str, Any], *, key: str | tuple[str, ...]
) -> int | None:
    """Insert a row and tell its id; None where its key is there already, now or in a moment."""
    columns = (key,) if isinstance(key, str) else key
    made = _once(_dialect(session), table, columns, tuple(row)).first(session, row)
    return None if made is None else int(made[0])


def count_up(
    session: Session,
    table: type[Base],
    key: Mapping[str, Any],
    by: Mapping[str, int | Decimal],
    *,
    beside: Mapping[str, Any] | None = None,
) -> None:
    """Add to the counters of the row with this key, which is made where it is missing.

    The key's columns must be unique together. What stands `beside` the counters is written anew.
    The row stays locked until the transaction ends, so whoever counts several must do it in one
    order.
    """
    values = {**key, **by, **(beside or {})}
    upsert = _counting(_dialect(session), table, tuple(key), tuple(by), tuple(beside or ()))
    upsert.count(session, values)


def _dialect(session: Session) -> str:
    return dialect_of(session).name


# Each is put together once: that takes longer than to carry it out.


@cache
def _missing(dialect: str, table: type[Base]) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _replacing(
    dialect: str, table: type[Base], key: tuple[str, ...], others: tuple[str, ...]
) -> Prepared:
    insert = _insert(dialect, table).values({name: bindparam(name) for name in (*key, *others)})
    return Prepared(replacing(insert, key, others))


@cache
def _once(
    dialect: str, table: type[Base], key: tuple[str, ...], names: tuple[str, ...]
) -> Prepared:
    insert = _insert(dialect, table).values({name: bindparam(name) for name in names})
    kept = insert.on_conflict_do_nothing(index_elements=list(key))
    return Prepared(kept.returning(table.__table__.c.id))


@cache
def _counting(
    dialect: str,
    table: type[Base],
    key: tuple[str, ...],
    counters: tuple[str, ...],
    beside: tuple[str, ...],
) -> Prepared:
    names = (*key, *counters, *beside)
    insert = _insert(dialect, table).values({name: bindparam(name) for name in names})
    return Prepared(adding(insert, table, key, counters, beside))


def replacing(insert: Any, key: tuple[str, ...], others: tuple[str, ...]) -> Any:
    """An insert in the place of a row that is there already."""
    new = {name: insert.excluded[name] for name in others}
    return insert.on_conflict_do_update(index_elements=list(key), set_=new)


def adding(
    insert: Any,
    table: type[Base],
    key: tuple[str, ...],
    counters: tuple[str, ...],
    beside: tuple[str, ...] = (),
) -> Any:
    """An insert that adds to the counters of a row that is there already."""
    columns = table.__table__.c
    added = {name: columns[name] + insert.excluded[name] for name in counters}
    anew = {name: insert.excluded[name] for name in beside}
    return insert.on_conflict_do_update(index_elements=list(key), set_=added | anew)


def _insert(dialect: str, table: type[Base]) -> Any:
    # The two say ON CONFLICT alike, but each by a class of its own.
    of_dialect = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return of_dialect(cast(Table, table.__table__))
