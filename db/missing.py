"""Insert beside others: what is missing, or in the place of what is there, on both databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import Base

Rows = Sequence[Mapping[str, Any]]


def insert_missing(session: Session, table: type[Base], rows: Rows) -> None:
    """Insert the rows that break no unique constraint; the others are there already."""
    if rows:
        insert = _insert(session)(table).on_conflict_do_nothing()
        session.execute(insert, [dict(row) for row in rows])


def insert_or_replace(
    session: Session, table: type[Base], rows: Rows, *, key: Sequence[str]
) -> None:
    """Insert the rows, in the place of those with the same key; its columns are unique together."""
    if rows:
        insert = _insert(session)(table)
        others = {name: insert.excluded[name] for name in rows[0] if name not in key}
        replacing = insert.on_conflict_do_update(index_elements=list(key), set_=others)
        session.execute(replacing, [dict(row) for row in rows])


def insert_once(
    session: Session, table: type[Base], row: Mapping[str, Any], *, key: str
) -> int | None:
    """Insert a row and tell its id; None where its key is there already, now or in a moment."""
    insert = _insert(session)(table).values(**row).on_conflict_do_nothing(index_elements=[key])
    found: int | None = session.scalar(insert.returning(table.__table__.c.id))
    return found


def _insert(session: Session) -> Any:
    # The two say ON CONFLICT alike, but each by a class of its own.
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert if is_postgresql else sqlite.insert
