"""A worker as a process of its own, which a story may end as a power cut would: without warning.

`python -m tests.journeys.workers URL MOMENT MANNER FOLDER` keeps the timetable with a clock that
stands still at MOMENT. In the folder it writes what its gateway takes, a line per text (`texts`),
and says how far it is; it starts once there is a file `go`.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import scheduler.addressing
from db.sealed import seal_with
from db.session import Database, open_database
from messaging.gateways.simulator import Simulator
from messaging.kinds import OutboundState
from messaging.message import SendResult, SmsToSend
from messaging.models import OutboundMessage
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from prices.catalogue import Catalogue
from scheduler.timetable import Job, Worker, run_worker
from tests.cast import NUMBER_KEY

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60


class Phones(Simulator):
    """Takes every text and writes down whose phone it went to, so that a repeat would show."""

    phones_per_call = 1

    def __init__(self, texts: Path) -> None:
        super().__init__()
        self.texts = texts
        self.one_at_a_time = Lock()

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        with self.one_at_a_time, self.texts.open("a") as file:
            for message in messages:
                file.write(f"{message.msisdn} {message.text}\n")
        return super().send_sms(messages)


class SlowPhones(Phones):
    """Takes its time, as networks do."""

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        time.sleep(1)
        return super().send_sms(messages)


class DiesBetweenTwoSends(Phones):
    """The first text is sent and written down; then the power goes, before the second leaves."""

    def __init__(self, texts: Path, database: Database) -> None:
        super().__init__(texts)
        self.database = database
        self.turn = Lock()

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        with self.turn:
            if self.texts.read_text():
                until(self.one_is_sent)
                die()
            return super().send_sms(messages)

    def one_is_sent(self) -> bool:
        sent = select(func.count()).where(OutboundMessage.state == OutboundState.SENT)
        with self.database.read() as session:
            return session.scalar(sent) == 1


class PaidPhones(Phones):
    """Each text costs money."""

    repeats_are_safe = False


class DiesAfterHandingOver(PaidPhones):
    """The gateway has taken the text; the power goes before that is written down."""

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        super().send_sms(messages)
        die()
        return []


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_while_writing() -> None:
    """Let the power go when the edition is made and one of its people is promised a text."""
    slices = iter([False, True])
    last_of_slice = scheduler.addressing.last_of_slice

    def find_or_die(*args: Any) -> int | None:
        if next(slices):
            die()
        return last_of_slice(*args)

    scheduler.addressing.SLICE = 1
    scheduler.addressing.last_of_slice = find_or_die


def look_often() -> None:
    """Look for bulletins each second: a story does not wait half a minute for the next time."""
    timetable = Worker.timetable

    def hastened(worker: Worker) -> tuple[Job, ...]:
        return tuple(
            replace(job, every_seconds=1) if job.name == "publish bulletins" else job
            for job in timetable(worker)
        )

    Worker.timetable = hastened  # type: ignore[method-assign]


@dataclass(frozen=True)
class WorkerProcess:
    """A worker that was started, and the folder in which it says how far it is."""

    process: subprocess.Popen[bytes]
    folder: Path

    def says(self, what: str) -> bool:
        """Whether it is that far: `ready` to go, or `running` all its jobs."""
        return (self.folder / f"{what}-{self.process.pid}").exists()

    def dies(self) -> bool:
        """Wait for its end, and tell whether the power went."""
        return self.process.wait(timeout=PATIENCE_SECONDS) == -signal.SIGKILL

    def end(self, told: signal.Signals = signal.SIGTERM) -> None:
        """Tell it to stop once all its jobs have begun, and see that it ends in order."""
        until(lambda: self.says("running"))
        self.process.send_signal(told)
        assert self.process.wait(timeout=PATIENCE_SECONDS) == 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing running behind a story, however it ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=PATIENCE_SECONDS)


def start_worker(
    database_url: str, folder: Path, *, now: datetime, manner: str = "quick"
) -> WorkerProcess:
    """Start a worker process; it sets off when there is a file `go` in the folder."""
    command = [sys.executable, "-m", "tests.journeys.workers"]
    process = subprocess.Popen(
        [*command, database_url, now.isoformat(), manner, str(folder)], cwd=ROOT
    )
    return WorkerProcess(process, folder)


def until(happened: Callable[[], bool]) -> None:
    """Wait for something; the story fails when it does not happen."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not happen")
        time.sleep(0.05)


def _gateway(manner: str, texts: Path, database: Database) -> Phones:
    match manner:
        case "slow":
            return SlowPhones(texts)
        case "paid":
            return PaidPhones(texts)
        case "dies between two sends":
            return DiesBetweenTwoSends(texts, database)
        case "dies after handing over":
            return DiesAfterHandingOver(texts)
        case _:
            return Phones(texts)


def main(url: str, moment: str, manner: str, folder: str) -> None:
    seal_with(NUMBER_KEY)
    database = open_database(url)
    now = datetime.fromisoformat(moment)
    gateway = _gateway(manner, Path(folder) / "texts", database)
    if manner == "dies while writing":
        die_while_writing()

    look_often()

    def say_running(_: Session, __: datetime) -> int:
        """The timetable's last job: when it runs, all have begun."""
        Path(folder, f"running-{os.getpid()}").touch()
        return 0

    Path(folder, f"ready-{os.getpid()}").touch()
    until(Path(folder, "go").exists)
    worker = Worker(
        database,
        Catalogue("KE"),
        {gateway.name: gateway},
        SendingRules(Routes(gateway.name)),
        retry_unhandled=say_running,
        now=lambda: now,
    )
    run_worker(worker)


if __name__ == "__main__":
    main(*sys.argv[1:])
