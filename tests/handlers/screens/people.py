"""A group's people as plain values: who they are, when they meet, what they vote on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handlers.screens.people_facts import (
    CHAIR,
    COLLECTOR,
    ELECTED,
    MEMBER,
    SECRETARY,
    TREASURER,
    AttendanceFacts,
    ElectionFacts,
    Headcount,
    MeetingFacts,
    MemberFacts,
    Nominee,
)
from prices.vocabulary import fold

NO_ANSWERS = AttendanceFacts(0, 0, 0)
_OFFICES = (CHAIR, SECRETARY, TREASURER, COLLECTOR)


@dataclass(frozen=True)
class WrittenPeople:
    """What is written down here of one group; `own_number` is the caller's, 0: not in it."""

    members: Sequence[MemberFacts] = ()
    own_number: int = 0
    meetings: Sequence[MeetingFacts] = ()
    answers: AttendanceFacts = NO_ANSWERS
    elections: Sequence[ElectionFacts] = ()
    up: Mapping[int, Sequence[Nominee]] = field(default_factory=dict)
    votes: Mapping[int, int] = field(default_factory=dict)

    def own(self) -> MemberFacts | None:
        """By number."""
        return next((one for one in self.members if one.number == self.own_number), None)

    def headcount(self) -> Headcount:
        """As many as are written down."""
        return Headcount(len(self.members), sum(not one.has_phone for one in self.members))

    def officers(self) -> Sequence[MemberFacts]:
        """The chair first."""
        found = [one for one in self.members if one.is_officer]
        return sorted(found, key=lambda one: (_OFFICES.index(one.office), one.number))

    def numbers_after(self, number: int, most: int, *, up_for: int | None = None) -> Sequence[int]:
        """By number."""
        named = {one.number for one in self.up.get(up_for or 0, ())}
        return [
            one.number
            for one in self.members
            if one.number > number
            and (up_for is None or (one.has_phone and one.number not in named))
        ][:most]

    def named(self, numbers: Sequence[int]) -> Sequence[MemberFacts]:
        """By number."""
        return [one for one in self.members if one.number in numbers]

    def find(self, words: str) -> Sequence[int]:
        """Whose name holds the words."""
        return [one.number for one in self.members if fold(words) in fold(one.name)]

    def meeting(self, meeting_id: int | None) -> MeetingFacts | None:
        """This one, else the first."""
        known = [one for one in self.meetings if one.id == meeting_id]
        return next(iter([*known, *self.meetings]), None)

    def attendance(self, meeting_id: int) -> AttendanceFacts:
        """As written down."""
        return self.answers

    def running(self) -> Sequence[ElectionFacts]:
        """Those that nobody closed."""
        return [one for one in self.elections if one.closed_at is None]

    def decided(self) -> ElectionFacts | None:
        """The last one that is over."""
        over = [one for one in self.elections if one.closed_at and not one.voted_again]
        return over[-1] if over else None

    def election(self, election_id: int) -> ElectionFacts | None:
        """By its id."""
        return next((one for one in self.elections if one.id == election_id), None)

    def nominees(self, election_id: int) -> Sequence[Nominee]:
        """As written down."""
        return self.up.get(election_id, ())

    def voted_for(self, election_id: int) -> int | None:
        """As written down."""
        return self.votes.get(election_id)


# All that there is to tell, with the longest names there are


def longest_people(names: Sequence[str], now: datetime) -> list[WrittenPeople]:
    """A member and a leader of a group in which all is going on; an officer where nothing is."""
    members = _longest_members(names)
    busy = WrittenPeople(
        members,
        own_number=members[-1].number,
        meetings=[MeetingFacts(7, now + timedelta(days=8), names[0], is_coming=False)],
        answers=AttendanceFacts(9_999, 9_999, 9_999),
        elections=_longest_elections(members, now),
        up={
            1: [Nominee(one.number, one.name, bool(at % 3)) for at, one in enumerate(members)],
            3: [Nominee(one.number, one.name) for one in members[:2]],
        },
        votes={3: members[1].number},
    )
    calm = WrittenPeople(members[:4], own_number=members[3].number)
    return [busy, replace(busy, own_number=members[1].number), calm]


def _longest_members(names: Sequence[str]) -> list[MemberFacts]:
    """Each office is held; the last ones are plain members, every other of them has no phone."""
    offices = (CHAIR, SECRETARY, COLLECTOR, COLLECTOR)
    return [
        MemberFacts(
            999_980 + at,
            name,
            offices[at] if at < len(offices) else MEMBER,
            has_phone=at < len(offices) or at % 2 == 0 or at + 1 == len(names),
        )
        for at, name in enumerate(names)
    ]


def _longest_elections(members: Sequence[MemberFacts], now: datetime) -> list[ElectionFacts]:
    """Three that run, of which nobody is up in one; and one for every way of ending."""
    end = now + timedelta(days=2, hours=11, minutes=59)
    running = [
        ElectionFacts(at, office, end, may_name=at < 3, is_run_off=at == 3)
        for at, office in enumerate(ELECTED, start=1)
    ]
    over = replace(running[0], may_name=False, closed_at=now)
    elected = Nominee(members[0].number, members[0].name)
    return [
        *running,
        replace(over, id=4, voted_again=True),
        replace(over, id=5),
        replace(over, id=6, office=TREASURER, elected=elected),
    ]
