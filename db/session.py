"""Engines and sessions: one database address in, two ways to work with it out."""

import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any
from weakref import finalize

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolResetState

from db.begun import IS_BEGUN, Begun
from db.log_file import LogFile, sync_at_commit
from db.looking import Looking

SQLITE_BUSY_TIMEOUT_SECONDS = 30
# A connection that was at work a moment ago lives; a server that restarts takes longer than that.
PING_AFTER_SECONDS = 2
# Whoever waits at the other end hangs up before that; what the address says itself goes before.
POSTGRESQL_WAITS = {
    "connect_timeout": "5",
    # A line that was cut says nothing: so long what was sent may stay without an echo.
    "tcp_user_timeout": "10000",
}
MOST_SECONDS_FOR_A_CONNECTION = 10


@dataclass(frozen=True)
class Database:
    """Where sessions come from. `begin` commits at its end or not at all; `read` never writes."""

    engine: Engine
    # The same connections, for who only looks.
    reading: Engine = field(init=False)
    looking: Engine = field(init=False)
    # For whose transaction the driver begins.
    begun: Engine = field(init=False)
    # Who writes next, where there is one writer at a time.
    turn: AbstractContextManager[Any] = field(default_factory=nullcontext)
    # There too, who thinks before they write. The threads of a process share one core: with the
    # turn in hand one would wait, between any two statements, for the thoughts of all others.
    thinking: AbstractContextManager[Any] = field(default_factory=nullcontext)
    # What of it is on the disk only when `sync` comes back.
    log: LogFile = field(default_factory=lambda: LogFile(None))

    def __post_init__(self) -> None:
        """Derive what reads from what writes."""
        object.__setattr__(self, "reading", self.engine.execution_options(read_only=True))
        object.__setattr__(self, "looking", self.engine.execution_options(each_alone=True))
        object.__setattr__(self, "begun", self.engine.execution_options(**{IS_BEGUN: True}))

    @property
    def is_a_file(self) -> bool:
        """True for SQLite, which has one writer at a time."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self, *, is_synced: bool = True) -> Iterator[Session]:
        """A transaction that writes: committed when the block ends, rolled back when it raises.

        Unless it `is_synced` a power cut may undo it until `sync` is back: tell nobody before.
        """
        if is_synced:
            with (
                self.turn,
                Session(self.engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
            return
        begun = Begun(self.begun)
        with self.turn, begun.all_or_nothing():
            yield begun

    def sync(self) -> None:
        """Come back when all that was committed is on the disk."""
        self.log.sync()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A view that takes no write lock and keeps nothing."""
        with Session(self.reading, expire_on_commit=False) as session:
            yield session

    def look(self, *, may_write: bool = True) -> Looking:
        """No transaction: every statement stands alone, and is kept at once where it writes.

        For who mostly reads and writes one row at most, under `turn`: nothing to begin or commit.
        What was written is on the disk when `sync` has come back.
        Unless it `may_write`, it raises MayNotWriteError where it is about to.
        """
        return Looking(self.looking, may_write=may_write)


