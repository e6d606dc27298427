"""`python -m bench.bulletin`: a bulletin for a hundred thousand, written and sent.

Each time beside a floor of the same run: for the writing one bare INSERT … SELECT of as many rows,
for the sending the HTTP client alone, posting the same batches from as many threads and processes.
Messages go to the tests' stand-in for the gateway, on this machine, over real HTTP.
"""

import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import click

from app.config import Settings
from app.logs import configure_logs
from app.service import Service, open_service
from bench.bulletin_floor import copy_rows, make_floor
from bench.bulletin_world import (
    CROWD,
    fill,
    in_state,
    let_it_be_due,
    promised,
    queue,
    texts_of_last_edition,
)
from bench.results import Figure, Goal
from bench.ussd_world import postgresql
from messaging.kinds import OutboundState
from scheduler.bulletins import publish_due
from scheduler.delivery import SENDERS
from tests.cast import NUMBER_KEY
from tests.chaos.processes import Bei, until
from tests.stand_in.journal import Heard
from tests.stand_in.plan import Plan
from tests.stand_in.process import StandInProcess, standing_in

GOAL_SECONDS, GOAL_PER_SECOND = 10, 2_000
WORKERS = {"SQLite": 1, "PostgreSQL": 2}
TURNS = 3
# Until the queue is made, and every process is up and has nothing else to do.
GETS_READY = timedelta(seconds=15)
PATIENCE_SECONDS = 300
# No limit of the operator's holds anything back.
UNLIMITED = {"BEI_AT_RATE": "10000", "BEI_TWILIO_RATE": "10000"}


@click.command()
@click.option("--people", default=100_000, show_default=True, help="Who get the bulletin.")
@click.option("--messages", default=50_000, show_default=True, help="How many of them are sent.")
@click.option(
    "--database",
    "wanted",
    type=click.Choice(["sqlite", "postgresql", "both"]),
    default="both",
    show_default=True,
)
def main(people: int, messages: int, wanted: str) -> list[Figure]:
    """Write a bulletin and send it, on each database."""
    configure_logs(logging.WARNING)
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as name:
        if wanted in {"sqlite", "both"}:
            url = f"sqlite:///{name}/bench.db"
            found += _measure("SQLite", url, Path(name), people, messages)
        if wanted in {"postgresql", "both"}:
            with postgresql() as url:
                found += _measure("PostgreSQL", url, Path(name), people, messages)
    return found


def _measure(name: str, url: str, folder: Path, people: int, messages: int) -> list[Figure]:
    service = open_service(Settings(_env_file=None, DATABASE_URL=url, number_key=NUMBER_KEY))
    fill(service, datetime.now(UTC), people=people)
    make_floor(url)
    found = [writing(name, service, url, people), sending(name, service, url, folder, messages)]
    service.database.engine.dispose()
    return found


# Writing


def writing(name: str, service: Service, url: str, people: int) -> Figure:
    """The middle of some turns, each on a fresh edition, and its floor's."""
    turns = [_turn(service, url, turn, people) for turn in range(1, TURNS + 1)]
    mine, bare = (median(each) for each in zip(*turns, strict=True))
    click.echo(f"\n{name:<44}{'Bei':>14}{'floor':>14}{'':>9}  goal")
    click.echo(
        f"{f'written and promised to {people:,}':<44}{mine:>12.2f} s{bare:>12.2f} s"
        f"{f'x {mine / bare:.1f}':>9}  ≤ {GOAL_SECONDS} s"
    )
    for language, text, segments in texts_of_last_edition(service.database):
        click.echo(f"  {language}, segments: {segments}: {text}")
    what = f"bulletin promised to {people:,}, {name}"
    return Figure(what, mine, "s", bare, Goal(GOAL_SECONDS))


def _turn(service: Service, url: str, turn: int, people: int) -> tuple[float, float]:
    """Seconds for an edition, and for the floor's rows."""
    floor = _seconds(lambda: copy_rows(url, edition=turn, text="KIRIMA " * 20, name=CROWD))
    now = datetime.now(UTC)
    let_it_be_due(service.database, now)
    ours = _seconds(lambda: publish_due(service.database, service.catalogue, now))
    if promised(service.database) != people * turn:
        raise click.ClickException("not everybody was promised one")
    return ours, floor


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


