"""A session whose transaction the driver itself begins and ends, which mostly is all it takes.

To begin a transaction, take a connection into it and commit it takes SQLAlchemy longer than most of
what a text writes. Here prepared statements find it begun on a connection of the pool as it is.
Only when SQLAlchemy is to run something itself does it join, on the same connection: from then on
it is a session like any other, and ends as such.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection
from sqlalchemy.orm import Session

from db.driver_errors import as_sqlalchemy_tells_it
from db.postgresql import say

# An engine's option: somebody has begun the transaction of its connections already.
IS_BEGUN = "is_begun"


class Begun(Session):
    """Such a session, of an engine that `IS_BEGUN`; work with it within `all_or_nothing`."""

    def __init__(self, engine: Engine, make_ready: Callable[[PoolProxiedConnection], None]) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.dialect = engine.dialect
        self._engine, self._make_ready = engine, make_ready
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
            self._make_ready(self._held)
            self._say("BEGIN IMMEDIATE" if is_a_file else "BEGIN")
            yield
            self.commit()  # flushes, which may need SQLAlchemy yet
            if self._joined is None:
                self._say("COMMIT")
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

    def _say(self, words: str) -> None:
        driver: Any = self.at_hand.driver_connection
        try:
            if self.dialect.name == "sqlite":
                driver.execute(words)
            else:
                say(driver, words)
        except self.dialect.loaded_dbapi.Error as error:
            raise as_sqlalchemy_tells_it(self.dialect, self.at_hand, words, error) from error
