"""Invitations to a group: one text to a phone, whoever asks for it and how often.

Into a place of their own, or into that of a member who had no phone: then they keep its number,
its name and its book.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.upserts import insert_or_replace
from groups.members import Member, member_by_id, vacate
from groups.models import Group, GroupMember
from groups.office_models import GroupInvitation
from messaging.models import OutboundMessage, Subscriber

# A village is invited in a day or two; a list of bought numbers is not.
MOST_A_DAY = 30
_DAY = timedelta(days=1)
# So long YES is an answer to it, whatever was texted in between; JOIN is for ever.
_HEARD_FOR = timedelta(days=7)


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


def place_key(group: Group, person: Subscriber) -> str:
    """What makes a member be asked once whether another place is theirs."""
    return f"{_prefix(group)}{person.id}:place"


def was_asked(session: Session, group: Group, person: Subscriber) -> bool:
    """Whether this member was asked so before."""
    known = select(OutboundMessage.id).where(OutboundMessage.dedupe_key == place_key(group, person))
    return session.scalar(known) is not None


def note_invitation(
    session: Session,
    group: Group,
    person: Subscriber,
    place: Member | None,
    *,
    by: Subscriber,
    at: datetime,
) -> None:
    """Keep to what somebody is invited, and into whose place; the invitation before is gone."""
    row = {
        "group_id": group.id,
        "subscriber_id": person.id,
        "member_id": None if place is None else place.id,
        "invited_by": by.id,
        "invited_at": at,
        "answered_at": None,
    }
    insert_or_replace(session, GroupInvitation, [row], key=("subscriber_id", "group_id"))


def invited_to(session: Session, person: Subscriber, now: datetime) -> list[Group]:
    """The groups somebody was invited to within a week and did not answer, by code."""
    invited = (
        select(Group)
        .join(GroupInvitation, GroupInvitation.group_id == Group.id)
        .where(GroupInvitation.subscriber_id == person.id)
        .where(GroupInvitation.answered_at.is_(None))
        .where(GroupInvitation.invited_at > now - _HEARD_FOR)
        .order_by(Group.code)
    )
    return list(session.scalars(invited))


def answer_invitation(
    session: Session, group: Group, person: Subscriber, now: datetime, *, comes: bool
) -> Member | None:
    """Somebody joins, or says no; the member whose place is theirs from now on, if there is one.

    Two who were invited into one place: it is the first one's.
    """
    invitation = session.scalar(
        select(GroupInvitation)
        .where(GroupInvitation.subscriber_id == person.id, GroupInvitation.group_id == group.id)
        .execution_options(populate_existing=True)
    )
    if invitation is None:
        return None
    invitation.answered_at = now
    if not comes or invitation.member_id is None:
        return None
    return _take_place(session, invitation.member_id, person, now)


def _take_place(
    session: Session, member_id: int, person: Subscriber, now: datetime
) -> Member | None:
    place = session.get_one(GroupMember, member_id, with_for_update=True, populate_existing=True)
    if place.left_at is not None or place.subscriber_id is not None:
        return None
    # An office goes along: who had no phone held none.
    place.role = vacate(session, place.group_id, person.id, now)
    place.subscriber_id = person.id
    session.flush()
    return member_by_id(session, session.get_one(Group, place.group_id), member_id)


def _prefix(group: Group) -> str:
    return f"invite:{group.id}:"
