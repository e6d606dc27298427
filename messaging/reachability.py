"""Whom no text reaches any more: decided by how their last texts fared, until they are heard from.

A number that is given up costs a farmer the bulletins they asked for; one that is not costs a text
each time. So it takes more than one failure, and any sign of life takes it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from messaging.kinds import OutboundState
from messaging.models import OutboundMessage, Subscriber

# Gateways' words for a number that takes no texts: nobody has it, or it is a landline.
GONE = {
    "UserDoesNotExist",
    "UserIsInactive",
    "UserAccountSuspended",
    "NotNetworkSubscriber",
    "NotNetworkSubcriber",  # their documents spell it both ways
    "InvalidPhoneNumber",
    "UnsupportedNumberType",
    "21211",
    "21614",
    "30005",
    "30006",
}
# Their words for what is no fault of the number: of our account, our sender, our text, the hour.
# A carrier's filter that takes us for spam would else empty every list within weeks.
OURS = {
    "CouldNotRoute",
    "DoNotDisturbRejection",
    "InsufficientCredit",
    "InvalidLinkId",
    "UserNotSubscribedToProduct",
    "21617",
    "30002",
    "30004",
    "30007",
    "canceled",
}
# A number between two networks, or a register that is down for an hour, is back the next day.
GONE_APART = timedelta(days=1)
# A phone that was off for a market day or two is not lost: so many texts, over so long.
MOST_FAILURES = 5
FAILING_FOR = timedelta(days=7)
# The last failures are enough to tell.
LOOKED_AT = 100
# So much of a gateway's words is kept.
REASON_LENGTH = 80


@dataclass(frozen=True)
class Failure:
    """A text that did not arrive, and the gateway's words for it."""

    failed_at: datetime
    status: str | None = None
    detail: str | None = None

    @property
    def is_gone(self) -> bool:
        """True where the gateway says that the number takes no texts."""
        return self.status in GONE or self.detail in GONE

    @property
    def is_ours(self) -> bool:
        """True where it tells nothing of the number."""
        return self.status in OURS or self.detail in OURS

    @property
    def reason(self) -> str:
        """The gateway's words, in one."""
        return (self.detail or self.status or "no reason given")[:REASON_LENGTH]


@dataclass(frozen=True)
class Lost:
    """Somebody to whom we start no texts any more."""

    msisdn: str
    since: datetime
    because: str


def verdict(failures: Sequence[Failure]) -> str | None:
    """Why a number is given up, by its failures since a text last arrived; None while it is not."""
    telling = sorted(
        (failure for failure in failures if not failure.is_ours), key=lambda each: each.failed_at
    )
    gone = [failure for failure in telling if failure.is_gone]
    if _span(gone) >= GONE_APART:
        return gone[-1].reason
    if len(telling) >= MOST_FAILURES and _span(telling) >= FAILING_FOR:
        return f"{len(telling)} texts in a row failed, the last: {telling[-1].reason}"[
            :REASON_LENGTH
        ]
    return None


def note_failure(session: Session, subscriber_id: int, failure: Failure) -> None:
    """A text to them did not arrive, and its row says so already: is the number given up?"""
    if failure.is_ours:
        return
    in_a_row = session.scalar(
        update(Subscriber)
        .where(Subscriber.id == subscriber_id)
        .values(failures_in_a_row=Subscriber.failures_in_a_row + 1)
        .returning(Subscriber.failures_in_a_row)
    )
    because = verdict(_failures(session, subscriber_id, in_a_row or 0))
    if because is not None:
        session.execute(
            update(Subscriber)
            .where(Subscriber.id == subscriber_id, Subscriber.unreachable_at.is_(None))
            .values(unreachable_at=failure.failed_at, unreachable_because=because)
        )


def note_arrival(session: Session, subscriber_id: int) -> None:
    """A text to them arrived."""
    note_life(session.get_one(Subscriber, subscriber_id))


def is_reached(subscriber: Subscriber) -> bool:
    """Whether their last text arrived, as far as we heard."""
    return not subscriber.failures_in_a_row and subscriber.unreachable_at is None


def note_life(subscriber: Subscriber) -> None:
    """They are there: a text reached them, or they wrote or called."""
    if not is_reached(subscriber):
        subscriber.failures_in_a_row = 0
        subscriber.unreachable_at = subscriber.unreachable_because = None


def lost(session: Session, most: int) -> tuple[int, list[Lost]]:
    """How many are given up, and the newest of them."""
    is_lost = Subscriber.unreachable_at.is_not(None)
    count = session.scalar(select(func.count()).select_from(Subscriber).where(is_lost)) or 0
    rows = session.execute(
        select(Subscriber.msisdn, Subscriber.unreachable_at, Subscriber.unreachable_because)
        .where(is_lost)
        .order_by(Subscriber.unreachable_at.desc(), Subscriber.id.desc())
        .limit(most)
    )
    newest = [Lost(msisdn, since, because or "") for msisdn, since, because in rows if since]
    return count, newest


def _failures(session: Session, subscriber_id: int, in_a_row: int) -> list[Failure]:
    """The last so many texts that did not arrive: those since one did."""
    message = OutboundMessage
    rows = session.execute(
        select(message.final_at, message.gateway_status, message.detail)
        .where(message.subscriber_id == subscriber_id, message.state == OutboundState.FAILED)
        .where(message.final_at.is_not(None))
        .order_by(message.final_at.desc(), message.id.desc())
        .limit(min(in_a_row, LOOKED_AT))
    )
    return [Failure(failed_at, status, detail) for failed_at, status, detail in rows if failed_at]


def _span(failures: Sequence[Failure]) -> timedelta:
    """From the first to the last of them, in order."""
    return failures[-1].failed_at - failures[0].failed_at if failures else timedelta(0)
