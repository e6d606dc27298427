"""Count something up: one statement, whoever counts at the same moment, on both databases."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import Base


def count_up(
    session: Session, table: type[Base], key: Mapping[str, Any], by: Mapping[str, int | Decimal]
) -> None:
    """Add to the counters of the row with this key, which is made where it is missing.

    The key's columns must be unique together. The row stays locked until the transaction ends, so
    whoever counts several must do it in one order.
    """
    # The two say ON CONFLICT alike, but each by a class of its own.
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    session.execute(
        insert(table)
        .values(**key, **by)
        .on_conflict_do_update(
            index_elements=list(key),
            set_={name: getattr(table, name) + number for name, number in by.items()},
        )
    )
