"""A PostgreSQL database, by the server's own tools: dumped, looked through, and put back.

They are told how to reach it by an address without its password, which they read from a file that
nobody else may read: a command line is there for everybody to see.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any

from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, inspect, text

from app.backup.archive import CHUNK_BYTES
from app.backup.content import Content
from app.backup.manifest import BackupError
from db.session import Database

NAME = "bei.dump"
# So long it is waited for somebody who still looks at a table that is to be replaced.
LOCK_TIMEOUT = "10s"


@contextmanager
def postgresql_content(database: Database) -> Iterator[Content]:
    """A moment of the database: counted and dumped as one and the same snapshot."""
    with database.reading.connect() as connection:
        dump = _tool("pg_dump", _server_version(connection))
        snapshot = _take_snapshot(connection)
        revision = _revision(connection)
        rows = rows_of(connection)
        with _address(database) as address:
            command = [
                dump, "--format=custom", "--no-owner", "--no-privileges",
                f"--snapshot={snapshot}", f"--dbname={address}",
            ]  # fmt: skip
            yield Content(NAME, revision, rows, _output(command), True)


def read_through(chunks: Iterable[bytes]) -> None:
    """Let pg_restore read a dump to its end and write it nowhere; BackupError where it cannot."""
    with tempfile.TemporaryFile() as errors:
        reader = _start([_tool("pg_restore"), "--file=/dev/null"], errors, stdin=subprocess.PIPE)
        if not (_feed(reader, chunks) and reader.wait() == 0):
            raise BackupError(f"its dump cannot be read: {_last_line(errors)}")


def can_read_through() -> bool:
    """Whether this machine has what reads a dump."""
    return shutil.which("pg_restore") is not None


def restore_dump(database: Database, chunks: Iterable[bytes], rows: Mapping[str, int]) -> None:
    """Put a dump in the place of all tables, in one transaction: all of it, or nothing.

    COMMIT is said when everything was read and counted. Whoever is killed before, the server rolls
    back: that is why no tool is told to see to the transaction, which would end it with its input.
    """
    with database.reading.connect() as connection:
        restore, shell = (
            _tool(name, _server_version(connection)) for name in ("pg_restore", "psql")
        )
        begin, commit = _frame(connection, rows)
    with _address(database) as address, tempfile.TemporaryFile() as errors:
        writer = _start(
            [shell, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={address}"],
            errors, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            is_done = _write(writer, begin) and _pass_on(restore, chunks, writer, errors)
            is_done = is_done and _write(writer, commit)
        finally:
            with suppress(BrokenPipeError):
                _input(writer).close()
            code = writer.wait()
        if not is_done or code != 0:
            raise BackupError(f"PostgreSQL did not take it, and is as it was: {_last_line(errors)}")


def others_at_work(connection: Connection) -> int:
    """How many others are connected to this database."""
    found = connection.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    )
    return int(found or 0)


def rows_of(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: int(connection.scalar(text(f"SELECT count(*) FROM {_quoted(connection, name)}")) or 0)  # noqa: S608
        for name in sorted(inspect(connection).get_table_names())
    }


def _take_snapshot(connection: Connection) -> str:
    """Look at one moment from now on; its name, by which others may look at the same."""
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    return str(connection.scalar(text("SELECT pg_export_snapshot()")))


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        raise BackupError("the database is empty: there is nothing to keep")
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _frame(connection: Connection, rows: Mapping[str, int]) -> tuple[str, str]:
    """What is said before a dump, and after it."""
    old = ", ".join(_quoted(connection, name) for name in inspect(connection).get_table_names())
    drop = f"DROP TABLE {old} CASCADE;" if old else ""
    counted = "".join(
        f"ASSERT (SELECT count(*) FROM {_quoted(connection, name)}) = {count}, '{name}';\n"  # noqa: S608
        for name, count in rows.items()
    )
    return (
        f"BEGIN; SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'; {drop}\n",
        f"\nDO $bei$ BEGIN {counted} END $bei$;\nCOMMIT;\n",
    )


def _quoted(connection: Connection, table: str) -> str:
    quote = connection.dialect.identifier_preparer.quote_identifier
    schema = inspect(connection).default_schema_name or "public"
    return f"{quote(schema)}.{quote(table)}"


def _server_version(connection: Connection) -> int:
    driver: Any = connection.connection.driver_connection
    return int(driver.info.server_version) // 10_000


def _tool(name: str, server: int | None = None) -> str:
    """Where a tool of PostgreSQL's lies; BackupError where it is not there, or too old."""
    wanted = f"postgresql-client-{server}" if server else "postgresql-client"
    path = shutil.which(name)
    if path is None:
        raise BackupError(f"{name} is not on PATH: install {wanted}, or whatever brings it here")
    version = _version(path)
    if server is not None and version < server:
        raise BackupError(
            f"{name} on PATH is of PostgreSQL {version}, the server of {server}: install {wanted}"
        )
    return path


