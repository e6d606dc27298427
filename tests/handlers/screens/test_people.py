"""A group's people on the screens: who they are, when they meet, whom they vote for."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from groups.models import Role
from groups.offices import LEADERS
from handlers.commands import Deed, GroupDeed, JoinGroup
from handlers.screens import people_facts
from handlers.screens.caller import Caller
from handlers.screens.frames import Frame, GroupView, State, as_json, from_json
from handlers.screens.people_facts import (
    AttendanceFacts,
    ElectionFacts,
    MeetingFacts,
    MemberFacts,
    Nominee,
)
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
    RemoveMember,
)
from handlers.screens.people_words import office_words
from handlers.screens.tree import Step, takes_free_text
from tests.handlers.screens.account import KIRIMA, UMOJA, after, at, caller, pressed, shown
from tests.handlers.screens.fakes import NOON
from tests.handlers.screens.people import WrittenPeople

NOT_ON_THE_LIST = "Not on the list. Press a number:"
LEADERS_ONLY = "Only the chair or the secretary of a group can do this."
OFFICERS_ONLY = "Only officers of a group can do this."
GONE = "You are not in this group any more."

CHAIR = MemberFacts(1, "Njeri Kamau", people_facts.CHAIR)
SECRETARY = MemberFacts(2, "Otieno Ouma", people_facts.SECRETARY)
COLLECTOR = MemberFacts(3, "Peter Mwangi", people_facts.COLLECTOR)
JANE = MemberFacts(4, "Jane Wanjiru")
OTHER_JANE = MemberFacts(5, "Jane Wanjiru", has_phone=False)
WANJIKU = MemberFacts(6, "Wanjiku")
EVERYBODY = (CHAIR, SECRETARY, COLLECTOR, JANE, OTHER_JANE, WANJIKU)

SATURDAY = MeetingFacts(7, datetime.fromisoformat("2026-11-28T10:00+03:00"), "Milk prices.")
THURSDAY = datetime.fromisoformat("2026-11-26T12:00+03:00")
FOR_CHAIR = ElectionFacts(8, people_facts.CHAIR, THURSDAY, may_name=True)
UP = (Nominee(4, "Jane Wanjiru"), Nominee(3, "Peter Mwangi"))


def one_of(own: MemberFacts, language: str = "en", **known: Any) -> Caller:
    """Somebody of KIRIMA on the line."""
    people = WrittenPeople(EVERYBODY, own.number, **known)
    return caller(language, own_groups=[KIRIMA], of_people={1: people})


def voting(own: MemberFacts = WANJIKU, **known: Any) -> Caller:
    """The same while a chair is elected."""
    election: dict[str, Any] = {"elections": [FOR_CHAIR], "up": {8: UP}}
    return one_of(own, **(election | known))


def command(step: Step) -> object:
    """What is done, and where the call goes on."""
    return step.command, step.state.frame, step.ends


def going_on(frame: Frame, token: str, on_the_line: Caller, *, to: Frame) -> object:
    """What a key does after which the call goes on; it goes on there."""
    step = pressed(at(frame), token, on_the_line)
    assert (step.is_told, step.ends, step.state.frame) == (True, False, to)
    return step.command


def test_offices_are_named_as_they_are_kept() -> None:
    kept = (people_facts.CHAIR, people_facts.SECRETARY, people_facts.TREASURER)
    assert {*kept, people_facts.COLLECTOR, people_facts.MEMBER} == {one.value for one in Role}
    assert {one.value for one in LEADERS} == people_facts.LEADERS
    assert [office_words(one.value, "en") for one in Role] == [one.value for one in Role]


# How many, and who leads


def test_a_member_sees_how_many_they_are_who_leads_and_what_is_for_members() -> None:
    assert pressed(at(GroupView(1)), "4", one_of(JANE)).state.frame == People(1)
    assert shown(at(People(1)), one_of(JANE)) == (
        "6 members, 1 without a phone\nChair: Njeri Kamau\nSecretary: Otieno Ouma\n"
        "Collector: Peter Mwangi\n1 Meeting\n2 Elections\n3 Officers\n0 Back 00 Home"
    )


def test_whoever_leads_has_more_keys_and_sees_as_many_officers_as_have_room() -> None:
    assert shown(at(People(1)), one_of(SECRETARY)) == (
        "6 members, 1 without a phone\nChair: Njeri Kamau\n1 Meeting\n2 Elections\n3 Officers\n"
        "4 Members\n5 Add without a phone\n6 Invite a phone\n0 Back 00 Home"
    )
    assert "\n4 Members\n6 Invite a phone\n" in shown(at(People(1)), one_of(COLLECTOR))


@pytest.mark.parametrize("key", ["4", "5", "6"])
def test_a_key_for_officers_says_so_to_a_plain_member(key: str) -> None:
    refused = LEADERS_ONLY if key == "5" else OFFICERS_ONLY
    assert after(at(People(1)), key, one_of(JANE)).startswith(f"{refused}\n6 members")


def test_the_officers_page_by_page() -> None:
    many = [
        MemberFacts(n, f"Somebody with number {n}", people_facts.COLLECTOR) for n in range(1, 9)
    ]
    on_the_line = caller(own_groups=[KIRIMA], of_people={1: WrittenPeople(many, 1)})
    first = after(at(People(1)), "3", on_the_line)
    assert first.startswith("8 members\nCollector: Somebody with number")
    assert first.endswith("\n9 More 0 Back")
    second = pressed(at(Officers(1)), "9", on_the_line)
    assert second.state.frame == Officers(1, page=1)
    assert pressed(second.state, "1", on_the_line).notice == NOT_ON_THE_LIST
    assert pressed(at(Officers(1, page=7)), "9", on_the_line).notice == NOT_ON_THE_LIST


FRAMES: list[Frame] = [
    People(1), Officers(1), MemberList(1, (1, 2)), MemberCard(1, 4), Appoint(1, 4, ("treasurer",)),
    RemoveMember(1, 4), AddMember(1), InvitePhone(1), MeetingView(1, 7),
    MeetingDays(1, (date(2026, 11, 28),)), MeetingHours(1, date(2026, 11, 28), (10,)),
    CallMeeting(1, date(2026, 11, 28), 10), Elections(1), ElectionView(1, 8), Nominate(1, 8, (4,)),
    OpenElection(1, ("chair",)),
]  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("groups", [[KIRIMA], [UMOJA]])
def test_who_is_in_the_group_no_more_sees_and_does_nothing(frame: Frame, groups: Any) -> None:
    """Whether they left, or the group is another's: a call keeps the screens of before."""
    people = WrittenPeople(EVERYBODY, 0 if groups == [KIRIMA] else 4, meetings=[SATURDAY])
    left = caller(own_groups=groups, of_people={1: people})
    assert shown(at(frame), left) == f"{GONE}\n0 Back 00 Home"
    for key in ("1", "2", "3", "4", "8", "9", "Jane", "0711000111"):
        step = pressed(at(frame), key, left)
        assert (step.command, step.state.frame) == (None, frame)


