"""Ours and the bare floor, called in turns: who is measured, and how."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Protocol

import click
from sqlalchemy import make_url

from app.config import Settings
from app.service import open_service
from bench.results import Figure
from bench.ussd_calls import Farmer
from bench.ussd_floor import is_sqlite
from bench.ussd_load import Address, Calling, Load, Talk, make_ready, pace, saturate
from bench.ussd_servers import serving
from bench.ussd_table import arrivals, faults, figures, table
from bench.ussd_world import farmers_of, fill, postgresql, settle_down
from tests.cast import NUMBER_KEY

SEED = 47
# The better of 1 and 2 on two cores. A second process does not make up for SQLite's one writer:
# as many hops go, and the slowest take longer.
WEB_PROCESSES = {"SQLite": 2, "PostgreSQL": 2}
CALLERS = 16  # who press as soon as they see a screen
RATE = 200  # hops a second, when they are due
# Short turns: a machine that is now faster, now slower, is to be both for either side.
TURN_SECONDS, WARM_UP_SECONDS = 1.5, 3.0
# More than the floor can do, so that calls do not run out.
MOST_HOPS_PER_SECOND = 8_000
# Enough that nobody calls twice: who did would be asked whether to go on with the last call.
FARMERS, FARMERS_PER_SECOND = 10_000, 800


class Calls(Protocol):
    """Calls without end, each by somebody else until all have called."""

    def __call__(self, farmers: Sequence[Farmer], *, name: str, seed: int) -> Iterator[Calling]:
        """The same ones for the same seed."""


@dataclass
class Side:
    """A server, who is going to call it, and what came of that."""

    address: Address
    calls: Iterator[Calling]
    coming: deque[Talk] = field(default_factory=deque)
    warm_up: Load = field(default_factory=Load)
    full: Load = field(default_factory=Load)
    steady: Load = field(default_factory=Load)

    def run(self, load: Load, span: float) -> None:
        """As many hops as go."""
        make_ready(self.coming, self.address, self.calls, hops=round(MOST_HOPS_PER_SECOND * span))
        saturate(self.address, load, self.coming, callers=CALLERS, span=span)

    def walk(self, span: float, chance: Random) -> None:
        """So many hops a second, and no more."""
        make_ready(self.coming, self.address, self.calls, hops=round(RATE * (span + 10)))
        pace(self.address, self.steady, self.coming, rate=RATE, span=span, chance=chance)

    @property
    def loads(self) -> tuple[Load, ...]:
        """All loads."""
        return (self.warm_up, self.full, self.steady)

    @property
    def talks(self) -> list[Talk]:
        """All calls that were made."""
        return [talk for load in self.loads for talk in load.talks]


@dataclass(frozen=True)
class Contest:
    """What is measured: who calls which webhook, beside which floor."""

    what: str  # in the table: hops
    webhook: str
    floor: str  # the module that serves it
    calls: Calls
    fill_floor: Callable[[str, Sequence[Farmer]], None]
    check: Callable[[str, list[Talk]], None]  # looks into our database

    def command(self) -> click.Command:
        """What the command line runs."""
        options = [
            click.Option(
                ["--seconds"], default=18, show_default=True, help="How long each is measured."
            ),
            click.Option(
                ["--database", "wanted"],
                type=click.Choice(["sqlite", "postgresql", "both"]),
                default="both",
                show_default=True,
            ),
        ]
        told = "Fill the databases, serve on them, call, and tell what came of it."
        return click.Command(self.what, callback=self.on_databases, params=[*options], help=told)

    def on_databases(self, wanted: str, seconds: int) -> list[Figure]:
        """Measure on a SQLite, a PostgreSQL or both."""
        click.echo(
            f"{CALLERS} callers at once, then {RATE} {self.what}/s when they are due; "
            f"{seconds} s of each, in turns of {TURN_SECONDS} s"
        )
        found: list[Figure] = []
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            if wanted in {"sqlite", "both"}:
                url = f"sqlite:///{folder / 'bench.db'}"
                found += self.compare("SQLite", url, folder, seconds)
            if wanted in {"postgresql", "both"}:
                url = stack.enter_context(postgresql())
                found += self.compare("PostgreSQL", url, folder, seconds)
        return found

    def compare(self, name: str, url: str, folder: Path, seconds: int) -> list[Figure]:
        """Measure both servers, each on a database of its own."""
        farmers, floor_url = settled(url, FARMERS + FARMERS_PER_SECOND * seconds), _floor_url(url)
        self.fill_floor(floor_url, farmers)
        processes = WEB_PROCESSES[name]
        with (
            serving(
                self.floor, url=floor_url, processes=processes, log=folder / "floor.log"
            ) as floor_at,
            serving(
                "app.cli", "web", url=url, processes=processes, log=folder / "web.log"
            ) as ours_at,
        ):
            floor, ours = (
                Side(address.of(self.webhook), self.calls(farmers, name="bench", seed=SEED))
                for address in (floor_at, ours_at)
            )
            _measure(floor, ours, seconds)
        click.echo()
        title = f"{name}, web processes: {processes}"
        full, steady = (ours.full, floor.full), (ours.steady, floor.steady)
        for line in table(title, self.what, full=full, steady=steady):
            click.echo(line)
        for line in (*arrivals(ours.talks), *faults(ours.loads), *faults(floor.loads)):
            click.echo(line)
        self.check(url, ours.talks)
        return list(figures(f"{self.what} over HTTP, {name}", self.what, full=full, steady=steady))


def settled(url: str, farmers: int) -> list[Farmer]:
    """Fill a database with so many farmers, as ours is."""
    service = open_service(Settings(_env_file=None, DATABASE_URL=url, number_key=NUMBER_KEY))
    fill(service, datetime.now(UTC), farmers=farmers)
    settle_down(service.database)
    found = farmers_of(service.database)
    service.database.engine.dispose()
    return found


def _floor_url(url: str) -> str:
    """Beside ours: another file in the same folder, another database of the same server."""
    parsed = make_url(url)
    beside = f"{parsed.database}.floor" if is_sqlite(url) else "floor"
    return parsed.set(database=beside).render_as_string(hide_password=False)


def _measure(floor: Side, ours: Side, seconds: int) -> None:
    """Call one after the other, again and again."""
    turns = max(1, round(seconds / TURN_SECONDS))
    span = seconds / turns
    for side in (floor, ours):
        side.run(side.warm_up, WARM_UP_SECONDS)
    for _ in range(turns):
        for side in (floor, ours):
            side.run(side.full, span)
    for turn in range(turns):
        for side in (floor, ours):
            side.walk(span, Random(SEED + turn))
