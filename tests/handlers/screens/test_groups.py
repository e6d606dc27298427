"""My group on the screens: what it offers, what it is, its last bulletin, the ways out and in."""

from dataclasses import replace

import pytest

from handlers.commands import JoinGroup
from handlers.screens.book_frames import BookMenu, MyMilk
from handlers.screens.entrances import to_group
from handlers.screens.frames import (
    BulletinView,
    GroupAbout,
    GroupView,
    JoinCode,
    LeaveGroup,
    MyGroups,
)
from tests.handlers.screens.account import KIRIMA, UMOJA, after, at, caller, pressed, shown

BULLETIN = (
    "KIRIMA 23 Nov. Milk/L: group 46, Nakuru 47 (+2, 6 reports), best net Molo 48, shops 62, "
    "usual Nov 44. Dairy meal 2,950 (-50). Meeting Sat 10am at the store."
)
NOT_ON_THE_LIST = "Not on the list. Press a number:"


def test_a_member_sees_what_the_group_offers_and_an_officer_the_book_beside() -> None:
    member, officer = (
        [line[0] for line in shown(at(GroupView(1)), caller(own_groups=[group])).splitlines()[1:]]
        for group in (KIRIMA, replace(KIRIMA, is_officer=True))
    )
    assert [key for key in officer if key not in member] == ["3"]
    assert {"1", "2", "7", "0"} <= set(member)


@pytest.mark.parametrize(
    ("key", "frame"),
    [("1", BulletinView(1)), ("2", MyMilk(1)), ("3", BookMenu(1)), ("7", GroupAbout(1))],
)
def test_each_key_leads_to_what_it_says(key: str, frame: BulletinView) -> None:
    officer = caller(own_groups=[replace(KIRIMA, is_officer=True)])
    assert pressed(at(GroupView(1)), key, officer).state.frame == frame


def test_the_key_of_the_book_tells_who_is_no_officer_why_it_leads_nowhere() -> None:
    member = caller(own_groups=[KIRIMA])
    step = pressed(at(GroupView(1)), "3", member)
    assert step.state.frame == GroupView(1)
    assert step.notice == "Only the officers of the group can do that."


def test_a_member_sees_what_the_group_is() -> None:
    assert shown(at(GroupAbout(1)), caller(own_groups=[KIRIMA])) == (
        "Kirima Dairy Group\n12 members\nCode: KIRIMA\nPrices every Monday, 7 am\n"
        "1 Leave the group\n2 Join another\n0 Back 00 Home"
    )
    assert shown(at(GroupAbout(2)), caller("sw", own_groups=[KIRIMA, UMOJA])) == (
        "Umoja wa Wakulima\nMwanachama 1\nKodi: UMOJA\nBei kila Ijumaa saa 10 jioni\n"
        "1 Toka kikundini\n2 Jiunge na kingine\n0 Rudi 00 Mwanzo"
    )


def test_a_demo_group_is_marked() -> None:
    demo = caller(own_groups=[replace(KIRIMA, is_demo=True)])
    assert shown(at(GroupAbout(1)), demo).startswith("Kirima Dairy Group\nDemo group\n12 members\n")


def test_who_wants_no_messages_is_told_that_none_come() -> None:
    screen = shown(at(GroupAbout(1)), caller(own_groups=[KIRIMA], is_out=True))
    assert "\nAll messages are off until you send START.\n1 Leave the group\n" in screen
    assert "Monday" not in screen


def test_of_several_groups_one_is_chosen() -> None:
    both = caller(own_groups=[KIRIMA, UMOJA])
    frame = to_group(both).frame
    assert frame == MyGroups((1, 2))
    assert shown(at(frame), both) == (
        "Which group?\n1 Kirima Dairy Group\n2 Umoja wa Wakulima\n0 Back"
    )
    assert pressed(at(frame), "2", both).state.frame == GroupView(2)
    for key in ("3", "9", "x", ""):
        assert after(at(frame), key, both).startswith(f"{NOT_ON_THE_LIST}\n1 Kirima")


def test_groups_that_look_the_same_are_told_apart_by_their_codes() -> None:
    twins = caller(own_groups=[KIRIMA, replace(KIRIMA, id=2, code="KIRIMA2")])
    assert shown(at(MyGroups((1, 2))), twins) == "Which group?\n1 KIRIMA\n2 KIRIMA2\n0 Back"


def test_many_groups_have_pages() -> None:
    many = [replace(KIRIMA, id=n, code=f"G{n}", name=f"Group number {n}") for n in range(1, 21)]
    on_the_line = caller(own_groups=many)
    frame = to_group(on_the_line).frame
    assert shown(at(frame), on_the_line).endswith("\n7 Group number 7\n9 More 0 Back")
    step = pressed(at(frame), "9", on_the_line)
    assert shown(step.state, on_the_line).startswith("Which group?\n1 Group number 8\n")
    assert pressed(step.state, "3", on_the_line).state.frame == GroupView(10)


def test_a_group_that_was_left_meanwhile_is_on_no_list() -> None:
    on_the_line = caller(own_groups=[UMOJA])
    assert shown(at(MyGroups((1, 2))), on_the_line) == ("Which group?\n1 Umoja wa Wakulima\n0 Back")
    assert pressed(at(MyGroups((1, 2))), "1", on_the_line).state.frame == GroupView(2)


