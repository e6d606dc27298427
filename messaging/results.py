"""What became of messages when they were handed to a gateway, written down a call at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, assert_never, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from messaging.consent import opt_out
from messaging.delivery_reports import apply_early_reports
from messaging.kinds import Channel, OutboundState
from messaging.message import SendOutcome, SendResult
from messaging.models import OutboundMessage, Subscriber
from messaging.reachability import Failure, note_failure
from messaging.sms_budget import book_cost, give_back
from messaging.sms_prices import SmsLimits

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 16  # about ten hours of growing waits
# How long a message waits whose number the operator has to look at.
HELD_FOR = timedelta(minutes=5)

# What took nothing of what was booked for it. What is unknown may have.
COSTS_NOTHING = {
    SendOutcome.PERMANENT,
    SendOutcome.RETRY,
    SendOutcome.PAUSE,
    SendOutcome.SUPPRESS,
}

_outbound = cast(Table, OutboundMessage.__table__)
# What a result may change; a report or another worker changes none of it meanwhile, for the rows
# are locked when they are read.
_CHANGED = (
    "state",
    "due_at",
    "claimed_at",
    "claimed_by",
    "attempts",
    "sent_at",
    "final_at",
    "gateway_message_id",
    "gateway_status",
    "detail",
    "cost",
    "cost_currency",
)
_WRITE = (
    update(_outbound)
    .where(_outbound.c.id == bindparam("of"))
    .values({name: bindparam(name) for name in _CHANGED})
)


class Open(NamedTuple):
    """A message whose end is open, as it stands in its row."""

    id: int
    subscriber_id: int
    gateway: str | None
    segments: int
    state: OutboundState
    due_at: datetime
    claimed_at: datetime | None
    claimed_by: str | None
    attempts: int
    sent_at: datetime | None
    final_at: datetime | None
    gateway_message_id: str | None
    gateway_status: str | None
    detail: str | None
    cost: Decimal | None
    cost_currency: str | None

    @property
    def is_told(self) -> bool:
        """Whether its end is known: a delivery report was faster."""
        return self.state.is_final or self.state is OutboundState.SENT


def record_results(
    session: Session,
    results: Sequence[SendResult],
    now: datetime,
    *,
    limits: SmsLimits | None = None,
) -> None:
    """Write down what a gateway made of the messages of a call.

    What a faster report has moved already stays as it is. Of the budget's `limits`, what was not
    taken is given back, and what it cost stands in the place of what was reckoned.
    """
    by_id = {result.outbound_id: result for result in results}
    told = [(message, by_id[message.id]) for message in _opened(session, list(by_id))]
    if not told:
        return
    session.connection().execute(
        _WRITE, [{"of": message.id, **_after(message, result, now)} for message, result in told]
    )
    _match_early_reports(session, told, now)
    # Everybody in one order, so that no two workers wait for each other.
    for message, result in sorted(told, key=lambda pair: pair[0].subscriber_id):
        _note_of_person(session, message, result, now)
    _settle_budget(session, told, limits, now)


def record_result(session: Session, result: SendResult, now: datetime) -> None:
    """Write down what a gateway made of one message."""
    record_results(session, [result], now)


def _opened(session: Session, ids: Sequence[int]) -> list[Open]:
    """The messages whose end is open, locked."""
    session.flush()
    columns = [getattr(OutboundMessage, name) for name in Open._fields]
    rows = session.execute(
        select(*columns)
        .where(OutboundMessage.id.in_(ids))
        .order_by(OutboundMessage.id)
        .with_for_update()
    )
    return [each for each in map(Open._make, rows) if not each.is_told]


def _after(message: Open, result: SendResult, now: datetime) -> dict[str, Any]:
    """How its row stands afterwards."""
    before = {name: getattr(message, name) for name in _CHANGED}
    said = {"gateway_status": result.status, "detail": result.detail}
    return before | said | _change(message, result, now)


def _change(message: Open, result: SendResult, now: datetime) -> dict[str, Any]:
    match result.outcome:
        case SendOutcome.ACCEPTED:
            return {
                "state": OutboundState.SENT,
                "sent_at": now,
                "gateway_message_id": result.gateway_message_id,
                "cost": result.cost,
                "cost_currency": result.cost_currency,
            }
        case SendOutcome.PERMANENT:
            return {"state": OutboundState.FAILED, "final_at": now}
        case SendOutcome.RETRY:
            return _try_again(message, result, now)
        case SendOutcome.PAUSE:
            held_until = now + max(HELD_FOR, _asked_wait(result))
            # No fault of the message.
            return _queued_again(held_until) | {"attempts": message.attempts - 1}
        case SendOutcome.SUPPRESS:
            return {"state": OutboundState.SUPPRESSED, "final_at": now}
        case SendOutcome.UNKNOWN:
            return {"state": OutboundState.UNKNOWN}
        case _:
            assert_never(result.outcome)


def _try_again(message: Open, result: SendResult, now: datetime) -> dict[str, Any]:
    if message.attempts >= MOST_ATTEMPTS:
        return {"state": OutboundState.FAILED, "final_at": now}
    return _queued_again(now + _patience(message, result))


def _queued_again(due_at: datetime) -> dict[str, Any]:
    """It waits for its next try; no worker has it."""
    return {
        "state": OutboundState.QUEUED,
        "due_at": due_at,
        "claimed_at": None,
        "claimed_by": None,
    }


def _patience(message: Open, result: SendResult) -> timedelta:
    """Twice the last wait, a little apart for each message: they must not all come back at once."""
    doubled = FIRST_WAIT * (1 << (message.attempts - 1))
    apart = 1 + (message.id % 16) / 64
    return max(min(doubled, LONGEST_WAIT) * apart, _asked_wait(result))


def _asked_wait(result: SendResult) -> timedelta:
    seconds = max(result.retry_after_seconds or 0, result.gateway_rests_seconds or 0)
    return timedelta(seconds=seconds)


Told = Sequence[tuple[Open, SendResult]]


def _match_early_reports(session: Session, told: Told, now: datetime) -> None:
    """Let reports act that were faster than our own note of the gateway's id."""
    ids: dict[str, list[str]] = defaultdict(list)
    for message, result in told:
        if message.gateway is not None and result.gateway_message_id is not None:
            ids[message.gateway].append(result.gateway_message_id)
    for gateway, gateway_ids in ids.items():
        apply_early_reports(session, gateway, gateway_ids, now)


