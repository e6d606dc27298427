"""A SQLite database: copied while others write, looked through, and put in another one's place."""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from app.backup.archive import CHUNK_BYTES
from app.backup.content import Content
from app.backup.manifest import BackupError, refuse_miscounted

NAME = "bei.db"
# As SQLite lays them beside a database that is in use.
BESIDE = ("-wal", "-shm", "-journal")


@contextmanager
def sqlite_content(source: Path, aside: Path) -> Iterator[Content]:
    """A moment of the database, by way of a copy that lies aside until the block ends."""
    try:
        _copy_online(source, aside)
        with closing(sqlite3.connect(aside)) as copy:
            look_through(copy)
            content = Content(NAME, _revision(copy), rows_of(copy), _pieces(aside), False)
        yield content
    except sqlite3.Error as fault:
        raise BackupError(f"{source} could not be copied: {fault}") from None
    finally:
        remove(aside)


def _copy_online(source: Path, target: Path) -> None:
    """In one step: writers go on beside it, and what they write after it began is not in it.

    Step by step SQLite would begin anew whenever another process has written.
    """
    remove(target)
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as whole,
        closing(sqlite3.connect(target)) as copy,
    ):
        target.chmod(0o600)
        copy.execute("PRAGMA synchronous=OFF")  # it is read once, and thrown away
        whole.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # all of it in one file


def look_through(connection: sqlite3.Connection) -> None:
    """BackupError where the file is damaged, or a row refers to one that is not there."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError(f"the database is damaged: {' '.join(found.split())}")
    lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    if lost is not None:
        raise BackupError(f"the database is damaged: a row of {lost[0]} misses one of {lost[2]}")


def look_through_pieces(pieces: Iterable[bytes], rows: Mapping[str, int]) -> None:
    """The same of a database in pieces, put together for a moment; its rows are counted too."""
    with tempfile.TemporaryDirectory(prefix="bei-") as folder:
        path = Path(folder) / NAME
        put_together(pieces, path)
        with closing(sqlite3.connect(path)) as connection:
            look_through(connection)
            refuse_miscounted(rows_of(connection), rows)


def put_together(pieces: Iterable[bytes], path: Path) -> None:
    """Write the pieces to a new file that nobody else may read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in pieces:
            file.write(piece)


def rows_of(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in tables_of(connection)
    }


def tables_of(connection: sqlite3.Connection) -> list[str]:
    """The names of all tables that are not SQLite's own."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    )
    return [name for (name,) in found]


@contextmanager
def alone(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, with nobody else in it until the block ends; BackupError where somebody is.

    Out of write-ahead mode comes only who is the only one: each connection of another process,
    idle or not, holds a lock that stands against it. An empty file is made where there is none.
    """
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")  # and the lock stays after it
            connection.execute("COMMIT")
        except sqlite3.OperationalError as fault:
            raise BackupError(f"{path} is in use ({fault}): stop web and worker first") from None
        except sqlite3.DatabaseError as fault:
            raise BackupError(f"{path} is damaged ({fault}): move it away first") from None
        yield connection
        # One after the other: who is alone for good leaves an empty journal lying there.
        connection.execute("PRAGMA locking_mode=NORMAL")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA journal_mode=WAL")


def take_place(source: Path, place: sqlite3.Connection) -> None:
    """Write one database over another in a single transaction: all of it, or nothing."""
    with closing(sqlite3.connect(source)) as new:
        new.execute("PRAGMA journal_mode=DELETE")  # as who is alone has it
        new.backup(place)


def remove(path: Path) -> None:
    """Remove a database and what lies beside it."""
    for name in (path, *(Path(f"{path}{end}") for end in BESIDE)):
        name.unlink(missing_ok=True)


def _revision(connection: sqlite3.Connection) -> str:
    if "alembic_version" not in tables_of(connection):
        raise BackupError("the database is empty: there is nothing to keep")
    return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
