"""Stories of somebody who founds a group by text, and invites others."""

from datetime import datetime, timedelta
from itertools import islice

import pytest
from sqlalchemy import select

from db.session import Database
from groups.founding import codes_for
from groups.invitations import MOST_A_DAY
from groups.members import members_of
from groups.models import Group, Role
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import KAMAU, NJERI, OTIENO
from tests.groups.stories import GITHUNGURI, meet, place_id
from tests.handlers.texting import Phones

FOUNDED = (
    "Kirima Dairy is founded and you are its secretary. Members send JOIN KIRIMA. "
    "Or you send INVITE 07.., without a phone ADD MEMBER JANE"
)
ONLY_OFFICERS = "Only officers of a group can do this."


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Njeri lives at Githunguri."""
    with database.begin() as session:
        home = place_id(session, GITHUNGURI)
        meet(session, NJERI, now, name="Njeri", language="en", home_place_id=home)
        meet(session, KAMAU, now, name="Kamau", language="en")
    return Phones(database, now)


def invitations(phones: Phones) -> list[str]:
    with phones.database.read() as session:
        query = select(OutboundMessage.text).where(OutboundMessage.dedupe_key.like("invite:%"))
        return list(session.scalars(query.order_by(OutboundMessage.id)))


def in_group(phones: Phones, code: str) -> list[tuple[str, Role]]:
    with phones.database.read() as session:
        group = session.scalars(select(Group).where(Group.code == code)).one()
        return [(one.name, one.role) for one in members_of(session, group)]


def test_njeri_founds_a_group_where_she_lives(phones: Phones) -> None:
    assert phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY") == FOUNDED
    assert in_group(phones, "KIRIMA") == [("Njeri", Role.SECRETARY)]
    with phones.database.read() as session:
        group = session.scalars(select(Group)).one()
        assert (group.name, group.country, group.timezone, group.commodity_code) == (
            "Kirima Dairy",
            "KE",
            "Africa/Nairobi",
            "milk",
        )
        assert group.place_id == place_id(session, GITHUNGURI)


def test_the_same_group_again_is_the_same(phones: Phones) -> None:
    for _ in range(2):
        assert phones.text(NJERI, "create group Kirima Dairy") == FOUNDED
    with phones.database.read() as session:
        assert len(session.scalars(select(Group)).all()) == 1


def test_a_code_that_is_taken_is_left_to_whoever_has_it(phones: Phones) -> None:
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    phones.text(KAMAU, "HOME MOLO")
    reply = phones.text(KAMAU, "CREATE GROUP KIRIMA DAIRY")
    assert reply is not None
    assert "JOIN KIRIMADAIRY." in reply
    assert in_group(phones, "KIRIMADAIRY") == [("Kamau", Role.SECRETARY)]


def test_codes_are_made_of_names() -> None:
    assert list(islice(codes_for("Kirima Dairy"), 4)) == [
        "KIRIMA",
        "KIRIMADAIRY",
        "KIRIMA2",
        "KIRIMA3",
    ]
    assert next(codes_for("Dairy Farmers Umoja")) == "UMOJA"
    assert next(codes_for("Dairy Group")) == "DAIRY"
    assert next(codes_for("St Mary")) == "STMARY"
    assert all(len(code) <= 20 for code in islice(codes_for("X" * 60), 200))


def test_whoever_told_no_home_is_asked_where_the_group_is(phones: Phones) -> None:
    asked = phones.text(OTIENO, "UNDA KIKUNDI UMOJA")
    assert asked is not None
    assert asked.startswith("Tuma mahali") or "NAIROBI" in asked.upper()
    reply = phones.text(OTIENO, "Molo")
    assert reply is not None
    assert reply.startswith("Umoja kimeanzishwa na wewe ni katibu wake.")
    with phones.database.read() as session:
        group = session.scalars(select(Group).where(Group.code == "UMOJA")).one()
        assert group.language == "sw"


def test_a_group_needs_a_name_and_nobody_leads_many(phones: Phones) -> None:
    assert phones.text(NJERI, "CREATE GROUP") == (
        "What is its name? Send CREATE GROUP and the name."
    )
    for name in ("Kirima", "Umoja", "Tujenge"):
        phones.text(NJERI, f"CREATE GROUP {name}")
    assert phones.text(NJERI, "CREATE GROUP BIDII") == (
        "You lead 3 groups already, and more is not possible."
    )


def test_who_is_invited_gets_one_text_and_is_in_with_yes(phones: Phones) -> None:
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    invited = "They are invited to Kirima Dairy, and are in when they answer YES."
    assert phones.text(NJERI, "INVITE 0711000004") == invited
    assert invitations(phones) == [
        "Njeri invites you to Kirima Dairy: prices and your milk by text, free. "
        "Reply YES, or any day JOIN KIRIMA."
    ]
    assert in_group(phones, "KIRIMA") == [("Njeri", Role.SECRETARY)]
    assert phones.text(NJERI, "INVITE 0711 000 004") == (
        "They were invited before. They can send JOIN KIRIMA."
    )
    reply = phones.text(KAMAU, "YES")
    assert reply is not None
    assert reply.startswith("Welcome to Kirima Dairy.")
    assert in_group(phones, "KIRIMA") == [("Njeri", Role.SECRETARY), ("Kamau", Role.MEMBER)]
    assert phones.text(NJERI, "INVITE 0711000004") == (
        "Whoever has this number is in the group already."
    )
    assert len(invitations(phones)) == 1


def test_who_says_no_stays_out(phones: Phones) -> None:
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    phones.text(NJERI, "INVITE +254711000004 KIRIMA")
    assert phones.text(KAMAU, "NO") == "Dropped. Nothing was written down."
    assert in_group(phones, "KIRIMA") == [("Njeri", Role.SECRETARY)]


def test_somebody_elses_number_is_kept_in_no_text(phones: Phones) -> None:
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    text = "INVITE 0711000004"
    phones.text(NJERI, text, payload={"text": text, "from": NJERI})
    with phones.database.read() as session:
        kept = session.scalars(select(InboundMessage).order_by(InboundMessage.id.desc())).first()
        assert kept is not None
        assert kept.text == "INVITE +254711***004"
        assert "0711000004" not in str(kept.payload)


def test_who_wants_no_messages_is_not_invited(phones: Phones) -> None:
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    phones.text(KAMAU, "STOP")
    assert phones.text(NJERI, "INVITE 0711000004") == (
        "We cannot text this number. They can send JOIN KIRIMA."
    )
    assert invitations(phones) == []


def test_by_night_an_invitation_waits_for_the_morning(phones: Phones) -> None:
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    phones.wait(hours=10)  # ten in the evening
    phones.text(NJERI, "INVITE 0711000004")
    with phones.database.read() as session:
        query = select(OutboundMessage.due_at).where(OutboundMessage.dedupe_key.like("invite:%"))
        assert session.scalars(query).one() == phones.now + timedelta(hours=8)


@pytest.mark.parametrize(
    ("sender", "text", "reply"),
    [
        (KAMAU, "INVITE 0722000002", ONLY_OFFICERS),
        (NJERI, "INVITE 0722000002 UMOJA", ONLY_OFFICERS),
        (
            NJERI,
            "INVITE 0722",
            "Send INVITE and the phone number, one person a text: INVITE 0711000111",
        ),
        (NJERI, "INVITE 0733000003", "Whoever has this number is in the group already."),
    ],
)
def test_what_is_no_invitation(phones: Phones, sender: str, text: str, reply: str) -> None:
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    phones.text(OTIENO, "HOME MOLO")
    phones.text(OTIENO, "CREATE GROUP UMOJA")
    assert phones.text(sender, text) == reply
    assert invitations(phones) == []


def test_an_officer_of_two_groups_says_which(phones: Phones) -> None:
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    phones.text(NJERI, "CREATE GROUP UMOJA")
    assert phones.text(NJERI, "INVITE 0711000004") == (
        "Which group? Write its code behind the number: KIRIMA, UMOJA"
    )
    assert phones.text(NJERI, "INVITE 0711000004 UMOJA") == (
        "They are invited to Umoja, and are in when they answer YES."
    )


def test_a_list_of_numbers_is_invited_over_days(phones: Phones) -> None:
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    for number in range(MOST_A_DAY):
        phones.text(NJERI, f"INVITE 07110001{number:02}")
    assert phones.text(NJERI, "INVITE 0711000200") == (
        "No more than 30 invitations a day. Others can send JOIN KIRIMA."
    )
    phones.wait(days=1)
    phones.text(NJERI, "INVITE 0711000200")
    assert len(invitations(phones)) == MOST_A_DAY + 1


@pytest.mark.parametrize("language", languages())
def test_whatever_the_names_it_is_one_segment(phones: Phones, language: str) -> None:
    with phones.database.begin() as session:
        for msisdn in (NJERI, KAMAU):
            person = meet(session, msisdn, phones.now, name="Muthoni " * 10)
            person.language, person.has_chosen_language = language, True
    texts = ["CREATE GROUP", "CREATE GROUP BARTHOLOMAYO ZEBEDAYO MWANGAZA MUUNGANO"]
    texts += ["INVITE", "INVITE 0711000004", "INVITE 0711000004", "INVITE 0733000003"]
    replies = [phones.text(NJERI, text) for text in texts] + invitations(phones)
    assert len(replies) == len(texts) + 1
    for reply in replies:
        assert measure(reply or "").segments == 1, reply


def test_the_number_of_an_invitation_is_a_subscriber_who_gets_nothing_else(phones: Phones) -> None:
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    phones.text(NJERI, "INVITE 0722000002")
    with phones.database.read() as session:
        person = session.scalars(select(Subscriber).where(Subscriber.msisdn == OTIENO)).one()
        texts = session.scalars(
            select(OutboundMessage).where(OutboundMessage.subscriber_id == person.id)
        )
        assert len(texts.all()) == 1
