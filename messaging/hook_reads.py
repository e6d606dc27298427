"""How hooks stand: what waits, what was given up, how the last events were answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from db.keyset import behind
from messaging.hook_models import Hook, HookDelivery, HookEvent, HookState

# A page never waits for a table to be counted.
MOST_COUNTED = 10_000
LATELY = timedelta(days=7)

_WAITING: ColumnElement[str] = literal_column(f"'{HookState.WAITING}'")
_GIVEN_UP: ColumnElement[str] = literal_column(f"'{HookState.GIVEN_UP}'")


@dataclass(frozen=True)
class HookStanding:
    """A hook, how much waits and since when, and how much was given up in the last week.

    Numbers stop at 10,000.
    """

    hook: Hook
    waiting: int
    oldest_at: datetime | None
    given_up: int
    last_taken_at: datetime | None


@dataclass(frozen=True)
class Told:
    """An event on its way to a hook, or there."""

    delivery: HookDelivery
    event: HookEvent


def standing_of(session: Session, hook: Hook, now: datetime) -> HookStanding:
    """How one hook stands."""
    row = HookDelivery
    waits = (row.hook_id == hook.id, row.state == _WAITING)
    # The first promised is the first given up.
    oldest = (
        select(HookEvent.created_at)
        .join(row, row.event_id == HookEvent.id)
        .where(*waits)
        .order_by(row.give_up_at)
        .limit(1)
    )
    taken = (
        select(row.ended_at)
        .where(row.hook_id == hook.id, row.state == HookState.DELIVERED)
        .order_by(row.id.desc())
        .limit(1)
    )
    return HookStanding(
        hook,
        _count(session, *waits),
        session.scalar(oldest),
        _count(
            session, row.hook_id == hook.id, row.state == _GIVEN_UP, row.ended_at > now - LATELY
        ),
        session.scalar(taken),
    )


def told_to(
    session: Session, hook: Hook, *, state: HookState | None, after: int | None, limit: int
) -> Sequence[Told]:
    """What a hook was or is to be told, the newest first."""
    row = HookDelivery
    query = (
        select(row, HookEvent)
        .join(HookEvent, HookEvent.id == row.event_id)
        .where(row.hook_id == hook.id)
    )
    if state is not None:
        query = query.where(row.state == literal_column(f"'{state}'"))
    page = behind(session, query, [], row.id, after=after, is_descending=True)
    return [Told(delivery, event) for delivery, event in session.execute(page.limit(limit))]


def _count(session: Session, *wanted: ColumnElement[bool]) -> int:
    some = select(HookDelivery.id).where(*wanted).limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