@pytest.mark.parametrize("frame", FRAMES[2:8] + FRAMES[9:12] + FRAMES[15:])
def test_who_holds_no_office_any_more_does_nothing_on_the_screens_of_one(frame: Frame) -> None:
    member = one_of(JANE)
    assert shown(at(frame), member).startswith("Only ")
    for key in ("1", "9", "Jane", "0711000111"):
        assert pressed(at(frame), key, member).command is None


# One by one


def test_officers_list_members_find_one_by_name_and_look_at_the_card() -> None:
    officer = one_of(COLLECTOR)
    members = pressed(at(People(1)), "4", officer).state
    assert members.frame == MemberList(1, (1, 2, 3, 4, 5, 6))
    assert shown(members, officer) == (
        "Press a number or type a name:\n1 Njeri Kamau\n2 Otieno Ouma\n3 Peter Mwangi\n"
        "4 Jane Wanjiru #4\n5 Jane Wanjiru #5\n6 Wanjiku\n0 Back"
    )
    assert pressed(members, "5", officer).state.frame == MemberCard(1, 5)
    assert pressed(members, "wanjik", officer).state.frame == MemberCard(1, 6)
    assert pressed(members, "jane", officer).state.frame == MemberList(1, (4, 5))
    assert after(members, "kevin", officer).startswith("Nobody in the group is called so.\n1 Njeri")
    assert after(members, "7", officer).startswith(f"{NOT_ON_THE_LIST}\n1 Njeri")
    assert after(members, "5", officer) == (
        "#5 Jane Wanjiru\nMember\nWithout a phone\n0 Back 00 Home"
    )


