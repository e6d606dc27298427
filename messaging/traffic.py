"""What comes and goes, and what waits longer than it should: for the first page of the desk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from messaging.kinds import PRIORITIES, OutboundState
from messaging.models import InboundMessage, OutboundMessage, UssdSession

# A page counts no farther than this: then it says that there were so many and more. Rows are
# written in the order of their ids, so the newest are found from the end.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Traffic:
    """Texts that came in, our own by state, and calls, since a moment; `MOST_COUNTED` and more."""

    texts_in: int
    texts_out: Mapping[OutboundState, int]
    calls: int

    @property
    def sent(self) -> int:
        """Those that a gateway took."""
        taken = (OutboundState.SENT, OutboundState.DELIVERED, OutboundState.UNKNOWN)
        return sum(self.texts_out.get(state, 0) for state in taken)


@dataclass(frozen=True)
class Backlog:
    """Since when the oldest text of ours waits that is due, and the oldest nobody acted upon."""

    due_since: datetime | None
    unhandled_since: datetime | None


def traffic(session: Session, since: datetime) -> Traffic:
    """What came and went since a moment."""
    texts = _newest(InboundMessage.id, InboundMessage.received_at)
    calls = _newest(UssdSession.id, UssdSession.started_at)
    ours = _newest(OutboundMessage.id, OutboundMessage.created_at, OutboundMessage.state)
    states = session.execute(
        select(ours.c.state, func.count()).where(ours.c.moment >= since).group_by(ours.c.state)
    )
    return Traffic(
        texts_in=_count(session, texts, since),
        texts_out=Counter({state: count for state, count in states}),  # noqa: C416 – rows are no pairs
        calls=_count(session, calls, since),
    )


def backlog(session: Session, now: datetime) -> Backlog:
    """What waits: of each lane of sending the oldest, by the index that sending itself uses."""
    message = OutboundMessage
    due = [
        session.scalar(
            select(message.due_at)
            # Named as it stands there, so that the index of what is queued serves.
            .where(message.state == literal_column("'queued'"), message.priority == priority)
            .where(message.due_at <= now)
            .order_by(message.due_at)
            .limit(1)
        )
        for priority in sorted(PRIORITIES.values())
    ]
    unhandled = session.scalar(
        select(InboundMessage.received_at)
        .where(InboundMessage.handled_at.is_(None))
        .order_by(InboundMessage.id)
        .limit(1)
    )
    return Backlog(min((one for one in due if one is not None), default=None), unhandled)


def _newest(
    id_: InstrumentedAttribute[int],
    moment: InstrumentedAttribute[datetime],
    *more: InstrumentedAttribute[Any],
) -> Any:
    columns: Sequence[Any] = (moment.label("moment"), *more)
    return select(*columns).order_by(id_.desc()).limit(MOST_COUNTED).subquery()


def _count(session: Session, newest: Any, since: datetime) -> int:
    query = select(func.count()).select_from(newest).where(newest.c.moment >= since)
    return session.scalar(query) or 0
