"""What comes each week, on the screens: seen, ended, added."""

from dataclasses import replace

import pytest

from handlers.commands import Coming, Item, Unsubscribe
from handlers.screens.caller import WeeklyFacts
from handlers.screens.entrances import to_alerts
from handlers.screens.frames import AddAlert, Alerts, AlertView, Commodities, PriceKey, Purpose
from tests.handlers.screens.account import (
    MAIZE,
    MILK,
    MONDAY,
    WEEKLY,
    after,
    at,
    caller,
    pressed,
    shown,
)
from tests.handlers.screens.fakes import GITHUNGURI, NAKURU, NAKURU_COUNTY

BOTH = Alerts((MILK, MAIZE))


def test_who_gets_weekly_prices_sees_which() -> None:
    on_the_line = caller(weekly=WEEKLY)
    frame = to_alerts(on_the_line).frame
    assert frame == BOTH
    assert shown(at(frame), on_the_line) == (
        "You get every week:\n1 Milk, Githunguri\n2 Maize, Nakuru\n8 Add 0 Back"
    )


def test_who_gets_none_is_offered_some() -> None:
    assert shown(at(to_alerts(caller()).frame), caller()) == (
        "You have no alerts yet.\n8 Add 0 Back"
    )


def test_a_county_is_called_one() -> None:
    weekly = [WeeklyFacts(PriceKey("milk", id_), MONDAY) for id_ in (NAKURU, NAKURU_COUNTY)]
    on_the_line = caller(weekly=weekly)
    assert shown(at(to_alerts(on_the_line).frame), on_the_line).splitlines()[1:3] == [
        "1 Milk, Nakuru",
        "2 Milk, Nakuru county",
    ]


def test_one_of_them_is_looked_at_and_ended() -> None:
    on_the_line = caller(weekly=WEEKLY)
    step = pressed(at(BOTH), "1", on_the_line)
    assert step.state.frame == AlertView(*MILK)
    assert shown(step.state, on_the_line) == (
        "Milk, Githunguri\nPrices every Monday, 7 am\n1 Stop these prices\n0 Back 00 Home"
    )
    ended = pressed(step.state, "1", on_the_line)
    milk = Item(commodity="milk", place_id=GITHUNGURI)
    assert ended.command == Unsubscribe((milk,), Coming.WEEKLY)
    assert (ended.ends, ended.state.frame) == (False, BOTH)


def test_what_was_ended_is_on_the_list_no_more() -> None:
    on_the_line = caller(weekly=WEEKLY[1:])
    assert shown(at(BOTH), on_the_line, "Saved.") == (
        "Saved.\nYou get every week:\n1 Maize, Nakuru\n8 Add 0 Back"
    )
    assert pressed(at(BOTH), "1", on_the_line).state.frame == AlertView(*MAIZE)
    assert shown(at(BOTH), caller(), "Saved.") == ("Saved.\nYou have no alerts yet.\n8 Add 0 Back")


def test_where_nothing_is_left_of_a_page_there_are_the_others() -> None:
    on_the_line = caller(weekly=WEEKLY[:1])
    assert "\n1 Milk, Githunguri\n" in shown(at(BOTH, Alerts((MAIZE,))), on_the_line)


def test_what_is_not_sent_cannot_be_ended() -> None:
    assert shown(at(AlertView(*MILK)), caller()) == (
        "Milk, Githunguri\nYou do not get these prices.\n0 Back 00 Home"
    )
    assert pressed(at(AlertView(*MILK)), "1", caller()).command is None


def test_prices_are_added() -> None:
    for on_the_line in (caller(), caller(weekly=WEEKLY)):
        asked = pressed(at(to_alerts(on_the_line).frame), "8", on_the_line)
        assert asked.state.frame == AddAlert()
        step = pressed(asked.state, "1", on_the_line)
        assert isinstance(step.state.frame, Commodities)
        assert (step.state.frame.purpose, step.state.frame.place_id) == (Purpose.SUBSCRIBE, None)


def test_who_wants_no_messages_is_told_that_none_come() -> None:
    on_the_line = caller(weekly=WEEKLY, is_out=True)
    off = "All messages are off until you send START."
    assert shown(at(BOTH), on_the_line).startswith(f"{off}\n1 Milk, Githunguri\n")
    assert f"\nPrices every Monday, 7 am\n{off}\n1 Stop" in shown(at(AlertView(*MILK)), on_the_line)


def test_many_have_pages() -> None:
    weekly = [replace(WEEKLY[0], price=PriceKey("milk", id_)) for id_ in (10, 11, 12, 13, 14, 15)]
    weekly += [replace(WEEKLY[1], price=PriceKey("maize", id_)) for id_ in (10, 11, 12, 13)]
    on_the_line = caller(weekly=weekly)
    first = at(to_alerts(on_the_line).frame)
    assert shown(first, on_the_line).endswith("\n7 Maize, Nakuru\n8 Add 9 More 0 Back")
    second = pressed(first, "9", on_the_line).state
    assert "\n1 Maize, Molo\n" in shown(second, on_the_line)
    assert shown(second, on_the_line).endswith("\n8 Add 0 Back")


@pytest.mark.parametrize("key", ["", "3", "9", "7", "x", "-1", "1" * 1000])
def test_a_key_that_means_nothing_shows_the_list_again(key: str) -> None:
    on_the_line = caller(weekly=WEEKLY)
    assert after(at(BOTH), key, on_the_line).startswith("Not on the list. Press a number:\n")
    assert pressed(at(BOTH), key, on_the_line).command is None
