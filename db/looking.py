"""A session for who only looks: no transaction, and a connection at hand without ceremony."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction
from sqlalchemy.orm.attributes import instance_state

from db.driver import tell_driver
from db.log_file import sync_apart


class MayNotWriteError(Exception):
    """Something is to be written where nothing may be: it has to be done in a transaction."""


class Looking(Session):
    """A session of which every statement stands alone.

    To begin a transaction, follow it and undo it takes SQLAlchemy longer than a row by key takes
    the database. There is none here: so prepared statements take a connection of the pool as it
    is. What SQLAlchemy runs itself, which a screen in twenty needs, has another beside it.

    Unless it `may_write`, whatever would be written is refused with MayNotWriteError: so anything
    can be tried out here, and is done in a transaction where it turns out to be more than looking.
    """

    def __init__(self, engine: Engine, *, may_write: bool = True) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.dialect = engine.dialect
        self.may_write = may_write
        self._engine = engine
        self._at_hand: PoolProxiedConnection | None = None
        self._watched: dict[tuple[type[Any], Any], Any] = {}

    def watch(self, found: Any) -> None:
        """Take note if anybody changes an object of a row, in the place of the session.

        To follow it SQLAlchemy begins a transaction, and takes longer to end it than to look.
        """
        self._watched[type(found), found.id] = found

    def watched(self, table: type[Any], id_: Any) -> Any:
        """The object of a row that is watched; None: there is none."""
        return self._watched.get((table, id_))

    @property
    def at_hand(self) -> PoolProxiedConnection:
        """The connection for prepared statements, the same until the session is closed."""
        if self._at_hand is None:
            self._at_hand = self._engine.raw_connection()
            if self.dialect.name == "sqlite":
                self._begin_to_look(self._at_hand)
        return self._at_hand

    def _begin_to_look(self, connection: PoolProxiedConnection) -> None:
        if self.may_write:
            sync_apart(connection)
        else:
            # Prepared statements see one moment, and SQLite finds its place in the file but once.
            # The pool ends it when the connection is given back.
            driver: Any = connection.driver_connection
            driver.execute("BEGIN")

    @contextmanager
    def writes_once(self) -> Iterator[None]:
        """Have prepared statements write after all, once, by the connection that looked.

        On SQLite all of them or none, for who has the turn to write in hand. What is written is on
        the disk when `Database.sync` has come back. On PostgreSQL each stands alone, as ever: one
        has to do, and can.
        """
        is_a_file = self.dialect.name == "sqlite"
        self.may_write, before = True, self.may_write
        try:
            if is_a_file:
                self._end_of_look()
                tell_driver(self.dialect, self.at_hand, "BEGIN IMMEDIATE")
            yield
            if is_a_file:
                tell_driver(self.dialect, self.at_hand, "COMMIT")
        except BaseException:
            # At once: whoever looks on here must not find it, nor anybody wait for the turn.
            self._roll_back()
            raise
        finally:
            self.may_write = before

    def _end_of_look(self) -> None:
        driver: Any = self.at_hand.driver_connection
        if driver.in_transaction:
            tell_driver(self.dialect, self.at_hand, "COMMIT")
        sync_apart(self.at_hand)

    def _roll_back(self) -> None:
        if self._at_hand is not None and self.dialect.name == "sqlite":
            driver: Any = self._at_hand.driver_connection
            if driver is not None and driver.in_transaction:
                driver.rollback()

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what has changed, where that may be."""
        if not self.may_write and self._has_changes():
            raise MayNotWriteError
        super().flush(objects)

    def _has_changes(self) -> bool:
        is_changed = any(instance_state(one).modified for one in self._watched.values())
        return is_changed or bool(self.dirty or self.new or self.deleted)

    def connection(self, *arguments: Any, **options: Any) -> Connection:
        """SQLAlchemy's own connection, past which nobody sees what is written."""
        if not self.may_write:
            raise MayNotWriteError
        return super().connection(*arguments, **options)

    def begin_nested(self) -> SessionTransaction:
        """A step that can be undone, as only who writes needs one."""
        if not self.may_write:
            raise MayNotWriteError
        return super().begin_nested()

    def close(self) -> None:
        """Give the connections back."""
        if self._at_hand is not None:
            self._at_hand.close()
            self._at_hand = None
        if self.in_transaction():  # SQLAlchemy ran something itself; else there is nothing to close
            super().close()


@event.listens_for(Looking, "do_orm_execute")
def _refuse_to_write(state: ORMExecuteState) -> None:
    if isinstance(state.session, Looking) and not state.session.may_write and not state.is_select:
        raise MayNotWriteError
