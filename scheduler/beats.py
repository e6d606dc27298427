"""Workers say that they live, and when each of their jobs last ran: a row each, written in turn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.upserts import insert_or_replace
from scheduler.beat_models import WorkerBeat

EVERY_SECONDS = 20
# Three beats missed: it is dead, or cut off from the database.
LIVES_FOR = timedelta(seconds=3 * EVERY_SECONDS)
# One that ended long ago tells nobody anything any more.
KEPT_FOR = timedelta(days=1)
_PAGE_KIB = 4


@dataclass(frozen=True)
class JobNote:
    """How a job fared lately, in one worker or in all of them."""

    every_seconds: int
    ran_at: datetime | None = None  # the last time that it went well
    failed_at: datetime | None = None
    seconds: float = 0.0  # how long it took the last time

    def after(self, ended_at: datetime, seconds: float, *, went_well: bool) -> "JobNote":
        """How it fares after one more run."""
        if went_well:
            return replace(self, ran_at=ended_at, seconds=seconds)
        return replace(self, failed_at=ended_at, seconds=seconds)

    @property
    def fails(self) -> bool:
        """Whether it failed the last time that anybody ran it."""
        return self.failed_at is not None and (self.ran_at is None or self.ran_at < self.failed_at)

    def late_by(self, now: datetime) -> timedelta:
        """How long ago it last went well, beyond what it takes in between; nought at the least."""
        if self.ran_at is None:
            return timedelta(0)
        return max(now - self.ran_at - timedelta(seconds=self.every_seconds), timedelta(0))


@dataclass(frozen=True)
class Beat:
    """A worker as it last told of itself."""

    name: str
    started_at: datetime
    beat_at: datetime
    resident_kib: int | None
    jobs: Mapping[str, JobNote]

    def lives(self, now: datetime) -> bool:
        """Whether it told so lately."""
        return self.beat_at > now - LIVES_FOR


@dataclass
class Notes:
    """What a worker knows of its own jobs. One thread at a time runs each of them."""

    by_job: dict[str, JobNote] = field(default_factory=dict)

    def note(
        self, job: str, every_seconds: int, ended_at: datetime, seconds: float, *, went_well: bool
    ) -> None:
        """Remember a run of a job's."""
        before = self.by_job.get(job) or JobNote(every_seconds)
        self.by_job[job] = before.after(ended_at, seconds, went_well=went_well)


def write_beat(
    session: Session, name: str, started_at: datetime, notes: Mapping[str, JobNote], now: datetime
) -> None:
    """Write down that a worker lives, and forget those that ended long ago."""
    session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - KEPT_FOR))
    row = {
        "name": name,
        "started_at": started_at,
        "beat_at": now,
        "resident_kib": resident_kib(),
        "jobs": {job: _written(note) for job, note in notes.items()},
    }
    insert_or_replace(session, WorkerBeat, [row], key=["name"])


def beats(session: Session) -> list[Beat]:
    """Every worker that told of itself within a day, by name."""
    return [
        Beat(
            row.name,
            row.started_at,
            row.beat_at,
            row.resident_kib,
            {job: _read(written) for job, written in row.jobs.items()},
        )
        for row in session.scalars(select(WorkerBeat).order_by(WorkerBeat.name))
    ]


def jobs_of_all(workers: Iterable[Beat]) -> dict[str, JobNote]:
    """How each job fares, whichever worker ran it: several keep one timetable side by side."""
    merged: dict[str, JobNote] = {}
    for worker in workers:
        for job, note in worker.jobs.items():
            merged[job] = _newer(merged.get(job, note), note)
    return merged


def resident_kib(process: str = "self") -> int | None:
    """The memory that a process holds, where the system tells it."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text("ascii").split()[1]
    except OSError:
        return None
    return int(pages) * _PAGE_KIB


def _newer(one: JobNote, other: JobNote) -> JobNote:
    latest = max(one, other, key=_last_at)
    return replace(
        latest,
        ran_at=_later(one.ran_at, other.ran_at),
        failed_at=_later(one.failed_at, other.failed_at),
    )


def _last_at(note: JobNote) -> str:
    last = _later(note.ran_at, note.failed_at)
    return "" if last is None else last.isoformat()


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _written(note: JobNote) -> dict[str, Any]:
    return {
        "every": note.every_seconds,
        "ran_at": None if note.ran_at is None else note.ran_at.isoformat(),
        "failed_at": None if note.failed_at is None else note.failed_at.isoformat(),
        "seconds": round(note.seconds, 3),
    }


def _read(written: Mapping[str, Any]) -> JobNote:
    ran_at, failed_at = written["ran_at"], written["failed_at"]
    return JobNote(
        written["every"],
        None if ran_at is None else datetime.fromisoformat(ran_at),
        None if failed_at is None else datetime.fromisoformat(failed_at),
        written["seconds"],
    )
