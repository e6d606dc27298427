"""YES to an invitation is heard for a week, whatever else was texted in between."""

from datetime import datetime

import pytest
from sqlalchemy import event

from db.session import Database
from groups.groups import groups_of
from messaging.models import Subscriber
from tests.cast import KAMAU, NAKATO, NJERI, OTIENO, WANJIKU
from tests.groups.stories import GITHUNGURI, meet, place_id
from tests.handlers.texting import Phones


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Njeri's group invites Kamau."""
    with database.begin() as session:
        home = place_id(session, GITHUNGURI)
        for msisdn, name in ((NJERI, "Njeri"), (OTIENO, "Otieno"), (KAMAU, "Kamau")):
            at = None if msisdn == KAMAU else home
            meet(session, msisdn, now, name=name, language="en", home_place_id=at)
    phones = Phones(database, now)
    phones.text(NJERI, "CREATE GROUP KIRIMA DAIRY")
    phones.text(NJERI, "INVITE 0711000004")
    return phones


def own(phones: Phones) -> list[str]:
    with phones.database.begin() as session:
        person = meet(session, KAMAU, phones.now)
        return [group.code for group in groups_of(session, person)]


@pytest.mark.parametrize("yes", ["YES", "ndio", "Yes."])
def test_after_other_texts_and_days(phones: Phones, yes: str) -> None:
    phones.text(KAMAU, "PRICE MILK NAKURU")
    phones.wait(days=6)
    phones.text(KAMAU, "MILK NAKURU 45")
    phones.wait(hours=20)
    assert (phones.text(KAMAU, yes) or "").startswith("Welcome to Kirima Dairy.")
    assert own(phones) == ["KIRIMA"]


def test_after_a_week_it_is_over_and_join_is_not(phones: Phones) -> None:
    phones.wait(days=7, minutes=1)
    phones.text(KAMAU, "YES")
    assert own(phones) == []
    assert (phones.text(KAMAU, "JOIN KIRIMA") or "").startswith("Welcome")


def test_another_question_that_is_open_goes_first(phones: Phones) -> None:
    phones.wait(days=1)
    phones.text(KAMAU, "CREATE GROUP BIDII")  # and where is it?
    phones.text(KAMAU, "YES")
    assert own(phones) == []


def test_yes_once_in_says_nothing_twice(phones: Phones) -> None:
    phones.text(KAMAU, "YES")
    phones.text(KAMAU, "LEAVE GROUP KIRIMA")
    phones.wait(days=1)
    # They left: no old invitation brings them back.
    phones.text(KAMAU, "YES")
    assert own(phones) == []


def test_who_said_no_is_not_brought_in_by_a_yes_to_something_else(phones: Phones) -> None:
    assert phones.text(KAMAU, "NO") == "Dropped. Nothing was written down."
    phones.wait(days=1)
    phones.text(KAMAU, "YES")
    assert own(phones) == []
    assert (phones.text(KAMAU, "JOIN KIRIMA") or "").startswith("Welcome")


def test_of_two_invitations_the_group_is_named(phones: Phones) -> None:
    phones.text(OTIENO, "CREATE GROUP UMOJA")
    phones.text(OTIENO, "INVITE 0711000004")
    phones.wait(days=1)
    assert phones.text(KAMAU, "YES") == (
        "Which group do you want to join? Reply 1 Kirima Dairy, 2 Umoja, 3 to drop it."
    )
    assert own(phones) == []
    assert (phones.text(KAMAU, "2") or "").startswith("Welcome to Umoja.")
    assert own(phones) == ["UMOJA"]


def test_whoever_was_invited_nowhere_says_yes_to_nothing(phones: Phones) -> None:
    for stranger in (WANJIKU, NAKATO):
        assert "Welcome" not in (phones.text(stranger, "YES") or "")


def test_stop_counts_more(phones: Phones) -> None:
    phones.text(KAMAU, "STOP")
    phones.text(KAMAU, "YES")
    assert own(phones) == []
    with phones.database.begin() as session:
        person: Subscriber = meet(session, KAMAU, phones.now)
        assert person.opted_out_at is None


def test_no_other_text_pays_for_it(phones: Phones) -> None:
    """Only a YES to nothing looks for an invitation."""
    asked: list[str] = []

    @event.listens_for(phones.database.engine, "before_cursor_execute")
    def hear(*said: object) -> None:
        asked.append(str(said[2]))

    phones.wait(days=1)
    for text in ("PRICE MILK NAKURU", "MILK NAKURU 45", "what is this", "NO", "1", "HELP"):
        phones.text(KAMAU, text)
    assert not any("group_invitation" in one for one in asked)
    phones.text(KAMAU, "YES")
    assert any("group_invitation" in one for one in asked)
