"""Meetings: called by who leads, and answered by whoever comes or does not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.upserts import insert_or_replace
from groups.members import Member
from groups.models import Group, GroupMember
from groups.office_models import GroupMeeting, MeetingAnswer
from messaging.models import Subscriber

ABOUT_LENGTH = 80
# Who comes late still answers, and the secretary still looks who was to come.
LASTS = timedelta(hours=3)


@dataclass(frozen=True)
class Attendance:
    """How many said that they come, or not, of how many who have a phone."""

    coming: int
    not_coming: int
    asked: int


def call_meeting(
    session: Session,
    group: Group,
    *,
    starts_at: datetime,
    about: str | None,
    called_by: Subscriber,
    now: datetime,
) -> GroupMeeting:
    """A new meeting; others that were called before stay."""
    meeting = GroupMeeting(
        group_id=group.id,
        starts_at=starts_at,
        about=about[:ABOUT_LENGTH] if about else None,
        called_by=called_by.id,
        called_at=now,
    )
    session.add(meeting)
    session.flush()
    return meeting


def next_meeting(session: Session, group: Group, now: datetime) -> GroupMeeting | None:
    """The next meeting, or the one that is held now; called twice, the later call counts."""
    coming = select(GroupMeeting).where(
        GroupMeeting.group_id == group.id, GroupMeeting.starts_at > now - LASTS
    )
    return session.scalar(coming.order_by(GroupMeeting.starts_at, GroupMeeting.id.desc()).limit(1))


def find_meeting(session: Session, meeting_id: int, now: datetime) -> GroupMeeting | None:
    """This meeting, unless it is over."""
    meeting = session.get(GroupMeeting, meeting_id)
    return None if meeting is None or meeting.starts_at <= now - LASTS else meeting


def answer_meeting(
    session: Session, meeting: GroupMeeting, member: Member, now: datetime, *, is_coming: bool
) -> None:
    """Note what a member says; said again it takes the place of what they said before."""
    answer = {
        "meeting_id": meeting.id,
        "member_id": member.id,
        "is_coming": is_coming,
        "answered_at": now,
    }
    insert_or_replace(session, MeetingAnswer, [answer], key=("meeting_id", "member_id"))


def attendance(session: Session, meeting: GroupMeeting) -> Attendance:
    """What was answered so far by those who are still in the group."""
    rows = session.execute(
        select(GroupMember.subscriber_id, MeetingAnswer.is_coming)
        .outerjoin(
            MeetingAnswer,
            (MeetingAnswer.member_id == GroupMember.id) & (MeetingAnswer.meeting_id == meeting.id),
        )
        .where(GroupMember.group_id == meeting.group_id, GroupMember.left_at.is_(None))
    ).all()
    answers = [is_coming for _, is_coming in rows]
    asked = sum(1 for subscriber_id, _ in rows if subscriber_id is not None)
    return Attendance(answers.count(True), answers.count(False), asked)
