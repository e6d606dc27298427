"""A session whose transaction the driver itself begins and ends, which mostly is all it takes.

To begin a transaction, take a connection into it and commit it takes SQLAlchemy longer than most of
what a text writes. Here prepared statements find it begun on a connection of the pool as it is.
Only when SQLAlchemy is to run something itself does it join, on the same connection: from then on
it is a session like any other, and ends as such.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection
from sqlalchemy.orm import Session

from db.driver import tell_driver
from db.log_file import sync_apart

# An engine's option: somebody has begun the transaction of its connections already.
IS_BEGUN = "is_begun"


class Begun(Session):
    """Such a session, of an engine that `IS_BEGUN`; work with it within `all_or_nothing`.

    What it wrote to a file is on the disk when `Database.sync` has come back.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.dialect = engine.dialect
        self._engine = engine
        self._held: PoolProxiedConnection | None = None
        self._joined: Connection | None = None

    @property
    def at_hand(self) -> PoolProxiedConnection:
        """The connection that all runs on."""
        if self._held is None:
            raise RuntimeError("nothing is begun")
        return self._held

    @property
    def is_plain(self) -> bool:
        """Whether nobody but the driver knows of the transaction."""
        return self._joined is None and not self.in_nested_transaction()

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        is_a_file = self.dialect.name == "sqlite"
        self._held = self._engine.raw_connection()
        try:
            if is_a_file:
                sync_apart(self._held)
            tell_driver(self.dialect, self._held, "BEGIN IMMEDIATE" if is_a_file else "BEGIN")
            yield
            self.commit()  # flushes, which may need SQLAlchemy yet
            if self._joined is None:
                tell_driver(self.dialect, self._held, "COMMIT")
        finally:
            self.close()
            # The pool rolls back what was not committed.
            self._held.close()
            self._held = None

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """SQLAlchemy's own connection: the same one."""
        if self._joined is None:
            engine: Any = super().get_bind()
            self._joined = Connection(engine, self.at_hand)
        return self._joined