@pytest.mark.parametrize("frame", [GroupView(1), GroupAbout(1), LeaveGroup(1), BulletinView(1)])
def test_who_is_in_the_group_no_more_sees_nothing_of_it(frame: GroupView) -> None:
    on_the_line = caller(own_groups=[UMOJA], bulletins={1: BULLETIN})
    assert shown(at(frame), on_the_line).startswith("You are not in this group any more.\n")
    for key in ("1", "3", "9"):
        step = pressed(at(frame), key, on_the_line)
        assert (step.command, step.state.frame) == (None, frame)


def test_who_is_in_the_group_no_more_may_join_another() -> None:
    assert shown(at(GroupView(1)), caller()) == (
        "You are not in this group any more.\n7 Leave or join\n0 Back 00 Home"
    )
    assert pressed(at(GroupView(1)), "7", caller()).state.frame == JoinCode()
    assert shown(at(GroupAbout(1)), caller()) == (
        "You are not in this group any more.\n2 Join another\n0 Back 00 Home"
    )
    assert pressed(at(GroupAbout(1)), "2", caller()).state.frame == JoinCode()


# The last bulletin


def test_the_last_bulletin_is_read_page_by_page() -> None:
    on_the_line = caller(own_groups=[KIRIMA], bulletins={1: BULLETIN})
    assert after(at(GroupView(1)), "1", on_the_line) == (
        "KIRIMA 23 Nov. Milk/L: group 46, Nakuru 47 (+2, 6 reports), best net Molo 48, shops 62, "
        "usual Nov 44. Dairy meal 2,950 (-50).\n9 More 0 Back"
    )
    second = pressed(at(GroupView(1), BulletinView(1)), "9", on_the_line)
    assert shown(second.state, on_the_line) == "Meeting Sat 10am at the store.\n0 Back 00 Home"
    assert after(second.state, "9", on_the_line).startswith(NOT_ON_THE_LIST)
    back = pressed(second.state, "0", on_the_line).state
    assert (back.frame, pressed(back, "0", on_the_line).state.frame) == (
        BulletinView(1),
        GroupView(1),
    )


def test_a_short_bulletin_is_one_page() -> None:
    on_the_line = caller(own_groups=[KIRIMA], bulletins={1: "KIRIMA 23 Nov. Milk/L: 46."})
    assert shown(at(BulletinView(1)), on_the_line) == ("KIRIMA 23 Nov. Milk/L: 46.\n0 Back 00 Home")


def test_where_there_was_no_bulletin_it_is_said_when_it_comes() -> None:
    assert shown(at(BulletinView(1)), caller(own_groups=[KIRIMA])) == (
        "No bulletin yet.\nPrices every Monday, 7 am\n0 Back 00 Home"
    )


def test_a_page_that_is_there_no_more_is_the_last_one() -> None:
    on_the_line = caller(own_groups=[KIRIMA], bulletins={1: "A new one, short."})
    assert shown(at(BulletinView(1, page=3)), on_the_line) == "A new one, short.\n0 Back 00 Home"
    assert pressed(at(BulletinView(1, page=3)), "9", on_the_line).notice


# Out


def test_leaving_is_asked_about_first() -> None:
    on_the_line = caller(own_groups=[KIRIMA])
    step = pressed(at(GroupAbout(1)), "1", on_the_line)
    assert step.command is None
    assert shown(step.state, on_the_line) == (
        "Leave Kirima Dairy Group?\nYou will get no more of its prices.\n1 Yes, leave\n"
        "0 Back 00 Home"
    )
    for key in ("2", "3", "9", "yes", ""):
        assert pressed(step.state, key, on_the_line).command is None
    left = pressed(step.state, "1", on_the_line)
    assert (left.command, left.ends) == (JoinGroup("KIRIMA", is_leaving=True), True)


def test_an_officer_is_told_that_the_office_ends_with_it() -> None:
    on_the_line = caller(own_groups=[replace(KIRIMA, is_officer=True)])
    assert "\nYour office in it ends too.\n1 Yes, leave\n" in shown(at(LeaveGroup(1)), on_the_line)


# In


def test_who_is_in_no_group_is_asked_for_a_code() -> None:
    frame = to_group(caller()).frame
    assert frame == JoinCode()
    assert shown(at(frame), caller()) == (
        "You are in no group.\nType the code that your secretary gave you:\n0 Back 00 Home"
    )


def test_a_member_joins_another() -> None:
    on_the_line = caller(own_groups=[KIRIMA])
    assert after(at(GroupAbout(1)), "2", on_the_line) == (
        "Type the code that your secretary gave you:\n0 Back 00 Home"
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("kirima", "kirima"),
        (" KIRIMA ", "KIRIMA"),
        ("208", "208"),
        ("join kirima", "KIRIMA"),
        ("JIUNGE UMOJA", "UMOJA"),
        ("kirima 2", "kirima 2"),
    ],
)
def test_a_code_lets_its_owner_in(typed: str, code: str) -> None:
    step = pressed(at(JoinCode()), typed, caller())
    assert (step.command, step.ends) == (JoinGroup(code), True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("kirma", "There is no group KIRMA."),
        ("9", "There is no group 9."),
        ("join kirma", "There is no group KIRMA."),
        ("x" * 1000, "There is no group XXXXXXXXXXXXXXXXXXX.."),
        ("", "No group has that code."),
        ("ኪሪማ", "No group has that code."),
        ("😀", "No group has that code."),
    ],
)
def test_a_code_of_no_group_is_asked_for_again(typed: str, said: str) -> None:
    step = pressed(at(JoinCode()), typed, caller())
    assert (step.command, step.state.frame) == (None, JoinCode())
    assert shown(step.state, caller(), step.notice) == (
        f"{said}\nType the code that your secretary gave you:\n0 Back 00 Home"
    )
