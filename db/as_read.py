"""Objects of rows that were read or written by prepared statements, as the session would have them.

To load or to write one object takes SQLAlchemy several times as long as the row takes the database,
and whoever texts or calls waits for it.
"""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from sqlalchemy import inspect
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from db.base import Base
from db.looking import Looking

T = TypeVar("T", bound=Base)


def as_read(session: Session, table: type[T], values: Mapping[str, Any]) -> T:
    """The object of a row that stands in the database with these values, and is not held yet.

    A column that is not named is read when somebody asks for it; not where nobody may write.
    """
    found = as_written(table, values)
    if isinstance(session, Looking) and not session.may_write:
        session.watch(found)
        return found
    make_transient_to_detached(found)  # as read, not as new
    session.add(found)
    return found


def held(session: Session, table: type[T], id_: Any) -> T | None:
    """The object of a row with this id that a session holds already."""
    if isinstance(session, Looking) and (watched := session.watched(table, id_)) is not None:
        return cast(T, watched)
    return cast(T | None, session.identity_map.get(identity_key(table, id_)))


def as_written(table: type[T], values: Mapping[str, Any]) -> T:
    """The object of a row that was just written, for who only tells of it: no session knows it."""
    found = cast(T, inspect(table).class_manager.new_instance())
    found.__dict__.update(values)  # one by one SQLAlchemy would note each as a change
    return found
