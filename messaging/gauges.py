"""How texts and calls stand at this moment, for whoever watches the service from outside.

It is asked every few seconds, so nothing is counted farther than `MOST_COUNTED`: a queue of
twenty thousand and one of a million call for the same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, literal_column, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from messaging.kinds import PRIORITIES, OutboundKind, OutboundState
from messaging.models import InboundMessage, OutboundMessage, UssdSession

MOST_COUNTED = 20_000
# What came and went lately is looked for among so many of the newest rows.
NEWEST = 5_000
# What is kept of a text that no verb was found in.
NOT_UNDERSTOOD = "unknown"

# Named as they stand there, so that the partial indexes serve.
_QUEUED: ColumnElement[Any] = literal_column(f"'{OutboundState.QUEUED}'")
_OPEN = text("outbound_message.state IN ('sending', 'unknown')")


@dataclass(frozen=True)
class Queue:
    """What is due of one kind of message; `MOST_COUNTED` and more."""

    due: int
    oldest_due_at: datetime | None


@dataclass(frozen=True)
class Unhandled:
    """Texts that nobody acted upon yet, and since when the oldest waits."""

    texts: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class Lately:
    """What came and went since a moment, by gateway and what became of it.

    Where more than `NEWEST` did, it is what came of these.
    """

    texts_in: Mapping[tuple[str, str], int]
    texts_out: Mapping[tuple[str, str], int]
    calls: Mapping[tuple[str, str], int]


def queues(session: Session, now: datetime) -> dict[OutboundKind, Queue]:
    """What is due and not sent, by the index that sending itself uses."""
    row = OutboundMessage
    found = {}
    for kind, priority in PRIORITIES.items():
        due = [row.state == _QUEUED, row.priority == priority, row.due_at <= now]
        oldest = session.scalar(select(row.due_at).where(*due).order_by(row.due_at).limit(1))
        found[kind] = Queue(_at_most(session, select(row.id).where(*due)), oldest)
    return found


def open_ends(session: Session) -> Counter[OutboundState]:
    """Texts that a gateway is told of now, and those of which nobody knows whether they went."""
    row = OutboundMessage
    some = select(row.state).where(_OPEN).limit(MOST_COUNTED).subquery()
    return _counter(session, select(some.c.state, func.count()).group_by(some.c.state))


def unhandled(session: Session) -> Unhandled:
    """Texts that came in and were not acted upon."""
    row = InboundMessage
    waiting = row.handled_at.is_(None)
    oldest = session.scalar(
        select(row.received_at).where(waiting).order_by(row.received_at).limit(1)
    )
    return Unhandled(_at_most(session, select(row.id).where(waiting)), oldest)


def lately(session: Session, since: datetime) -> Lately:
    """What came and went since a moment: rows are in the order of their ids."""
    came, went, called = InboundMessage, OutboundMessage, UssdSession
    became = case(
        (came.handled_at.is_(None), literal("unhandled")),
        (came.intent == NOT_UNDERSTOOD, literal("not_understood")),
        else_=literal("handled"),
    )
    ended = case((called.ended, literal("ended")), else_=literal("open"))
    return Lately(
        texts_in=_newest(session, came.id, came.received_at, came.gateway, became, since),
        texts_out=_newest(session, went.id, went.created_at, went.gateway, went.state, since),
        calls=_newest(session, called.id, called.started_at, called.gateway, ended, since),
    )


def _newest(
    session: Session,
    id_: InstrumentedAttribute[int],
    moment: InstrumentedAttribute[datetime],
    gateway: InstrumentedAttribute[Any],
    outcome: Any,
    since: datetime,
) -> dict[tuple[str, str], int]:
    newest = (
        select(moment.label("moment"), gateway.label("gateway"), outcome.label("outcome"))
        .order_by(id_.desc())
        .limit(NEWEST)
        .subquery()
    )
    which = (func.coalesce(newest.c.gateway, "").label("through"), newest.c.outcome)
    found = session.execute(
        select(*which, func.count()).where(newest.c.moment >= since).group_by(*which)
    )
    return {(through, str(outcome)): count for through, outcome, count in found}


def _at_most(session: Session, rows: Select[Any]) -> int:
    some = rows.limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _counter(session: Session, query: Select[Any]) -> Counter[Any]:
    found: Sequence[Any] = session.execute(query).all()
    return Counter({key: count for key, count in found})  # noqa: C416 – rows are no pairs
