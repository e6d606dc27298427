"""What is watched for somebody, on the screens: seen, ended, and set at a mark."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from groups.alert_rules import MOST, AlertWay, Usually
from handlers.commands import Alert, Coming, Item, Unsubscribe
from handlers.screens.caller import Caller, Standing, WatchedFacts
from handlers.screens.entrances import to_alerts
from handlers.screens.frames import (
    AddAlert,
    Alerts,
    AlertView,
    Commodities,
    Places,
    PriceKey,
    Purpose,
    WatchMark,
    WatchSide,
    WatchUnits,
    WatchView,
)
from prices.answers import PriceAnswer
from prices.estimates import Confidence
from prices.kinds import PriceType
from tests.handlers.screens.account import (
    MILK,
    WEEKLY,
    AccountFacts,
    after,
    at,
    caller,
    pressed,
    shown,
)
from tests.handlers.screens.fakes import (
    GITHUNGURI,
    MOLO,
    NAKURU,
    NAKURU_COUNTY,
    NOON,
    PLACES,
    estimate,
    own_price,
)

FARM, WHOLESALE = PriceType.FARM_GATE, PriceType.WHOLESALE
OVER_50 = WatchedFacts(4, PriceKey("milk", NAKURU), FARM, AlertWay.ABOVE, Decimal(50))
BAGS = WatchedFacts(
    7, PriceKey("maize", MOLO), WHOLESALE, AlertWay.BELOW, Decimal(3600), "bag_90kg", Decimal(90)
)
UNUSUAL = WatchedFacts(9, PriceKey("milk", NAKURU), FARM, AlertWay.UNUSUAL)
ALL = (OVER_50, BAGS, UNUSUAL)
PRICES: dict[tuple[str, int], PriceAnswer] = {
    ("milk", NAKURU): own_price("milk", PLACES[NAKURU]),
    ("maize", MOLO): own_price("maize", PLACES[MOLO]),
}
MARK = WatchMark("milk", NAKURU)
UNKNOWN = Standing(FARM)
IN_BAGS = WatchMark("maize", MOLO, "bag_90kg")


@dataclass(frozen=True)
class At(AccountFacts):
    """A price that stands as it is said here, and what is usual."""

    stands: Standing = UNKNOWN
    usual: Usually | None = None

    def standing(self, commodity: str, place_id: int, price_type: PriceType | None) -> Standing:
        return self.stands

    def usually(self, commodity: str, place_id: int, price_type: PriceType) -> Usually | None:
        return self.usual


def where(
    stands: Standing, usual: Usually | None = None, marks: Sequence[WatchedFacts] = ALL
) -> Caller:
    """Somebody on the line where a price stands so."""
    return replace(caller(), facts=At(marks=marks, stands=stands, usual=usual))


def at_home() -> Caller:
    return caller(weekly=WEEKLY[:1], marks=ALL, prices=PRICES)


# The list


def test_weekly_and_watched_prices_are_one_list() -> None:
    frame = to_alerts(at_home()).frame
    assert frame == Alerts((MILK, 4, 7, 9))
    assert shown(at(frame), at_home()) == (
        "Your alerts:\n1 Milk, Githunguri weekly\n2 Milk, Nakuru over 50\n"
        "3 Maize, Molo under 3,600/90 kg bag\n4 Milk, Nakuru unusual\n8 Add 0 Back"
    )
    assert pressed(at(frame), "1", at_home()).state.frame == AlertView(*MILK)
    assert pressed(at(frame), "3", at_home()).state.frame == WatchView(7)


def test_a_county_is_told_from_its_market() -> None:
    county = replace(OVER_50, id=5, price=PriceKey("milk", NAKURU_COUNTY))
    on_the_line = caller(marks=[OVER_50, county])
    assert shown(at(to_alerts(on_the_line).frame), on_the_line).splitlines()[1:3] == [
        "1 Milk, Nakuru over 50",
        "2 Milk, Nakuru county over 50",
    ]


def test_many_have_pages() -> None:
    marks = [replace(OVER_50, id=id_) for id_ in range(1, MOST + 1)]
    on_the_line = caller(marks=marks)
    first = at(to_alerts(on_the_line).frame)
    assert shown(first, on_the_line).endswith("\n5 Milk, Nakuru over 50\n8 Add 9 More 0 Back")
    second = pressed(first, "9", on_the_line).state
    assert second.frame == Alerts((6, 7, 8, 9, 10))
    assert pressed(second, "2", on_the_line).state.frame == WatchView(7)


# One of them


def test_one_is_looked_at_and_ended() -> None:
    state = at(to_alerts(at_home()).frame, WatchView(4))
    assert shown(state, at_home()) == (
        "Milk, Nakuru, farm gate\nText when KES 50/L or more\nNow KES 47/L, 6 reports, today.\n"
        "1 Stop this alert\n0 Back 00 Home"
    )
    ended = pressed(state, "1", at_home())
    milk = Item(commodity="milk", place_id=NAKURU)
    assert ended.command == Unsubscribe((milk,), Coming.ALERTS, 4)
    assert (ended.ends, ended.state.frame) == (False, Alerts((MILK, 4, 7, 9)))
    assert "over 50" not in shown(ended.state, caller(weekly=WEEKLY, marks=ALL[1:]), "Saved.")
    assert after(state, "2", at_home()).startswith("Not on the list. Press a number:\n")


def test_the_price_stands_in_the_unit_of_the_mark() -> None:
    assert shown(at(WatchView(7)), at_home()) == (
        "Maize, Molo, wholesale\nText when KES 3,600/90 kg bag or less\n"
        "Now KES 4,230/90 kg bag, 6 reports, today.\n1 Stop this alert\n0 Back 00 Home"
    )


OLD = replace(
    estimate("47", "45", "49"), confidence=Confidence.OLD, newest_at=NOON - timedelta(days=20)
)


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        (Standing(FARM), "No price from people there yet."),
        (Standing(FARM, OLD), "Last told: KES 47/L, 6 reports, 4 Nov."),
        (
            Standing(FARM, estimate("47", "45", "49"), markets=5),
            "Now KES 47/L, 6 reports, 5 markets, today.",
        ),
        (
            Standing(FARM, estimate("47", "45", "49", is_demo=True)),
            "Now KES 47/L, 6 reports, today.\nDemo data, not real",
        ),
    ],
)
def test_how_good_the_price_is_is_said(stands: Standing, said: str) -> None:
    assert f"\n{said}\n" in shown(at(WatchView(4)), where(stands))


@pytest.mark.parametrize(
    ("usual", "said"),
    [
        (None, "Usual not known yet."),
        (Usually(Decimal(44), 0.2, date(2026, 11, 1)), "Usual for November 44."),
        (Usually(Decimal(44), 0.2), "The last weeks 44."),
    ],
)
def test_who_waits_for_what_is_unusual_sees_what_is_usual(usual: Usually | None, said: str) -> None:
    on_the_line = where(Standing(FARM, estimate("47", "45", "49")), usual)
    assert shown(at(WatchView(9)), on_the_line) == (
        "Milk, Nakuru, farm gate\nText when far from usual\nNow KES 47/L, 6 reports, today.\n"
        f"{said}\n1 Stop this alert\n0 Back 00 Home"
    )
    assert said not in shown(at(WatchView(4)), on_the_line)


def test_an_alert_that_ended_says_so() -> None:
    assert shown(at(WatchView(99)), at_home()) == (
        "This price is not watched for you.\n0 Back 00 Home"
    )
    assert pressed(at(WatchView(99)), "1", at_home()).command is None


def test_who_wants_no_messages_is_told_that_none_come() -> None:
    off = "All messages are off until you send START."
    on_the_line = replace(at_home(), is_out=True)
    assert shown(at(WatchView(4)), on_the_line) == (
        "Milk, Nakuru\nText when KES 50/L or more\nNow KES 47/L, 6 reports, today.\n"
        f"{off}\n1 Stop this alert\n0 Back 00 Home"
    )


# Another one


def test_it_is_asked_which_of_the_two() -> None:
    state = at(to_alerts(at_home()).frame, AddAlert())
    assert shown(state, at_home()) == (
        "What shall we text you?\n1 Weekly prices\n2 Tell me at a price\n0 Back 00 Home"
    )
    for key, purpose in (("1", Purpose.SUBSCRIBE), ("2", Purpose.WATCH)):
        commodities = pressed(state, key, at_home()).state
        assert isinstance(commodities.frame, Commodities)
        assert commodities.frame.purpose is purpose
        places = pressed(commodities, "1", at_home()).state.frame
        assert isinstance(places, Places)
        assert (places.purpose, places.commodity) == (purpose, "milk")
    assert after(state, "3", at_home()).startswith("Not on the list. Press a number:\n")


def test_whoever_watches_as_much_as_may_be_first_ends_one() -> None:
    on_the_line = caller(marks=[replace(OVER_50, id=id_) for id_ in range(MOST)])
    step = pressed(at(AddAlert()), "2", on_the_line)
    assert step.state.frame == AddAlert()
    assert step.notice == "10 prices are watched for you, and that is the most."
    assert isinstance(pressed(at(AddAlert()), "1", on_the_line).state.frame, Commodities)


def test_a_market_is_watched_or_a_whole_county() -> None:
    state = at(Places(Purpose.WATCH, (NAKURU_COUNTY, GITHUNGURI), "milk"))
    market = pressed(state, "2", at_home())
    assert market.state.frame == WatchMark("milk", GITHUNGURI)
    county = pressed(state, "1", at_home()).state
    assert shown(county, at_home()).splitlines()[1:3] == ["1 All of Nakuru", "2 Nakuru"]
    assert pressed(county, "1", at_home()).state.frame == WatchMark("milk", NAKURU_COUNTY)


def test_the_price_now_stands_above_the_question() -> None:
    assert shown(at(MARK), at_home()) == (
        "Milk, Nakuru, farm gate\nNow KES 47/L, 6 reports, today.\n"
        "Text you at which price per litre? Type it:\n01 When it is unusual 02 Other unit\n"
        "0 Back 00 Home"
    )


def alert(mark: str | None, *, is_above: bool | None, frame: WatchMark = MARK) -> Alert:
    """What a key leads to."""
    own, price_type = ("litre", FARM) if frame.commodity == "milk" else ("kg", WHOLESALE)
    item = Item(
        commodity=frame.commodity,
        place_id=frame.place_id,
        price_type=price_type,
        price=None if mark is None else Decimal(mark),
        unit=None if mark is None else frame.unit or own,
    )
    return Alert(item, is_above)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("50", alert("50", is_above=True)),
        ("KES 46.50", alert("46.50", is_above=False)),
        ("16", alert("16", is_above=False)),
        ("01", alert(None, is_above=None)),
    ],
)
def test_it_is_watched_towards_the_mark(typed: str, command: Alert) -> None:
    step = pressed(at(MARK), typed, at_home())
    assert (step.command, step.ends) == (command, True)


@pytest.mark.parametrize("typed", ["47", "500", "4.70", "9999999"])
def test_where_the_side_is_not_plain_it_is_asked(typed: str) -> None:
    """The price stands there, or so far off that another unit may be meant, or a slip."""
    step = pressed(at(MARK), typed, at_home())
    assert step.state.frame == WatchSide(MARK, Decimal(typed))
    for key, is_above in (("1", True), ("2", False)):
        settled = pressed(step.state, key, at_home())
        assert (settled.command, settled.ends) == (alert(typed, is_above=is_above), True)
    assert pressed(step.state, "0", at_home()).state.frame == MARK
    assert after(step.state, "3", at_home()).startswith("Not on the list. Press a number:\n")


def test_a_far_mark_is_shown_beside_the_price() -> None:
    assert after(at(MARK), "500", at_home()) == (
        "Milk, Nakuru, farm gate\nNow KES 47/L, 6 reports, today.\n"
        "1 Text when KES 500/L or more\n2 Text when KES 500/L or less\n0 Back 00 Home"
    )


@pytest.mark.parametrize("stands", [Standing(FARM), Standing(FARM, OLD)])
def test_without_a_fresh_price_the_side_is_asked(stands: Standing) -> None:
    step = pressed(at(MARK), "50", where(stands))
    assert step.state.frame == WatchSide(MARK, Decimal(50))


@pytest.mark.parametrize("typed", ["", "much", "0.00", "-5", "1234567890", "5*5", "x" * 1000])
def test_what_is_no_price_is_asked_again(typed: str) -> None:
    step = pressed(at(MARK), typed, at_home())
    assert step.state.frame == MARK
    assert step.notice == "That is no price we can read."


def test_a_bag_is_a_measure_too() -> None:
    maize = WatchMark("maize", MOLO)
    units = pressed(at(maize), "02", at_home()).state
    assert units.frame == WatchUnits(maize, ("kg", "litre", "bag_90kg"))
    assert "\n3 90 kg bag\n" in shown(units, at_home())
    bags = pressed(units, "3", at_home()).state
    assert bags.frame == IN_BAGS
    assert "Now KES 4,230/90 kg bag" in shown(bags, at_home())
    assert "per 90 kg bag? Type it:" in shown(bags, at_home())
    step = pressed(bags, "4500", at_home())
    assert step.command == alert("4500", is_above=True, frame=IN_BAGS)
    assert after(units, "7", at_home()).startswith("Not on the list. Press a number:\n")


def test_of_a_measure_that_nobody_knows_the_side_is_asked() -> None:
    litres = WatchMark("maize", MOLO, "litre")
    assert "Now KES 47/kg" in shown(at(litres), at_home())
    assert pressed(at(litres), "50", at_home()).state.frame == WatchSide(litres, Decimal(50))


def test_another_step_of_the_trade_is_always_named() -> None:
    long = {**PLACES, NAKURU: replace(PLACES[NAKURU], name="Kaskazini Magharibi ya Juu")}
    stands = Standing(PriceType.RETAIL, estimate("60", "55", "65", is_demo=True), markets=188)
    on_the_line = where(stands)
    vocabulary = replace(on_the_line.vocabulary, places=long)
    assert ", shops\n" in shown(at(MARK), replace(on_the_line, vocabulary=vocabulary))
