"""Stories of a secretary who tends the group's members, by text."""

from datetime import datetime

import pytest
from sqlalchemy import select

from db.session import Database
from groups.groups import join
from groups.members import find_members, members_of
from groups.models import Group, Role
from messaging.models import OutboundMessage, Subscriber
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import KAMAU, NJERI, OTIENO, WANJIKU
from tests.groups.stories import found_group, meet
from tests.handlers.texting import Phones


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Njeri is secretary of KIRIMA, in which Kamau and Wanjiku are."""
    with database.begin() as session:
        group = found_group(session, "KIRIMA", name="Kirima Dairy")
        join(session, group, meet(session, NJERI, now, name="Njeri"), now, role=Role.SECRETARY)
        join(session, group, meet(session, KAMAU, now, name="Kamau", language="en"), now)
        join(session, group, meet(session, WANJIKU, now, name="Wanjiku", language="en"), now)
    return Phones(database, now)


def role_of(phones: Phones, words: str) -> Role | None:
    with phones.database.read() as session:
        group = session.scalars(select(Group).where(Group.code == "KIRIMA")).one()
        return next((one.role for one in find_members(session, group, words)), None)


def told(phones: Phones, msisdn: str) -> list[str]:
    """What somebody was texted without having asked."""
    with phones.database.read() as session:
        return list(
            session.scalars(
                select(OutboundMessage.text)
                .join(Subscriber, Subscriber.id == OutboundMessage.subscriber_id)
                .where(Subscriber.msisdn == msisdn, OutboundMessage.in_reply_to_id.is_(None))
                .order_by(OutboundMessage.id)
            )
        )


def test_a_member_without_a_phone_is_entered(phones: Phones) -> None:
    assert phones.text(NJERI, "ADD MEMBER JANE WANJIRU") == (
        "Jane Wanjiru is number 4 in Kirima Dairy, without a phone. "
        "Has a phone? Send INVITE and the number instead."
    )
    assert phones.text(NJERI, "Ongeza mwanachama Rose Milk Nakuru") == (
        "Rose Milk Nakuru ni namba 5 katika Kirima Dairy, bila simu. "
        "Ana simu? Badala yake tuma ALIKA na namba yake."
    )


def test_everybody_sees_the_officers_and_officers_see_everybody(phones: Phones) -> None:
    phones.text(NJERI, "ADD MEMBER JANE WANJIRU")
    overview = "Kirima Dairy: 4 members, 1 without a phone. Secretary Njeri."
    assert phones.text(KAMAU, "MEMBERS") == overview
    assert phones.text(KAMAU, "members kirima") == overview
    assert phones.text(NJERI, "members") == (
        f"{overview}\n1 Njeri\n2 Kamau\n3 Wanjiku\n4 Jane Wanjiru"
    )
    assert phones.text(NJERI, "MEMBERS 3") == "3 Wanjiku\n4 Jane Wanjiru"
    assert phones.text(NJERI, "MEMBERS 30") == "Nobody has that number or a higher one."


def test_a_long_list_goes_on_in_a_text_of_its_own(phones: Phones) -> None:
    for _ in range(40):
        phones.text(NJERI, "ADD MEMBER JANE WANJIRU")
    first = phones.text(NJERI, "MEMBERS") or ""
    assert measure(first).segments <= 3
    more = first.rsplit("\n", 1)[-1]
    assert more.startswith("More: MEMBERS ")
    second = phones.text(NJERI, more.removeprefix("More: ")) or ""
    assert second.startswith(f"{more.split()[-1]} Jane Wanjiru\n")
    assert "43 Jane Wanjiru" in second


def test_two_of_one_name_are_asked_back_about(phones: Phones) -> None:
    phones.text(NJERI, "ADD MEMBER JANE WANJIRU")
    phones.text(NJERI, "ADD MEMBER JANE WANJIKU")
    assert phones.text(NJERI, "REMOVE MEMBER JANE") == (
        "Which one is meant? Reply 1 Jane Wanjiru #4, 2 Jane Wanjiku #5, 3 to drop it."
    )
    assert phones.text(NJERI, "2") == (
        "Jane Wanjiku, number 5, is no longer in the group. The book keeps what was written."
    )
    assert role_of(phones, "4") is Role.MEMBER
    assert role_of(phones, "5") is None


def test_an_officer_says_remove_alone(phones: Phones) -> None:
    reply = phones.text(NJERI, "REMOVE KAMAU")
    assert reply is not None
    assert reply.startswith("Kamau, number 2, is no longer in the group.")
    assert told(phones, KAMAU) == [
        "You are no longer in Kirima Dairy. Questions? Ask its secretary."
    ]


def test_a_secretary_appoints_a_collector(phones: Phones) -> None:
    assert phones.text(NJERI, "COLLECTOR KAMAU") == "Kamau is collector now."
    assert role_of(phones, "kamau") is Role.COLLECTOR
    assert told(phones, KAMAU) == ["You are collector of Kirima Dairy now."]
    assert phones.text(NJERI, "collector #3") == "Wanjiku is collector now."
    assert phones.text(NJERI, "TREASURER KAMAU") == "Kamau is collector already."
    assert phones.text(NJERI, "REMOVE COLLECTOR KAMAU") == "Kamau is no longer collector."
    assert phones.text(NJERI, "REMOVE COLLECTOR KAMAU") == "Kamau is no collector."
    assert phones.text(NJERI, "TREASURER KAMAU") == "Kamau is treasurer now."
    assert phones.text(NJERI, "TREASURER WANJIKU") == "Wanjiku is collector already."


def test_an_office_that_is_held_is_taken_by_no_text(phones: Phones) -> None:
    assert phones.text(NJERI, "SECRETARY KAMAU") == (
        "Njeri is secretary: only an election ends that."
    )
    assert phones.text(NJERI, "REMOVE MEMBER NJERI") == (
        "Njeri is secretary: only an election ends that."
    )
    phones.text(NJERI, "ADD MEMBER JANE")
    assert phones.text(NJERI, "COLLECTOR JANE") == (
        "Jane has no phone here, and an officer needs one. Send INVITE and the number."
    )


@pytest.mark.parametrize(
    "text", ["ADD MEMBER JANE", "REMOVE MEMBER NJERI", "COLLECTOR KAMAU", "CHAIR KAMAU"]
)
def test_whoever_does_not_lead_changes_nothing(phones: Phones, text: str) -> None:
    refusal = "Only the chair or the secretary of a group can do this."
    for sender in (KAMAU, OTIENO):
        assert phones.text(sender, text) == refusal
    with phones.database.read() as session:
        group = session.scalars(select(Group).where(Group.code == "KIRIMA")).one()
        assert [one.role for one in members_of(session, group)] == [
            Role.SECRETARY,
            Role.MEMBER,
            Role.MEMBER,
        ]


def test_a_name_that_nobody_bears(phones: Phones) -> None:
    assert phones.text(NJERI, "COLLECTOR ZEBEDAYO") == (
        "Nobody in Kirima Dairy is called ZEBEDAYO. To see all send MEMBERS"
    )
    assert phones.text(OTIENO, "MEMBERS") == "You are in no group."


def test_who_leads_two_groups_is_asked_which(phones: Phones) -> None:
    with phones.database.begin() as session:
        umoja = found_group(session, "UMOJA", name="Umoja")
        join(session, umoja, meet(session, NJERI, phones.now), phones.now, role=Role.CHAIR)
    assert phones.text(NJERI, "ADD MEMBER JANE") == "Which group? Reply 1 Kirima Dairy, 2 Umoja."
    reply = phones.text(NJERI, "2")
    assert reply is not None
    assert reply.startswith("Jane is number 2 in Umoja, without a phone.")


def test_a_repeat_enters_nobody_twice(phones: Phones) -> None:
    for _ in range(2):
        phones.text(NJERI, "ADD MEMBER JANE", gateway_message_id="the very same")
    assert phones.text(KAMAU, "MEMBERS") == (
        "Kirima Dairy: 4 members, 1 without a phone. Secretary Njeri."
    )


@pytest.mark.parametrize("language", languages())
def test_whatever_the_names_it_is_one_segment(phones: Phones, language: str) -> None:
    with phones.database.begin() as session:
        group = session.scalars(select(Group).where(Group.code == "KIRIMA")).one()
        group.name = "Kirima " * 11
        njeri = meet(session, NJERI, phones.now)
        njeri.language, njeri.has_chosen_language = language, True
        meet(session, KAMAU, phones.now).name = "Kamau " * 13
    long_name = " ".join(["Wanjiru"] * 5)
    for text in (
        f"ADD MEMBER {long_name}",
        "SECRETARY 2",
        "CHAIR 2",
        "TREASURER 2",
        "COLLECTOR 4",
        "COLLECTOR BARTHOLOMAYO ZEBEDAYO",
        "REMOVE COLLECTOR 3",
        "REMOVE MEMBER 2",
        "REMOVE MEMBER 4",
    ):
        reply = phones.text(NJERI, text)
        assert reply is not None
        assert measure(reply).segments == 1, (text, reply)
