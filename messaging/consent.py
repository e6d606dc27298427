"""Who wants our messages: what they said, when, and in which words."""

from datetime import datetime

from sqlalchemy import select
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


def opt_out_by_gateway(
    session: Session, subscriber: Subscriber, *, wording: str, now: datetime
) -> None:
    """What a gateway says of somebody: mostly we know it, and what they said since goes before."""
    said_since = select(ConsentEvent.id).where(
        ConsentEvent.subscriber_id == subscriber.id, ConsentEvent.happened_at > now
    )
    if subscriber.opted_out_at is None and session.scalar(said_since.limit(1)) is None:
        opt_out(session, subscriber, channel=Channel.SMS, wording=wording, now=now)


def opt_in(
    session: Session, subscriber: Subscriber, *, channel: Channel, wording: str, now: datetime
) -> None:
    """Write down that this person wants our messages (again)."""
    subscriber.opted_out_at = None
    _write_down(session, subscriber, True, channel, wording, now)


def may_send(subscriber: Subscriber, kind: OutboundKind) -> bool:
    """Whether this person may be sent such a message now."""
    return wants(
        kind,
        opted_out=subscriber.opted_out_at is not None,
        unreachable=subscriber.unreachable_at is not None,
    )


def wants(kind: OutboundKind, *, opted_out: bool, unreachable: bool) -> bool:
    """A reply to a person's own message always may go; all else only while they want it.

    Nor is anything started to a phone that no text reaches: each would cost, and none arrive.
    """
    return kind is OutboundKind.REPLY or not (opted_out or unreachable)


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
