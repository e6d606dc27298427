"""A database moved to another, row by row and unchanged: when one machine is outgrown, and back.

The new one gets its tables from the migrations and its rows from the old one, in one transaction:
it is whole, or it is still empty. Values go past what the service makes of them: a sealed number
stays as it is sealed, a word that this version does not know any more stays a word.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Enum,
    MetaData,
    String,
    Table,
    Text,
    cast,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

import app.api.models
import app.imports.models
import app.staff.models  # noqa: F401 – every table has to be known, whoever asked for it
from app.backup.manifest import BackupError
from app.backup.postgresql_dump import others_at_work
from app.backup.sqlite_file import alone
from db.base import Base
from db.sealed import Sealed
from db.session import Database
from db.upgrade import upgrade_in

AT_ONCE = 5_000
CACHE_KB = 200_000
Progress = Callable[[int, int], None]


def move(source: Database, target: Database, progress: Progress) -> dict[str, int]:
    """Copy every row of a database into an empty one; how many there were, by table.

    BackupError, and nothing is in the new one, where anything goes wrong. Nobody may be at work
    in the old one: what is written while its rows are copied would stay behind.
    """
    _refuse_busy(source)
    with _looking_at(source) as old, _filling(target) as new:
        tables = _same_tables(old, new)
        total = sum(_count(old, table) for table in tables)
        counts: dict[str, int] = {}
        for table in tables:
            counts[table.name] = _copy(table, old, new)
            progress(sum(counts.values()), total)
    return counts


def _refuse_busy(source: Database) -> None:
    if source.is_a_file:
        path = Path(source.engine.url.database or "")
        if not path.is_file():
            raise BackupError(f"there is no database at {path}")
        with alone(path):
            return
    with source.looking.connect() as connection:
        if others := others_at_work(connection):
            raise BackupError(f"the database is in use by {others} more: stop web and worker first")


@contextmanager
def _looking_at(source: Database) -> Iterator[Connection]:
    """One moment of the old database. A file stays locked: who starts meanwhile waits, or fails."""
    reading = source.engine if source.is_a_file else source.reading
    with source.turn if source.is_a_file else nullcontext(), reading.connect() as connection:
        if not source.is_a_file:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield connection


@contextmanager
def _filling(target: Database) -> Iterator[Connection]:
    """The new database's tables in one transaction that checks what refers to what at its end."""
    with target.turn, target.engine.connect() as connection:
        if target.is_a_file:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")  # has no effect within a transaction
            # Pages of indexes that do not fit are written out again and again: without it a move of
            # a million reports cost the kernel 22 s instead of 3.
            driver.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        try:
            with connection.begin():
                _refuse_full(connection)
                upgrade_in(connection)
                references = () if target.is_a_file else _take_references(connection)
                yield connection
                _finish(connection, references)
        except DBAPIError as fault:
            reason = str(fault.orig).strip().splitlines()[0]
            raise BackupError(f"the new database did not take it: {reason}") from None
    if not target.is_a_file:
        with target.looking.connect() as connection:
            connection.exec_driver_sql("ANALYZE")


def _refuse_full(connection: Connection) -> None:
    if inspect(connection).get_table_names():
        raise BackupError("the database to move to is not empty")


def _same_tables(old: Connection, new: Connection) -> list[Table]:
    """Every table, in the order of their references; BackupError where not all are known."""
    names = set(inspect(new).get_table_names()) - {"alembic_version"}
    tables = [table for table in Base.metadata.sorted_tables if table.name in names]
    lost = names ^ {table.name for table in tables}
    lost |= names - set(inspect(old).get_table_names())
    if lost:
        raise BackupError(f"these tables cannot be moved: {', '.join(sorted(lost))}")
    return tables


def _copy(table: Table, old: Connection, new: Connection) -> int:
    """Copy a table's rows; how many. What a migration wrote of its own gives way to them."""
    new.execute(table.delete())
    rows = old.execution_options(yield_per=AT_ONCE).execute(select(*_read(table, old)))
    try:
        if new.dialect.name == "postgresql":
            count = _copy_in(table, rows.partitions(), new)
            _set_sequence(table, new)
        else:
            count = _insert(_plain(table), rows.partitions(), new)
    except (psycopg.Error, IntegrityError) as fault:
        reason = str(getattr(fault, "orig", fault)).strip().splitlines()[0]
        raise BackupError(f"the new database did not take {table.name}: {reason}") from None
    if (found := _count(new, table)) != count:
        raise BackupError(f"{table.name} has {found:,} rows, not {count:,}")
    return count


def _read(table: Table, connection: Connection) -> list[Any]:
    """The columns as they are kept; JSON as it is written."""
    as_text = connection.dialect.name == "postgresql"
    plain = _plain(table)
    return [
        cast(plain.c[column.name], Text)
        if as_text and isinstance(column.type, JSON)
        else plain.c[column.name]
        for column in table.columns
    ]


def _plain(table: Table) -> Table:
    """The table without what the service makes of its values."""
    return Table(
        table.name, MetaData(), *(Column(one.name, _plain_type(one)) for one in table.columns)
    )


def _plain_type(column: Column[Any]) -> Any:
    return String() if isinstance(column.type, (Enum, Sealed, JSON)) else column.type


def _copy_in(table: Table, parts: Iterator[Sequence[Any]], new: Connection) -> int:
    """By the driver's COPY, as a restore does it."""
    quote = new.dialect.identifier_preparer.quote_identifier
    names = ", ".join(quote(column.name) for column in table.columns)
    driver: Any = new.connection.driver_connection
    count = 0
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {quote(table.name)} ({names}) FROM STDIN") as into,
    ):
        for rows in parts:
            for row in rows:
                into.write_row(row)
            count += len(rows)
    return count


def _insert(table: Table, parts: Iterator[Sequence[Any]], new: Connection) -> int:
    names, count = table.columns.keys(), 0
    for rows in parts:
        new.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        count += len(rows)
    return count


def _set_sequence(table: Table, new: Connection) -> None:
    """Let the next row of a counted table come after those that were brought."""
    column = table.autoincrement_column
    if column is not None:
        quoted = new.dialect.identifier_preparer.quote_identifier(table.name)
        new.execute(
            select(func.setval(func.pg_get_serial_sequence(quoted, column.name), func.max(column)))
            .select_from(table)
            .having(func.max(column).is_not(None))
        )


def _take_references(connection: Connection) -> Sequence[Any]:
    """Drop every foreign key, and tell how to make it again: all are checked at once at the end."""
    found = connection.execute(
        text(
            "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid)"
            " FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for owner, name, _ in found:
        connection.exec_driver_sql(f"ALTER TABLE {owner} DROP CONSTRAINT {name}")
    return found


def _finish(connection: Connection, references: Sequence[Any]) -> None:
    for owner, name, definition in references:
        connection.exec_driver_sql(f"ALTER TABLE {owner} ADD CONSTRAINT {name} {definition}")
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            raise BackupError(f"a row of {lost[0]} misses one of {lost[2]}")


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0
