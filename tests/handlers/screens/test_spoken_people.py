"""A group's meeting and its elections, as they are heard: an answer and a vote by one key."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.commands import Deed, GroupDeed
from handlers.screens.caller import Caller
from handlers.screens.frames import Frame, GroupView, Root, State
from handlers.screens.people_facts import AttendanceFacts, Nominee
from handlers.screens.people_frames import (
    Elections,
    ElectionView,
    MeetingView,
    MemberList,
    Officers,
    People,
)
from handlers.screens.spoken import draw, draw_reply, has_voice, press
from handlers.screens.tree import Step
from messaging.phrases import languages
from tests.handlers.screens.account import caller
from tests.handlers.screens.fakes import NOON
from tests.handlers.screens.test_people import (
    FOR_CHAIR,
    FRAMES,
    JANE,
    SATURDAY,
    SECRETARY,
    UP,
    one_of,
    voting,
)

BACK = "To go back press zero."
DEAD = "That number leads nowhere here."


def heard(frame: Frame, on_the_line: Caller) -> str:
    return draw(State((Root(), frame)), on_the_line)[0].text


def pressed(frame: Frame, key: str, on_the_line: Caller) -> Step:
    return press(draw(State((Root(), frame)), on_the_line)[1], key, on_the_line)


def test_the_way_to_both() -> None:
    member = one_of(JANE)
    assert pressed(GroupView(1), "4", member).state.frame == People(1)
    assert heard(People(1), member) == (
        f"Kirima Dairy Group. For the next meeting press one. For elections press two. {BACK}"
    )
    assert pressed(People(1), "1", member).state.frame == MeetingView(1)
    assert pressed(People(1), "2", member).state.frame == Elections(1)


@pytest.mark.parametrize("key", ["3", "4", "5", "6", "7", "9"])
def test_the_rest_of_a_groups_people_is_not_heard(key: str) -> None:
    for own in (JANE, SECRETARY):
        step = pressed(People(1), key, one_of(own))
        assert (step.notice, step.state.frame, step.command) == (DEAD, People(1), None)


def test_the_next_meeting_and_whether_somebody_comes() -> None:
    member = one_of(JANE, meetings=[SATURDAY])
    assert heard(MeetingView(1, 7), member) == (
        "Meeting Saturday the twenty-eighth of November, ten o'clock. Milk prices. If you come "
        f"press one. If you do not come press two. {BACK}"
    )
    coming = pressed(MeetingView(1, 7), "1", member)
    assert coming.command == GroupDeed(Deed.COME, group="KIRIMA", meeting_id=7)
    assert coming.ends
    away = pressed(MeetingView(1, 7), "2", member)
    assert away.command == GroupDeed(Deed.STAY_AWAY, group="KIRIMA", meeting_id=7)


def test_officers_hear_how_many_come_and_call_no_meeting_by_ear() -> None:
    known: dict[str, Any] = {
        "meetings": [replace(SATURDAY, is_coming=True)],
        "answers": AttendanceFacts(12, 1, 39),
    }
    secretary = one_of(SECRETARY, **known)
    assert (
        "You said: coming. Coming twelve, not coming one, of thirty-nine with a phone. If you come"
    ) in heard(MeetingView(1, 7), secretary)
    assert pressed(MeetingView(1, 7), "3", secretary).notice == DEAD


def test_where_no_meeting_is_called() -> None:
    assert heard(MeetingView(1), one_of(JANE)) == f"No meeting is called. {BACK}"
    assert pressed(MeetingView(1), "1", one_of(JANE)).notice == DEAD


def test_a_vote_by_a_key() -> None:
    member = voting()
    assert heard(Elections(1), member) == (
        f"For Chair until Thursday twelve o'clock press one. {BACK}"
    )
    assert pressed(Elections(1), "1", member).state.frame == ElectionView(1, 8)
    assert heard(ElectionView(1, 8), member) == (
        "Chair until Thursday twelve o'clock. Vote for whom? For Jane Wanjiru press one. "
        f"For Peter Mwangi press two. {BACK}"
    )
    step = pressed(ElectionView(1, 8), "2", member)
    assert step.command == GroupDeed(Deed.VOTE, "#3", office="chair", group="KIRIMA")
    assert (step.is_told, step.state.frame) == (True, Elections(1))
    assert pressed(ElectionView(1, 8), "8", member).notice == DEAD
    reply = (
        "Your vote for Peter is counted. Until Thursday 12:00 you may change it: VOTE and a name."
    )
    assert draw_reply(step.state, voting(votes={8: 3}), reply)[0].text.startswith(
        "Your vote for Peter is counted. Until Thursday twelve o'clock you may change it: Vote"
    )
    again = heard(ElectionView(1, 8), voting(votes={8: 3}))
    assert "o'clock. Your vote: Peter Mwangi. Vote for whom? For Jane" in again


def test_many_nominees_are_heard_in_turns() -> None:
    many = tuple(Nominee(n, f"Member {n}") for n in range(10, 20))
    member = voting(up={8: many})
    assert f"For Member sixteen press seven. For more press nine. {BACK}" in heard(
        ElectionView(1, 8), member
    )
    second = pressed(ElectionView(1, 8), "9", member).state.frame
    assert second == ElectionView(1, 8, start=7)
    assert "For Member seventeen press one." in heard(second, member)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"up": {}}, "Chair until Thursday twelve o'clock. Nobody is nominated yet."),
        (
            {"elections": [replace(FOR_CHAIR, closed_at=NOON, elected=UP[0])]},
            "Chair: Jane Wanjiru was elected, the twenty-fourth of November.",
        ),
        (
            {"elections": [replace(FOR_CHAIR, ends_at=NOON)]},
            "Chair: time is up. The result comes by text.",
        ),
    ],
)
def test_where_there_is_no_vote_to_give(known: dict[str, Any], told: str) -> None:
    member = voting(**known)
    assert heard(ElectionView(1, 8), member) == f"{told} {BACK}"
    assert pressed(ElectionView(1, 8), "1", member).notice == DEAD


def test_what_was_decided_last() -> None:
    decided = replace(FOR_CHAIR, closed_at=NOON)
    assert heard(Elections(1), one_of(JANE, elections=[decided])) == (
        "Nothing is voted on now. Chair: nobody was elected, the twenty-fourth of November. " + BACK
    )


def test_who_is_in_no_group_hears_nothing_of_it() -> None:
    for frame in (People(1), MeetingView(1, 7), Elections(1), ElectionView(1, 8)):
        assert heard(frame, caller()) == f"You are not in this group any more. {BACK}"


def test_what_has_no_voice_leads_home() -> None:
    silent = [one for one in FRAMES if not has_voice(one)]
    assert {type(one) for one in silent} >= {MemberList, Officers}
    for frame in silent:
        assert heard(frame, one_of(SECRETARY)).startswith("Bei.")


@pytest.mark.parametrize("language", languages())
def test_no_sign_is_spelt_out_in_any_language(language: str) -> None:
    member = replace(voting(meetings=[SATURDAY]), language=language)
    for frame in (People(1), MeetingView(1, 7), Elections(1), ElectionView(1, 8)):
        said = heard(frame, member)
        assert not set(said) & set("#/*()[]{}"), said
        if language in {"en", "sw"}:
            assert not any(sign.isdigit() for sign in said), said
