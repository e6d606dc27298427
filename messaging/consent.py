"""Who wants our messages: what they said, when, and in which words."""

from datetime import datetime

from sqlalchemy.orm import Session

from messaging.held_questions import drop_question
from messaging.kinds import Channel, OutboundKind
from messaging.models import ConsentEvent, Subscriber


def opt_out(
    session: Session, subscriber: Subscriber, *, channel: Channel, wording: str, now: datetime
) -> None:
    """Write down that this person wants no more messages; what is queued stays behind."""
    drop_question(session, subscriber)
    if subscriber.opted_out_at is None:
        subscriber.opted_out_at = now
    _write_down(session, subscriber, False, channel, wording, now)


def opt_in(
    session: Session, subscriber: Subscriber, *, channel: Channel, wording: str, now: datetime
) -> None:
    """Write down that this person wants our messages (again)."""
    subscriber.opted_out_at = None
    _write_down(session, subscriber, True, channel, wording, now)


def may_send(subscriber: Subscriber, kind: OutboundKind) -> bool:
    """A reply to a person's own message always may go; all else only while they want it."""
    return kind is OutboundKind.REPLY or subscriber.opted_out_at is None


def _write_down(
    session: Session,
    subscriber: Subscriber,
    opted_in: bool,
    channel: Channel,
    wording: str,
    now: datetime,
) -> None:
    session.add(
        ConsentEvent(
            subscriber_id=subscriber.id,
            opted_in=opted_in,
            channel=channel,
            wording=wording,
            happened_at=now,
        )
    )
