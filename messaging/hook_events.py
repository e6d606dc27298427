"""Events for hooks: written once, claimed by a worker, told, tried again, given up, deleted."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from messaging.hook_models import Hook, HookDelivery, HookEvent, HookState
from messaging.hook_posting import Answer
from messaging.hooks import switch_off

CHANGED, TEST = "estimate.changed", "test"
# So many are claimed at once: one line, one transaction to write down what came of them.
CALL = 50
# Nobody is at a call for so long (`scheduler.hooks`): the worker that claimed it is dead.
CLAIM_LASTS = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
# One failure is a hiccup; after so many in a row the next would fail as well.
FAILED_IN_A_ROW = 3
# Meanwhile one worker tries one event, and nobody else does.
TRYING = timedelta(seconds=30)
PATIENCE = timedelta(days=3)
KEPT = timedelta(days=30)
AT_ONCE = 1000
NEVER_TOLD = "the hook was switched off or removed"

# Named as they are, so that the partial indexes serve: no database knows what a parameter holds.
_WAITING: ColumnElement[Any] = literal_column(f"'{HookState.WAITING}'")
_GIVEN_UP: ColumnElement[Any] = literal_column(f"'{HookState.GIVEN_UP}'")
_delivery = cast(Table, HookDelivery.__table__)


@dataclass(frozen=True)
class NewEvent:
    """Something to be told, and to which hooks; `cell_id` is what it is of."""

    kind: str
    cell_id: int | None
    data: Mapping[str, Any]
    hook_ids: Sequence[int]


@dataclass(frozen=True)
class ToTell:
    """An event that this worker tells now; `attempts` tells its try from anybody else's."""

    id: int
    attempts: int
    key: str
    body: bytes


