"""What the screens about a group's people may ask: reading, never writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

# Offices by the names under which commands carry them.
CHAIR, SECRETARY, TREASURER, COLLECTOR = "chair", "secretary", "treasurer", "collector"
MEMBER = "member"
# Who leads, and what is voted on: of collectors there may be many.
LEADERS = frozenset({CHAIR, SECRETARY})
ELECTED = (CHAIR, SECRETARY, TREASURER)


@dataclass(frozen=True)
class MemberFacts:
    """Somebody in a group as its screens name them."""

    number: int
    name: str
    office: str = MEMBER
    has_phone: bool = True

    @property
    def is_officer(self) -> bool:
        """Whether they hold any office."""
        return self.office != MEMBER

    @property
    def leads(self) -> bool:
        """Whether they are chair or secretary."""
        return self.office in LEADERS


@dataclass(frozen=True)
class Headcount:
    """How many are in a group, and how many of them have no phone of their own."""

    members: int
    without_phone: int = 0


@dataclass(frozen=True)
class MeetingFacts:
    """A meeting that is not over. `is_coming`: what the caller said; None: nothing yet."""

    id: int
    starts_at: datetime
    about: str = ""
    is_coming: bool | None = None


@dataclass(frozen=True)
class AttendanceFacts:
    """How many said that they come, or not, of how many with a phone."""

    coming: int
    not_coming: int
    asked: int


@dataclass(frozen=True)
class Nominee:
    """Whom a key of an election stands for, to its end; `is_there`: still in the group."""

    number: int
    name: str
    is_there: bool = True


@dataclass(frozen=True)
class ElectionFacts:
    """An election, running or over.

    `may_name`: somebody may still be nominated. `is_run_off`: it was even before. Where it is over
    `elected` is None if nobody was, and it is `voted_again` if it was even.
    """

    id: int
    office: str
    ends_at: datetime
    may_name: bool = False
    is_run_off: bool = False
    closed_at: datetime | None = None
    elected: Nominee | None = None
    voted_again: bool = False


class PeopleFacts(Protocol):
    """What is known of one group's people."""

    def own(self) -> MemberFacts | None:
        """The caller's own place in the group; None where they are not in it."""
        ...

    def headcount(self) -> Headcount:
        """How many they are."""
        ...

    def officers(self) -> Sequence[MemberFacts]:
        """Who holds an office, the chair first."""
        ...

    def numbers_after(self, number: int, most: int, *, up_for: int | None = None) -> Sequence[int]:
        """The numbers of the next members after one.

        `up_for` an election: only of those who may still be nominated in it.
        """
        ...

    def named(self, numbers: Sequence[int]) -> Sequence[MemberFacts]:
        """Those of these numbers who are in the group now, by number."""
        ...

    def find(self, words: str) -> Sequence[int]:
        """The numbers of those whom these words may mean."""
        ...

    def meeting(self, meeting_id: int | None) -> MeetingFacts | None:
        """This meeting, unless it is over; else the next one; None: none is called."""
        ...

    def attendance(self, meeting_id: int) -> AttendanceFacts:
        """What was answered so far."""
        ...

    def running(self) -> Sequence[ElectionFacts]:
        """What is voted on now, the oldest election first."""
        ...

    def decided(self) -> ElectionFacts | None:
        """The election that ended last."""
        ...

    def election(self, election_id: int) -> ElectionFacts | None:
        """An election of this group, running or over."""
        ...

    def nominees(self, election_id: int) -> Sequence[Nominee]:
        """Who was nominated, in the order in which they were: a key keeps its meaning."""
        ...

    def voted_for(self, election_id: int) -> int | None:
        """Whom the caller's vote is for, by number; None: not voted yet."""
        ...
