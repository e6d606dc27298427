"""Where a caller stands among a group's people: one frame per screen, kept as the others are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class People:
    """How many are in a group, who holds an office, and what members do together."""

    group_id: int


@dataclass(frozen=True)
class Officers:
    """All who hold an office in a group, from a page on."""

    group_id: int
    page: int = 0


@dataclass(frozen=True)
class MemberList:
    """Which member? By their numbers in the group, from this page on: one more than is shown."""

    group_id: int
    options: tuple[int, ...]


@dataclass(frozen=True)
class MemberCard:
    """A member, and what whoever leads may do with their place."""

    group_id: int
    number: int


@dataclass(frozen=True)
class Appoint:
    """Which of the free offices is for a member?"""

    group_id: int
    number: int
    options: tuple[str, ...]


@dataclass(frozen=True)
class RemoveMember:
    """Really let this member go?"""

    group_id: int
    number: int


@dataclass(frozen=True)
class AddMember:
    """The name is typed of somebody who has no phone."""

    group_id: int


@dataclass(frozen=True)
class InvitePhone:
    """The number is typed of a phone that is to be invited."""

    group_id: int


@dataclass(frozen=True)
class MeetingView:
    """A meeting, and whether the caller comes; None: the next one."""

    group_id: int
    meeting_id: int | None = None


@dataclass(frozen=True)
class MeetingDays:
    """On which day is a meeting? Kept as days, so that a key means the same after midnight."""

    group_id: int
    options: tuple[date, ...]


@dataclass(frozen=True)
class MeetingHours:
    """At which hour of that day?"""

    group_id: int
    day: date
    options: tuple[int, ...]


@dataclass(frozen=True)
class CallMeeting:
    """Really call it, by the group's own clock? Everybody gets a text."""

    group_id: int
    day: date
    hour: int


@dataclass(frozen=True)
class Elections:
    """What a group votes on, from one on, and what was decided last."""

    group_id: int
    start: int = 0


@dataclass(frozen=True)
class ElectionView:
    """Whom for? `start` counts the nominees of earlier pages."""

    group_id: int
    election_id: int
    start: int = 0


@dataclass(frozen=True)
class Nominate:
    """Who is nominated? By their numbers in the group, as in the list of members."""

    group_id: int
    election_id: int
    options: tuple[int, ...]


@dataclass(frozen=True)
class OpenElection:
    """To which office? Everybody gets a text."""

    group_id: int
    options: tuple[str, ...]


PeopleFrame = (
    People
    | Officers
    | MemberList
    | MemberCard
    | Appoint
    | RemoveMember
    | AddMember
    | InvitePhone
    | MeetingView
    | MeetingDays
    | MeetingHours
    | CallMeeting
    | Elections
    | ElectionView
    | Nominate
    | OpenElection
)

# The name of each in the database, as of all others.
NAMES: Mapping[type[Any], str] = {
    People: "people",
    Officers: "officers",
    MemberList: "members",
    MemberCard: "member",
    Appoint: "appoint",
    RemoveMember: "remove_member",
    AddMember: "add_member",
    InvitePhone: "invite",
    MeetingView: "meeting",
    MeetingDays: "meeting_days",
    MeetingHours: "meeting_hours",
    CallMeeting: "call_meeting",
    Elections: "elections",
    ElectionView: "election",
    Nominate: "nominate",
    OpenElection: "open_election",
}
