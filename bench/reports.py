"""`python -m bench.reports [--rows N]`: how fast people's reports come in from a file, on SQLite.

Every report passes the door, and every cell hears its days: a fifth of them are slips, a fifth
names no unit, and most people tell of a price once or twice. The floor, of the same run, is the
bare driver: the same rows into a table without our keys, a thousand in a transaction, forced to the
disk.
"""

import csv
import random
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from bench.results import Figure
from db.session import Database, open_database
from db.upgrade import upgrade
from messaging.subscribers import get_or_create_subscribers
from prices.catalogue import Catalogue
from prices.importers.observation_lines import FORM, Reporter
from prices.importers.observations import import_observations
from prices.importers.reference import load_reference
from prices.kinds import PlaceKind

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SEED = 47
DAYS = 120
PRICES = {"milk": 47, "maize": 40, "beans": 120, "potatoes": 45, "tomatoes": 60}
MARKETS = 60
BATCH = 1_000


@click.command()
@click.option("--rows", default=50_000, show_default=True, help="How many lines the file has.")
@click.option("--people", default=20_000, show_default=True, help="How many people report.")
def main(rows: int, people: int) -> list[Figure]:
    """Make a file, bring it in, and measure the bare driver beside it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = open_database(f"sqlite:///{folder / 'bench.db'}")
        upgrade(database)
        with database.begin() as session:
            load_reference(session)
        file = _write(database, folder / "reports.csv", rows, people)
        floor = _floor(folder / "floor.db", file)
        start, busy = time.perf_counter(), time.process_time()
        summary = import_observations(
            database,
            file,
            country="KE",
            meet=meet,
            vocabulary_of=Catalogue("KE").vocabulary,
            now=NOW,
        )
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        database.engine.dispose()
    click.echo(f"{summary.read:,} rows, {summary.kept:,} kept, {summary.unkept:,} left out")
    click.echo(
        f"kept and heard   {rows / seconds:>10,.0f} rows/s  ({rows / busy:,.0f}/s of its core)"
    )
    click.echo(f"floor            {rows / floor:>10,.0f} rows/s")
    return [Figure("reports of a file, SQLite", rows / seconds, "rows/s", rows / floor)]


def _write(database: Database, file: Path, rows: int, people: int) -> Path:
    chance = random.Random(SEED)
    with database.read() as session:
        places = Catalogue("KE").vocabulary(session, "KE").places.values()
    towns = [place for place in places if place.kind is PlaceKind.MARKET and place.population]
    markets = [place.code for place in sorted(towns, key=lambda one: one.id)[:MARKETS]]
    with file.open("w", newline="", encoding="utf-8") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow((*FORM.required, "unit"))
        for _ in range(rows):
            code = chance.choice(list(PRICES))
            at = NOW - timedelta(seconds=chance.randrange(DAYS * 86_400))
            price = PRICES[code] * chance.gauss(1, 0.1)
            if chance.random() < 0.2:
                price *= chance.choice((10, 0.1, 1.8, 0.5, 2.5))
            unit = "" if chance.random() < 0.2 else "litre" if code == "milk" else "kg"
            # A few report often, most once or twice.
            person = int(people * chance.random() ** 3)
            phone = f"+2547{person:08}"
            lines.writerow(
                (at.isoformat(), phone, code, chance.choice(markets), f"{price:.2f}", unit)
            )
    return file


def _floor(path: Path, file: Path) -> float:
    with file.open(newline="", encoding="utf-8") as told:
        rows = list(csv.reader(told))[1:]
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE floor (at, reporter, commodity, market, price, unit)")
    start = time.perf_counter()
    for first in range(0, len(rows), BATCH):
        bare.execute("BEGIN")
        bare.executemany("INSERT INTO floor VALUES (?,?,?,?,?,?)", rows[first : first + BATCH])
        bare.execute("COMMIT")
    bare.close()
    return time.perf_counter() - start


def meet(session: Session, met_at: Mapping[str, datetime]) -> dict[str, Reporter | None]:
    """Who reports, by the numbers in a file."""
    found = get_or_create_subscribers(session, met_at, default_country="KE")
    return {written: Reporter(one.id, one.country) for written, one in found.items()}


if __name__ == "__main__":
    main()
