"""Two books side by side: what we believe of each person's bulletin, what the gateway accepted."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from messaging.kinds import OutboundKind, OutboundState
from messaging.models import OutboundMessage, Subscriber
from tests.stand_in.journal import Heard

GONE = {OutboundState.SENT, OutboundState.DELIVERED}


@dataclass(frozen=True)
class Page:
    """One person: what we believe, and every message that the gateway accepted for them."""

    msisdn: str
    state: OutboundState
    gateway_message_id: str | None
    claimed_by: str | None
    accepted: tuple[tuple[Heard, str], ...]  # the call, and the gateway's id
    others: tuple[Heard, ...]  # calls that named them, and in which nothing of theirs was accepted

    @property
    def is_right(self) -> bool:
        """True where both books say the same: it went once, under this id, or it never went."""
        ids = [id_ for _, id_ in self.accepted]
        return ids == [self.gateway_message_id] if self.state in GONE else not ids

    @property
    def was_taken(self) -> bool:
        """True where the gateway has it, whatever we know."""
        return bool(self.accepted)

    def was_cut(self, killed: Collection[str]) -> bool:
        """True where we cannot know: whoever waited for the last answer was killed, or it told
        nothing. A page of HTML is such an answer, whether anything was taken or not.
        """
        if self.claimed_by in killed:
            return True
        calls = [*(call for call, _ in self.accepted), *self.others]
        last = max(calls, key=lambda call: call.number, default=None)
        return last is not None and not last.tells(self.msisdn)


@dataclass(frozen=True)
class Books:
    """Everybody's page."""

    pages: Sequence[Page]

    def in_state(self, *states: OutboundState) -> list[Page]:
        """Those of which we believe that."""
        return [page for page in self.pages if page.state in states]

    @property
    def states(self) -> Counter[OutboundState]:
        """How many we believe what of."""
        return Counter(page.state for page in self.pages)

    @property
    def twice(self) -> list[Page]:
        """Whoever got more than one."""
        return [page for page in self.pages if len(page.accepted) > 1]

    @property
    def unknown(self) -> list[Page]:
        """Those of which we say that we do not know."""
        return self.in_state(OutboundState.UNKNOWN)


def open_books(session: Session, calls: Iterable[Heard]) -> Books:
    """Both books as they are."""
    accepted: defaultdict[str, list[tuple[Heard, str]]] = defaultdict(list)
    others: defaultdict[str, list[Heard]] = defaultdict(list)
    for call in calls:
        for number, id_ in call.accepted:
            accepted[number].append((call, id_))
        for number in (*(number for number, _ in call.refused), *call.passed_over):
            others[number].append(call)
    rows = session.execute(
        select(
            Subscriber.msisdn,
            OutboundMessage.state,
            OutboundMessage.gateway_message_id,
            OutboundMessage.claimed_by,
        )
        .join(Subscriber, Subscriber.id == OutboundMessage.subscriber_id)
        .where(OutboundMessage.kind == OutboundKind.BULLETIN)
    )
    return Books(
        [
            Page(msisdn, state, id_, by, tuple(accepted[msisdn]), tuple(others[msisdn]))
            for msisdn, state, id_, by in rows
        ]
    )


def taken_after(calls: Iterable[Heard], left: Mapping[str, datetime]) -> list[str]:
    """Whose message was accepted after they had left."""
    return [
        number
        for call in calls
        for number, _ in call.accepted
        if number in left and call.at > left[number]
    ]