def _version(path: str) -> int:
    said = subprocess.run(  # noqa: S603 – the program is found on PATH, its arguments are ours
        [path, "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"\) (\d+)", said)
    if found is None:
        raise BackupError(f"{path} does not tell its version")
    return int(found[1])


@contextmanager
def _address(database: Database) -> Iterator[str]:
    """How libpq reaches the database, its password in a file apart."""
    url = database.engine.url
    said = {**url.translate_connect_args(username="user", database="dbname"), **url.query}
    password = said.pop("password", None)
    with tempfile.NamedTemporaryFile("w", prefix="bei-", delete=True) as file:
        if password:
            escaped = str(password).replace("\\", "\\\\").replace(":", "\\:")
            file.write(f"*:*:*:*:{escaped}\n")
            file.flush()
            said["passfile"] = file.name
        yield make_conninfo(**said)


def _start(command: Sequence[str], errors: IO[bytes], **pipes: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stderr=errors, **pipes)  # noqa: S603 – as above


def _output(command: Sequence[str]) -> Iterator[bytes]:
    """What a tool writes; BackupError where it does not end well, so that no half is believed."""
    with tempfile.TemporaryFile() as errors:
        process = _start(command, errors, stdout=subprocess.PIPE)
        output: Any = process.stdout
        try:
            while chunk := output.read(CHUNK_BYTES):
                yield chunk
        except BaseException:
            process.kill()
            raise
        finally:
            output.close()
            code = process.wait()
        if code != 0:
            raise BackupError(f"pg_dump did not end well: {_last_line(errors)}")


def _pass_on(
    restore: str, chunks: Iterable[bytes], writer: subprocess.Popen[bytes], errors: IO[bytes]
) -> bool:
    """Have a dump told as SQL to whoever writes; whether it was told to its end."""
    teller = _start(
        [restore, "--file=-", "--no-owner", "--no-privileges"],
        errors, stdin=subprocess.PIPE, stdout=_input(writer),
    )  # fmt: skip
    try:
        return _feed(teller, chunks) and teller.wait() == 0
    finally:
        teller.kill()
        teller.wait()


def _feed(process: subprocess.Popen[bytes], chunks: Iterable[bytes]) -> bool:
    try:
        with _input(process) as into:
            for chunk in chunks:
                into.write(chunk)
    except BrokenPipeError:
        process.wait()
        return False
    return True


def _write(process: subprocess.Popen[bytes], words: str) -> bool:
    try:
        _input(process).write(words.encode())
        _input(process).flush()
    except BrokenPipeError:
        return False
    return True


def _input(process: subprocess.Popen[bytes]) -> Any:
    return process.stdin


def _last_line(errors: IO[bytes]) -> str:
    """What a tool complained of first; what follows are mostly its consequences."""
    errors.seek(0)
    lines = [line for line in errors.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[0] if lines else "it does not say why"
