"""Somebody is erased: everything that tells of them goes, what they told others stays nameless."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from groups.book_models import BookLine
from groups.models import (
    AlertCrossing,
    AskedPrice,
    Group,
    GroupMember,
    PriceAlert,
    PriceAsk,
    PriceWish,
    Role,
    Subscription,
)
from groups.office_models import ElectionVote, GroupInvitation, MeetingAnswer, PinTry, SimChange
from messaging.erasing import forget_person, forget_what_was_said, note_erased
from messaging.models import Subscriber
from prices.erasing import forget_words_told

_OF_A_PERSON = (Subscription, PriceAlert, PriceWish, PriceAsk, AskedPrice, GroupInvitation)
_OF_A_MEMBER = (MeetingAnswer, PinTry)


def erase_person(session: Session, person: Subscriber, now: datetime) -> None:
    """Erase somebody who is held; again, what came in since goes too.

    The row stays as a stone without a name: prices refer to it, and lines of milk books.
    """
    is_first = person.erased_at is None
    _leave_groups(session, person, now)
    _forget_wishes(session, person.id, now)
    forget_words_told(session, person.id)
    forget_what_was_said(session, person.id, now)
    forget_person(session, person, now)
    note_erased(session, person.id, now, is_first=is_first)


def groups_with_account(session: Session, person: Subscriber) -> list[Group]:
    """The groups whose milk book has lines of them: there their name stays, by code."""
    return list(
        session.scalars(
            select(Group)
            .join(GroupMember, GroupMember.group_id == Group.id)
            .where(GroupMember.subscriber_id == person.id, _is_in_book())
            .order_by(Group.code)
        )
    )


def phones_before(session: Session, person: Subscriber) -> list[str]:
    """The numbers from which a place of theirs moved to this one: those know them still."""
    before = aliased(Subscriber)
    return list(
        session.scalars(
            select(before.msisdn)
            .join(SimChange, SimChange.from_subscriber_id == before.id)
            .where(SimChange.to_subscriber_id == person.id, SimChange.is_moved.is_(True))
            .where(before.id != person.id, before.erased_at.is_(None))
            .order_by(SimChange.id)
        )
    )


def _leave_groups(session: Session, person: Subscriber, now: datetime) -> None:
    """They are in no group any more, and what they said there as a member goes.

    A milk book is the group's account with them: where it has lines of theirs, their place keeps
    the name that the group knows them by.
    """
    mine = select(GroupMember, _is_in_book()).where(GroupMember.subscriber_id == person.id)
    for place, has_account in session.execute(mine).all():
        for said in _OF_A_MEMBER:
            session.execute(delete(said).where(said.member_id == place.id))
        session.execute(delete(ElectionVote).where(ElectionVote.voter_id == place.id))
        place.name = (place.name or person.name) if has_account else None
        place.subscriber_id, place.role = None, Role.MEMBER
        place.left_at = place.left_at or now
    session.flush()


def _forget_wishes(session: Session, person_id: int, now: datetime) -> None:
    """What they wanted to be told, were asked, and were invited to."""
    theirs = select(PriceAlert.id).where(PriceAlert.subscriber_id == person_id)
    session.execute(delete(AlertCrossing).where(AlertCrossing.price_alert_id.in_(theirs)))
    for wanted in _OF_A_PERSON:
        session.execute(delete(wanted).where(wanted.subscriber_id == person_id))
    session.execute(delete(PinTry).where(PinTry.tried_by == person_id))
    _forget_other_phones(session, person_id, now)


def _forget_other_phones(session: Session, person_id: int, now: datetime) -> None:
    """Leave of a change of SIM that there was one: no two phones are one person's any more.

    The row stays: SQLite would give its number to the next one, of which officers were told before.
    """
    change = SimChange
    is_theirs = or_(change.from_subscriber_id == person_id, change.to_subscriber_id == person_id)
    session.execute(
        update(change)
        .where(is_theirs)
        .values(
            from_subscriber_id=person_id,
            to_subscriber_id=person_id,
            decided_at=func.coalesce(change.decided_at, now),
        )
    )


def _is_in_book() -> ColumnElement[bool]:
    """Whether a milk book has lines of a member, or that they wrote."""
    return exists().where(
        BookLine.group_id == GroupMember.group_id,
        or_(
            BookLine.member_id == GroupMember.id,
            BookLine.written_by == GroupMember.subscriber_id,
        ),
    )
