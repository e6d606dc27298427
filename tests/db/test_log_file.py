"""A commit that waits for the disk with the turn in hand, and one that does so after it."""

import errno
import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from db.log_file import LogFile
from db.session import Database, open_database
from messaging.models import Subscriber
from tests.cast import OTIENO, WANJIKU
from tests.conftest import NOON

NORMAL, FULL = 1, 2


@pytest.fixture
def file(database: Database) -> Path:
    if not database.is_a_file:
        pytest.skip("a server brings its log to the disk itself, for many at once")
    return Path(database.engine.url.database or "")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The files that were brought to the disk, by inode and size at that moment."""
    found: list[tuple[int, int]] = []
    really = os.fdatasync

    def sync(held: int) -> None:
        really(held)
        status = os.fstat(held)
        found.append((status.st_ino, status.st_size))

    monkeypatch.setattr(os, "fdatasync", sync)
    return found


def write(database: Database, msisdn: str, *, is_synced: bool) -> int:
    """Meet somebody, and tell how the transaction goes to the disk."""
    with database.begin(is_synced=is_synced) as session:
        session.add(Subscriber(msisdn=msisdn, country="KE", created_at=NOON))
        session.flush()
        return session.scalar(text("PRAGMA synchronous")) or 0


def test_commits_wait_for_the_disk_themselves_unless_sync_is_called(
    database: Database, file: Path, synced: list[tuple[int, int]]
) -> None:
    assert write(database, WANJIKU, is_synced=False) == NORMAL
    assert write(database, OTIENO, is_synced=True) == FULL  # the same connection
    assert not synced
    database.sync()
    log = Path(f"{file}-wal").stat()
    assert synced == [(log.st_ino, log.st_size)]


def test_rows_by_look_are_left_to_sync_too(database: Database, file: Path) -> None:
    with database.look() as session:
        connection = session.at_hand.driver_connection
        assert connection is not None
        assert connection.execute("PRAGMA synchronous").fetchone() == (NORMAL,)
    with database.begin() as session:
        assert session.scalar(text("PRAGMA synchronous")) == FULL


def test_everybody_sees_what_is_not_on_the_disk_yet(database: Database, file: Path) -> None:
    write(database, WANJIKU, is_synced=False)
    other = open_database(f"sqlite:///{file}")
    with other.read() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 1
    other.engine.dispose()


def test_another_log_is_found(
    database: Database, file: Path, synced: list[tuple[int, int]], tmp_path: Path
) -> None:
    """When all have left, SQLite takes its log away; the next one to come begins another."""
    write(database, WANJIKU, is_synced=False)
    database.sync()
    database.engine.dispose()
    assert not Path(f"{file}-wal").exists()
    database.sync()  # all of it is in the database
    (tmp_path / "takes the number of the old log").touch()
    write(database, OTIENO, is_synced=False)
    database.sync()
    assert synced[-1][0] == Path(f"{file}-wal").stat().st_ino
    assert len(synced) == 2


def test_a_disk_that_fails_is_heard_of(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, WANJIKU, is_synced=False)

    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(OSError, match="Input/output"):
        database.sync()


def test_many_sync_at_once(database: Database, file: Path) -> None:
    write(database, WANJIKU, is_synced=False)
    faults: list[BaseException] = []

    def sync() -> None:
        try:
            for _ in range(20):
                database.sync()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=sync) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


class _SlowDisk:
    """A disk that is at it until somebody lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.may_end, self.syncs = threading.Event(), threading.Event(), 0
        self.fails = False
        monkeypatch.setattr(os, "fdatasync", self.sync)

    def sync(self, _: int) -> None:
        self.syncs += 1
        self.begun.set()
        assert self.may_end.wait(20)
        if self.fails:
            self.fails = False  # the system tells of it once
            raise OSError(errno.EIO, "Input/output error")


def _sync_behind(database: Database, disk: _SlowDisk, callers: int) -> list[OSError | None]:
    """One who syncs, and so many who come while the disk is at it; what each of them heard."""
    heard: list[OSError | None] = []

    def sync() -> None:
        try:
            database.sync()
            heard.append(None)
        except OSError as fault:
            heard.append(fault)

    threads = [threading.Thread(target=sync) for _ in range(callers + 1)]
    threads[0].start()
    assert disk.begun.wait(20)
    for thread in threads[1:]:
        thread.start()
    while database.log._waiting < callers:
        threads[0].join(0.001)
    disk.may_end.set()
    for thread in threads:
        thread.join(20)
    return heard


def test_those_who_come_meanwhile_share_the_next_sync(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is under way may have begun before they committed: it is not theirs."""
    write(database, WANJIKU, is_synced=False)
    disk = _SlowDisk(monkeypatch)
    assert _sync_behind(database, disk, 5) == [None] * 6
    assert disk.syncs == 2


def test_whoever_waits_on_a_disk_that_fails_hears_of_it(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, WANJIKU, is_synced=False)
    disk = _SlowDisk(monkeypatch)
    disk.fails = True
    heard = _sync_behind(database, disk, 5)
    assert all(isinstance(fault, OSError) for fault in heard)
    assert len(heard) == 6
    database.sync()  # who comes later is not told of it


def test_without_a_file_there_is_nothing_to_do() -> None:
    LogFile(None).sync()