def test_many_members_have_pages_and_keys_that_do_not_move() -> None:
    many = [CHAIR, *(MemberFacts(n, f"Member {n}") for n in range(10, 40))]
    on_the_line = caller(own_groups=[KIRIMA], of_people={1: WrittenPeople(many, 1)})
    first = pressed(at(People(1)), "4", on_the_line).state
    assert shown(first, on_the_line).endswith("\n7 Member 15\n9 More 0 Back")
    second = pressed(first, "9", on_the_line).state
    assert shown(second, on_the_line).startswith("Press a number or type a name:\n1 Member 16\n")
    # Somebody before is let go meanwhile, and somebody on the page too.
    fewer = [one for one in many if one.number not in {12, 17}]
    later = caller(own_groups=[KIRIMA], of_people={1: WrittenPeople(fewer, 1)})
    assert shown(second, later).startswith("Press a number or type a name:\n1 Member 16\n2 #17\n")
    assert pressed(second, "3", later).state.frame == MemberCard(1, 18)
    gone = pressed(second, "2", later).state
    assert shown(gone, later) == "They are no longer in the group.\n0 Back 00 Home"


def test_a_name_in_another_script_is_a_number() -> None:
    members = [CHAIR, MemberFacts(2, "রহিমা")]
    on_the_line = caller(own_groups=[KIRIMA], of_people={1: WrittenPeople(members, 1)})
    assert "\n2 #2\n" in shown(at(MemberList(1, (1, 2))), on_the_line)


def test_who_leads_gives_a_free_office() -> None:
    secretary = one_of(SECRETARY)
    card = at(MemberCard(1, 4))
    assert shown(card, secretary) == (
        "#4 Jane Wanjiru\nMember\n1 Give an office\n3 Remove from the group\n0 Back 00 Home"
    )
    offices = pressed(card, "1", secretary).state
    assert offices.frame == Appoint(1, 4, ("collector", "treasurer"))
    assert shown(offices, secretary) == (
        "Which office for Jane Wanjiru?\n1 Collector\n2 Treasurer\n0 Back"
    )
    step = pressed(offices, "2", secretary)
    assert step.command == GroupDeed(Deed.APPOINT, "#4", office="treasurer", group="KIRIMA")
    assert (step.is_told, step.state.frame) == (True, MemberCard(1, 4))
    assert step.state.frames == card.frames


def test_who_leads_takes_a_collectors_office_and_no_others() -> None:
    secretary = one_of(SECRETARY)
    assert "\n2 End the office\n3 Remove" in shown(at(MemberCard(1, 3)), secretary)
    taken = going_on(MemberCard(1, 3), "2", secretary, to=MemberCard(1, 3))
    assert taken == GroupDeed(Deed.DISMISS, "#3", office="collector", group="KIRIMA")
    assert shown(at(MemberCard(1, 1)), secretary) == "#1 Njeri Kamau\nChair\n0 Back 00 Home"
    for key in ("1", "2", "3"):
        assert after(at(MemberCard(1, 1)), key, secretary).startswith(NOT_ON_THE_LIST)
    assert after(at(MemberCard(1, 5)), "1", secretary).startswith(NOT_ON_THE_LIST)


