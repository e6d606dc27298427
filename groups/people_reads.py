"""What a group's menu shows of its people, read a screen at a time: a hop pays for no more."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from groups.members import Member
from groups.models import GroupMember, Role
from groups.office_models import (
    ElectionEnd,
    ElectionNominee,
    ElectionVote,
    GroupElection,
    MeetingAnswer,
)
from messaging.models import Subscriber


class Nominated(NamedTuple):
    """Who was nominated; `is_there`: they are still in the group."""

    member: Member
    is_there: bool


def place_of(session: Session, group_id: int, subscriber_id: int) -> Member | None:
    """Somebody's own place in a group; None where they are not in."""
    found = _read(session, _in_now(group_id).where(GroupMember.subscriber_id == subscriber_id))
    return found[0] if found else None


def headcount(session: Session, group_id: int) -> tuple[int, int]:
    """How many are in a group now, and how many of them have a phone."""
    counted = select(func.count(), func.count(GroupMember.subscriber_id)).where(
        GroupMember.group_id == group_id, GroupMember.left_at.is_(None)
    )
    members, with_phone = session.execute(counted).one()
    return members, with_phone


def numbers_after(
    session: Session, group_id: int, number: int, most: int, *, up_for: int | None = None
) -> list[int]:
    """The next numbers after one; `up_for` an election: of who may still be nominated in it."""
    query = (
        select(GroupMember.number)
        .where(GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
        .where(GroupMember.number > number)
    )
    if up_for is not None:
        named = select(ElectionNominee.member_id).where(ElectionNominee.election_id == up_for)
        query = query.where(GroupMember.subscriber_id.is_not(None), GroupMember.id.not_in(named))
    return list(session.scalars(query.order_by(GroupMember.number).limit(most)))


def with_numbers(session: Session, group_id: int, numbers: Iterable[int]) -> list[Member]:
    """Those of these numbers who are in the group now, by number."""
    return _read(session, _in_now(group_id).where(GroupMember.number.in_(tuple(numbers))))


def answer_of(session: Session, meeting_id: int, member_id: int) -> bool | None:
    """Whether a member said that they come; None: nothing yet."""
    said = select(MeetingAnswer.is_coming).where(
        MeetingAnswer.meeting_id == meeting_id, MeetingAnswer.member_id == member_id
    )
    return session.scalar(said)


def election_of(session: Session, group_id: int, election_id: int) -> GroupElection | None:
    """An election of this group, running or over."""
    found = session.get(GroupElection, election_id)
    return found if found is not None and found.group_id == group_id else None


def last_decided(session: Session, group_id: int) -> GroupElection | None:
    """The election that ended last, for good: a run-off is still to come of one that was even."""
    ended = select(GroupElection).where(
        GroupElection.group_id == group_id,
        GroupElection.closed_at.is_not(None),
        GroupElection.ended != ElectionEnd.RUN_OFF,
    )
    newest = ended.order_by(GroupElection.closed_at.desc(), GroupElection.id.desc())
    return session.scalar(newest.limit(1))


def nominated(session: Session, election: GroupElection) -> list[Nominated]:
    """Whoever was nominated, in the order in which they were; also who has left since."""
    query = (
        _everybody(election.group_id)
        .join(ElectionNominee, ElectionNominee.member_id == GroupMember.id)
        .where(ElectionNominee.election_id == election.id)
        .order_by(None)
        .order_by(ElectionNominee.nominated_at, GroupMember.number)
    )
    return [
        Nominated(_member(row, own_name), row.left_at is None)
        for row, own_name in session.execute(query)
    ]


def vote_of(session: Session, election_id: int, voter_id: int) -> int | None:
    """The number of the member whom somebody's vote is for; None: they did not vote."""
    chosen = (
        select(GroupMember.number)
        .join(ElectionVote, ElectionVote.nominee_id == GroupMember.id)
        .where(ElectionVote.election_id == election_id, ElectionVote.voter_id == voter_id)
    )
    return session.scalar(chosen)


def member_ever(session: Session, group_id: int, member_id: int) -> Member | None:
    """Who held this place in a group, also where they left it; without an office then."""
    found = _read(session, _everybody(group_id).where(GroupMember.id == member_id))
    return found[0] if found else None


def _everybody(group_id: int) -> Select[GroupMember, str | None]:
    return (
        select(GroupMember, Subscriber.name)
        .outerjoin(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(GroupMember.group_id == group_id)
        .order_by(GroupMember.number)
    )


def _in_now(group_id: int) -> Select[GroupMember, str | None]:
    return _everybody(group_id).where(GroupMember.left_at.is_(None))


def _read(session: Session, query: Select[GroupMember, str | None]) -> list[Member]:
    return [_member(row, own_name) for row, own_name in session.execute(query)]


def _member(row: GroupMember, own_name: str | None) -> Member:
    role = row.role if row.left_at is None else Role.MEMBER
    return Member(
        row.id, row.number, row.name or own_name or f"#{row.number}", row.subscriber_id, role
    )
