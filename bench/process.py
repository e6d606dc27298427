"""`python -m bench.process`: how long a start takes, and what memory the processes hold.

On a SQLite as a service has it that has been at work for a while. A start is from the command to
the first answer on /readyz; its floor, in turns with it, is a bare page by the same server. Memory
is read when texts were answered, calls made and pages asked for; resident is what `ps` shows, of
which forks share a part: `pss` counts that part once.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import click
from sqlalchemy import select

from bench.results import Figure, Goal
from bench.sides import SEED, settled
from bench.sms_texts import texts as made_texts
from bench.ussd_calls import Farmer, calls
from bench.ussd_load import HOST, Calling
from bench.ussd_servers import PATIENCE_SECONDS, SECRET, environment_of, free_port
from bench.web_pages import PAGES
from db.session import Database, open_database
from messaging.kinds import OutboundState
from messaging.models import OutboundMessage

START_SECONDS, MEMORY_MB = 3, 250
WEB_PROCESSES = 2
FLOOR = ("bench.process_floor",)
STARTS = {"bei web": ("app.cli", "web"), "bei run": ("app.cli", "run")}
FARMERS = 2_000
WEBHOOKS = f"/webhooks/africastalking/{SECRET}"


@click.command()
@click.option("--texts", default=1_000, show_default=True, help="Texts, and as many calls.")
@click.option("--runs", default=5, show_default=True, help="How often each is started.")
def main(texts: int, runs: int) -> list[Figure]:
    """Start, ask, and look at what came of it."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise click.ClickException("memory is read from /proc, which this system has not")
    with TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        farmers = settled(url, max(FARMERS, texts * 2))
        found = [*_starts(url, folder, runs), *_memory(url, folder, farmers, texts)]
    for figure in found:
        floor = "" if figure.floor is None else f"  floor {figure.floor:.2f}"
        click.echo(f"{figure.name:<52}{figure.value:>8.2f} {figure.unit}{floor}")
    return found


# Starts


def _starts(url: str, folder: Path, runs: int) -> Iterator[Figure]:
    """The middle one of each, taken in turns."""
    took: dict[str, list[float]] = {name: [] for name in ("floor", *STARTS)}
    worked: dict[str, list[float]] = {name: [] for name in took}
    for _ in range(runs):
        for name, arguments in {"floor": FLOOR, **STARTS}.items():
            began = time.perf_counter()
            with _started(arguments, url, folder) as served:
                served.wait_until_ready()
                took[name].append(time.perf_counter() - began)
                worked[name].append(sum(map(_worked, _tree(served.process.pid))))
    bare, bare_worked = median(took.pop("floor")), median(worked.pop("floor"))
    for name in STARTS:
        seconds = median(took[name])
        yield Figure(f"{name}: start to serving", seconds, "s", bare, Goal(START_SECONDS))
        yield Figure(f"{name}: work of cores until then", median(worked[name]), "s", bare_worked)


@dataclass(frozen=True)
class Started:
    """A command that runs, and where it serves."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def wait_until_ready(self) -> None:
        """Until it answers that it may be given work."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError):
                if self.ask("/readyz") == 200:
                    return
            time.sleep(0.005)
        raise click.ClickException(f"no server: {self.log.read_text()[-2000:]}")

    def ask(self, path: str, form: dict[str, str] | None = None) -> int:
        """Ask for a page, or post a form, over a connection of its own; the status."""
        line = HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        try:
            if form is None:
                line.request("GET", path)
            else:
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                line.request("POST", path, urlencode(form), kind)
            answer = line.getresponse()
            answer.read()
            return answer.status
        finally:
            line.close()


@contextmanager
def _started(arguments: Sequence[str], url: str, folder: Path) -> Iterator[Started]:
    port, log = free_port(), folder / "process.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=folder,
            env=environment_of(url, port, WEB_PROCESSES),
            stdout=errors,
            stderr=errors,
        )
        try:
            yield Started(process, port, log)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


# Memory


def _memory(url: str, folder: Path, farmers: Sequence[Farmer], texts: int) -> Iterator[Figure]:
    """What web and worker hold after so many texts, calls and every public page."""
    database = open_database(url)
    with (
        _started(("app.cli", "web"), url, folder) as web,
        _started(("app.cli", "worker"), url, folder) as worker,
    ):
        web.wait_until_ready()
        some, others = farmers[:texts], farmers[texts:]
        _post(web, "sms", islice(made_texts(some, name="bench", seed=SEED), texts))
        _post(web, "ussd", islice(calls(others, name="bench", seed=SEED), texts))
        for path in _public_pages():
            _expect(path, web.ask(path))
        _wait_until_sent(database)
        first, *serving = _tree(web.process.pid)
        trees = [("worker", _tree(worker.process.pid)), ("web, serving", serving)]
        trees.append(("web, the first", [first]))
        for name, ids in trees:
            most = max(_held(id_, "Rss") for id_ in ids)
            yield Figure(f"{name}: resident", most, "MB", goal=Goal(MEMORY_MB))
        everybody = (*_tree(worker.process.pid), first, *serving)
        shared = sum(_held(id_, "Pss") for id_ in everybody)
        yield Figure(f"all {len(everybody)} together: pss", shared, "MB")
    database.engine.dispose()


def _post(web: Started, webhook: str, made: Iterable[Calling]) -> None:
    for call in made:
        for transcript in call.transcripts:
            status = web.ask(f"{WEBHOOKS}/{webhook}", dict(call.form(transcript)))
            _expect(webhook, status)


def _expect(what: str, status: int) -> None:
    if status >= 400:
        raise click.ClickException(f"{what} was answered {status}")


def _public_pages() -> list[str]:
    """What anybody may ask for that names nothing."""
    return [
        path
        for paths in PAGES.values()
        for path in paths
        if "{" not in path and not path.startswith(("/dashboard", "/phone"))
    ]


def _wait_until_sent(database: Database) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _are_due(database):
        if time.monotonic() > deadline:
            raise click.ClickException("the worker did not send what was promised")
        time.sleep(0.1)


def _are_due(database: Database) -> bool:
    """Whether anything is to be sent by now: alerts wait for the morning."""
    is_due = select(OutboundMessage.id).where(
        OutboundMessage.state == OutboundState.QUEUED,
        OutboundMessage.due_at <= datetime.now(UTC),
    )
    with database.read() as session:
        return session.scalar(is_due.limit(1)) is not None


def _tree(first: int) -> list[int]:
    """A process and all that came of it, the first one first."""
    ids = [first]
    for id_ in ids:
        ids += map(int, Path(f"/proc/{id_}/task/{id_}/children").read_text().split())
    return ids


def _worked(id_: int) -> float:
    """Seconds for which a core was a process's own."""
    after_name = Path(f"/proc/{id_}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")


def _held(id_: int, what: str) -> float:
    """Megabytes of a process."""
    rollup = Path(f"/proc/{id_}/smaps_rollup").read_text()
    lines = dict(line.split(":", 1) for line in rollup.splitlines()[1:])
    return int(lines[what].split()[0]) / 1024


if __name__ == "__main__":
    main()
