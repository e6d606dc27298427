"""SQLite's log on the disk: brought there after the turn to write is given on, for many at once.

A commit of SQLite's (`synchronous=FULL`) waits for the disk with the turn in hand, and all who want
to write wait with it. Here it only writes (`synchronous=NORMAL`): nobody sees half of it, and the
next one may write. Then whoever wrote waits until the log lies on the disk, before anybody is told
that something is kept. What several wrote meanwhile goes to the disk in one piece.

Nothing is lost by that: the log holds commits in their order, and one sync brings all of them to
the disk that were there before it. Where SQLite empties the log, it has brought it to the disk
before, and what was in it too. Any other connection's commit, as of a worker that is about to send
a reply, waits for the disk itself, and takes along what was written before it.
"""

import os
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import finalize

from sqlalchemy import PoolProxiedConnection

_SYNCED_APART = "synced apart"


class LogFile:
    """The log of one SQLite file; without a path there is no file, and nothing to do."""

    def __init__(self, database: str | None) -> None:
        self._path = None if database is None else Path(f"{database}-wal")
        self._changing = Lock()
        self._held: int | None = None

    def sync(self) -> None:
        """Come back when all that was committed lies on the disk; OSError where it cannot."""
        if self._path is None:
            return
        held = self._open(self._path)
        if held is not None:
            os.fdatasync(held)

    def _open(self, path: Path) -> int | None:
        """The log as it is now; None where it is gone, with all of it in the database."""
        with self._changing:
            try:
                now = path.stat()
            except FileNotFoundError:
                return None
            if self._held is None or not os.path.samestat(now, os.fstat(self._held)):
                # The old one is left to who may be at it just now, until this object goes.
                self._held = os.open(path, os.O_RDONLY)
                finalize(self, os.close, self._held)
            return self._held


def sync_apart(connection: PoolProxiedConnection) -> None:
    """Leave it to `LogFile.sync` to bring to the disk what this connection commits."""
    if not connection.info.get(_SYNCED_APART):
        _set(connection, "NORMAL")
        connection.info[_SYNCED_APART] = True


def sync_at_commit(connection: PoolProxiedConnection) -> None:
    """Let this connection's commits wait for the disk again."""
    if connection.info.get(_SYNCED_APART):
        _set(connection, "FULL")
        connection.info[_SYNCED_APART] = False


def _set(connection: PoolProxiedConnection, how: str) -> None:
    driver: Any = connection.driver_connection
    driver.execute(f"PRAGMA synchronous={how}")
