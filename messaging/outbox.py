"""The outbox: promises to send, their claims by workers, and what became of them."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from messaging.kinds import PRIORITIES, OutboundKind
from messaging.models import OutboundMessage, Subscriber
from messaging.segments import measure, to_gsm7

# A price is worth less each hour: what could not leave in this time is not sent at all.
WORTH_SENDING_FOR = {
    OutboundKind.REPLY: timedelta(hours=12),
    OutboundKind.ALERT: timedelta(hours=12),
    OutboundKind.BULLETIN: timedelta(hours=24),
    OutboundKind.NUDGE: timedelta(hours=12),
}


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
    due_at = due_at or now
    plain = to_gsm7(text)
    size = measure(plain)
    message = OutboundMessage(
        dedupe_key=dedupe_key,
        subscriber_id=recipient.id,
        kind=kind,
        priority=PRIORITIES[kind],
        gateway=gateway or recipient.gateway,
        sender=sender,
        link_id=link_id,
        text=plain,
        language=language,
        encoding=size.encoding,
        segments=size.segments,
        in_reply_to_id=in_reply_to_id,
        created_at=now,
        due_at=due_at,
        expires_at=due_at + (valid_for or WORTH_SENDING_FOR[kind]),
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


def _promised(session: Session, dedupe_key: str) -> OutboundMessage | None:
    return session.scalar(select(OutboundMessage).where(OutboundMessage.dedupe_key == dedupe_key))