def test_letting_somebody_go_takes_a_second_key() -> None:
    secretary = one_of(SECRETARY)
    members = at(MemberList(1, (1, 2, 3, 4)), MemberCard(1, 4))
    asked = pressed(members, "3", secretary).state
    assert shown(asked, secretary) == (
        "Remove Jane Wanjiru, number 4?\nThe book keeps what was written.\n1 Yes, remove\n"
        "0 Back 00 Home"
    )
    assert pressed(asked, "2", secretary).command is None
    step = pressed(asked, "1", secretary)
    assert step.command == GroupDeed(Deed.REMOVE, "#4", group="KIRIMA")
    # Back to the list, without whoever left.
    assert step.state == at(MemberList(1, (1, 2, 3, 5, 6)))


@pytest.mark.parametrize("key", ["1", "2", "3"])
def test_an_officer_who_does_not_lead_changes_nothing(key: str) -> None:
    collector = one_of(COLLECTOR)
    assert after(at(MemberCard(1, 4)), key, collector) == (
        f"{LEADERS_ONLY}\n#4 Jane Wanjiru\nMember\n0 Back 00 Home"
    )


def test_names_are_typed_one_after_the_other() -> None:
    secretary = one_of(SECRETARY)
    assert pressed(at(People(1)), "5", secretary).state.frame == AddMember(1)
    assert shown(at(AddMember(1)), secretary) == (
        "Name of a member without a phone? Type it:\n0 Back 00 Home"
    )
    added = going_on(AddMember(1), " akinyi  atieno* 7", secretary, to=AddMember(1))
    assert added == GroupDeed(Deed.ADD, "akinyi atieno", group="KIRIMA")
    for nothing in ("12", "*", ""):
        assert after(at(AddMember(1)), nothing, secretary).startswith("Please use letters.\n")
    assert takes_free_text(at(AddMember(1)))


def test_phones_are_typed_one_after_the_other() -> None:
    officer = one_of(COLLECTOR)
    assert pressed(at(People(1)), "6", officer).state.frame == InvitePhone(1)
    assert shown(at(InvitePhone(1)), officer) == (
        "Phone number of who is invited? Type it:\n0 Back 00 Home"
    )
    for typed in ("0711 000111", "+254711000111"):
        invited = going_on(InvitePhone(1), typed, officer, to=InvitePhone(1))
        assert invited == JoinGroup("KIRIMA", invited="+254711000111")
    for wrong in ("071100011", "Jane", "12", "", "0711000111 0711000112"):
        assert after(at(InvitePhone(1)), wrong, officer).startswith("That is no phone number.\n")


# Meetings


def test_a_member_says_whether_they_come() -> None:
    member = one_of(JANE, meetings=[SATURDAY])
    view = pressed(at(People(1)), "1", member).state
    assert view.frame == MeetingView(1, 7)
    assert shown(view, member) == (
        "Meeting Saturday 28 Nov, 10:00.\nMilk prices.\n1 Coming\n2 Not coming\n0 Back 00 Home"
    )
    coming = GroupDeed(Deed.COME, group="KIRIMA", meeting_id=7)
    assert command(pressed(view, "1", member)) == (coming, view.frame, True)
    away = replace(coming, deed=Deed.STAY_AWAY)
    assert command(pressed(view, "2", member)) == (away, view.frame, True)
    assert after(view, "3", member).startswith(f"{LEADERS_ONLY}\nMeeting Saturday")
    assert after(view, "4", member).startswith(f"{NOT_ON_THE_LIST}\nMeeting Saturday")


@pytest.mark.parametrize(("is_coming", "said"), [(True, "coming"), (False, "not coming")])
def test_what_was_said_is_shown(is_coming: bool, said: str) -> None:
    member = one_of(JANE, meetings=[replace(SATURDAY, is_coming=is_coming)])
    assert f"\nYou said: {said}.\n1 Coming\n" in shown(at(MeetingView(1, 7)), member)


