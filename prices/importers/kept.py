"""Which rows of the reference data are the desk's, and no file's any more."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.base import Base
from db.upserts import insert_missing
from prices.models import UnitFactor
from prices.reference_models import ReferenceKept

KEY_LENGTH = 200


def row_key(model: type[Base], row: Mapping[str, Any], key: Sequence[str]) -> str:
    """What makes a row one and the same; of a factor all versions."""
    names = ["key"] if model is UnitFactor else key
    return "/".join(str(row[name]) for name in names)[:KEY_LENGTH]


def kept_keys(session: Session, model: type[Base]) -> frozenset[str]:
    """The rows of a table of which the desk decided."""
    row = ReferenceKept
    found = select(row.row_key).where(row.table_name == model.__tablename__)
    return frozenset(session.scalars(found))


def count_kept(session: Session) -> int:
    """Of how many rows the desk decided."""
    return session.scalar(select(func.count()).select_from(ReferenceKept)) or 0


def left_to_files(
    session: Session, model: type[Base], key: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> list[Any]:
    """The rows of which a file may still decide."""
    kept = kept_keys(session, model)
    return [row for row in rows if row_key(model, row, key) not in kept]


def keep(session: Session, model: type[Base], keys: Iterable[str]) -> None:
    """From now on the desk decides of these rows."""
    rows = [{"table_name": model.__tablename__, "row_key": key} for key in keys]
    insert_missing(session, ReferenceKept, rows)


def leave_to_files(session: Session, model: type[Base], key: str) -> bool:
    """From the next `bei db seed` on the files decide again; False where they did already."""
    row = ReferenceKept
    gone = delete(row).where(row.table_name == model.__tablename__, row.row_key == key)
    return session.execute(gone.returning(row.row_key)).first() is not None
