"""Lists page by page: each page begins behind a row that was seen, whatever came in before it."""

from collections.abc import Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

Row = TypeVarTuple("Row")


def behind(
    session: Session,
    query: Select[*Row],
    keys: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]],
    identity: InstrumentedAttribute[int],
    *,
    after: int | None,
    is_descending: bool = False,
) -> Select[*Row]:
    """The query sorted by some columns, and by identity where they are even, from a row on.

    `after` names that row; of one that is gone nothing follows. No column may be null.
    """
    columns = [*keys, identity]
    ordered = query.order_by(*(one.desc() if is_descending else one.asc() for one in columns))
    if after is None:
        return ordered
    row = session.execute(query.with_only_columns(*columns).where(identity == after)).first()
    if row is None:
        return ordered.where(identity.is_(None))
    seen = [literal(value, one.type) for value, one in zip(row, columns, strict=True)]
    here, there = tuple_(*columns), tuple_(*seen)
    return ordered.where(here < there if is_descending else here > there)
