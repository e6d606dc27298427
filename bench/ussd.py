"""`python -m bench.ussd`: hops per second over HTTP, beside the bare floor of the same run.

On each database the real server (`bei web`) and a floor (`bench.ussd_floor`: the same server and
framework, one raw select and one raw insert a hop) are called in turns, so that both see the same
machine. First callers press as soon as they see a screen: as many hops as go. Then hops come when
they are due, so many a second, and the time of each counts from then.
"""

import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import click
from sqlalchemy import func, make_url, select

from app.config import Settings
from app.service import open_service
from bench.ussd_calls import Call, Farmer, calls
from bench.ussd_floor import fill_floor, is_sqlite
from bench.ussd_load import Address, Load, Talk, make_ready, pace, saturate
from bench.ussd_servers import serving
from bench.ussd_table import arrivals, faults, table
from bench.ussd_world import farmers_of, fill, postgresql, settle_down
from db.session import Database, open_database
from messaging.models import UssdSession
from prices.models import PriceObservation

SEED = 47
# The better of 1 and 2 on two cores. A second process does not make up for SQLite's one writer:
# as many hops go, and the slowest take longer.
WEB_PROCESSES = {"SQLite": 2, "PostgreSQL": 2}
CALLERS = 16  # who press as soon as they see a screen
RATE = 200  # hops a second, when they are due
TURN_SECONDS, WARM_UP_SECONDS = 3.0, 2.0
# More than the floor can do, so that calls do not run out.
MOST_HOPS_PER_SECOND = 8_000
# Enough that nobody calls twice: who did would be asked whether to go on with the last call.
FARMERS, FARMERS_PER_SECOND = 10_000, 800


@click.command()
@click.option("--seconds", default=12, show_default=True, help="How long each is measured.")
@click.option(
    "--database",
    "wanted",
    type=click.Choice(["sqlite", "postgresql", "both"]),
    default="both",
    show_default=True,
)
def main(seconds: int, wanted: str) -> None:
    """Fill the databases, serve on them, call, and tell what came of it."""
    click.echo(
        f"{CALLERS} callers who press at once, then {RATE} hops/s when they are due; "
        f"{seconds} s of each, in turns of {TURN_SECONDS:.0f} s"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if wanted in {"sqlite", "both"}:
            _compare("SQLite", f"sqlite:///{folder / 'bench.db'}", folder, seconds)
        if wanted in {"postgresql", "both"}:
            with postgresql() as url:
                _compare("PostgreSQL", url, folder, seconds)


@dataclass
class Side:
    """A server, who is going to call it, and what came of that."""

    address: Address
    calls: Iterator[Call]
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


def _compare(name: str, url: str, folder: Path, seconds: int) -> None:
    """Measure both servers, each on a database of its own."""
    farmers, floor_url = _settled(url, seconds), _floor_url(url)
    fill_floor(floor_url, [farmer.msisdn for farmer in farmers])
    processes = WEB_PROCESSES[name]
    with (
        serving(
            "bench.ussd_floor", url=floor_url, processes=processes, log=folder / "floor.log"
        ) as floor_address,
        serving(
            "app.cli", "web", url=url, processes=processes, log=folder / "web.log"
        ) as our_address,
    ):
        floor = Side(floor_address, calls(farmers, name="bench", seed=SEED))
        ours = Side(our_address, calls(farmers, name="bench", seed=SEED))
        _measure(floor, ours, seconds)
    click.echo()
    title = f"{name}, web processes: {processes}"
    for line in table(title, full=(ours.full, floor.full), steady=(ours.steady, floor.steady)):
        click.echo(line)
    for line in (*arrivals(ours.talks), *faults(ours.loads), *faults(floor.loads)):
        click.echo(line)
    _check(url, ours.talks)


def _settled(url: str, seconds: int) -> list[Farmer]:
    """Fill our database."""
    service = open_service(Settings(_env_file=None, DATABASE_URL=url))
    fill(service, datetime.now(UTC), farmers=FARMERS + FARMERS_PER_SECOND * seconds)
    settle_down(service.database)
    farmers = farmers_of(service.database)
    service.database.engine.dispose()
    return farmers


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


def _check(url: str, talks: list[Talk]) -> None:
    """Look into the database: each call is there once, and so is each price that was told."""
    database = open_database(url)
    sessions, keys = _kept(database)
    database.engine.dispose()
    tellers = {key.split(":")[1] for key in keys}
    told = sum(talk.call.script.reports for talk in talks)
    click.echo(
        f"  {len(talks):,} calls, {sessions:,} sessions; {told:,} told a price, "
        f"{len(keys):,} reports of {len(tellers):,} sessions"
    )
    if not (sessions == len(talks) and len(keys) == len(tellers) == told):
        raise click.ClickException("the database does not hold each call and each price once")
    if len({talk.call.farmer for talk in talks}) < len(talks):
        raise click.ClickException("there were too few farmers: some called twice")


def _kept(database: Database) -> tuple[int, list[str]]:
    """How many sessions there are of ours, and whence each report of a call came."""
    with database.read() as session:
        sessions = session.scalar(
            select(func.count()).where(UssdSession.gateway_session_id.startswith("bench-"))
        )
        key = PriceObservation.source_key
        return sessions or 0, list(session.scalars(select(key).where(key.startswith("ussd:"))))


if __name__ == "__main__":
    main()
