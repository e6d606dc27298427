"""Weekly prices and groups, as they are texted."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from groups.groups import groups_of
from groups.subscriptions import subscriptions_of
from messaging.models import OutboundMessage, Subscriber
from messaging.subscribers import get_or_create_subscriber
from tests.cast import KAMAU, WANJIKU
from tests.handlers.keywords.talking import Talk
from tests.handlers.texting import Phones, rows, sms


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """A country with two groups."""
    with database.begin() as session:
        talk = Talk(session, now)
        talk.group("KIRIMA", "Kirima Dairy")
        talk.group("208", "Tumaini Dairy")
    phones = Phones(database, now)
    for person in (KAMAU, WANJIKU):
        phones.text(person, "ENGLISH")
    return phones


def person(phones: Phones, msisdn: str, session: Session) -> Subscriber:
    return get_or_create_subscriber(session, msisdn, default_country="KE", now=phones.now)


def lists(phones: Phones, msisdn: str) -> list[str]:
    with phones.database.begin() as session:
        theirs = subscriptions_of(session, person(phones, msisdn, session))
        return [one.commodity_code for one in theirs]


def groups(phones: Phones, msisdn: str) -> list[str]:
    with phones.database.begin() as session:
        return [one.code for one in groups_of(session, person(phones, msisdn, session))]


def test_two_things_are_wanted_and_one_place_is_asked_for(phones: Phones) -> None:
    asked = phones.text(WANJIKU, "send me milk and maize prices every market day")
    assert asked == "Which place? Send: SUB MILK NAIROBI"
    assert lists(phones, WANJIKU) == []
    reply = phones.text(WANJIKU, "molo")
    assert (reply or "").startswith("You will get these prices every Monday at 7 am: milk Molo, ")
    assert lists(phones, WANJIKU) == ["milk", "maize"]
    assert (phones.text(WANJIKU, "stop milk and maize") or "").startswith("No more milk prices")
    assert lists(phones, WANJIKU) == []
    assert (phones.text(WANJIKU, "stop milk and maize") or "").startswith("You had no such")


def test_a_gateway_repeats_who_leaves(phones: Phones) -> None:
    phones.text(KAMAU, "JOIN KIRIMA")
    leaving = sms(KAMAU, "leave group kirima dairy")
    first = phones.deliver(leaving)
    assert first == "You have left Kirima Dairy. To come back send JOIN KIRIMA."
    phones.text(KAMAU, "JOIN KIRIMA")
    assert phones.deliver(leaving) == first
    assert groups(phones, KAMAU) == ["KIRIMA"]
    with phones.database.read() as session:
        assert rows(session, OutboundMessage) == 5


def test_the_group_is_chosen_by_its_number_and_not_after_two_hours(phones: Phones) -> None:
    phones.text(KAMAU, "JOIN KIRIMA")
    phones.text(KAMAU, "JOIN 208")
    asked = phones.text(KAMAU, "nataka kutoka kikundi")
    assert (asked or "").endswith("Reply 1 Tumaini Dairy, 2 Kirima Dairy, 3 to drop it.")
    phones.wait(hours=3)
    phones.text(KAMAU, "1")
    assert groups(phones, KAMAU) == ["208", "KIRIMA"]
    phones.text(KAMAU, "leave my group")
    reply = phones.text(KAMAU, "1")
    assert reply == (
        "You have left Tumaini Dairy. Your other messages go on. To come back send JOIN 208."
    )
    assert groups(phones, KAMAU) == ["KIRIMA"]
    assert (phones.text(KAMAU, "JOIN 208") or "").startswith("Welcome to Tumaini Dairy.")


def test_leaving_a_group_is_not_stop(phones: Phones) -> None:
    phones.text(KAMAU, "SUBSCRIBE MILK NAKURU")
    phones.text(KAMAU, "JOIN KIRIMA")
    phones.text(KAMAU, "toka kikundi kirima")
    assert (groups(phones, KAMAU), lists(phones, KAMAU)) == ([], ["milk"])
    with phones.database.begin() as session:
        assert person(phones, KAMAU, session).opted_out_at is None