def test_officers_see_how_many_come() -> None:
    counted: dict[str, Any] = {"meetings": [SATURDAY], "answers": AttendanceFacts(3, 1, 5)}
    assert shown(at(MeetingView(1, 7)), one_of(SECRETARY, **counted)) == (
        "Meeting Saturday 28 Nov, 10:00.\nMilk prices.\n"
        "Coming 3, not coming 1, of 5 with a phone.\n"
        "1 Coming\n2 Not coming\n3 Call a meeting\n0 Back 00 Home"
    )
    assert "Coming 3, not coming 1" in shown(at(MeetingView(1)), one_of(COLLECTOR, **counted))


def test_an_answer_is_for_the_meeting_on_the_screen() -> None:
    """One that is called meanwhile is another, until somebody looks."""
    sooner = replace(SATURDAY, id=9, starts_at=SATURDAY.starts_at - timedelta(days=1))
    member = one_of(JANE, meetings=[sooner, SATURDAY])
    assert "Saturday" in shown(at(MeetingView(1, 7)), member)
    step = pressed(at(MeetingView(1, 7)), "1", member)
    assert step.command == GroupDeed(Deed.COME, group="KIRIMA", meeting_id=7)
    assert "Friday" in shown(at(MeetingView(1)), member)


def test_where_no_meeting_is_called() -> None:
    assert shown(at(MeetingView(1)), one_of(JANE)) == "No meeting is called.\n0 Back 00 Home"
    assert shown(at(MeetingView(1)), one_of(CHAIR)) == (
        "No meeting is called.\n3 Call a meeting\n0 Back 00 Home"
    )
    assert after(at(MeetingView(1)), "1", one_of(JANE)).startswith(NOT_ON_THE_LIST)


def test_a_meeting_is_called_by_a_few_keys() -> None:
    chair = one_of(CHAIR)
    days = pressed(at(MeetingView(1)), "3", chair).state
    assert shown(days, chair) == (
        "A meeting on which day?\n1 Tuesday 24 Nov\n2 Wednesday 25 Nov\n3 Thursday 26 Nov\n"
        "4 Friday 27 Nov\n5 Saturday 28 Nov\n6 Sunday 29 Nov\n7 Monday 30 Nov\n0 Back"
    )
    hours = pressed(days, "5", chair).state
    assert shown(hours, chair) == (
        "Saturday 28 Nov: at which hour?\n1 7 am\n2 8 am\n3 9 am\n4 10 am\n5 11 am\n6 12 pm\n"
        "7 1 pm\n9 More 0 Back"
    )
    afternoon = pressed(hours, "9", chair).state
    assert shown(afternoon, chair).splitlines()[1] == "1 2 pm"
    asked = pressed(hours, "4", chair).state
    assert asked.frame == CallMeeting(1, date(2026, 11, 28), 10)
    assert shown(asked, chair) == (
        "Meeting Saturday 28 Nov, 10:00.\nAll members get a text.\n1 Yes, call it\n0 Back 00 Home"
    )
    assert pressed(asked, "2", chair).command is None
    called = pressed(asked, "1", chair)
    assert called.ends
    assert called.command == GroupDeed(Deed.MEET, "28/11 10:00", group="KIRIMA")


def test_the_hours_of_today_are_those_to_come() -> None:
    chair = one_of(CHAIR)
    days = pressed(at(MeetingView(1)), "3", chair).state
    today = pressed(days, "1", chair).state
    assert isinstance(today.frame, MeetingHours)
    assert today.frame.options == (13, 14, 15, 16, 17, 18, 19)
    night = replace(chair, now=NOON + timedelta(hours=8))
    assert after(days, "1", night).startswith("That day is over.\n1 Tuesday 24 Nov\n")
    tomorrow = pressed(at(MeetingView(1)), "3", night).state
    assert shown(tomorrow, night).startswith("A meeting on which day?\n1 Wednesday 25 Nov\n")


