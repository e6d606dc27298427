"""What became of a message when it was handed to a gateway."""

from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy.orm import Session

from messaging.consent import opt_out
from messaging.delivery_reports import apply_waiting_reports
from messaging.kinds import Channel, OutboundState
from messaging.message import SendOutcome, SendResult
from messaging.models import OutboundMessage, Subscriber

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 16  # about ten hours of growing waits
# How long a message waits whose number the operator has to look at.
HELD_FOR = timedelta(minutes=5)


def record_result(session: Session, result: SendResult, now: datetime) -> OutboundMessage:
    """Write down what a gateway made of a message."""
    message = session.get_one(OutboundMessage, result.outbound_id, with_for_update=True)
    if message.state.is_final or message.state is OutboundState.SENT:
        return message  # a report was faster
    message.gateway_status, message.detail = result.status, result.detail
    match result.outcome:
        case SendOutcome.ACCEPTED:
            _accept(session, message, result, now)
        case SendOutcome.PERMANENT:
            finish(message, OutboundState.FAILED, now)
        case SendOutcome.SUPPRESS:
            _suppress(session, message, result, now)
        case SendOutcome.RETRY:
            _try_again(message, result, now)
        case SendOutcome.PAUSE:
            message.attempts -= 1  # no fault of the message
            queue_again(message, now + max(HELD_FOR, _asked_wait(result)))
        case SendOutcome.UNKNOWN:
            message.state = OutboundState.UNKNOWN
        case _:
            assert_never(result.outcome)
    return message


def _accept(session: Session, message: OutboundMessage, result: SendResult, now: datetime) -> None:
    message.state, message.sent_at = OutboundState.SENT, now
    message.gateway_message_id = result.gateway_message_id
    message.cost, message.cost_currency = result.cost, result.cost_currency
    apply_waiting_reports(session, message, now)


def _suppress(
    session: Session, message: OutboundMessage, result: SendResult, now: datetime
) -> None:
    finish(message, OutboundState.SUPPRESSED, now)
    subscriber = session.get_one(Subscriber, message.subscriber_id)
    if subscriber.opted_out_at is None:
        wording = f"{message.gateway}: {result.status}"
        opt_out(session, subscriber, channel=Channel.SMS, wording=wording, now=now)


def finish(message: OutboundMessage, state: OutboundState, now: datetime) -> None:
    """Put a message away: nothing changes it any more."""
    message.state, message.final_at = state, now


def _try_again(message: OutboundMessage, result: SendResult, now: datetime) -> None:
    if message.attempts >= MOST_ATTEMPTS:
        finish(message, OutboundState.FAILED, now)
    else:
        queue_again(message, now + _patience(message, result))


def queue_again(message: OutboundMessage, due_at: datetime) -> None:
    """Let a message wait for its next try; no worker has it."""
    message.state, message.due_at = OutboundState.QUEUED, due_at
    message.claimed_at = message.claimed_by = None


def _patience(message: OutboundMessage, result: SendResult) -> timedelta:
    """Twice the last wait, a little apart for each message: they must not all come back at once."""
    doubled = FIRST_WAIT * (1 << (message.attempts - 1))
    apart = 1 + (message.id % 16) / 64
    return max(min(doubled, LONGEST_WAIT) * apart, _asked_wait(result))


def _asked_wait(result: SendResult) -> timedelta:
    seconds = max(result.retry_after_seconds or 0, result.gateway_rests_seconds or 0)
    return timedelta(seconds=seconds)
