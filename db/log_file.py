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
from threading import Condition, Lock
from typing import Any
from weakref import finalize

from sqlalchemy import PoolProxiedConnection

_SYNCED_APART = "synced apart"


class LogFile:
    """The log of one SQLite file; without a path there is no file, and nothing to do.

    One thread syncs at a time, and those that come meanwhile wait for the next sync, which one of
    them begins for all.
    """

    def __init__(self, database: str | None) -> None:
        self._path = None if database is None else Path(f"{database}-wal")
        self._held: int | None = None
        self._turn = Condition(Lock())
        self._is_syncing = False
        self._begun = self._done = self._waiting = 0
        self._failed: dict[int, BaseException] = {}

    def sync(self) -> None:
        """Come back when all that was committed lies on the disk; OSError where it cannot."""
        if self._path is None:
            return
        with self._turn:
            mine = self._begun + 1  # who is at it now may have begun before we committed
            self._waiting += 1
            while self._is_syncing and self._done < mine:
                self._turn.wait()
            self._waiting -= 1
            if self._done >= mine:
                self._raise_of(mine)
                return
            self._begun, self._is_syncing = mine, True
        self._sync_for_all(self._path, mine)
        self._raise_of(mine)

    def _sync_for_all(self, path: Path, number: int) -> None:
        try:
            held = self._open(path)
            if held is not None:
                os.fdatasync(held)
        except BaseException as fault:
            # The system tells of it once: the next sync would come back as if all were well, to
            # who waits for that already.
            self._failed = {number + later: fault for later in range(2 if self._waiting else 1)}
            if not isinstance(fault, OSError):
                raise
        finally:
            with self._turn:
                self._done, self._is_syncing = number, False
                self._turn.notify_all()

    def _raise_of(self, number: int) -> None:
        if self._failed and (fault := self._failed.get(number)) is not None:
            raise OSError(*fault.args) from fault

    def _open(self, path: Path) -> int | None:
        """The log as it is now; None where it is gone, with all of it in the database."""
        try:
            now = path.stat()
        except FileNotFoundError:
            return None
        if self._held is None or not os.path.samestat(now, os.fstat(self._held)):
            # The old one is closed when this object goes.
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