# Elections


def test_a_member_votes_and_changes_the_vote() -> None:
    member = voting()
    listed = pressed(at(People(1)), "2", member).state
    assert shown(listed, member) == "1 Chair until Thursday 12:00\n0 Back"
    view = pressed(listed, "1", member).state
    assert shown(view, member) == (
        "Chair until Thursday 12:00\nVote for whom?\n1 Jane Wanjiru\n2 Peter Mwangi\n"
        "8 Nominate 0 Back"
    )
    step = pressed(view, "2", member)
    assert step.command == GroupDeed(Deed.VOTE, "#3", office="chair", group="KIRIMA")
    assert step.state.frames == listed.frames
    voted = voting(votes={8: 3})
    assert shown(listed, voted) == "1 Chair. Your vote: Peter Mwangi\n0 Back"
    assert "\nYour vote: Peter Mwangi\n1 Jane Wanjiru\n" in shown(view, voted)
    other = pressed(view, "1", voted).command
    assert other == GroupDeed(Deed.VOTE, "#4", office="chair", group="KIRIMA")


def test_a_nominee_who_left_keeps_the_key() -> None:
    left = voting(up={8: (replace(UP[0], is_there=False), UP[1])})
    view = at(ElectionView(1, 8))
    assert "\n1 Jane Wanjiru (left)\n2 Peter Mwangi\n" in shown(view, left)
    assert after(view, "1", left).startswith("They are no longer in the group.\nChair until")
    step = pressed(view, "2", left)
    assert step.command == GroupDeed(Deed.VOTE, "#3", office="chair", group="KIRIMA")


def test_many_nominees_have_pages() -> None:
    many = tuple(Nominee(n, f"Member {n}") for n in range(10, 20))
    member = voting(up={8: many})
    first = at(ElectionView(1, 8))
    assert shown(first, member).endswith("\n7 Member 16\n8 Nominate 9 More 0 Back")
    second = pressed(first, "9", member).state
    assert second.frame == ElectionView(1, 8, start=7)
    assert shown(second, member).splitlines()[2] == "1 Member 17"
    step = pressed(second, "3", member)
    assert step.command == GroupDeed(Deed.VOTE, "#19", office="chair", group="KIRIMA")
    assert pressed(second, "9", member).notice == NOT_ON_THE_LIST


def test_any_member_nominates_whoever_has_a_phone_and_is_not_up_yet() -> None:
    member = voting()
    names = pressed(at(ElectionView(1, 8)), "8", member).state
    assert names.frame == Nominate(1, 8, (1, 2, 6))
    assert shown(names, member) == (
        "Nominate whom? Press a number or type a name:\n1 Njeri Kamau\n2 Otieno Ouma\n3 Wanjiku\n"
        "0 Back"
    )
    put_up = going_on(names.frame, "2", member, to=ElectionView(1, 8))
    assert put_up == GroupDeed(Deed.NOMINATE, "#2", office="chair", group="KIRIMA")
    typed = going_on(names.frame, "wanjiku", member, to=ElectionView(1, 8))
    assert typed == GroupDeed(Deed.NOMINATE, "#6", office="chair", group="KIRIMA")
    assert pressed(names, "jane", member).state.frame == Nominate(1, 8, (4, 5))
    assert pressed(names, "kevin", member).notice == "Nobody in the group is called so."
    assert pressed(names, "4", member).notice == NOT_ON_THE_LIST


def test_where_everybody_is_up_nobody_is_nominated() -> None:
    every = tuple(Nominee(one.number, one.name) for one in EVERYBODY)
    assert pressed(at(ElectionView(1, 8)), "8", voting(up={8: every})).notice == (
        "Everybody with a phone is nominated."
    )


