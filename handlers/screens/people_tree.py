"""The screens about a group's people, each drawn and its keys pressed."""

from typing import assert_never

from handlers.screens import people, people_election, people_meeting, people_members
from handlers.screens.caller import Caller
from handlers.screens.moves import Move
from handlers.screens.people_frames import (
    AddMember,
    Appoint,
    CallMeeting,
    Elections,
    ElectionView,
    InvitePhone,
    MeetingDays,
    MeetingHours,
    MeetingView,
    MemberCard,
    MemberList,
    Nominate,
    Officers,
    OpenElection,
    People,
    PeopleFrame,
    RemoveMember,
)
from handlers.screens.screen import Screen


def press(  # noqa: C901 – one case each
    frame: PeopleFrame, shown: int, token: str, caller: Caller
) -> Move:
    """Where a key leads."""
    match frame:
        case People():
            return people.press(frame, token, caller)
        case Officers():
            return people.press_officers(frame, token, caller)
        case MemberList():
            return people_members.press_list(frame, shown, token, caller)
        case MemberCard():
            return people_members.press_card(frame, token, caller)
        case Appoint():
            return people_members.press_appoint(frame, shown, token, caller)
        case RemoveMember():
            return people_members.press_remove(frame, token, caller)
        case AddMember():
            return people_members.press_add(frame, token, caller)
        case InvitePhone():
            return people_members.press_invite(frame, token, caller)
        case MeetingView():
            return people_meeting.press(frame, token, caller)
        case MeetingDays():
            return people_meeting.press_days(frame, shown, token, caller)
        case MeetingHours():
            return people_meeting.press_hours(frame, shown, token, caller)
        case CallMeeting():
            return people_meeting.press_call(frame, token, caller)
        case Elections():
            return people_election.press_list(frame, shown, token, caller)
        case ElectionView():
            return people_election.press(frame, shown, token, caller)
        case Nominate():
            return people_election.press_nominate(frame, shown, token, caller)
        case OpenElection():
            return people_election.press_open(frame, shown, token, caller)
        case _:
            assert_never(frame)


def show(frame: PeopleFrame, caller: Caller, notice: str) -> Screen:  # noqa: C901 – one case each
    """What stands on the screen."""
    match frame:
        case People():
            return people.show(frame, caller, notice)
        case Officers():
            return people.show_officers(frame, caller, notice)
        case MemberList():
            return people_members.show_list(frame, caller, notice)
        case MemberCard():
            return people_members.show_card(frame, caller, notice)
        case Appoint():
            return people_members.show_appoint(frame, caller, notice)
        case RemoveMember():
            return people_members.show_remove(frame, caller, notice)
        case AddMember():
            return people_members.show_add(frame, caller, notice)
        case InvitePhone():
            return people_members.show_invite(frame, caller, notice)
        case MeetingView():
            return people_meeting.show(frame, caller, notice)
        case MeetingDays():
            return people_meeting.show_days(frame, caller, notice)
        case MeetingHours():
            return people_meeting.show_hours(frame, caller, notice)
        case CallMeeting():
            return people_meeting.show_call(frame, caller, notice)
        case Elections():
            return people_election.show_list(frame, caller, notice)
        case ElectionView():
            return people_election.show(frame, caller, notice)
        case Nominate():
            return people_election.show_nominate(frame, caller, notice)
        case OpenElection():
            return people_election.show_open(frame, caller, notice)
        case _:
            assert_never(frame)
