"""Write beside others, in one statement: what is missing, in the place of a row, or added to it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import Base

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
        replacing = _replacing(_dialect(session), table, tuple(key), others)
        session.execute(replacing, [dict(row) for row in rows])


def insert_once(
    session: Session, table: type[Base], row: Mapping[str, Any], *, key: str
) -> int | None:
    """Insert a row and tell its id; None where its key is there already, now or in a moment."""
    insert = _once(_dialect(session), table, key, tuple(row))
    found: int | None = session.connection().execute(insert, dict(row)).scalar()
    return found


def count_up(
    session: Session, table: type[Base], key: Mapping[str, Any], by: Mapping[str, int | Decimal]
) -> None:
    """Add to the counters of the row with this key, which is made where it is missing.

    The key's columns must be unique together. The row stays locked until the transaction ends, so
    whoever counts several must do it in one order.
    """
    insert = _insert(_dialect(session), table).values(**key, **by)
    added = {name: table.__table__.c[name] + number for name, number in by.items()}
    session.execute(insert.on_conflict_do_update(index_elements=list(key), set_=added))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


# Each is put together once: that takes longer than to carry it out.


@cache
def _missing(dialect: str, table: type[Base]) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _replacing(
    dialect: str, table: type[Base], key: tuple[str, ...], others: tuple[str, ...]
) -> Any:
    insert = _insert(dialect, table)
    new = {name: insert.excluded[name] for name in others}
    return insert.on_conflict_do_update(index_elements=list(key), set_=new)


@cache
def _once(dialect: str, table: type[Base], key: str, names: tuple[str, ...]) -> Any:
    insert = _insert(dialect, table).values({name: bindparam(name) for name in names})
    return insert.on_conflict_do_nothing(index_elements=[key]).returning(table.__table__.c.id)


def _insert(dialect: str, table: type[Base]) -> Any:
    # The two say ON CONFLICT alike, but each by a class of its own.
    of_dialect = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return of_dialect(cast(Table, table.__table__))