def open_database(url: str, *, patience_seconds: float | None = None) -> Database:
    """Open the database at a SQLAlchemy URL; a SQLite file's folder is made when missing.

    With `patience_seconds` nobody waits longer for others to have written to a SQLite file: an
    OperationalError tells that it is not to be had.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        timeout = patience_seconds or SQLITE_BUSY_TIMEOUT_SECONDS
        # The last one used knows most pages: any other has to read again. Memory has but one.
        lifo = {"pool_use_lifo": True} if _file_of(parsed) else {}
        engine = create_engine(
            parsed, connect_args={"timeout": timeout}, pool_reset_on_return=None, **lifo
        )
        _make_sqlite_dependable(engine)
        patience = -1 if patience_seconds is None else patience_seconds
        return Database(
            engine,
            turn=_Turn(_file_of(parsed), patience),
            thinking=_OneAtATime(patience),
            log=LogFile(_file_of(parsed)),
        )
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    parsed = parsed.set(query=POSTGRESQL_WAITS | dict(parsed.query))
    # The driver begins nothing by itself: `_on_begin` says it, and for who only looks nobody does.
    # To change a connection over and back for each of them would take longer than their answer.
    engine = create_engine(
        parsed,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        pool_timeout=MOST_SECONDS_FOR_A_CONNECTION,
    )
    _make_postgresql_dependable(engine)
    return Database(engine)


def _file_of(address: URL) -> str | None:
    return None if address.database in {None, "", ":memory:"} else address.database


def _make_postgresql_dependable(engine: Engine) -> None:
    """Ask a connection whether it still lives before it is used, where it was idle for a while.

    `pool_pre_ping` asks each time: that is one way there and back more for every hop.
    """
    event.listen(engine, "connect", _prepare_nothing)

    @event.listens_for(engine, "reset")
    def _on_reset(connection: Any, _: ConnectionPoolEntry, __: PoolResetState) -> None:
        # The pool would roll back always; who only looked has begun nothing.
        if connection.pgconn.transaction_status != TransactionStatus.IDLE:
            connection.rollback()

    @event.listens_for(engine, "checkin")
    def _on_checkin(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _on_checkout(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        idle = monotonic() - record.info.get("idle_since", monotonic())
        if idle > PING_AFTER_SECONDS and not _is_alive(connection):
            # The pool throws it away with all that are as old, and opens another.
            raise DisconnectionError("the server closed it")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if not _is_begun_or_alone(connection):
            connection.exec_driver_sql("BEGIN")


def _prepare_nothing(connection: Any, _: ConnectionPoolEntry) -> None:
    # Else psycopg would make the server forget what `db.postgresql` prepared, with what is its own.
    connection.prepare_threshold = None


def _is_alive(connection: Any) -> bool:
    try:
        connection.execute("")
    except psycopg.Error:
        return False
    return True


class _OneAtATime:
    """One thread of a process at a time, in the order in which they came.

    A plain lock would let whoever just had it have it again, and others wait for ever. Who waits
    longer than `patience` seconds hears so; below nought it is for as long as it takes.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._is_changing, self._is_taken = Lock(), False
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._is_changing:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if not mine.acquire(timeout=self._patience) and self._gives_up(mine):
            raise OperationalError("a turn to write", None, TimeoutError("others write for long"))

    def __exit__(self, *_: object) -> None:
        with self._is_changing:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

    def _gives_up(self, mine: Lock) -> bool:
        """Leave the queue; False where it was our turn at this very moment."""
        with self._is_changing:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True


class _Turn:
    """Whose turn it is to write to a SQLite file, among all threads of all our processes.

    SQLite has one writer, and lets those who wait look again every so often, up to a tenth of a
    second: a lock wakes the next one at once, and starves nobody. A process that dies loses it.
    """

    def __init__(self, file: str | None, patience: float) -> None:
        self._of_threads = _OneAtATime(patience)
        # The lock is on a file of its own: SQLite has its own ways with the file itself.
        self._path = None if file is None else f"{file}-turn"
        self._lock: int | None = None

    def __enter__(self) -> None:
        self._of_threads.__enter__()
        if self._path is None:
            return
        try:
            if self._lock is None:
                self._lock = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
                finalize(self, os.close, self._lock)
            flock(self._lock, LOCK_EX)
        except BaseException:
            self._of_threads.__exit__()  # a full disk has no room for the file, and others ask too
            raise

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            flock(self._lock, LOCK_UN)
        self._of_threads.__exit__()


def _make_sqlite_dependable(engine: Engine) -> None:
    @event.listens_for(engine, "reset")
    def _on_reset(connection: sqlite3.Connection, _: ConnectionPoolEntry, __: Any) -> None:
        if connection.in_transaction:  # the pool would roll back always
            connection.rollback()

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        # The driver's own BEGIN comes too late for us; `_on_begin` says it.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: a reply that was promised survives a power cut.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is erased is written over, as it is by some builds of SQLite whoever asks for it.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A reader that later wants to write fails at once with "database is locked", whatever the
        # time-out; taking the write lock first waits its turn instead.
        if _is_begun_or_alone(connection):
            return
        is_read_only = connection.get_execution_options().get("read_only")
        sync_at_commit(connection.connection)
        begin = "BEGIN" if is_read_only else "BEGIN IMMEDIATE"
        # By the driver itself: it is said before every transaction, and has nothing to prepare.
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute(begin)
        except sqlite3.OperationalError as error:
            raise OperationalError(begin, None, error) from error


def _is_begun_or_alone(connection: Connection) -> bool:
    """Whether there is nothing to begin: by `db.begun`, or since every statement stands alone."""
    options = connection.get_execution_options()
    return bool(options.get("each_alone") or options.get(IS_BEGUN))
