"""Out of a group: by its code, by its name, or the only one there is."""

import pytest

from groups.groups import find_group, groups_of, leave
from handlers.commands import Confirm, JoinGroup, Stop, Subscribe, Unknown
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import KAMAU, WANJIKU
from tests.handlers.keywords.talking import Talk

LEAVE = JoinGroup(None, is_leaving=True)


@pytest.fixture(autouse=True)
def _groups(talk: Talk) -> None:
    talk.group("KIRIMA", "Kirima Dairy")
    talk.group("208", "Tumaini Dairy")


def joins(talk: Talk, *codes: str) -> None:
    for code in codes:
        talk.says(KAMAU, JoinGroup(code))


def leaves(talk: Talk, code: str | None, language: str = "en") -> str:
    reply = talk.says(KAMAU, JoinGroup(code, is_leaving=True), language)
    assert reply is not None
    return reply


def still_in(talk: Talk) -> list[str]:
    return [group.code for group in groups_of(talk.session, talk.subscriber(KAMAU))]


@pytest.mark.parametrize("code", ["kirima", "KIRIMA", None, "Kirima Dairy", "dairy"])
def test_member_leaves_and_hears_how_to_come_back(talk: Talk, code: str | None) -> None:
    joins(talk, "KIRIMA")
    assert leaves(talk, code) == "You have left Kirima Dairy. To come back send JOIN KIRIMA."
    assert still_in(talk) == []


@pytest.mark.parametrize(
    ("language", "reply"),
    [
        ("sw", "Umetoka katika Kirima Dairy. Kurudi tuma JIUNGE KIRIMA."),
        ("es", "Ha salido de Kirima Dairy. Para volver envie UNIRSE KIRIMA."),
        ("fr", "Vous avez quitté Kirima Dairy. Pour revenir envoyez REJOINDRE KIRIMA."),
    ],
)
def test_in_their_own_language(talk: Talk, language: str, reply: str) -> None:
    joins(talk, "KIRIMA")
    assert leaves(talk, "KIRIMA", language) == reply


def test_what_else_they_get_goes_on(talk: Talk) -> None:
    joins(talk, "KIRIMA", "208")
    assert leaves(talk, "208") == (
        "You have left Tumaini Dairy. Your other messages go on. To come back send JOIN 208."
    )
    talk.says(KAMAU, Subscribe((talk.item("milk", "Nakuru"),)))
    assert "Your other messages go on." in leaves(talk, "kirima")
    assert still_in(talk) == []


def test_nothing_goes_on_for_who_stopped_everything(talk: Talk) -> None:
    joins(talk, "KIRIMA", "208")
    talk.says(KAMAU, Stop())
    assert leaves(talk, "208") == "You have left Tumaini Dairy. To come back send JOIN 208."
    assert talk.subscriber(KAMAU).opted_out_at is not None


def test_leaving_twice_and_coming_back(talk: Talk) -> None:
    joins(talk, "KIRIMA")
    leaves(talk, "KIRIMA")
    assert leaves(talk, "KIRIMA") == (
        "You are not in Kirima Dairy. You are in no group. To end all messages send STOP"
    )
    joins(talk, "KIRIMA")
    assert still_in(talk) == ["KIRIMA"]


def test_which_of_several_is_asked(talk: Talk) -> None:
    joins(talk, "KIRIMA", "208")
    asked = leaves(talk, None)
    assert asked == (
        "Which group do you want to leave? Reply 1 Tumaini Dairy, 2 Kirima Dairy, 3 to drop it."
    )
    assert still_in(talk) == ["208", "KIRIMA"]
    assert (talk.says(KAMAU, Confirm(2), words="2") or "").startswith("You have left Kirima Dairy.")
    assert still_in(talk) == ["208"]


def test_a_name_of_several_asks_only_for_those(talk: Talk) -> None:
    talk.group("OTHER", "Mwangaza")
    joins(talk, "KIRIMA", "208", "OTHER")
    assert "Mwangaza" not in leaves(talk, "dairy")
    assert talk.says(KAMAU, Confirm(3), words="3") == "Dropped. Nothing was written down."
    assert len(still_in(talk)) == 3


def test_groups_of_one_name_are_told_apart_by_their_codes(talk: Talk) -> None:
    talk.group("KIRIMA2", "Kirima Dairy")
    joins(talk, "KIRIMA", "KIRIMA2")
    assert "Reply 1 KIRIMA, 2 KIRIMA2, 3 to drop it." in leaves(talk, "kirima dairy")
    talk.says(KAMAU, Confirm(1), words="1")
    assert still_in(talk) == ["KIRIMA2"]


def test_a_wrong_code_is_said_and_the_right_one_offered(talk: Talk) -> None:
    joins(talk, "KIRIMA")
    assert leaves(talk, "208") == (
        "You are not in Tumaini Dairy. Which group do you want to leave? "
        "Reply 1 Kirima Dairy, 2 to drop it."
    )
    assert leaves(talk, "kirimx").startswith("There is no group KIRIMX. Which group do you")
    assert still_in(talk) == ["KIRIMA"]
    talk.says(KAMAU, Confirm(1, is_word=True), words="yes")
    assert still_in(talk) == []


def test_who_is_in_no_group(talk: Talk) -> None:
    assert talk.says(WANJIKU, LEAVE) == "You are in no group. To end all messages send STOP"
    reply = talk.says(WANJIKU, JoinGroup("XYZ", is_leaving=True))
    assert reply == ("There is no group XYZ. You are in no group. To end all messages send STOP")


def test_a_question_that_went_unanswered_leaves_everything(talk: Talk) -> None:
    joins(talk, "KIRIMA", "208")
    asked = leaves(talk, None)
    assert talk.says(KAMAU, Confirm(9), words="9") == f"Sorry, not understood. {asked}"
    talk.wait(days=3)
    talk.says(KAMAU, Unknown(), words="1")
    assert still_in(talk) == ["208", "KIRIMA"]


def test_the_group_left_meanwhile_by_another_way(talk: Talk) -> None:
    joins(talk, "KIRIMA", "208")
    leaves(talk, None)
    group = find_group(talk.session, "208")
    assert group is not None
    leave(talk.session, group, talk.subscriber(KAMAU), talk.now)
    reply = talk.says(KAMAU, Confirm(1), words="1")
    assert (reply or "").startswith("You are not in Tumaini Dairy.")
    assert still_in(talk) == ["KIRIMA"]


def test_demo_group_is_marked(talk: Talk) -> None:
    talk.group("SHOW", "Show").is_demo = True
    joins(talk, "SHOW")
    assert leaves(talk, None).startswith("DEMO You have left Show.")


def test_many_groups_with_long_names_are_one_segment(talk: Talk) -> None:
    codes = [f"LONG{number}" for number in range(6)]
    for code in codes:
        talk.group(code, f"Mwangaza wa Wafugaji wa Ng'ombe wa Maziwa {code} " + "w" * 30)
    joins(talk, *codes)
    for language in languages():
        for code in (None, "nothing", "W" * 200, "Kirima"):
            reply = leaves(talk, code, language)
            assert measure(reply).segments == 1, reply
            assert "1 " in reply


def test_a_name_in_another_script_costs_no_second_segment(talk: Talk) -> None:
    """One letter outside GSM-7 would make the whole reply cost twice as much."""
    talk.group("DUDH", "দুধ সমিতি")
    welcome = talk.says(KAMAU, JoinGroup("dudh"))
    assert (welcome or "").startswith("Welcome to DUDH.")
    assert leaves(talk, "দুধ সমিতি") == "You have left DUDH. To come back send JOIN DUDH."
