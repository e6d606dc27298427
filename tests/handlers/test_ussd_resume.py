"""A call that broke off goes on where it was, when it is dialled again soon."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.session import Database
from messaging.models import UssdSession
from messaging.ussd_sessions import RESUMABLE_FOR
from tests.cast import OTIENO
from tests.conftest import NOON
from tests.handlers.test_ussd import Call, milk_reported, observations, speaks_english

ASKED = "Your last call broke off.\n1 Continue\n0 Start again"
SOON = NOON + RESUMABLE_FOR
LATER = SOON + timedelta(seconds=1)


def broken_off(database: Database, *keys: str) -> str:
    """Wanjiku pressed some keys, and then the line was gone; what she saw last."""
    speaks_english(database, home="Nakuru")
    call = Call(database)
    call.dial()
    return call.press(*keys).text


def test_a_report_goes_on_where_it_broke_off(database: Database) -> None:
    asked = broken_off(database, "3", "1", "1")
    again = Call(database, now=SOON)
    assert again.dial() == ASKED
    assert again.press("1").text == asked
    assert again.press("47").ends
    (kept,) = observations(database)
    assert kept.price == 47


def test_the_way_back_is_as_long_as_it_was(database: Database) -> None:
    broken_off(database, "3", "1", "1")
    again = Call(database, now=SOON)
    again.dial()
    assert again.press("1", "0").text.startswith("Milk: where?")
    assert again.press("0").text.startswith("Which product?")
    assert again.press("0").text.startswith("Bei - Nakuru\n")


@pytest.mark.parametrize("key", ["0", "00"])
def test_or_it_starts_again(database: Database, key: str) -> None:
    broken_off(database, "3", "1", "1")
    again = Call(database, now=SOON)
    again.dial()
    assert again.press("7").text.startswith("Press 1 or 0.\nYour last call broke off.")
    assert again.press(key).text.startswith("Bei - Nakuru\n")
    assert observations(database) == []


def test_after_three_minutes_a_call_is_a_new_one(database: Database) -> None:
    broken_off(database, "3", "1", "1")
    assert Call(database, now=LATER).dial().startswith("Bei - Nakuru\n")


def test_who_stood_at_the_top_or_came_to_the_end_is_asked_nothing(database: Database) -> None:
    broken_off(database, "3", "0")
    assert Call(database).dial().startswith("Bei - Nakuru\n")
    assert Call(database).press("3", "1", "1", "47").ends
    assert Call(database).dial().startswith("Bei - Nakuru\n")


def test_a_deep_dial_says_itself_where_it_goes(database: Database) -> None:
    broken_off(database, "3", "1", "1")
    assert Call(database).hop("1").text.startswith("Prices, Nakuru\n")


def test_somebody_elses_call_is_not_mine(database: Database) -> None:
    broken_off(database, "3", "1", "1")
    speaks_english(database, OTIENO)
    assert Call(database, OTIENO).dial().startswith("Bei\n")
    assert Call(database, code="*999#").dial().startswith("Bei - Nakuru\n")


def test_it_breaks_off_twice(database: Database) -> None:
    asked = broken_off(database, "3", "1", "1")
    once, twice = Call(database, now=SOON), Call(database, now=SOON + RESUMABLE_FOR)
    assert once.dial() == ASKED  # and then the line was gone again
    assert twice.dial() == ASKED
    assert twice.press("1").text == asked


def test_what_still_comes_of_the_old_call_does_nothing(database: Database) -> None:
    speaks_english(database, home="Nakuru")
    old = Call(database)
    old.press("3", "1", "1")
    again = Call(database, now=SOON)
    again.dial()
    again.press("1", "47")
    answer = old.press("47")
    assert answer.text.startswith("Bei")
    assert len(observations(database)) == 1


def test_a_welcome_goes_on_too(database: Database) -> None:
    welcome = Call(database).dial()
    again = Call(database, now=SOON)
    # Nobody knows yet in which language the caller reads: the country's.
    assert again.dial() == "Simu yako ya mwisho ilikatika.\n1 Endelea\n0 Anza upya"
    assert again.press("1").text == welcome


def test_a_list_goes_on_at_its_page(database: Database) -> None:
    milk_reported(database)
    page = broken_off(database, "1", "9")
    again = Call(database, now=SOON)
    again.dial()
    assert again.press("1").text == page
    assert again.press("1").text.startswith(page.split("\n")[1].removeprefix("1 "))


def test_a_kept_state_of_an_earlier_version_is_not_offered(database: Database) -> None:
    broken_off(database, "3", "1", "1")
    with database.begin() as session:
        session.scalars(select(UssdSession)).one().state = {"screen": "of old"}
    assert Call(database).dial().startswith("Bei - Nakuru\n")
