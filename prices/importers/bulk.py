"""Published prices by the million into their table: staged, compared, written.

All of it in the caller's transaction, by statements over whole tables: memory holds a batch of
rows, and a row is sent to the database once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple, cast

import psycopg
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    and_,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from db.prepared import dialect_of
from prices.importers.published import PriceKey, PriceValues
from prices.importers.spool import FIELDS, BoundRow
from prices.kinds import PriceType
from prices.models import Place, PublishedPrice

STAGED_AT_ONCE = 5_000  # rows sent together, where the driver does not stream them
WRITTEN_AT_ONCE = 50_000  # rows of one statement: a second or so, after which progress is told

_PRICE = cast(Table, PublishedPrice.__table__)
_TEMPORARY = MetaData()


def _fields() -> list[Column[object]]:
    return [Column(name, _PRICE.c[name].type, nullable=False) for name in FIELDS]


# Every price of the file, in the order of its lines.
_STAGED = Table(
    "staged_price",
    _TEMPORARY,
    Column("line", Integer, nullable=False),
    *_fields(),
    prefixes=["TEMPORARY"],
)
# The last one of each key, beside the stored row of that key.
_WANTED = Table(
    "wanted_price",
    _TEMPORARY,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("stored_id", Integer),  # None: there is none yet
    Column("differs", Boolean, nullable=False),  # from the stored one
    *_fields(),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True)
class Changes:
    """What the staged prices do to the table: each is in exactly one of these numbers."""

    inserted: int
    updated: int
    unchanged: int
    duplicates: int  # repeated by a later line, which wins

    @property
    def distinct(self) -> int:
        """How many different prices there are."""
        return self.inserted + self.updated + self.unchanged


class PriceShown(NamedTuple):
    """A price as a dry run shows it; `was` None: there is none yet."""

    place_id: int
    place: str | None  # None: still to be made
    product: str
    price_type: PriceType
    unit_quoted: str
    currency: str
    priced_on: date
    price: Decimal
    was: Decimal | None


def lock(session: Session) -> None:
    """Let nobody else change published prices until the transaction ends; they are read as ever.

    Two imports at once would each take the other's prices for missing. SQLite has one writer
    anyway.
    """
    if dialect_of(session).name == "postgresql":
        session.execute(text(f"LOCK TABLE {_PRICE.name} IN SHARE ROW EXCLUSIVE MODE"))


def stage(session: Session, rows: Iterable[BoundRow]) -> None:
    """Bring rows into a temporary table, as fast as the database takes them."""
    connection = session.connection()
    _TEMPORARY.create_all(connection, checkfirst=False)
    if connection.dialect.name == "postgresql":
        _copy(connection, rows)
    else:
        _insert(connection, rows)


def _copy(connection: Connection, rows: Iterable[BoundRow]) -> None:
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(f"COPY {_STAGED.name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    # PostgreSQL does not count temporary tables by itself, and would plan for a few rows.
    connection.execute(text(f"ANALYZE {_STAGED.name}"))


def _insert(connection: Connection, rows: Iterable[BoundRow]) -> None:
    statement = str(insert(_STAGED).compile(dialect=connection.dialect))
    rest = iter(rows)
    while batch := list(islice(rest, STAGED_AT_ONCE)):
        connection.exec_driver_sql(statement, batch)


def compare(session: Session) -> Changes:
    """Find what is new and what differs; nothing but temporary tables is written."""
    key = [_STAGED.c[name] for name in PriceKey._fields]
    later_first = func.row_number().over(partition_by=key, order_by=_STAGED.c.line.desc())
    told = select(_STAGED, later_first.label("age")).subquery()
    same_key = and_(*(told.c[name] == _PRICE.c[name] for name in PriceKey._fields))
    other = or_(*(told.c[name] != _PRICE.c[name] for name in PriceValues._fields))
    # Place by place: the rows of an index page are written together, not each month anew, which
    # takes three fifths of the time.
    position = func.row_number().over(order_by=(told.c.place_id, told.c.line))
    wanted = (
        select(
            position,
            _PRICE.c.id,
            and_(_PRICE.c.id.is_not(None), other),
            *(told.c[name] for name in FIELDS),
        )
        .select_from(told.outerjoin(_PRICE, same_key))
        .where(told.c.age == 1)
    )
    session.execute(insert(_WANTED).from_select(list(_WANTED.c), wanted))
    return _changes(session)


def _changes(session: Session) -> Changes:
    staged = session.scalars(select(func.count()).select_from(_STAGED)).one()
    wanted, stored, updated = session.execute(
        select(
            func.count(),
            func.count(_WANTED.c.stored_id),
            func.count().filter(_WANTED.c.differs),
        ).select_from(_WANTED)
    ).one()
    return Changes(wanted - stored, updated, stored - updated, staged - wanted)


def first_of(session: Session, *, updated: bool, most: int) -> list[PriceShown]:
    """The first prices of the file that `compare` found to be new, or to differ."""
    wanted = _WANTED.c.differs if updated else _WANTED.c.stored_id.is_(None)
    shown = PriceShown._fields[2:-1]
    found = session.execute(
        select(_WANTED.c.place_id, Place.name, *(_WANTED.c[name] for name in shown), _PRICE.c.price)
        .select_from(_WANTED)
        .outerjoin(Place, Place.id == _WANTED.c.place_id)
        .outerjoin(_PRICE, _PRICE.c.id == _WANTED.c.stored_id)
        .where(wanted)
        .order_by(_WANTED.c.position)
        .limit(most)
    )
    return [PriceShown(*row) for row in found]


def write(session: Session) -> Iterator[int]:
    """Write what `compare` found; after each statement the number of prices done with."""
    last = session.scalar(select(func.max(_WANTED.c.position))) or 0
    for start in range(1, last + 1, WRITTEN_AT_ONCE):
        end = min(start + WRITTEN_AT_ONCE - 1, last)
        part = _WANTED.c.position.between(start, end)
        session.execute(
            update(_PRICE)
            .values({name: _WANTED.c[name] for name in PriceValues._fields})
            .where(_PRICE.c.id == _WANTED.c.stored_id, _WANTED.c.differs, part)
        )
        session.execute(
            insert(_PRICE).from_select(
                FIELDS,
                select(*(_WANTED.c[name] for name in FIELDS))
                .where(_WANTED.c.stored_id.is_(None), part)
                .order_by(_WANTED.c.position),
            )
        )
        yield end


def clear(session: Session) -> None:
    """Take the temporary tables away: on SQLite they would last as long as the connection."""
    _TEMPORARY.drop_all(session.connection(), checkfirst=False)
