"""Statements that are put together once and then run by the driver itself.

SQLAlchemy looks at every statement anew before it runs it, which takes several times as long as a
row by key does. Where somebody waits for an answer of a handful of such rows, that is most of what
they wait for. Nothing else changes: the statement is SQLAlchemy's own, for its dialect, values pass
through the types of its columns, and it runs in the session's transaction, after what is pending.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Column, Dialect, Executable, PoolProxiedConnection
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

from db.begun import Begun
from db.driver import as_sqlalchemy_tells_it
from db.looking import Looking, MayNotWriteError
from db.postgresql import PreparedCursor

Processor = Callable[[Any], Any]
Made = TypeVar("Made")
# What stands beside a session: its transaction, and the way from there to the driver.
_KNOWN = "way to the driver"
_Known = tuple[SessionTransaction | None, PoolProxiedConnection, Dialect]


class Prepared:
    """A statement whose values are all `bindparam`s, or fixed; no list is spread out in it."""

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._writes = isinstance(statement, UpdateBase)
        self._by_dialect: dict[str, _Compiled] = {}

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Everything it finds, in the order of its columns."""
        compiled, cursor = self._run(session, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        readers = compiled.readers_of(cursor)
        compiled.is_done_with(cursor)
        return [_read(row, readers) for row in found]

    def made(
        self,
        session: Session,
        values: Mapping[str, Any],
        make: Callable[[tuple[Any, ...]], Made],
        known: dict[tuple[Any, ...], Made],
    ) -> list[Made]:
        """What is made of each row; of one that is `known`, as the driver tells it, that again.

        To read the types of a dozen columns takes longer than to find that nothing has changed.
        Nothing that is made may count as false.
        """
        compiled, cursor = self._run(session, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        readers = compiled.readers_of(cursor)
        compiled.is_done_with(cursor)
        return [known.get(row) or known.setdefault(row, make(_read(row, readers))) for row in found]

    def first(self, session: Session, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row that it finds."""
        compiled, cursor = self._run(session, values)
        row = cursor.fetchone()
        readers = compiled.readers_of(cursor)
        compiled.is_done_with(cursor)
        return None if row is None else _read(row, readers)

    def count(self, session: Session, values: Mapping[str, Any]) -> int:
        """How many rows it changed."""
        compiled, cursor = self._run(session, values)
        changed: int = cursor.rowcount
        compiled.is_done_with(cursor)
        return changed

    def each(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Carry it out with the values of each row."""
        if rows:
            compiled, cursor = self._run(session, *rows)
            compiled.is_done_with(cursor)

    def _run(self, session: Session, *rows: Mapping[str, Any]) -> "tuple[_Compiled, Any]":
        if self._writes and isinstance(session, Looking) and not session.may_write:
            raise MayNotWriteError
        connection, dialect = _way_to_driver(session)
        compiled = self._by_dialect.get(dialect.name) or self._for(dialect)
        cursor = compiled.cursor_of(connection)
        parameters = [compiled.into(values) for values in rows]
        try:
            if len(parameters) == 1:  # usually; a batch has costs of its own
                cursor.execute(compiled.text, parameters[0])
            else:
                cursor.executemany(compiled.text, parameters)
        except dialect.loaded_dbapi.Error as error:
            used = session.at_hand if isinstance(session, Looking | Begun) else session.connection()
            raise as_sqlalchemy_tells_it(dialect, used, compiled.text, error, cursor) from error
        return compiled, cursor

    def _for(self, dialect: Dialect) -> "_Compiled":
        self._by_dialect[dialect.name] = compiled = _compiled(self.statement, dialect)
        return compiled


@dataclass
class _Compiled:
    """A statement as one kind of database wants it; `order` is that of its values."""

    text: str
    fixed: Mapping[str, Any]
    order: Sequence[tuple[str, Processor | None]]
    types: Sequence[TypeEngine[Any]]  # of its columns, for this dialect
    dialect: Dialect
    is_numbered: bool
    _readers: Sequence[tuple[int, Processor]] | None = None

    def cursor_of(self, connection: PoolProxiedConnection) -> Any:
        """What runs it on a connection; on PostgreSQL one for all, as long as that lives."""
        if not self.is_numbered:
            return connection.cursor()
        cursor = connection.info.get(PreparedCursor)
        if cursor is None:
            driver = cast(Any, connection.driver_connection)
            cursor = connection.info[PreparedCursor] = PreparedCursor(driver)
        return cursor

    def is_done_with(self, cursor: Any) -> None:
        """All that was wanted of a cursor is read."""
        if not self.is_numbered:
            cursor.close()

    def into(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """The values as the driver takes them."""
        given = {**self.fixed, **values} if self.fixed else values
        return [given[name] if bind is None else bind(given[name]) for name, bind in self.order]

    def readers_of(self, cursor: Any) -> Sequence[tuple[int, Processor]]:
        """What the columns' types make of what the driver gives, which tells its own types too."""
        if self._readers is None:
            told = (column[1] for column in cursor.description)
            processors = (
                type_.result_processor(self.dialect, of_driver)
                for type_, of_driver in zip(self.types, told, strict=True)
            )
            self._readers = [(at, read) for at, read in enumerate(processors) if read is not None]
        return self._readers


def _read(row: tuple[Any, ...], readers: Sequence[tuple[int, Processor]]) -> tuple[Any, ...]:
    if not readers:
        return row
    read_out = list(row)
    for position, read in readers:
        read_out[position] = read(read_out[position])
    return tuple(read_out)


def _compiled(statement: Executable, dialect: Dialect) -> _Compiled:
    is_numbered = dialect.driver == "psycopg"
    written = _numbering() if is_numbered else dialect
    compiled: Any = statement.compile(dialect=written)  # type: ignore[attr-defined]
    # A name may stand in several places: its value is bound once.
    binders = {
        name: bind
        for parameter, name in compiled.bind_names.items()
        if (bind := parameter.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    columns = getattr(statement, "exported_columns", ())
    types = [column.type.dialect_impl(dialect) for column in columns]
    order = tuple((name, binders.get(name)) for name in compiled.positiontup)
    # Columns that nobody names begin as their table says.
    defaults = {column.key: _default_of(column) for column in compiled.insert_prefetch}
    said = {
        name: value for name, value in compiled.params.items() if not compiled.binds[name].required
    }
    fixed = {**said, **defaults}
    return _Compiled(str(compiled), fixed, order, types, dialect, is_numbered)


@cache
def _numbering() -> Dialect:
    """PostgreSQL's own way to mark values, $1 and so on; each says its type where it has to."""
    return PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def _default_of(column: Column[Any]) -> Any:
    if column.default is None or not column.default.is_scalar:
        raise TypeError(f"{column} begins as nothing that can be known beforehand")
    return column.default.arg  # type: ignore[attr-defined]


def dialect_of(session: Session) -> Dialect:
    """Which database a session speaks to."""
    return session.dialect if isinstance(session, Looking | Begun) else session.get_bind().dialect


def _way_to_driver(session: Session) -> tuple[PoolProxiedConnection, Dialect]:
    if isinstance(session, Looking):
        return session.at_hand, session.dialect
    session.flush()
    if isinstance(session, Begun) and session.is_plain:
        return session.at_hand, session.dialect
    # A transaction has one connection from its beginning to its end: to ask which took half as
    # long as a row by key. After an error SQLAlchemy is asked, which says that nothing goes on.
    known: _Known | None = session.info.get(_KNOWN)
    if known is None or known[0] is not session.get_transaction() or not session.is_active:
        connection = session.connection()
        known = session.get_transaction(), connection.connection, connection.dialect
        session.info[_KNOWN] = known
    return known[1:]
