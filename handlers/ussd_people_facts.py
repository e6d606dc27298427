"""What the screens may ask about a group's people, answered from the group."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from groups.elections import may_name, running_elections
from groups.meetings import attendance, find_meeting, next_meeting
from groups.members import Member, find_members, officers_of
from groups.models import Group
from groups.office_models import ElectionEnd, GroupElection, GroupMeeting
from groups.people_reads import (
    answer_of,
    election_of,
    headcount,
    last_decided,
    member_ever,
    nominated,
    numbers_after,
    place_of,
    vote_of,
    with_numbers,
)
from handlers.screens.people_facts import (
    AttendanceFacts,
    ElectionFacts,
    Headcount,
    MeetingFacts,
    MemberFacts,
    Nominee,
)


@dataclass(frozen=True)
class StoredPeople:
    """The people of one group as one caller may see them, read when a screen asks."""

    session: Session
    group_id: int
    subscriber_id: int
    now: datetime
    _nominees: dict[int, Sequence[Nominee]] = field(default_factory=dict, compare=False)

    def own(self) -> MemberFacts | None:
        """The caller's own place in the group."""
        return None if self._own is None else _member(self._own)

    def headcount(self) -> Headcount:
        """How many they are."""
        members, with_phone = headcount(self.session, self.group_id)
        return Headcount(members, members - with_phone)

    def officers(self) -> Sequence[MemberFacts]:
        """Who holds an office, the chair first."""
        return [_member(one) for one in officers_of(self.session, self._group)]

    def numbers_after(self, number: int, most: int, *, up_for: int | None = None) -> Sequence[int]:
        """The numbers of the next members after one."""
        return numbers_after(self.session, self.group_id, number, most, up_for=up_for)

    def named(self, numbers: Sequence[int]) -> Sequence[MemberFacts]:
        """Those of these numbers who are in the group now."""
        return [_member(one) for one in with_numbers(self.session, self.group_id, numbers)]

    def find(self, words: str) -> Sequence[int]:
        """The numbers of those whom these words may mean."""
        return [one.number for one in find_members(self.session, self._group, words)]

    def meeting(self, meeting_id: int | None) -> MeetingFacts | None:
        """This meeting, unless it is over; else the next one."""
        found = self._meeting(meeting_id)
        if found is None:
            return None
        said = None if self._own is None else answer_of(self.session, found.id, self._own.id)
        return MeetingFacts(found.id, found.starts_at, found.about or "", said)

    def attendance(self, meeting_id: int) -> AttendanceFacts:
        """What was answered so far."""
        said = attendance(self.session, self.session.get_one(GroupMeeting, meeting_id))
        return AttendanceFacts(said.coming, said.not_coming, said.asked)

    def running(self) -> Sequence[ElectionFacts]:
        """What may be voted on now."""
        every = running_elections(self.session, self._group)
        return [self._facts(one) for one in every if one.ends_at > self.now]

    def decided(self) -> ElectionFacts | None:
        """The election that ended last."""
        found = last_decided(self.session, self.group_id)
        return None if found is None else self._facts(found)

    def election(self, election_id: int) -> ElectionFacts | None:
        """An election of this group."""
        found = election_of(self.session, self.group_id, election_id)
        return None if found is None else self._facts(found)

    def nominees(self, election_id: int) -> Sequence[Nominee]:
        """Who was nominated, in the order in which they were."""
        if election_id not in self._nominees:
            found = election_of(self.session, self.group_id, election_id)
            self._nominees[election_id] = [
                Nominee(one.member.number, one.member.name, one.is_there)
                for one in ([] if found is None else nominated(self.session, found))
            ]
        return self._nominees[election_id]

    def voted_for(self, election_id: int) -> int | None:
        """Whom the caller's vote is for."""
        return None if self._own is None else vote_of(self.session, election_id, self._own.id)

    @cached_property
    def _own(self) -> Member | None:
        return place_of(self.session, self.group_id, self.subscriber_id)

    @cached_property
    def _group(self) -> Group:
        return self.session.get_one(Group, self.group_id)

    def _meeting(self, meeting_id: int | None) -> GroupMeeting | None:
        found = None if meeting_id is None else find_meeting(self.session, meeting_id, self.now)
        if found is not None and found.group_id == self.group_id:
            return found
        return next_meeting(self.session, self._group, self.now)

    def _facts(self, election: GroupElection) -> ElectionFacts:
        elected = (
            None
            if election.elected_id is None
            else member_ever(self.session, self.group_id, election.elected_id)
        )
        return ElectionFacts(
            election.id,
            election.role,
            election.ends_at,
            may_name=election.closed_at is None and may_name(election, self.now),
            is_run_off=election.round > 1,
            closed_at=election.closed_at,
            elected=None if elected is None else Nominee(elected.number, elected.name),
            voted_again=election.ended is ElectionEnd.RUN_OFF,
        )


def _member(member: Member) -> MemberFacts:
    return MemberFacts(
        member.number, member.name, member.role.value, has_phone=member.subscriber_id is not None
    )
