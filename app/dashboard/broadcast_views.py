"""What a page tells of a broadcast: where it stands, and what it would take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.bulletin_words import cost_told
from groups.broadcast_models import Broadcast
from messaging.kinds import OutboundKind
from messaging.sms_budget import left_for, spending
from messaging.sms_prices import SmsLimits, SmsPrice
from scheduler.broadcasts import Reader


@dataclass(frozen=True)
class Outlook:
    """To how many it would go now and what that takes; `left`: segments that may go today."""

    readers: Sequence[Reader]
    cost: str
    left: int | None

    @property
    def people(self) -> int:
        """How many would get it."""
        return sum(one.people for one in self.readers)

    @property
    def segments(self) -> int:
        """What all of it takes."""
        return sum(one.segments_in_all for one in self.readers)

    @property
    def is_beyond_budget(self) -> bool:
        """Whether some of it waits for another day."""
        return self.left is not None and self.segments > self.left


def outlook(
    session: Session,
    readers: Sequence[Reader],
    limits: SmsLimits | None,
    price: SmsPrice | None,
    now: datetime,
) -> Outlook:
    """What its texts would take, held against what may still go."""
    segments = sum(one.segments_in_all for one in readers)
    kind = OutboundKind.BULLETIN
    spent = None if limits is None else spending(session, limits, now)
    left = None if limits is None or spent is None else left_for(kind, limits, spent)
    return Outlook(readers, cost_told(segments, price), left)


def state_of(broadcast: Broadcast) -> str:
    """Where it stands, in a word or two."""
    if broadcast.confirmed_at is None:
        return "draft" if broadcast.stopped_at is None else "put aside"
    if broadcast.stopped_at is not None:
        return "stopped"
    return "going out" if broadcast.addressed_at is None else "promised to all"
