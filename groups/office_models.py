"""The tables of a group's own affairs: meetings, elections, invitations, whose new SIM is whose."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from groups.models import Role


class ElectionEnd(StrEnum):
    """How an election ended."""

    ELECTED = "elected"
    RUN_OFF = "run_off"  # two or more had the most votes: voted on once more
    VOID = "void"  # too few voted, or nobody was nominated, or a run-off was even too


class GroupMeeting(Base):
    """A meeting that was called, and when it begins."""

    __tablename__ = "group_meeting"
    __table_args__ = (
        # The next one of a group.
        Index("ix_group_meeting_next", "group_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("farmer_group.id"))
    starts_at: Mapped[datetime]
    about: Mapped[str | None] = mapped_column(String(80))
    called_by: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    called_at: Mapped[datetime]


class MeetingAnswer(Base):
    """What a member said last: coming, or not."""

    __tablename__ = "meeting_answer"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("group_meeting.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("group_member.id"), primary_key=True)
    is_coming: Mapped[bool]
    answered_at: Mapped[datetime]


class GroupElection(Base):
    """An election to one office; a run-off is one of its own, of the second round."""

    __tablename__ = "group_election"
    __table_args__ = (
        # Nobody is voted on twice at once.
        Index(
            "ix_group_election_open",
            "group_id",
            "role",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        # What the job has to close.
        Index("ix_group_election_due", "closed_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("farmer_group.id"))
    role: Mapped[Role]
    round: Mapped[int] = mapped_column(default=1)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"))
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    ended: Mapped[ElectionEnd | None]
    elected_id: Mapped[int | None] = mapped_column(ForeignKey("group_member.id"))


class ElectionNominee(Base):
    """Who may be voted for."""

    __tablename__ = "election_nominee"

    election_id: Mapped[int] = mapped_column(ForeignKey("group_election.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("group_member.id"), primary_key=True)
    # None: the vote before was even.
    nominated_by: Mapped[int | None] = mapped_column(ForeignKey("group_member.id"))
    nominated_at: Mapped[datetime]


class ElectionVote(Base):
    """A member's one vote, as they gave it last; told to nobody, only counted."""

    __tablename__ = "election_vote"

    election_id: Mapped[int] = mapped_column(ForeignKey("group_election.id"), primary_key=True)
    voter_id: Mapped[int] = mapped_column(ForeignKey("group_member.id"), primary_key=True)
    nominee_id: Mapped[int] = mapped_column(ForeignKey("group_member.id"))
    voted_at: Mapped[datetime]


class PinTry(Base):
    """A wrong PIN: too many for one member, or from one phone, lock for a day."""

    __tablename__ = "pin_try"
    __table_args__ = (
        Index("ix_pin_try_member", "member_id", "tried_at"),
        Index("ix_pin_try_phone", "tried_by", "tried_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("group_member.id"))
    tried_by: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    tried_at: Mapped[datetime]


class SimChange(Base):
    """A member's place that is to move to another phone; an officer says whether it does."""

    __tablename__ = "sim_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("group_member.id"))
    from_subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"), index=True)
    to_subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"), index=True)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"))
    is_moved: Mapped[bool | None]


class GroupInvitation(Base):
    """Whom an officer invited last, and into whose place: somebody's who had no phone."""

    __tablename__ = "group_invitation"
    __table_args__ = (
        # A person's first: by it YES and JOIN find what they are invited to.
        UniqueConstraint("subscriber_id", "group_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("farmer_group.id"))
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("group_member.id"))
    invited_by: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]  # they joined, or said no
