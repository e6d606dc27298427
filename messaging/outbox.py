"""The outbox: promises to send. Nothing leaves the machine but through it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
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
