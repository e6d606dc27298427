"""A backup is put back: believed whole first, and then in one transaction."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from app.backup.archive import Archive, open_archive
from app.backup.keys import keys_of, lay, marks
from app.backup.manifest import BackupError, Manifest, refuse_miscounted
from app.backup.postgresql_dump import others_at_work, restore_dump, rows_of
from app.backup.sqlite_file import (
    NAME,
    alone,
    look_through,
    put_together,
    tables_of,
    take_place,
)
from app.backup.sqlite_file import rows_of as rows_of_file
from app.config import Settings
from db.session import Database, open_database
from db.upgrade import is_known, upgrade


def refuse_unfit(settings: Settings, path: Path) -> Manifest:
    """Read all of a backup; BackupError where it is damaged, or this service cannot use it."""
    with open_archive(path) as archive:
        archive.check()
        manifest = archive.manifest
        if not is_known(manifest.revision):
            raise BackupError(
                f"{path} was made by a newer Bei ({manifest.bei}, revision {manifest.revision}):"
                " upgrade Bei first"
            )
        here = "sqlite" if settings.is_embedded else "postgresql"
        if manifest.database != here:
            raise BackupError(
                f"{path} is of {manifest.database}, and DATABASE_URL names {here}: restore it"
                f" into {manifest.database}, then `bei move`"
            )
        _refuse_other_number_key(settings, archive)
    return manifest


def name_of(database: Database) -> str:
    """What the operator calls it: a file, or a database of a server."""
    name = database.engine.url.database or ""
    return Path(name).name if database.is_a_file else name


def restore(settings: Settings, database: Database, path: Path, *, replace: bool) -> list[str]:
    """Put a backup into an empty database, or in the place of what is there; what to know of it.

    BackupError, and the database is as it was, where anything goes wrong.
    """
    with open_archive(path) as archive:
        if database.is_a_file:
            _restore_file(archive, Path(database.engine.url.database or ""), replace)
        else:
            _restore_server(archive, database, replace)
        laid = lay(settings, archive.keys())
        return [f"{path} is laid beside it" for path in laid] + _of_secret(settings, archive)


def _restore_file(archive: Archive, place: Path, replace: bool) -> None:
    try:
        with alone(place) as connection, _folder_beside(place) as aside:
            _refuse_full(tables_of(connection), replace)
            new = aside / NAME
            put_together(archive.chunks(), new)
            _bring_up_to_date(new, archive.manifest.rows)
            take_place(new, connection)
    except (sqlite3.Error, OSError) as fault:
        raise BackupError(f"it could not be put back, {place} is as it was: {fault}") from None


def _bring_up_to_date(new: Path, rows: Mapping[str, int]) -> None:
    """Migrated before it takes its place: a migration that fails leaves the old one there."""
    with closing(sqlite3.connect(new)) as connection:
        look_through(connection)
        refuse_miscounted(rows_of_file(connection), rows)
    database = open_database(f"sqlite:///{new}")
    upgrade(database)
    database.engine.dispose()


def _restore_server(archive: Archive, database: Database, replace: bool) -> None:
    with database.looking.connect() as connection:
        if others := others_at_work(connection):
            raise BackupError(f"the database is in use by {others} more: stop web and worker first")
        _refuse_full(rows_of(connection), replace)
    restore_dump(database, archive.chunks(), archive.manifest.rows)
    with database.looking.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _refuse_full(tables: object, replace: bool) -> None:
    if tables and not replace:
        raise BackupError(
            "the database is not empty: `bei restore --replace` puts this in its place"
        )


@contextmanager
def _folder_beside(place: Path) -> Iterator[Path]:
    """Who is alone in a database may also sweep away what was left by somebody who was killed."""
    folder = place.with_name(f".{place.name}-restore")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_other_number_key(settings: Settings, archive: Archive) -> None:
    """Without it nobody could be written to any more."""
    if not _is_another(settings, archive, "numbers"):
        return
    where = "put its file back beside the database, or " if settings.is_embedded else ""
    raise BackupError(
        f"the phone numbers in this backup are sealed with another key: {where}set BEI_NUMBER_KEY"
    )


def _of_secret(settings: Settings, archive: Archive) -> list[str]:
    if not _is_another(settings, archive, "secret"):
        return []
    return [
        "BEI_SECRET_KEY is not the one it was made with: phones' codes at the log-in, hooks'"
        " signatures and reporters' pseudonyms are others"
    ]


def _is_another(settings: Settings, archive: Archive, name: str) -> bool:
    """Whether a key that the data needs will not be there; one put in counts where none is set."""
    wanted = archive.manifest.keys.get(name)
    put_in = archive.keys() if settings.is_embedded else {}
    is_set = {"secret": settings.secret_key, "numbers": settings.number_key}[name] is not None
    key = keys_of(settings).get(name) if is_set else put_in.get(name, keys_of(settings).get(name))
    return wanted is not None and marks({name: key or ""})[name] != wanted
