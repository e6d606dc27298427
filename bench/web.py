"""`python -m bench.web`: every page of desk, board and API, on a PostgreSQL of many reports.

Each page that the service has is asked for under its own addresses, with something else each time,
and with the next pages of its lists, over HTTP from the server that operators start. A page that is
neither measured nor left out for a reason is an error. The floor, asked between all the others, is
a bare page of the same server.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import click
from flask import Flask

from app import create_app
from app.config import Settings
from app.service import Service, open_service
from bench.prices import postgresql
from bench.results import Figure, Goal
from bench.ussd_servers import serving
from bench.web_browser import SEED, Browser, Measured, measure, p95
from bench.web_pages import PAGES, address, forgotten, goal_of, known_in
from bench.web_world import EMAIL, PASSWORD, fill
from tests.cast import NUMBER_KEY

RUNS = 40
SECRET_KEY = "bench" * 8
# What a fresh process is asked first, each a process of its own, and so often.
COLD = ("board.home.show", "prices.Prices", "desk.today.show", "desk.moderation.show")
COLD_RUNS = 3


@click.command()
@click.option("--rows", default=10_000_000, show_default=True, help="How many reports there are.")
@click.option("--runs", default=RUNS, show_default=True, help="How often each page is measured.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for the database: another run with it need not fill it again.",
)
@click.option("--only", default="", help="Pages whose name begins so, as desk.books.")
def main(rows: int, runs: int, keep: Path | None, only: str) -> list[Figure]:
    """Fill a PostgreSQL, serve on it, ask for every page, and tell how long each took."""
    with postgresql(keep) as url, tempfile.TemporaryDirectory() as folder:
        _check_all_known(url)
        known = _filled(url, rows)
        log = Path(folder) / "web.log"
        wanted = [endpoint for endpoint in PAGES if endpoint.startswith(only)]
        with _served(url, log) as browser:
            browser.log_in(EMAIL, PASSWORD)
            click.echo(HEAD)
            found = [_told(measure(browser, endpoint, known, runs)) for endpoint in wanted]
        click.echo(_floor(found))
        cold = [_cold(url, log, endpoint, known, browser.cookie) for endpoint in COLD]
    if missed := [one.endpoint for one in found if one.is_too_slow]:
        click.echo(f"{len(missed)} too slow: {', '.join(missed)}")
    return [*figures(found), *cold]


def figures(found: Sequence[Measured]) -> Iterator[Figure]:
    """Of the pages that have one goal the slowest, and every other that misses it."""
    by_slowness = sorted(found, key=lambda one: one.p95, reverse=True)
    for goal in sorted({goal_of(one.endpoint) for one in found}):
        first, *others = (one for one in by_slowness if goal_of(one.endpoint) == goal)
        for one in (first, *(one for one in others if one.is_too_slow)):
            what = f"slowest of {len(others) + 1}" if one is first else "and"
            name = f"p95, {what}: {one.endpoint}"
            yield Figure(name, one.p95, "ms", p95(one.floor), Goal(goal))


def _check_all_known(url: str) -> None:
    """Whether somebody made a page and nobody said how it is measured."""
    if pages := forgotten(whole_app(url)):
        raise click.ClickException(
            f"neither measured nor left out for a reason, or gone: {', '.join(pages)}"
            " – bench/web_pages.py names every page"
        )


def whole_app(url: str) -> Flask:
    """The web with everything it can have."""
    return create_app(service=_service(url))


def _service(url: str) -> Service:
    settings = Settings(
        _env_file=None,
        DATABASE_URL=url,
        secret_key=SECRET_KEY,
        number_key=NUMBER_KEY,
        at_webhook_secret="-",
        simulator=True,
    )
    return open_service(settings)


def _filled(url: str, rows: int) -> Mapping[str, Sequence[Any]]:
    start, service = time.perf_counter(), _service(url)
    fill(service, rows, datetime.now(UTC))
    known = known_in(service.database)
    service.database.engine.dispose()
    click.echo(f"{rows:,} reports, there after {time.perf_counter() - start:,.0f} s")
    return known


@contextmanager
def _served(url: str, log: Path, cookie: str = "") -> Iterator[Browser]:
    """A fresh web process, and a browser that has reached it."""
    served = serving("app.cli", "web", url=url, processes=1, log=log, BEI_SECRET_KEY=SECRET_KEY)
    with served as where:
        browser = Browser(where.port, cookie)
        try:
            yield browser
        finally:
            browser.close()


HEAD = f"{'milliseconds':<32}{'first':>8}{'p50':>8}{'p95':>8}{'worst':>8}{'floor':>8}{'goal':>6}"


def _told(one: Measured) -> Measured:
    click.echo(line_of(one))
    return one


def line_of(one: Measured) -> str:
    """A page as a line under `HEAD`; the floor is its p95 while this page was measured."""
    worst, path = one.worst
    return (
        f"{one.endpoint:<32}{one.first:>8.1f}{one.p50:>8.1f}{one.p95:>8.1f}{worst:>8.1f}"
        f"{p95(one.floor):>8.1f}{goal_of(one.endpoint):>6}"
        f"{f'  MISSED by {path}' if one.is_too_slow else ''}"
    )


def _floor(found: Sequence[Measured]) -> str:
    floor = [took for one in found for took in one.floor]
    return f"the floor, a bare page: p95 {p95(floor):.1f}, worst {max(floor):.1f}"


def _cold(
    url: str, log: Path, endpoint: str, known: Mapping[str, Sequence[Any]], cookie: str
) -> Figure:
    """What somebody waits who is the first that a fresh process serves."""
    took = []
    for _ in range(COLD_RUNS):
        with _served(url, log, cookie) as browser:
            path = address(PAGES[endpoint][0], known, Random(SEED))
            took.append(browser.get(path)[0])
    each = ", ".join(f"{one:.0f}" for one in took)
    click.echo(f"first of a fresh process, {endpoint}: {each} ms")
    return Figure(f"first of a fresh process: {endpoint}", median(took), "ms")


if __name__ == "__main__":
    # As a command of its own it has to say by its exit code whether a page is too slow.
    sys.exit(any(one.is_met is False for one in main(standalone_mode=False) or ()))
