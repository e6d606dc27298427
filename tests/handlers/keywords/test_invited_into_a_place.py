"""Jane has a phone at last: she is invited into the place that the group keeps for her."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import select

from db.session import Database
from groups.groups import find_group
from groups.members import Member, find_members, members_of
from groups.models import Role
from handlers.commands import JoinGroup
from handlers.parser import parse
from messaging.models import InboundMessage, OutboundMessage
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import KAMAU, NJERI, OTIENO, WANJIKU
from tests.groups.stories import meet
from tests.handlers.keywords.dairy import OUMA, PETER, ROSE, Dairy
from tests.handlers.parser.words import WORDS
from tests.handlers.texting import Phones

MARY = "+254711000044"
INVITE = "INVITE 0711000044 FOR MARY"


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    """Mary Achieng is number 6 of KIRIMA, and has no phone."""
    with database.begin() as session:
        for msisdn in (MARY, OTIENO):
            meet(session, msisdn, now, language="en")
    return Dairy(Phones(database, now))


def members(dairy: Dairy) -> list[Member]:
    with dairy.phones.database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        return members_of(session, group)


def mary(dairy: Dairy) -> Member:
    with dairy.phones.database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        (found,) = find_members(session, group, "#6")
        return found


def phone_of(dairy: Dairy, member: Member) -> str | None:
    with dairy.phones.database.begin() as session:
        people = {meet(session, one, dairy.phones.now).id: one for one in (MARY, KAMAU, OTIENO)}
    return people.get(member.subscriber_id or 0)


@pytest.mark.parametrize("answer", ["YES", "JOIN KIRIMA"])
@pytest.mark.parametrize("words", ["FOR MARY", "#6", "FOR #6", "kirima for Mary Achieng"])
def test_she_keeps_her_number_her_name_and_her_book(dairy: Dairy, words: str, answer: str) -> None:
    dairy.text(PETER, "MILK MARY 12 A")
    assert dairy.text(NJERI, f"INVITE 0711000044 {words}") == (
        "They are invited to Kirima Dairy Group as Mary Achieng, number 6, "
        "and are in when they answer YES."
    )
    assert dairy.told(MARY) == [
        "Njeri Mwangi invites you to Kirima Dairy Group as Mary Achieng, number 6: "
        "prices and your milk by text, free. Reply YES, or any day JOIN KIRIMA."
    ]
    assert mary(dairy).subscriber_id is None
    reply = dairy.text(MARY, answer)
    assert reply.startswith(
        "Welcome to Kirima Dairy Group. You are Mary Achieng, number 6, and your book goes on."
    )
    assert phone_of(dairy, mary(dairy)) == MARY
    assert len(members(dairy)) == 6
    # Her milk was hers before she had a phone.
    dairy.text(PETER, "MILK MARY 10 A EVENING")
    assert "This month 22 L" in dairy.told(MARY)[-1]


def test_all_officers_are_told_who_has_a_phone_now(dairy: Dairy) -> None:
    dairy.text(PETER, INVITE)
    dairy.text(MARY, "YES")
    told = "Kirima Dairy Group: Mary Achieng, number 6, has a phone of their own now."
    for officer in (NJERI, PETER, ROSE):
        assert dairy.told(officer)[-1] == told
    assert dairy.told(WANJIKU) == []


def test_yes_twice_is_once(dairy: Dairy) -> None:
    dairy.text(NJERI, INVITE)
    dairy.text(MARY, "YES")
    told = dairy.told(NJERI)
    assert dairy.text(MARY, "JOIN KIRIMA").startswith("You are in Kirima Dairy Group already.")
    assert dairy.told(NJERI) == told
    assert len(members(dairy)) == 6


def test_who_joined_anew_meanwhile_comes_into_the_old_place(dairy: Dairy) -> None:
    dairy.text(MARY, "JOIN KIRIMA")
    assert len(members(dairy)) == 7
    assert dairy.text(NJERI, INVITE) == (
        "They are asked whether they are Mary Achieng, number 6, and are when they answer YES."
    )
    assert dairy.told(MARY) == [
        "Kirima Dairy Group: are you Mary Achieng, number 6? Then that place and its book are "
        "yours. Reply YES, or any day JOIN KIRIMA."
    ]
    assert "You are Mary Achieng, number 6" in dairy.text(MARY, "YES")
    assert phone_of(dairy, mary(dairy)) == MARY
    assert [one.number for one in members(dairy)] == [1, 2, 3, 4, 5, 6]


def test_an_officer_keeps_the_office(dairy: Dairy) -> None:
    dairy.text(MARY, "JOIN KIRIMA")
    dairy.text(NJERI, "COLLECTOR #7")
    dairy.text(NJERI, INVITE)
    dairy.text(MARY, "YES")
    assert mary(dairy).role is Role.COLLECTOR


def test_who_had_left_comes_back_into_the_place(dairy: Dairy) -> None:
    dairy.text(MARY, "JOIN KIRIMA")
    dairy.text(MARY, "LEAVE GROUP KIRIMA")
    dairy.text(NJERI, INVITE)
    assert "number 6" in dairy.text(MARY, "YES")
    assert len(members(dairy)) == 6


def test_an_earlier_invitation_is_for_the_place_now_without_a_second_text(dairy: Dairy) -> None:
    dairy.text(NJERI, "INVITE 0711000044")
    assert dairy.text(NJERI, INVITE) == (
        "They were invited before. With JOIN KIRIMA they are Mary Achieng, number 6."
    )
    assert len(dairy.told(MARY)) == 1
    assert "You are Mary Achieng, number 6" in dairy.text(MARY, "JOIN KIRIMA")


def test_the_place_went_meanwhile(dairy: Dairy) -> None:
    dairy.text(NJERI, INVITE)
    dairy.text(NJERI, "REMOVE #6")
    assert dairy.text(MARY, "YES").startswith("Welcome to Kirima Dairy Group. Its prices")
    assert members(dairy)[-1].number == 7


def test_two_are_invited_into_one_place_and_one_gets_it(dairy: Dairy) -> None:
    dairy.text(NJERI, INVITE)
    dairy.text(NJERI, "INVITE 0722000002 FOR MARY")
    assert "You are Mary Achieng, number 6" in dairy.text(OTIENO, "YES")
    assert dairy.text(MARY, "YES").startswith("Welcome to Kirima Dairy Group. Its prices")
    assert phone_of(dairy, mary(dairy)) == OTIENO
    assert members(dairy)[-1].number == 7


def test_two_answer_at_the_same_moment(dairy: Dairy) -> None:
    dairy.text(NJERI, INVITE)
    dairy.text(NJERI, "INVITE 0722000002 FOR MARY")
    together = Barrier(2)

    def answer(who: str) -> str:
        together.wait()
        return dairy.text(who, "YES")

    with ThreadPoolExecutor(2) as threads:
        replies = list(threads.map(answer, (MARY, OTIENO)))
    assert sum("You are Mary Achieng, number 6" in reply for reply in replies) == 1
    assert all(reply.startswith("Welcome") for reply in replies)
    assert [one.number for one in members(dairy)] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("sender", "text", "reply"),
    [
        (KAMAU, INVITE, "Only officers of a group can do this."),
        (OUMA, INVITE, "Nobody in Umoja Dairy Group is called MARY. To see all send MEMBERS"),
        (
            NJERI,
            "INVITE 0711000044 FOR JANE",
            "Jane Wanjiku has a phone in the group already. With another one they send "
            "NEW SIM, group, number, PIN",
        ),
        (
            NJERI,
            "INVITE 0711000044 FOR ZEBEDAYO",
            "Nobody in Kirima Dairy Group is called ZEBEDAYO. To see all send MEMBERS",
        ),
        (
            NJERI,
            "INVITE 0711000044 #99",
            "Nobody in Kirima Dairy Group is called #99. To see all send MEMBERS",
        ),
    ],
)
def test_what_is_no_such_invitation(dairy: Dairy, sender: str, text: str, reply: str) -> None:
    assert dairy.text(sender, text) == reply
    assert dairy.told(MARY) == []


def test_of_two_of_one_name_the_number_is_asked_for(dairy: Dairy) -> None:
    dairy.text(NJERI, "ADD MEMBER MARY WAIRIMU")
    assert dairy.text(NJERI, INVITE) == (
        "Which one is meant? Write the number: INVITE 07.. and #6 Mary Achieng, #7 Mary Wairimu"
    )
    assert dairy.told(MARY) == []
    assert "Mary Wairimu, number 7" in dairy.text(NJERI, "INVITE 0711000044 #7")


def test_of_two_of_one_name_the_one_without_a_phone_is_meant(dairy: Dairy) -> None:
    dairy.text(NJERI, "ADD MEMBER JANE MUTHONI")
    assert "Jane Muthoni, number 7" in dairy.text(NJERI, "INVITE 0711000044 FOR JANE")


def test_the_number_is_kept_in_no_text(dairy: Dairy) -> None:
    dairy.text(NJERI, INVITE)
    with dairy.phones.database.read() as session:
        texts = [
            *session.scalars(select(InboundMessage.text)),
            *session.scalars(select(OutboundMessage.text)),
        ]
    assert texts
    assert not any("711000044" in one for one in texts)


@pytest.mark.parametrize("language", languages())
def test_whatever_the_names_it_is_one_segment(dairy: Dairy, language: str) -> None:
    with dairy.phones.database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        group.name = "Githunguri Mwihoko Dairy Farmers Co-operative Society"
        for msisdn in (NJERI, PETER, MARY, OTIENO):
            person = meet(session, msisdn, dairy.phones.now, name="Muthoni " * 10)
            person.language, person.has_chosen_language = language, True
    dairy.text(NJERI, "ADD MEMBER Bartholomayo Zebedayo Mwangaza Kipchirchir Lagat")
    dairy.text(NJERI, "ADD MEMBER Bartholomayo Zebedayo Mwangaza Kipchirchir Rono")
    texts = ["INVITE 0711000044 FOR BARTHOLOMAYO", "INVITE 0711000044 #7", "INVITE 0711000044 #8"]
    replies = [dairy.text(NJERI, text) for text in texts]
    replies += [dairy.text(OTIENO, "JOIN KIRIMA"), dairy.text(NJERI, "INVITE 0722000002 #7")]
    replies += [dairy.text(MARY, "YES"), dairy.text(NJERI, "INVITE 0733000031 FOR MUTHONI")]
    replies += [*dairy.told(MARY), *dairy.told(OTIENO), *dairy.told(PETER)]
    assert len(replies) == 10
    for reply in replies:
        assert measure(reply).segments == 1, reply


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (
            "INVITE 0711 000 044 FOR JANE WANJIRU",
            JoinGroup(None, invited="0711 000 044", place_of="JANE WANJIRU"),
        ),
        ("alika 0711000044 kwa Jane", JoinGroup(None, invited="0711000044", place_of="Jane")),
        ("INVITE 0711000044 #7", JoinGroup(None, invited="0711000044", place_of="#7")),
        ("INVITE 0711000044 # 7", JoinGroup(None, invited="0711000044", place_of="# 7")),
        (
            "invite 0711000044 KIRIMA for Rose Milk",
            JoinGroup("KIRIMA", invited="0711000044", place_of="Rose Milk"),
        ),
        ("INVITE 0711000044 KIRIMA", JoinGroup("KIRIMA", invited="0711000044")),
        ("INVITE 0711000044 FOR", JoinGroup(None, invited="0711000044")),
    ],
)
def test_how_it_is_said(text: str, command: JoinGroup) -> None:
    assert parse(text, WORDS).command == command
