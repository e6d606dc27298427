"""Files that were brought in: taken, claimed by a worker, checked, applied, put away."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session, undefer

from app.imports.models import AT_WORK, WAITING, ImportJob, ImportPart, ImportState
from app.imports.upload import Packed
from app.staff.models import Staff

# A worker that is at a file tells so every second or two; one that is silent so long is dead.
DEAD_AFTER = timedelta(minutes=5)
# Nobody said what to do with it: a file of reports holds phone numbers and must not lie about.
KEPT_UNDECIDED = timedelta(days=3)
MOST_TRIES = 3
FAILED = "It failed three times, each time for a reason of ours: the worker's log has it."

_NEXT = {
    ImportState.TO_CHECK: ImportState.CHECKING,
    ImportState.TO_APPLY: ImportState.APPLYING,
}


@dataclass(frozen=True)
class Claimed:
    """A file that this worker has now."""

    id: int
    claim: str
    form: str
    file_name: str
    is_to_apply: bool
    applied_by: int | None


@dataclass(frozen=True)
class Listed:
    """A file as the history has it."""

    job: ImportJob
    who: str


def take(
    session: Session, *, form: str, file_name: str, packed: Packed, staff_id: int, now: datetime
) -> int:
    """Keep a file for the worker to check; tells its number."""
    job = ImportJob(
        form=form,
        file_name=file_name,
        size=packed.size,
        digest=packed.digest,
        staff_id=staff_id,
        taken_at=now,
        state=ImportState.TO_CHECK,
    )
    session.add(job)
    session.flush()
    for position, content in enumerate(packed.parts):
        part = {"job_id": job.id, "position": position, "content": content}
        session.execute(insert(ImportPart), [part])
    return job.id


def parts(session: Session, job_id: int) -> Iterator[bytes]:
    """The pieces of a file, one at a time."""
    wanted = select(ImportPart.position).where(ImportPart.job_id == job_id)
    for position in session.scalars(wanted.order_by(ImportPart.position)).all():
        content = select(ImportPart.content).where(
            ImportPart.job_id == job_id, ImportPart.position == position
        )
        yield session.scalars(content).one()


def is_something_due(session: Session, now: datetime) -> bool:
    """Whether a worker has something to do: asked every other second, so it only looks."""
    due = select(ImportJob.id).where(or_(_is_free(now), _is_forgotten(now))).limit(1)
    return session.scalar(due) is not None


def claim_next(session: Session, now: datetime) -> Claimed | None:
    """Take the oldest file that nobody is at; what failed too often is given up."""
    waiting = select(ImportJob).where(_is_free(now)).order_by(ImportJob.id).limit(1)
    job = session.scalar(waiting.with_for_update(skip_locked=True))
    if job is None:
        return None
    if job.tries >= MOST_TRIES:
        _end(session, job, ImportState.FAILED, now, fault=FAILED)
        return claim_next(session, now)
    job.state = _NEXT.get(job.state, job.state)
    job.claim, job.beat_at, job.tries = uuid.uuid4().hex, now, job.tries + 1
    job.lines_done = job.lines_total = 0
    is_to_apply = job.state is ImportState.APPLYING
    return Claimed(job.id, job.claim, job.form, job.file_name, is_to_apply, job.applied_by)


def beat(session: Session, claimed: Claimed, done: int, total: int, now: datetime) -> None:
    """Say how far a file is, and that its worker lives."""
    values = {"lines_done": done, "lines_total": total, "beat_at": now}
    session.execute(update(ImportJob).where(_is_ours(claimed)).values(values))


def put_back(session: Session, claimed: Claimed, *, counts: bool) -> None:
    """Leave a file to whoever comes next; a try that was only broken off does not count."""
    state = ImportState.TO_APPLY if claimed.is_to_apply else ImportState.TO_CHECK
    tries = ImportJob.tries if counts else ImportJob.tries - 1
    values = {"state": state, "claim": None, "tries": tries}
    session.execute(update(ImportJob).where(_is_ours(claimed)).values(values))


def finish(
    session: Session, claimed: Claimed, counts: Mapping[str, Any], detail: Any, now: datetime
) -> bool:
    """Write down what a run found, or did; False where the file is another's, or nobody's."""
    state = ImportState.APPLIED if claimed.is_to_apply else ImportState.CHECKED
    column = "done" if claimed.is_to_apply else "expected"
    values = {
        "state": state,
        "claim": None,
        "tries": 0,
        "detail": detail,
        column: dict(counts),
        "ended_at" if claimed.is_to_apply else "checked_at": now,
    }
    ours = update(ImportJob).where(_is_ours(claimed)).values(values)
    is_ours = cast("CursorResult[Any]", session.execute(ours)).rowcount == 1
    if is_ours and claimed.is_to_apply:
        _throw_away(session, [claimed.id])
    return is_ours


def refuse(session: Session, claimed: Claimed, fault: str, now: datetime) -> None:
    """Put a file away that is not what it was said to be."""
    job = session.scalar(select(ImportJob).where(_is_ours(claimed)))
    if job is not None:
        _end(session, job, ImportState.REFUSED, now, fault=fault)


def ask_to_apply(session: Session, job: ImportJob, staff_id: int) -> bool:
    """Let the worker apply a file that was checked; False where there is nothing to apply."""
    if job.state is not ImportState.CHECKED or not may_be_applied(job):
        return False
    job.state, job.applied_by, job.tries = ImportState.TO_APPLY, staff_id, 0
    job.lines_done = job.lines_total = 0
    return True


def may_be_applied(job: ImportJob) -> bool:
    """Whether it would change something, and may."""
    expected = job.expected or {}
    is_whole = not (expected.get("is_all_or_nothing") and expected.get("left_out"))
    return is_whole and bool(expected.get("new") or expected.get("changed"))


def discard(session: Session, job: ImportJob, now: datetime) -> bool:
    """Put a file away unapplied; False where it is too late for that."""
    if job.state not in {ImportState.TO_CHECK, ImportState.CHECKING, ImportState.CHECKED}:
        return False
    _end(session, job, ImportState.DISCARDED, now)
    return True


def discard_forgotten(session: Session, now: datetime) -> int:
    """Put away what nobody decided about."""
    found = list(session.scalars(select(ImportJob).where(_is_forgotten(now))))
    for job in found:
        _end(session, job, ImportState.DISCARDED, now, fault="Nobody applied it within three days.")
    return len(found)


def job_of(session: Session, job_id: int, *, to_write: bool = False) -> ImportJob | None:
    """A file with all that is known of it."""
    query = select(ImportJob).where(ImportJob.id == job_id).options(undefer(ImportJob.detail))
    return session.scalar(query.with_for_update() if to_write else query)


def who_of(session: Session, staff_id: int | None) -> str | None:
    """The address of somebody at the desk."""
    return session.scalar(select(Staff.email).where(Staff.id == staff_id))


def same_before(session: Session, job: ImportJob) -> int | None:
    """The number of an applied import of the very same file."""
    return session.scalar(
        select(ImportJob.id)
        .where(
            ImportJob.digest == job.digest,
            ImportJob.form == job.form,
            ImportJob.id != job.id,
            ImportJob.state == ImportState.APPLIED,
        )
        .order_by(ImportJob.id.desc())
        .limit(1)
    )


def history(session: Session, *, before_id: int | None = None, limit: int = 50) -> list[Listed]:
    """The files that were brought in, the newest first."""
    query = (
        select(ImportJob, Staff.email)
        .join(Staff, Staff.id == ImportJob.staff_id)
        .order_by(ImportJob.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(ImportJob.id < before_id)
    return [Listed(job, email) for job, email in session.execute(query)]


def _is_free(now: datetime) -> ColumnElement[bool]:
    is_dead = and_(ImportJob.state.in_(AT_WORK), ImportJob.beat_at < now - DEAD_AFTER)
    return or_(ImportJob.state.in_(WAITING), is_dead)


def _is_forgotten(now: datetime) -> ColumnElement[bool]:
    is_old = ImportJob.checked_at < now - KEPT_UNDECIDED
    return and_(ImportJob.state == ImportState.CHECKED, is_old)


def _is_ours(claimed: Claimed) -> ColumnElement[bool]:
    return and_(ImportJob.id == claimed.id, ImportJob.claim == claimed.claim)


def _end(
    session: Session, job: ImportJob, state: ImportState, now: datetime, *, fault: str = ""
) -> None:
    job.state, job.claim, job.ended_at, job.fault = state, None, now, fault
    _throw_away(session, [job.id])


def _throw_away(session: Session, job_ids: Iterable[int]) -> None:
    session.execute(delete(ImportPart).where(ImportPart.job_id.in_(list(job_ids))))
