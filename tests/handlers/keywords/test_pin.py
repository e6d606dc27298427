"""Stories of a lost phone: a PIN, a new SIM, and an officer who says that it is she."""

from datetime import datetime

import pytest
from sqlalchemy import select

from db.session import Database
from groups.groups import join
from groups.members import members_of
from groups.models import Group, Role
from groups.office_models import PinTry, SimChange
from groups.sims import is_right_pin, set_pin
from messaging.models import HeldQuestion, InboundMessage, OutboundMessage, Subscriber
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.groups.stories import found_group, meet
from tests.handlers.texting import Phones, rows

NEW = "+254711000099"
KEPT = (
    "Your PIN is kept. Tell nobody, and delete this text. "
    "With a new SIM send NEW SIM, group, your number, PIN"
)
ASKED = "The PIN is right. Your secretary is asked; you will get a text."
DO_NOT_FIT = "Group, number and PIN do not fit. Send NEW SIM KIRIMA 7 4821"
QUESTION = (
    "Kirima Dairy: Wanjiku, number 3, has a new phone. Did they tell you so? "
    "Reply 1 yes, move it, 2 no."
)


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Njeri is secretary of KIRIMA, Otieno its chair; Kamau and Wanjiku are in it."""
    with database.begin() as session:
        group = found_group(session, "KIRIMA", name="Kirima Dairy")
        people = {NJERI: "Njeri", KAMAU: "Kamau", WANJIKU: "Wanjiku", OTIENO: "Otieno"}
        offices = {NJERI: Role.SECRETARY, OTIENO: Role.CHAIR}
        for msisdn, name in people.items():
            person = meet(session, msisdn, now, name=name, language="en")
            join(session, group, person, now, role=offices.get(msisdn, Role.MEMBER))
        for msisdn in (NEW, MUTISO, ACHIENG):
            meet(session, msisdn, now, language="en")
    phones = Phones(database, now)
    assert phones.text(WANJIKU, "PIN 4821") == KEPT
    return phones


def places(phones: Phones) -> dict[int, str | None]:
    """Whose phone stands at which number of the group."""
    with phones.database.read() as session:
        group = session.scalars(select(Group)).one()
        found = members_of(session, group)
        msisdns = {one.id: one.msisdn for one in session.scalars(select(Subscriber))}
        return {one.number: msisdns.get(one.subscriber_id or 0) for one in found}


def told(phones: Phones, msisdn: str) -> list[str]:
    with phones.database.read() as session:
        query = select(OutboundMessage.text).join(
            Subscriber, Subscriber.id == OutboundMessage.subscriber_id
        )
        texts = query.where(Subscriber.msisdn == msisdn, OutboundMessage.in_reply_to_id.is_(None))
        return list(session.scalars(texts.order_by(OutboundMessage.id)))


def test_a_pin_is_kept_as_a_hash_alone(phones: Phones) -> None:
    text = "PIN 739155"
    phones.text(KAMAU, text, payload={"text": text})
    phones.text(NEW, "NEW SIM KIRIMA 3 4821")
    with phones.database.read() as session:
        kept = session.scalars(select(Subscriber).where(Subscriber.msisdn == KAMAU)).one()
        assert kept.pin_hash is not None
        assert kept.pin_hash.startswith("scrypt$")
        assert is_right_pin(kept, "739155")
        assert not is_right_pin(kept, "739156")
        everything = [
            *(f"{one.text} {one.payload}" for one in session.scalars(select(InboundMessage))),
            *(one.text for one in session.scalars(select(OutboundMessage))),
            *(
                f"{one.raw_text} {one.question} {one.answers}"
                for one in session.scalars(select(HeldQuestion))
            ),
        ]
        assert "739155" not in kept.pin_hash
    said = "\n".join(everything).replace(DO_NOT_FIT, "")
    assert "739155" not in said
    assert "4821" not in said
    assert "PIN ****" in said


def test_who_set_no_pin_has_none_that_is_right(phones: Phones) -> None:
    with phones.database.begin() as session:
        kamau = meet(session, KAMAU, phones.now)
        assert not is_right_pin(kamau, "")
        set_pin(kamau, "0000")
        first = kamau.pin_hash
        set_pin(kamau, "0000")
        assert kamau.pin_hash != first  # each has a salt of its own
    assert phones.text(NEW, "NEW SIM KIRIMA 1 4821") == DO_NOT_FIT


def test_a_place_moves_where_pin_and_secretary_say_so(phones: Phones) -> None:
    assert phones.text(NEW, "NEW SIM KIRIMA 3 4821") == ASKED
    assert told(phones, NJERI) == told(phones, OTIENO) == [QUESTION]
    assert places(phones)[3] == WANJIKU
    assert phones.text(NJERI, "1") == "Kirima Dairy: Wanjiku has a new phone now."
    assert places(phones) == {1: NJERI, 2: KAMAU, 3: NEW, 4: OTIENO}
    assert told(phones, NEW) == ["You are in Kirima Dairy with this phone now."]
    assert told(phones, WANJIKU) == [
        "Your place in Kirima Dairy moved to another phone. Not you? Tell its officers at once."
    ]
    assert told(phones, OTIENO)[1:] == ["Kirima Dairy: Wanjiku has a new phone now."]
    assert phones.text(OTIENO, "1") == "That was decided already."
    assert phones.text(WANJIKU, "MEMBERS") == "You are in no group."
    assert (phones.text(NEW, "MEMBERS") or "").startswith("Kirima Dairy: 4 members.")


def test_a_secretary_who_knows_nothing_of_it_says_no(phones: Phones) -> None:
    phones.text(NEW, "NEW SIM KIRIMA 3 4821")
    assert phones.text(NJERI, "2") == "Noted. Nothing was moved."
    assert places(phones)[3] == WANJIKU
    assert told(phones, NEW) == [
        "Kirima Dairy did not confirm your new phone. Please talk to your secretary."
    ]


def test_five_wrong_ones_lock_for_a_day(phones: Phones) -> None:
    for at in range(5):
        assert phones.text(NEW, f"NEW SIM KIRIMA 3 000{at}") == DO_NOT_FIT
    locked = "Too many wrong PINs. Please try again tomorrow."
    assert phones.text(NEW, "NEW SIM KIRIMA 3 4821") == locked
    # Nor from another phone, nor for another member from this one.
    assert phones.text(MUTISO, "NEW SIM KIRIMA 3 4821") == locked
    assert phones.text(NEW, "NEW SIM KIRIMA 2 1111") == locked
    assert told(phones, NJERI) == []
    phones.wait(days=1)
    assert phones.text(NEW, "NEW SIM KIRIMA 3 4821") == ASKED
    with phones.database.read() as session:
        assert rows(session, PinTry) == 5


@pytest.mark.parametrize(
    "text",
    [
        "NEW SIM UMOJA 3 4821",
        "NEW SIM KIRIMA 9 4821",
        "NEW SIM KIRIMA 3 4822",
        "NEW SIM KIRIMA 2 4821",
    ],
)
def test_what_does_not_fit_is_not_told(phones: Phones, text: str) -> None:
    assert phones.text(NEW, text) == DO_NOT_FIT
    with phones.database.read() as session:
        assert rows(session, SimChange) == 0


def test_who_joined_anew_has_the_old_place_again(phones: Phones) -> None:
    phones.text(NEW, "JOIN KIRIMA")
    phones.text(NEW, "NEW SIM KIRIMA 3 4821")
    phones.text(OTIENO, "1")
    assert places(phones) == {1: NJERI, 2: KAMAU, 3: NEW, 4: OTIENO}


def test_where_the_secretary_lost_hers_the_chair_is_asked(phones: Phones) -> None:
    phones.text(NJERI, "PIN 1234")
    phones.text(NEW, "NEW SIM KIRIMA 1 1234")
    assert told(phones, NJERI) == []
    phones.text(OTIENO, "1")
    assert places(phones)[1] == NEW
    assert (phones.text(NEW, "ADD MEMBER JANE") or "").startswith("Jane is number 5")


def test_where_nobody_else_leads_somebody_has_to_be_elected(phones: Phones) -> None:
    with phones.database.begin() as session:
        group = found_group(session, "UMOJA")
        join(session, group, meet(session, ACHIENG, phones.now), phones.now, role=Role.CHAIR)
    phones.text(ACHIENG, "PIN 1234")
    assert phones.text(NEW, "NEW SIM UMOJA 1 1234") == (
        "The PIN is right, but no other officer can confirm. Elect one first."
    )


@pytest.mark.parametrize("language", languages())
def test_whatever_the_names_it_is_one_segment(phones: Phones, language: str) -> None:
    with phones.database.begin() as session:
        session.scalars(select(Group)).one().name = "Kirima " * 11
        for msisdn in (NJERI, WANJIKU, OTIENO, NEW):
            person = meet(session, msisdn, phones.now)
            person.language, person.has_chosen_language = language, True
        meet(session, WANJIKU, phones.now).name = "Wanjiku " * 10
    texts = [
        (WANJIKU, "PIN 4821"),
        (NEW, "NEW SIM KIRIMA 3 1111"),
        (NEW, "NEW SIM KIRIMA 3 4821"),
        (OTIENO, "2"),
        (NEW, "NEW SIM KIRIMA 3 4821"),
        (NJERI, "1"),
    ]
    replies = [phones.text(*text) for text in texts]
    for reply in [*replies, *(one for who in (NJERI, WANJIKU, NEW) for one in told(phones, who))]:
        assert measure(reply or "").segments == 1, reply
