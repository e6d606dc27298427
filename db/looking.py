"""A session for who only looks: no transaction, and a connection at hand without ceremony."""

from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.orm import Session


class Looking(Session):
    """A session of which every statement stands alone.

    To begin a transaction, follow it and undo it takes SQLAlchemy longer than a row by key takes
    the database. There is none here: so prepared statements take a connection of the pool as it
    is. What SQLAlchemy runs itself, which a screen in twenty needs, has another beside it.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.dialect = engine.dialect
        self._engine = engine
        self._at_hand: PoolProxiedConnection | None = None

    @property
    def at_hand(self) -> PoolProxiedConnection:
        """The connection for prepared statements, the same until the session is closed."""
        if self._at_hand is None:
            self._at_hand = self._engine.raw_connection()
        return self._at_hand

    def close(self) -> None:
        """Give the connections back."""
        if self._at_hand is not None:
            self._at_hand.close()
            self._at_hand = None
        if self.in_transaction():  # SQLAlchemy ran something itself; else there is nothing to close
            super().close()
