"""A backup is made: beside its place, looked through, and only then under its name."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from importlib.metadata import version
from pathlib import Path

from app.backup.archive import open_archive, write_archive
from app.backup.content import Content
from app.backup.keys import marks
from app.backup.manifest import FORM, BackupError, Manifest
from app.backup.postgresql_dump import can_read_through, postgresql_content, read_through
from app.backup.sqlite_file import look_through_pieces, sqlite_content
from db.session import Database

# Half a backup never bears a name that is taken for a whole one's.
PART, COPY, LOCK = ".bei-backup.part", ".bei-backup.db", ".bei-backup.lock"
_NAME = re.compile(r"bei-(\d{8}T\d{6}Z)\.zip")


def name_at(moment: datetime) -> str:
    """What a backup of this moment is called in a folder of them."""
    return f"bei-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"


def kept_in(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups of a folder by when they were made, the newest first, by their names alone."""
    found = ((_NAME.fullmatch(path.name), path) for path in folder.glob("bei-*.zip"))
    made = ((f"{name[1]}+0000", path) for name, path in found if name is not None)
    return sorted(
        ((datetime.strptime(at, "%Y%m%dT%H%M%SZ%z"), path) for at, path in made), reverse=True
    )


def make_backup(
    database: Database, place: Path, *, now: datetime, keys: Mapping[str, str], with_keys: bool
) -> Manifest:
    """Keep a moment of the database under a name, in the place of a backup that bears it.

    BackupError, and nothing under the name has changed, where anything goes wrong.
    """
    _refuse_other_files(place)
    part = place.parent / PART
    with _first_in(place.parent):
        try:
            manifest = _write(database, part, now, keys, keys if with_keys else {})
            check_backup(part)
            part.replace(place)
            _sync_folder(place.parent)
        except OSError as fault:
            raise BackupError(f"{place} could not be written: {fault.strerror}") from None
        finally:
            part.unlink(missing_ok=True)
    return manifest


def check_backup(path: Path, *, thoroughly: bool = False) -> Manifest:
    """Read all of a backup; thoroughly: also open the database in it. BackupError if it is bad."""
    with open_archive(path) as archive:
        archive.check()
        if thoroughly and archive.manifest.database == "sqlite":
            look_through_pieces(archive.chunks(), archive.manifest.rows)
        elif thoroughly and can_read_through():
            read_through(archive.chunks())
        return archive.manifest


def keep_newest(folder: Path, keep: int) -> list[Path]:
    """Remove all backups of a folder but the newest; which were removed."""
    old = [path for _, path in kept_in(folder)[keep:]]
    for path in old:
        path.unlink()
    return old


def _write(
    database: Database,
    part: Path,
    now: datetime,
    keys: Mapping[str, str],
    put_in: Mapping[str, str],
) -> Manifest:
    with _content(database, part.with_name(COPY)) as content:

        def describe(sha256: str) -> Manifest:
            return Manifest(
                form=FORM,
                bei=version("bei"),
                revision=content.revision,
                database=database.engine.dialect.name,
                made_at=now,
                content=content.name,
                sha256=sha256,
                rows=content.rows,
                keys=marks(keys),
            )

        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            manifest = write_archive(
                file, content.name, content.chunks, describe,
                is_squeezed=content.is_squeezed, keys=put_in,
            )  # fmt: skip
            file.flush()
            os.fsync(file.fileno())
    return manifest


def _content(database: Database, aside: Path) -> AbstractContextManager[Content]:
    if not database.is_a_file:
        return postgresql_content(database)
    source = Path(database.engine.url.database or "")
    if not source.is_file():
        raise BackupError(f"there is no database at {source}")
    return sqlite_content(source, aside)


def _refuse_other_files(place: Path) -> None:
    """A slip of the pen must not cost a file: `bei backup var/bei.db`."""
    if not place.parent.is_dir():
        raise BackupError(f"there is no folder {place.parent}")
    if place.exists():
        try:
            with open_archive(place):
                pass
        except BackupError:
            raise BackupError(f"{place} is there and is no backup of Bei") from None


@contextmanager
def _first_in(folder: Path) -> Iterator[None]:
    """One at a time; what somebody left who was killed is written over by the next one."""
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise BackupError(f"{folder} cannot be written in: {fault.strerror}") from None
    try:
        _take(lock, folder)
        yield
    finally:
        os.close(lock)


def _take(lock: int, folder: Path) -> None:
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        raise BackupError(f"another backup is being written in {folder}") from None


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