def _note_of_person(session: Session, message: Open, result: SendResult, now: datetime) -> None:
    """What the outcome tells of whom it was for."""
    if result.outcome is SendOutcome.PERMANENT:
        failure = Failure(now, result.status, result.detail)
        note_failure(session, message.subscriber_id, failure)
    elif result.outcome is SendOutcome.SUPPRESS:
        subscriber = session.get_one(Subscriber, message.subscriber_id)
        if subscriber.opted_out_at is None:
            wording = f"{message.gateway}: {result.status}"
            opt_out(session, subscriber, channel=Channel.SMS, wording=wording, now=now)


@dataclass
class _Bill:
    """What a call comes to, of messages that were claimed at one moment."""

    not_taken: int = 0
    costs: dict[str, tuple[int, Decimal]] = field(default_factory=dict)

    def add(self, message: Open, result: SendResult) -> None:
        if result.outcome in COSTS_NOTHING:
            self.not_taken += message.segments
        elif result.cost is not None and result.cost_currency is not None:
            segments, cost = self.costs.get(result.cost_currency, (0, Decimal(0)))
            self.costs[result.cost_currency] = (segments + message.segments, cost + result.cost)


def _settle_budget(session: Session, told: Told, limits: SmsLimits | None, now: datetime) -> None:
    if limits is None:
        return
    bills: dict[datetime, _Bill] = defaultdict(_Bill)
    for message, result in told:
        bills[message.claimed_at or now].add(message, result)
    for booked_at, bill in sorted(bills.items()):
        give_back(session, limits, bill.not_taken, booked_at)
        for currency, (segments, cost) in bill.costs.items():
            book_cost(session, limits, segments, cost, currency, booked_at)
