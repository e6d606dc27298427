"""The outbox: promises to send, their claims by workers, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from messaging.consent import may_send, opt_out
from messaging.delivery_reports import apply_waiting_reports
from messaging.gateways.gateway import SmsGateway
from messaging.kinds import PRIORITIES, Channel, OutboundKind, OutboundState
from messaging.message import SendOutcome, SendResult, SmsToSend
from messaging.models import OutboundMessage, Subscriber
from messaging.segments import measure, to_gsm7

# A price is worth less each hour: what could not leave in this time is not sent at all.
WORTH_SENDING_FOR = {
    OutboundKind.REPLY: timedelta(hours=12),
    OutboundKind.ALERT: timedelta(hours=12),
    OutboundKind.BULLETIN: timedelta(hours=24),
    OutboundKind.NUDGE: timedelta(hours=12),
}

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 16  # about ten hours of growing waits
# How long a message waits whose number the operator has to look at.
HELD_FOR = timedelta(minutes=5)
# No call to a gateway lasts this long: the worker that claimed it is dead.
CLAIM_LASTS = timedelta(minutes=2)


@dataclass(frozen=True)
class Claim:
    """One call's worth of messages: the same text, through one gateway."""

    gateway: str
    messages: tuple[SmsToSend, ...]


def enqueue(
    session: Session,
    *,
    recipient: Subscriber,
    text: str,
    language: str,
    kind: OutboundKind,
    dedupe_key: str,
    now: datetime,
    gateway: str | None = None,
    sender: str | None = None,
    link_id: str | None = None,
    in_reply_to_id: int | None = None,
    due_at: datetime | None = None,
    valid_for: timedelta | None = None,
) -> OutboundMessage:
    """Promise a message. Nothing leaves the machine until the transaction commits.

    The same `dedupe_key` again is the same promise: the first row comes back as it is.
    """
    promised = _promised(session, dedupe_key)
    if promised is not None:
        return promised
    message = OutboundMessage(
        dedupe_key=dedupe_key,
        subscriber_id=recipient.id,
        gateway=gateway or recipient.gateway,
        sender=sender,
        link_id=link_id,
        in_reply_to_id=in_reply_to_id,
        **_content(text, language, kind, now, due_at, valid_for),
    )
    try:
        # The savepoint keeps the caller's work when another process promised the same first.
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        first = _promised(session, dedupe_key)
        if first is None:
            raise
        return first
    return message


def enqueue_to_all(
    session: Session,
    *,
    recipients: Sequence[Subscriber],
    text: str,
    language: str,
    kind: OutboundKind,
    dedupe_prefix: str,
    now: datetime,
    due_at: datetime | None = None,
    valid_for: timedelta | None = None,
) -> None:
    """Promise one text to many at once, each under the key `<dedupe_prefix>:<subscriber id>`.

    One statement where `enqueue` needs five per person: thousands must not hold SQLite's one write
    lock for seconds, for every text and call in the country waits behind it. So nothing is looked
    up: a key that was used before raises IntegrityError.
    """
    content = _content(text, language, kind, now, due_at, valid_for)
    rows = [
        content
        | {
            "dedupe_key": f"{dedupe_prefix}:{recipient.id}",
            "subscriber_id": recipient.id,
            "gateway": recipient.gateway,
        }
        for recipient in recipients
    ]
    if rows:
        session.execute(insert(OutboundMessage), rows)


def _content(
    text: str,
    language: str,
    kind: OutboundKind,
    now: datetime,
    due_at: datetime | None,
    valid_for: timedelta | None,
) -> dict[str, Any]:
    """What a promise says and when, whoever it is for."""
    due_at = due_at or now
    plain = to_gsm7(text)
    size = measure(plain)
    return {
        "kind": kind,
        "priority": PRIORITIES[kind],
        "text": plain,
        "language": language,
        "encoding": size.encoding,
        "segments": size.segments,
        "created_at": now,
        "due_at": due_at,
        "expires_at": due_at + (valid_for or WORTH_SENDING_FOR[kind]),
    }


def _promised(session: Session, dedupe_key: str) -> OutboundMessage | None:
    return session.scalar(select(OutboundMessage).where(OutboundMessage.dedupe_key == dedupe_key))


def claim(
    session: Session,
    gateways: Mapping[str, SmsGateway],
    *,
    default_gateway: str,
    worker: str,
    now: datetime,
) -> Claim | None:
    """Take one call's worth of what is due, most urgent first; None when nothing is.

    What expired or is not wanted any more is put away on the search. A message whose gateway is
    open or not configured here goes through the default one.
    """
    most = max(gateway.phones_per_call for gateway in gateways.values())
    while due := _due(session, now, most):
        wanted = [pair for pair in due if _still_wanted(*pair, now)]
        for message, _ in wanted:
            _choose_gateway(message, gateways, default_gateway)
        if wanted:
            return _take(wanted, gateways, worker, now)
    return None


