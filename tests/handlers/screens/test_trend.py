"""Up or down: the price now, beside what it was and what is usual."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from handlers.commands import Item, Trend
from handlers.screens.frames import Amount, Places, PriceView, Purpose, TrendView
from prices.comparisons import OtherStep, OwnTrend, PublishedTrend
from prices.kinds import PriceType
from tests.handlers.screens.fakes import KENYA, MOLO, NAKURU, NAKURU_COUNTY, PLACES
from tests.handlers.screens.selling import (
    KNOWN,
    NOVEMBER,
    RISEN,
    on_the_line,
    pressed,
    published_trend,
    seen,
)

AT_NAKURU = TrendView("milk", NAKURU)
BARE = OwnTrend(RISEN.now, None, None, None, None, None)


def text(moved: OwnTrend | PublishedTrend | None, language: str = "en") -> str:
    """What somebody who asks for milk at Nakuru sees."""
    return seen(AT_NAKURU, on_the_line(language, moved=moved))


def test_now_against_what_it_was_and_what_is_usual() -> None:
    assert text(RISEN) == (
        "Milk, Nakuru, 1 litre\n"
        "Farm gate KES 47 (45-49)\n"
        "6 reports, today\n"
        "Last week 45, up 2\n"
        "Last month 49.50, down 2.50\n"
        "Usual Nov 44\n"
        "Shops 62\n"
        "2 SMS me\n"
        "0 Back 00 Home"
    )


def test_in_swahili() -> None:
    assert text(RISEN, "sw").startswith(
        "Maziwa, Nakuru, lita 1\nShambani KES 47\nripoti 6, leo\n"
        "Wiki jana 45, imepanda 2\nMwezi jana 49.50, imeshuka 2.50\nKawaida Nov 44\n"
    )


def test_in_spanish_and_french() -> None:
    shown = replace(RISEN, month_ago=None, other_step=None)
    assert "\nHace 7 dias 45, sube 2\nUsual nov 44 (4 años)\n" in text(shown, "es")
    assert "\nIl y a 7 j 45, en hausse de 2\nHabituel nov 44 (4 ans)\n" in text(shown, "fr")


def test_where_there_is_room_more_is_told() -> None:
    assert text(replace(RISEN, month_ago=None)) == (
        "Milk, Nakuru, 1 litre\n"
        "Farm gate KES 47 (45-49)\n"
        "6 reports, today\n"
        "Last week 45, up 2\n"
        "Usual Nov 44 (4 years)\n"
        "Far above usual.\n"
        "Shops 62\n"
        "2 SMS me\n"
        "0 Back 00 Home"
    )
    sides = text(replace(BARE, week_ago=Decimal(45), sides=RISEN.sides))
    assert "\nLast week 45, up 2\nUsual price not known\nSellers 46, buyers 44\n" in sides
    alone = text(replace(BARE, usual=NOVEMBER))
    assert "\nUsual Nov 44 (4 years)\nFar above usual.\n" in alone
    assert "\n1 Price\n2 SMS me\n8 Other place\n0 Back 00 Home" in alone


def test_no_change() -> None:
    assert "\nLast week 47, no change\n" in text(replace(BARE, week_ago=Decimal("47.11")))


def test_by_how_much_is_reckoned_from_what_is_told() -> None:
    # 46.43 is told as 46: whoever subtracts finds 1.
    assert "\nLast week 46, up 1\n" in text(replace(BARE, week_ago=Decimal("46.43")))


def test_a_first_price_has_nothing_to_be_compared_with() -> None:
    assert "\n6 reports, today\nNo earlier price to compare.\n1 Price\n" in text(BARE)


def test_a_usual_price_that_nobody_knows_is_said() -> None:
    shown = text(replace(BARE, week_ago=Decimal(45)))
    assert "\nLast week 45, up 2\nUsual price not known\n" in shown


def test_what_is_usual_elsewhere_is_named_and_judges_nothing() -> None:
    elsewhere = replace(NOVEMBER, place=PLACES[MOLO], distance_km=31.2)
    shown = text(replace(BARE, usual=elsewhere))
    assert "\nUsual Nov 44 (Molo, 31 km, 4 years)\n" in shown
    assert "Far above" not in shown
    assert "\nUsual Nov 44 (Molo)\n" in text(replace(RISEN, usual=elsewhere))
    of_months = replace(KNOWN, years=None, months=18)
    of_county = replace(NOVEMBER, place=PLACES[NAKURU_COUNTY], norm=of_months, markets=3)
    assert "\nUsual Nov 44 (Nakuru, 3 markets, 18 months)\n" in text(replace(BARE, usual=of_county))


def test_of_a_county_its_markets_are_counted() -> None:
    county = replace(BARE, now=replace(BARE.now, place=PLACES[NAKURU_COUNTY], markets=4))
    assert "\n6 reports, 4 markets, today\n" in text(county)


def test_demo_prices_are_marked() -> None:
    made_up = replace(RISEN.now.estimate, is_demo=True)
    shown = text(replace(RISEN, now=replace(RISEN.now, estimate=made_up)))
    assert "\nDEMO\n" in shown
    shown = text(replace(BARE, now=replace(BARE.now, estimate=made_up)))
    assert "\nDemo data, not real\n" in shown


def test_a_published_series_against_its_own_past() -> None:
    assert text(published_trend()) == (
        "Milk, Nakuru, 1 litre\n"
        "Shops KES 75\n"
        "in October (WFP)\n"
        "Month before 70, up 5\n"
        "Year before 80, down 5\n"
        "Usual price not known\n"
        "2 SMS me\n"
        "8 Other place\n"
        "0 Back 00 Home"
    )


def test_a_published_price_of_another_thing_elsewhere_is_named() -> None:
    there = published_trend()
    now = replace(there.now, commodity="milk_processed", place=PLACES[KENYA], distance_km=39.7)
    assert text(replace(there, now=now)).startswith(
        "Milk, Nakuru, 1 litre\nPacket milk, Kenya, 40 km\nShops KES 75\nin October (WFP)\n"
        "Month before 70, up 5\nYear before 80, down 5\n"
    )


def test_a_month_is_cut_before_a_figure_is() -> None:
    there = published_trend()
    now = replace(there.now, source="A long-named source", priced_on=date(2025, 9, 15))
    shops = OtherStep(PriceType.WHOLESALE, Decimal(60))
    long = replace(there, now=now, usual=NOVEMBER, other_step=shops)
    assert (
        "\nShops KES 75\nSep 2025 (A long.)\nMonth before 70, up 5\nYear before 80, down 5\n"
        "Usual Nov 44\nWholesale 60\n"
    ) in text(long)


def test_nobody_can_tell() -> None:
    assert text(None) == (
        "We cannot tell how milk prices move in Nakuru: too few reports.\n"
        "1 Price\n3 Report a price\n8 Other place\n0 Back 00 Home"
    )


def test_a_notice_is_read_above_the_answer() -> None:
    shown = seen(AT_NAKURU, on_the_line(moved=RISEN), "Sent by SMS.")
    assert shown.startswith("Sent by SMS.\nMilk, Nakuru, 1 litre\nFarm gate KES 47\n")


def test_where_its_keys_lead() -> None:
    caller = on_the_line(moved=RISEN)
    assert pressed(AT_NAKURU, "1", caller).state.frame == PriceView("milk", NAKURU)
    by_text = pressed(AT_NAKURU, "2", caller)
    assert by_text.command == Trend(Item(commodity="milk", place_id=NAKURU))
    assert (by_text.by_text, by_text.state.frame) == (True, AT_NAKURU)
    assert pressed(AT_NAKURU, "3", caller).state.frame == Amount("milk", NAKURU)
    elsewhere = pressed(AT_NAKURU, "8", caller).state.frame
    assert isinstance(elsewhere, Places)
    assert (elsewhere.purpose, elsewhere.commodity) == (Purpose.PRICES, "milk")


@pytest.mark.parametrize("key", ["4", "9", "", "milk", "*"])
def test_another_key_is_asked_again(key: str) -> None:
    step = pressed(AT_NAKURU, key, on_the_line(moved=RISEN))
    assert (step.state.frame, step.notice) == (AT_NAKURU, "Not on the list. Press a number:")


def test_it_is_looked_up_once() -> None:
    caller = on_the_line(moved=RISEN)
    seen(AT_NAKURU, caller)
    assert caller.facts.asked == [("milk", NAKURU)]  # type: ignore[attr-defined]