# Sending


@dataclass(frozen=True)
class Drained:
    """How a queue emptied: from the moment at which it was due to the last that was accepted."""

    messages: int
    calls: int
    seconds: float
    gateway: float  # how much of a core it took

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    @property
    def each(self) -> float:
        """Messages a call."""
        return self.messages / self.calls


def sending(name: str, service: Service, url: str, folder: Path, messages: int) -> Figure:
    """How fast a queue empties, and how fast the HTTP client alone posts as much."""
    workers = WORKERS[name]
    floor = _floor(folder / f"{name}-floor", workers, messages)
    ours = _drain(service, url, folder / name, workers, messages)
    goal = f"≥ {GOAL_PER_SECOND:,}" if name == "PostgreSQL" else "(none)"
    click.echo(
        f"{f'sent by worker processes: {workers}, messages/s':<44}{ours.rate:>14,.0f}"
        f"{floor.rate:>14,.0f}{ours.rate / floor.rate:>9.0%}  {goal}"
    )
    click.echo(f"{'  messages a call':<44}{ours.each:>14.1f}{floor.each:>14.1f}")
    click.echo(
        f"{'  the stand-in itself, of a core':<44}{ours.gateway:>14.0%}{floor.gateway:>14.0%}"
    )
    wanted = Goal(GOAL_PER_SECOND, is_least=True) if name == "PostgreSQL" else None
    what = f"bulletins sent, {name}, worker processes: {workers}"
    return Figure(what, ours.rate, "messages/s", floor.rate, wanted)


def _floor(folder: Path, processes: int, messages: int) -> Drained:
    """The HTTP client alone."""
    folder.mkdir()
    begins_at = datetime.now(UTC) + timedelta(seconds=3)
    with standing_in(Plan(), folder / "journal") as gateway:
        busy, share = _busy(gateway), messages // processes
        posting = [
            _post(gateway.url, number * share, share, begins_at) for number in range(processes)
        ]
        if any(process.wait(PATIENCE_SECONDS) for process in posting):
            raise click.ClickException("the floor fell")
        return _drained(gateway, begins_at, busy)


def _post(url: str, first: int, messages: int, begins_at: datetime) -> subprocess.Popen[bytes]:
    wanted = [url, first, messages, SENDERS, begins_at.isoformat()]
    return subprocess.Popen([sys.executable, "-m", "bench.bulletin_floor", *map(str, wanted)])


def _drain(service: Service, url: str, folder: Path, workers: int, messages: int) -> Drained:
    """The same by workers, which wait with nothing to do until the queue is due."""
    folder.mkdir()
    with ExitStack() as running:
        gateway = running.enter_context(standing_in(Plan(), folder / "journal"))
        busy = _busy(gateway)
        bei = running.enter_context(Bei(folder, url, gateway.url, port=1))
        bei.settings |= UNLIMITED
        due_at = datetime.now(UTC) + GETS_READY
        queue(service.database, messages=messages, due_at=due_at)
        begun = [bei.start("worker") for _ in range(workers)]
        until(
            lambda: in_state(service.database, OutboundState.SENT) == messages,
            seconds=PATIENCE_SECONDS,
            every=0.5,
        )
        for worker in begun:
            worker.end()
        return _drained(gateway, due_at, busy)


def _drained(gateway: StandInProcess, due_at: datetime, busy_before: float) -> Drained:
    calls = gateway.calls()
    numbers = [number for call in calls for number, _ in call.accepted]
    if len(set(numbers)) != len(numbers):
        raise click.ClickException("somebody got two")
    seconds = (_last(calls) - due_at).total_seconds()
    return Drained(len(numbers), len(calls), seconds, (_busy(gateway) - busy_before) / seconds)


def _busy(gateway: StandInProcess) -> float:
    """Seconds of work so far."""
    return gateway.state()["busy_ms"] / 1000


def _last(calls: list[Heard]) -> datetime:
    return max(call.at for call in calls)


if __name__ == "__main__":
    main()