def _due(session: Session, now: datetime, most: int) -> list[tuple[OutboundMessage, Subscriber]]:
    """Due messages and whom they are for, locked: another worker looks past them."""
    rows = session.execute(
        select(OutboundMessage, Subscriber)
        .join(Subscriber, Subscriber.id == OutboundMessage.subscriber_id)
        .where(OutboundMessage.state == OutboundState.QUEUED, OutboundMessage.due_at <= now)
        .order_by(OutboundMessage.priority, OutboundMessage.due_at, OutboundMessage.id)
        .limit(most)
        # SQLite knows no row locks and leaves this out; there writers come one by one anyway.
        .with_for_update(of=OutboundMessage, skip_locked=True)
    )
    return [(message, subscriber) for message, subscriber in rows]


def _still_wanted(message: OutboundMessage, subscriber: Subscriber, now: datetime) -> bool:
    if message.expires_at is not None and message.expires_at <= now:
        _finish(message, OutboundState.EXPIRED, now)
    elif not may_send(subscriber, message.kind):
        _finish(message, OutboundState.SUPPRESSED, now)
    return not message.state.is_final


def _choose_gateway(
    message: OutboundMessage, gateways: Mapping[str, SmsGateway], default_gateway: str
) -> None:
    if message.gateway in gateways:
        return
    if message.gateway is not None:
        # Its short code and its link belong to the gateway that is gone.
        message.sender = message.link_id = None
    message.gateway = default_gateway


def _take(
    wanted: list[tuple[OutboundMessage, Subscriber]],
    gateways: Mapping[str, SmsGateway],
    worker: str,
    now: datetime,
) -> Claim:
    """The first message, and those behind it that fit into the same call."""
    first = wanted[0][0]
    name = first.gateway or ""
    together: dict[int, SmsToSend] = {}  # by subscriber: a gateway answers by number
    for message, subscriber in wanted:
        full = len(together) == gateways[name].phones_per_call
        if full or subscriber.id in together or not _fit_together(first, message):
            continue
        message.state = OutboundState.SENDING
        message.claimed_at, message.claimed_by = now, worker
        message.attempts += 1
        together[subscriber.id] = _to_send(message, subscriber, now)
    return Claim(name, tuple(together.values()))


def _fit_together(first: OutboundMessage, other: OutboundMessage) -> bool:
    return all(
        getattr(first, name) == getattr(other, name)
        for name in ("gateway", "text", "sender", "link_id")
    )


def _to_send(message: OutboundMessage, subscriber: Subscriber, now: datetime) -> SmsToSend:
    left = None if message.expires_at is None else message.expires_at - now
    return SmsToSend(
        outbound_id=message.id,
        msisdn=subscriber.msisdn,
        text=message.text,
        sender=message.sender,
        link_id=message.link_id,
        valid_for_seconds=None if left is None else int(left.total_seconds()),
    )


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
            _finish(message, OutboundState.FAILED, now)
        case SendOutcome.SUPPRESS:
            _suppress(session, message, result, now)
        case SendOutcome.RETRY:
            _try_again(message, result, now)
        case SendOutcome.PAUSE:
            message.attempts -= 1  # no fault of the message
            _queue_again(message, now + max(HELD_FOR, _asked_wait(result)))
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
    _finish(message, OutboundState.SUPPRESSED, now)
    subscriber = session.get_one(Subscriber, message.subscriber_id)
    if subscriber.opted_out_at is None:
        wording = f"{message.gateway}: {result.status}"
        opt_out(session, subscriber, channel=Channel.SMS, wording=wording, now=now)


def _finish(message: OutboundMessage, state: OutboundState, now: datetime) -> None:
    message.state, message.final_at = state, now


def _try_again(message: OutboundMessage, result: SendResult, now: datetime) -> None:
    if message.attempts >= MOST_ATTEMPTS:
        _finish(message, OutboundState.FAILED, now)
    else:
        _queue_again(message, now + _patience(message, result))


def _queue_again(message: OutboundMessage, due_at: datetime) -> None:
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


def postpone(session: Session, gateway: str, *, is_default: bool, until: datetime) -> None:
    """Let everything queued for a gateway rest until then: it would meet the same closed door."""
    its_own = OutboundMessage.gateway == gateway
    mine = or_(its_own, OutboundMessage.gateway.is_(None)) if is_default else its_own
    waiting = (
        select(OutboundMessage.id)
        .where(OutboundMessage.state == OutboundState.QUEUED, OutboundMessage.due_at < until, mine)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id.in_(waiting))
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


def release_dead_claims(session: Session, gateways: Mapping[str, SmsGateway], now: datetime) -> int:
    """Take messages back from workers that died while they sent.

    Only where a repeat does no harm are they queued again; else the gateway may have them, and a
    delivery report will tell.
    """
    dead = session.scalars(
        select(OutboundMessage)
        .where(
            OutboundMessage.state == OutboundState.SENDING,
            OutboundMessage.claimed_at <= now - CLAIM_LASTS,
        )
        .with_for_update(skip_locked=True)
    ).all()
    for message in dead:
        gateway = gateways.get(message.gateway or "")
        if gateway is not None and gateway.repeats_are_safe:
            _queue_again(message, now)
        else:
            message.state = OutboundState.UNKNOWN
            message.detail = "the worker died while it spoke to the gateway"
    return len(dead)