@dataclass(frozen=True)
class HookClaim:
    """What one hook is told over one line."""

    hook_id: int
    name: str
    url: str
    salt: str
    fingerprint: str
    events: tuple[ToTell, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of a claim: how many were taken, and whether the hook rests or is off now."""

    delivered: int
    failed: int
    rests_until: datetime | None = None
    is_off: bool = False


def write_events(session: Session, events: Sequence[NewEvent], now: datetime) -> None:
    """Promise events to their hooks, in the words in which they will be sent."""
    if not events:
        return
    ids = session.scalars(
        insert(HookEvent).returning(HookEvent.id, sort_by_parameter_order=True),
        [_event_row(event, now) for event in events],
    ).all()
    session.execute(
        insert(HookDelivery),
        [
            {
                "hook_id": hook_id,
                "event_id": event_id,
                "cell_id": event.cell_id,
                "due_at": now,
                "give_up_at": now + PATIENCE,
            }
            for event_id, event in zip(ids, events, strict=True)
            for hook_id in event.hook_ids
        ],
    )


def body_of(key: str, kind: str, data: Mapping[str, Any], now: datetime) -> str:
    """An event as it is sent."""
    return json.dumps(
        {"id": key, "type": kind, "created_at": now.isoformat(), "data": data},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def claim(session: Session, hook_id: int, now: datetime) -> HookClaim | None:
    """Take what a hook is told next, the oldest first; None where nothing is due, or it rests.

    No event goes while an earlier one of its cell waits. Of a hook that failed one is tried.
    """
    hook = _awake(session, hook_id, now)
    if hook is None:
        return None
    rows = session.execute(_due(CALL if not hook.failures_in_a_row else 1), _at(hook_id, now)).all()
    # What another worker put back as it failed is due: the hook that it wrote beside it rests.
    if not rows or _awake(session, hook_id, now) is None:
        return None
    if hook.failures_in_a_row:
        if not _is_first_to_try(session, hook, now):
            return None
        rows = rows[:1]
    events = tuple(ToTell(id_, tries + 1, key, body.encode()) for id_, tries, key, body in rows)
    session.execute(
        update(HookDelivery)
        .where(HookDelivery.id.in_([event.id for event in events]))
        .values(due_at=now + CLAIM_LASTS, tried_at=now, attempts=HookDelivery.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return HookClaim(hook.id, hook.name, hook.url, hook.salt, hook.fingerprint, events)


def record(
    session: Session, claimed: HookClaim, answers: Sequence[Answer], now: datetime
) -> Outcome:
    """Write down how the first of a claim were answered; the others wait again, as if untried."""
    told = list(zip(claimed.events, answers, strict=False))
    if told:
        session.connection().execute(_WRITE, [_after(*each, now) for each in told])
    if untold := claimed.events[len(told) :]:
        session.connection().execute(_PUT_BACK, [_untold(event, now) for event in untold])
    delivered = sum(answer.is_taken for answer in answers)
    standing = _note_of_hook(session, claimed.hook_id, answers, now)
    return Outcome(delivered, len(answers) - delivered, *standing)


def give_up(session: Session, hook_id: int, now: datetime) -> int:
    """Give up what waited for three days and was tried, or could not be; some, and how many.

    Of what is off or removed everything is put away.
    """
    hook = session.get_one(Hook, hook_id)
    is_over = hook.off_at is not None or hook.ended_at is not None
    row = HookDelivery
    which = select(row.id).where(row.state == _WAITING, row.hook_id == hook_id)
    if not is_over:
        which = which.where(row.give_up_at <= now)
        if not hook.failures_in_a_row:
            which = which.where(row.attempts > 0)
    ids = session.scalars(which.limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    values: dict[str, Any] = {"state": HookState.GIVEN_UP, "ended_at": now}
    if is_over:
        values["answer"] = NEVER_TOLD
    if ids:
        session.execute(
            update(row)
            .where(row.id.in_(ids))
            .values(values)
            .execution_options(synchronize_session=False)
        )
    return len(ids)


def hooks_with_something_waiting(session: Session) -> list[int]:
    """Hooks, removed ones too, that have events which nobody took so far."""
    waits = select(HookDelivery.id).where(
        HookDelivery.state == _WAITING, HookDelivery.hook_id == Hook.id
    )
    return list(session.scalars(select(Hook.id).where(waits.exists()).order_by(Hook.id)))


def try_again(session: Session, hook: Hook, now: datetime) -> int:
    """Tell a hook at once what waits, and once more what was given up; how many the latter were.

    What is given up of a cell of which something later arrived stays so: it would undo that.
    """
    row = HookDelivery
    again = _not_overtaken(session, hook.id)
    for start in range(0, len(again), AT_ONCE):
        session.execute(
            update(row)
            .where(row.id.in_(again[start : start + AT_ONCE]), row.state == _GIVEN_UP)
            .values(state=HookState.WAITING, due_at=now, give_up_at=now + PATIENCE, ended_at=None)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(row)
        # What is being told just now was tried a moment ago, and is left to whoever does it.
        .where(row.hook_id == hook.id, row.state == _WAITING, row.due_at > now)
        .where(or_(row.tried_at.is_(None), row.tried_at <= now - CLAIM_LASTS))
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
    # Last, as whoever writes down answers locks them: no two wait for each other.
    hook.failures_in_a_row, hook.rests_until = 0, None
    return len(again)


def delete_old(session: Session, now: datetime) -> int:
    """Delete some of the events of more than 30 days ago, with all that became of them."""
    old = (
        select(HookEvent.id)
        .where(HookEvent.created_at < now - KEPT)
        .order_by(HookEvent.created_at)
        .limit(AT_ONCE)
    )
    ids = session.scalars(old.with_for_update(skip_locked=True)).all()
    if ids:
        session.execute(delete(HookDelivery).where(HookDelivery.event_id.in_(ids)))
        session.execute(delete(HookEvent).where(HookEvent.id.in_(ids)))
    return len(ids)


def _event_row(event: NewEvent, now: datetime) -> dict[str, Any]:
    key = uuid4().hex
    return {"key": key, "created_at": now, "body": body_of(key, event.kind, event.data, now)}


def _not_overtaken(session: Session, hook_id: int) -> list[int]:
    row = HookDelivery
    of_hook = row.hook_id == hook_id
    arrived = select(row.cell_id, func.max(row.id)).where(of_hook, row.state == HookState.DELIVERED)
    last = dict(session.execute(arrived.group_by(row.cell_id)).all())
    given_up = select(row.id, row.cell_id).where(of_hook, row.state == _GIVEN_UP).order_by(row.id)
    return [id_ for id_, cell_id in session.execute(given_up) if id_ > last.get(cell_id, 0)]


def _awake(session: Session, hook_id: int, now: datetime) -> Hook | None:
    """The hook as it stands at this moment, where it listens and does not rest."""
    awake = select(Hook).where(Hook.id == hook_id, *_is_awake(now))
    return session.scalar(awake.execution_options(populate_existing=True))


def _is_awake(now: datetime) -> Iterable[ColumnElement[bool]]:
    is_rested = or_(Hook.rests_until.is_(None), Hook.rests_until <= now)
    return Hook.ended_at.is_(None), Hook.off_at.is_(None), is_rested


@cache
def _due(most: int) -> Any:
    row, earlier = HookDelivery, aliased(HookDelivery)
    waits_before = (
        select(earlier.id)
        .where(earlier.state == _WAITING, earlier.hook_id == row.hook_id)
        .where(earlier.cell_id == row.cell_id, earlier.id < row.id)
        .exists()
    )
    return (
        select(row.id, row.attempts, HookEvent.key, HookEvent.body)
        .join(HookEvent, HookEvent.id == row.event_id)
        .where(row.state == _WAITING, row.hook_id == bindparam("of"))
        .where(row.due_at <= bindparam("now"), ~waits_before)
        .order_by(row.due_at, row.id)
        .limit(most)
        .with_for_update(of=row, skip_locked=True)
    )


def _at(hook_id: int, now: datetime) -> dict[str, Any]:
    return {"of": hook_id, "now": now}


def _is_first_to_try(session: Session, hook: Hook, now: datetime) -> bool:
    """Whether nobody else tries a hook that failed; for half a minute nobody else will."""
    first = update(Hook).where(Hook.id == hook.id, *_is_awake(now)).values(rests_until=now + TRYING)
    first = first.execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", session.execute(first)).rowcount == 1


# What became of a try is its own worker's to write: who was taken for dead finds another number.
_IS_OURS = (_delivery.c.id == bindparam("of"), _delivery.c.attempts == bindparam("tries"))
_CHANGED = ("state", "due_at", "ended_at", "answer_code", "answer")
_WRITE = (
    update(_delivery).where(*_IS_OURS).values({name: bindparam(f"new_{name}") for name in _CHANGED})
)
_PUT_BACK = (
    update(_delivery)
    .where(*_IS_OURS)
    .values(due_at=bindparam("new_due_at"), attempts=_delivery.c.attempts - 1)
)


def _after(event: ToTell, answer: Answer, now: datetime) -> dict[str, Any]:
    is_taken = answer.is_taken
    return {
        "of": event.id,
        "tries": event.attempts,
        "new_state": HookState.DELIVERED if is_taken else HookState.WAITING,
        "new_due_at": now if is_taken else now + _wait(event.attempts, event.id),
        "new_ended_at": now if is_taken else None,
        "new_answer_code": answer.code,
        "new_answer": answer.words,
    }


def _untold(event: ToTell, now: datetime) -> dict[str, Any]:
    return {"of": event.id, "tries": event.attempts, "new_due_at": now}


def _note_of_hook(
    session: Session, hook_id: int, answers: Sequence[Answer], now: datetime
) -> tuple[datetime | None, bool]:
    """Whether the hook is off now, or rests, and until when."""
    failures = 0
    for answer in answers:
        failures = 0 if answer.is_taken else failures + 1
    hook = session.get_one(Hook, hook_id)
    if not (failures or hook.failures_in_a_row):
        return None, False  # nothing to write: senders do not wait for each other's row
    session.refresh(hook, with_for_update=True)
    gone = next((answer for answer in answers if answer.is_gone), None)
    if gone is not None:
        switch_off(hook, f"its receiver answered 410: {gone.words}", now)
        return None, True
    if any(answer.is_taken for answer in answers):
        hook.failures_in_a_row, hook.rests_until = 0, None
    hook.failures_in_a_row += failures
    if hook.failures_in_a_row >= FAILED_IN_A_ROW:
        rest = hook.failures_in_a_row - FAILED_IN_A_ROW + 1
        hook.rests_until = now + _wait(rest, hook.id + hook.failures_in_a_row)
    elif hook.failures_in_a_row:
        hook.rests_until = None
    return hook.rests_until, False


def _wait(times: int, apart: int) -> timedelta:
    """Twice the last wait, a little apart for each: they must not all come back at once."""
    doubled = FIRST_WAIT * (1 << min(times - 1, 10))
    return min(doubled, LONGEST_WAIT) * (1 + (apart % 16) / 64)
