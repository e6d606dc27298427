"""What comes by itself, as it is heard: listed, looked at, ended, and set at a mark."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest

from groups.alert_rules import MOST, AlertWay, Usually
from handlers.commands import Coming, Item, Subscribe, Unsubscribe
from handlers.screens.caller import Caller, WatchedFacts
from handlers.screens.frames import (
    AddAlert,
    Alerts,
    AlertView,
    Frame,
    PriceKey,
    Root,
    State,
    WatchMark,
    WatchSide,
    WatchUnits,
    WatchView,
)
from handlers.screens.spoken import draw, press
from handlers.screens.tree import Step
from messaging.phrases import languages
from prices.answers import PriceAnswer
from prices.kinds import PriceType
from tests.handlers.screens.account import WEEKLY, AccountFacts, caller
from tests.handlers.screens.fakes import GITHUNGURI, MOLO, NAKURU, PLACES, own_price
from tests.handlers.screens.test_watching import ALL, MARK, OVER_50, alert

DEAD = "That number leads nowhere here."
BACK = "To go back press zero."
NOW = (
    "Milk at Nakuru. At the farm one litre sells for forty-seven shillings. Six reports, the "
    "newest from today."
)


@dataclass(frozen=True)
class Heard(AccountFacts):
    """What is usual as well."""

    usual: Mapping[str, Usually] = field(default_factory=dict)

    def usually(self, commodity: str, place_id: int, price_type: PriceType) -> Usually | None:
        return self.usual.get(commodity)


PRICES: dict[tuple[str, int], PriceAnswer] = {
    ("milk", NAKURU): own_price("milk", PLACES[NAKURU]),
    ("maize", MOLO): own_price("maize", PLACES[MOLO], is_demo=True),
}


def on_the_phone(language: str = "en", marks: tuple[WatchedFacts, ...] = ALL) -> Caller:
    usual = {"milk": Usually(Decimal(44), 0.2, date(2026, 11, 1))}
    facts = Heard(weekly=WEEKLY[:1], marks=marks, prices=PRICES, usual=usual)
    return replace(caller(language), facts=facts)


def stand(*frames: Frame) -> State:
    return draw(State((Root(), *frames)), on_the_phone())[1]


def heard(frame: Frame, on_the_line: Caller | None = None) -> str:
    return draw(State((Root(), frame)), on_the_line or on_the_phone())[0].text


def pressed(frame: Frame, key: str, on_the_line: Caller | None = None) -> Step:
    return press(stand(frame), key, on_the_line or on_the_phone())


EVERY = Alerts((WEEKLY[0].price, 4, 7, 9))


def test_the_alerts_are_one_list() -> None:
    assert heard(EVERY) == (
        "Your alerts: For Milk, Githunguri weekly press one. For Milk, Nakuru over fifty press "
        "two. For Maize, Molo under three thousand six hundred per ninety kilogram bag press "
        f"three. For Milk, Nakuru unusual press four. To add one press eight. {BACK}"
    )
    assert (
        press(draw(State((Root(),)), on_the_phone())[1], "5", on_the_phone()).state.frame == EVERY
    )
    assert pressed(EVERY, "1").state.frame == AlertView("milk", GITHUNGURI)
    assert pressed(EVERY, "3").state.frame == WatchView(7)
    assert pressed(EVERY, "8").state.frame == AddAlert()
    assert pressed(EVERY, "5").notice == DEAD


def test_who_has_none_may_add_one() -> None:
    nobody = replace(on_the_phone(), facts=Heard())
    assert heard(Alerts(()), nobody) == (f"You have no alerts yet. To add one press eight. {BACK}")


def test_weekly_prices_are_heard_and_ended() -> None:
    weekly = AlertView("milk", GITHUNGURI)
    assert heard(weekly) == (
        f"Milk at Githunguri. Prices every Monday, seven am. To stop it press one. {BACK}"
    )
    step = pressed(weekly, "1")
    assert step.command == Unsubscribe((Item("milk", GITHUNGURI),), Coming.WEEKLY)
    assert heard(AlertView("maize", MOLO)).startswith("Maize at Molo. You do not get these prices.")


@pytest.mark.parametrize(
    ("alert_id", "said"),
    [
        (
            4,
            "Milk at Nakuru. You get a text when one litre is fifty shillings or more. "
            "At the farm one litre sells for forty-seven shillings. Six reports,",
        ),
        (
            7,
            "Maize at Molo. You get a text when one ninety kilogram bag is three thousand six "
            "hundred shillings or less. Demo data, not real. In wholesale one ninety kilogram bag "
            "costs four thousand two hundred and thirty shillings.",
        ),
        (9, "Milk at Nakuru. You get a text when it is far from usual."),
    ],
)
def test_a_watched_price_is_heard_with_its_mark(alert_id: int, said: str) -> None:
    assert heard(WatchView(alert_id)).startswith(said)
    assert heard(WatchView(alert_id)).endswith(f" To stop it press one. {BACK}")


def test_what_is_usual_is_heard_by_who_waits_for_what_is_not() -> None:
    usual = "Usual for November forty-four shillings."
    assert usual in heard(WatchView(9))
    assert usual not in heard(WatchView(4))


def test_a_watched_price_is_ended() -> None:
    step = press(stand(EVERY, WatchView(4)), "1", on_the_phone())
    assert step.command == Unsubscribe((Item("milk", NAKURU),), Coming.ALERTS, 4)
    assert (step.ends, step.state.frame) == (False, EVERY)
    assert heard(WatchView(99)).startswith("This price is not watched for you.")
    assert pressed(WatchView(99), "1").notice == DEAD


def test_one_is_added_key_by_key() -> None:
    assert heard(AddAlert()) == (
        f"For prices every week press one. To be told at a price press two. {BACK}"
    )
    on_the_line, state = on_the_phone(), stand(EVERY, AddAlert())
    for key in ("2", "1", "1", "2"):
        step = press(state, key, on_the_line)
        _, state = draw(step.state, on_the_line, step.notice)
    assert state.frame == MARK
    assert heard(MARK) == (
        f"{NOW} At which price of one litre do we text you? Press the figure, then the hash key. "
        "For whatever is unusual press zero one, then the hash key. To go back press zero, then "
        "the hash key."
    )


def test_weekly_prices_are_added_too() -> None:
    on_the_line, state = on_the_phone(), stand(EVERY, AddAlert())
    for key in ("1", "1", "1", "1"):
        step = press(state, key, on_the_line)
        _, state = draw(step.state, on_the_line, step.notice)
    assert step.command == Subscribe((Item("milk", NAKURU),))


@pytest.mark.parametrize("hash_key", ["", "#"])
def test_a_mark_takes_several_keys(hash_key: str) -> None:
    step = pressed(MARK, f"50{hash_key}")
    assert (step.command, step.ends) == (alert("50", is_above=True), True)
    assert pressed(MARK, f"01{hash_key}").command == alert(None, is_above=None)
    assert pressed(MARK, f"500{hash_key}").state.frame == WatchSide(MARK, Decimal(500))
    assert pressed(MARK, f"0{hash_key}").state.frame == Root()
    assert pressed(MARK, f"00{hash_key}").state.frame == Root()


@pytest.mark.parametrize("keys", ["", "#", "5*5", "*"])
def test_what_is_no_price_is_asked_again(keys: str) -> None:
    step = pressed(MARK, keys)
    assert (step.state.frame, step.command) == (MARK, None)
    assert step.notice == "That is no price we can read."


def test_another_unit_has_no_voice() -> None:
    step = pressed(MARK, "02")
    assert (step.state.frame, step.notice) == (MARK, DEAD)


def test_the_side_is_asked_where_it_is_not_plain() -> None:
    side = WatchSide(MARK, Decimal(500))
    assert heard(side) == (
        f"{NOW} To be told when it is five hundred shillings or more press one. To be told when it "
        f"is five hundred shillings or less press two. {BACK}"
    )
    for key, is_above in (("1", True), ("2", False)):
        assert pressed(side, key).command == alert("500", is_above=is_above)
    assert pressed(side, "3").notice == DEAD


def test_where_nobody_told_a_price_that_is_said() -> None:
    assert heard(WatchMark("milk", GITHUNGURI)).startswith(
        "Milk at Githunguri. Nobody there has told a price yet. At which price of one litre"
    )


def test_whoever_watches_as_much_as_may_be_hears_so() -> None:
    marks = tuple(replace(OVER_50, id=id_) for id_ in range(MOST))
    step = pressed(AddAlert(), "2", on_the_phone(marks=marks))
    assert step.notice == "ten prices are watched for you, and that is the most."


FRAMES = (
    EVERY, AlertView("milk", GITHUNGURI), *map(WatchView, (4, 7, 9, 99)), AddAlert(), MARK,
    WatchSide(MARK, Decimal("47.50")), WatchMark("maize", MOLO),
)  # fmt: skip


@pytest.mark.parametrize("language", languages())
def test_nothing_is_said_that_a_voice_stumbles_over(language: str) -> None:
    for frame in FRAMES:
        for way in AlertWay:
            watched = tuple(replace(one, way=way) for one in ALL)
            text = heard(frame, on_the_phone(language, watched))
            assert not set(text) & set('<>&()[]{}/*#_|"+=@\n\t'), text
            assert not re.search(r" [.,:;?!]|[,;:][.,:;?!]|  ", text), text
            if language in {"en", "sw"}:
                assert not re.search(r"\d|\b(KES|km|kg|L)\b", text), text


def test_a_list_of_units_gives_way_to_the_first_screen() -> None:
    assert heard(WatchUnits(MARK, ("litre",))).startswith("Bei. For prices press one.")


def test_namesakes_are_told_apart() -> None:
    county = replace(OVER_50, id=5, price=PriceKey("milk", 2))
    said = heard(Alerts((4, 5)), on_the_phone(marks=(OVER_50, county)))
    assert "For Milk, Nakuru over fifty press one. For Milk, Nakuru county over fifty press" in said
