"""What is due is claimed by a worker, a call's worth at a time, and taken back where it died."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from messaging.consent import may_send
from messaging.gateways.gateway import SmsGateway
from messaging.kinds import OutboundState
from messaging.message import SmsToSend
from messaging.models import OutboundMessage, Subscriber
from messaging.results import finish, queue_again

# No call to a gateway lasts this long: the worker that claimed it is dead.
CLAIM_LASTS = timedelta(minutes=2)


@dataclass(frozen=True)
class Claim:
    """One call's worth of messages: the same text, through one gateway."""

    gateway: str
    messages: tuple[SmsToSend, ...]


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
        finish(message, OutboundState.EXPIRED, now)
    elif not may_send(subscriber, message.kind):
        finish(message, OutboundState.SUPPRESSED, now)
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
            queue_again(message, now)
        else:
            message.state = OutboundState.UNKNOWN
            message.detail = "the worker died while it spoke to the gateway"
    return len(dead)
