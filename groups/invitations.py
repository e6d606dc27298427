"""Invitations to a group: one text to a phone, whoever asks for it and how often."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groups.models import Group
from messaging.models import OutboundMessage, Subscriber

# A village is invited in a day or two; a list of bought numbers is not.
MOST_A_DAY = 30
_DAY = timedelta(days=1)


def invitation_key(group: Group, person: Subscriber) -> str:
    """What makes an invitation be sent once."""
    return f"{_prefix(group)}{person.id}"


def was_invited(session: Session, group: Group, person: Subscriber) -> bool:
    """Whether this person had an invitation to the group before."""
    known = select(OutboundMessage.id).where(
        OutboundMessage.dedupe_key == invitation_key(group, person)
    )
    return session.scalar(known) is not None


def may_invite(session: Session, group: Group, now: datetime) -> bool:
    """Whether the group has not invited as many today as it may."""
    lately = select(func.count()).where(
        OutboundMessage.dedupe_key.startswith(_prefix(group), autoescape=True),
        OutboundMessage.created_at > now - _DAY,
    )
    return (session.scalar(lately) or 0) < MOST_A_DAY


def _prefix(group: Group) -> str:
    return f"invite:{group.id}:"