def test_nobody_is_up_yet_and_after_a_day_nobody_may_be_named() -> None:
    early = voting(up={})
    assert shown(at(ElectionView(1, 8)), early) == (
        "Chair until Thursday 12:00\nNobody is nominated yet.\n8 Nominate 0 Back"
    )
    late = voting(elections=[replace(FOR_CHAIR, may_name=False)])
    assert shown(at(ElectionView(1, 8)), late).endswith("\n2 Peter Mwangi\n0 Back")
    assert pressed(at(ElectionView(1, 8)), "8", late).notice == NOT_ON_THE_LIST


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"elected": UP[0]}, "Chair: Jane Wanjiru was elected, 24 Nov."),
        ({}, "Chair: nobody was elected, 24 Nov."),
        ({"voted_again": True}, "Chair: even. It is voted on once more."),
        ({"closed_at": None, "ends_at": NOON}, "Chair: time is up. The result comes by text."),
    ],
)
def test_an_election_that_is_over_says_how_it_ended(known: Mapping[str, Any], told: str) -> None:
    over = replace(FOR_CHAIR, **({"closed_at": NOON} | dict(known)))
    member = voting(elections=[over])
    assert shown(at(ElectionView(1, 8)), member) == f"{told}\n0 Back 00 Home"
    for key in ("1", "8", "9"):
        assert pressed(at(ElectionView(1, 8)), key, member).notice == NOT_ON_THE_LIST


def test_what_was_decided_last_stands_above_what_is_voted_on() -> None:
    decided = replace(FOR_CHAIR, closed_at=NOON, elected=UP[0])
    member = one_of(JANE, elections=[decided])
    assert shown(at(Elections(1)), member) == (
        "Nothing is voted on now.\nChair: Jane Wanjiru was elected, 24 Nov.\n0 Back"
    )
    both = voting(elections=[decided, replace(FOR_CHAIR, id=9, office="treasurer")])
    assert shown(at(Elections(1)), both) == (
        "Chair: Jane Wanjiru was elected, 24 Nov.\n1 Treasurer until Thursday 12:00\n0 Back"
    )
    assert pressed(at(Elections(1)), "1", both).state.frame == ElectionView(1, 9)


def test_an_officer_opens_one_to_an_office_that_nobody_votes_on() -> None:
    officer = voting(COLLECTOR)
    listed = at(Elections(1))
    assert shown(listed, officer).endswith("\n8 Open an election 0 Back")
    offices = pressed(listed, "8", officer).state
    assert offices.frame == OpenElection(1, ("secretary", "treasurer"))
    assert shown(offices, officer) == (
        "Which office? All members get a text.\n1 Secretary\n2 Treasurer\n0 Back"
    )
    opened = going_on(offices.frame, "2", officer, to=Elections(1))
    assert opened == GroupDeed(Deed.ELECT, office="treasurer", group="KIRIMA")
    assert pressed(listed, "8", voting(JANE)).notice == OFFICERS_ONLY


def test_where_every_office_is_voted_on_there_is_none_to_open() -> None:
    every = [
        replace(FOR_CHAIR, id=n, office=office) for n, office in enumerate(people_facts.ELECTED)
    ]
    assert pressed(at(Elections(1)), "8", voting(COLLECTOR, elections=every)).notice == (
        "Every office is voted on already."
    )


def test_in_swahili_hours_count_from_sunrise() -> None:
    member = one_of(JANE, "sw", meetings=[SATURDAY])
    assert shown(at(MeetingView(1, 7)), member).startswith(
        "Mkutano Jumamosi 28 Nov, saa 4:00 asubuhi.\n"
    )
    chair = one_of(CHAIR, "sw")
    hours = MeetingHours(1, date(2026, 11, 28), (10,))
    assert "\n1 saa 4 asubuhi\n" in shown(at(hours), chair)


def test_states_are_kept_between_hops() -> None:
    on_the_line = one_of(CHAIR)
    for frame in FRAMES:
        state = State((*at().frames, frame), shown=2)
        assert from_json(as_json(state), on_the_line.vocabulary) == state
