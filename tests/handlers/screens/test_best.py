"""Where to sell: the best offers with what comes off them, honestly side by side."""

from dataclasses import replace
from decimal import Decimal

import pytest

from handlers.commands import BestMarket, Item
from handlers.screens.frames import Amount, BestMarkets, Places, PriceView, Purpose
from prices.kinds import Buyer, PriceType
from prices.netback import Terms
from tests.handlers.screens.fakes import MOLO, NAKURU, NAKURU_COUNTY, NJORO_WARD, PLACES
from tests.handlers.screens.selling import (
    AT_HOME,
    PROCESSOR,
    TRADER,
    of_reports,
    offer,
    on_the_line,
    pressed,
    seen,
    sold,
)

FROM_NJORO = BestMarkets("milk", NJORO_WARD)
FROM_COUNTY = BestMarkets("milk", NAKURU_COUNTY)


def text(*offers: object, language: str = "en", **more: object) -> str:
    """What somebody in Njoro sees."""
    caller = on_the_line(language, selling=sold(*offers, **more))  # type: ignore[arg-type]
    return seen(FROM_NJORO, caller)


def test_the_best_three() -> None:
    assert text(TRADER, PROCESSOR, AT_HOME) == (
        "Milk from Njoro, 20 L, net/L\n"
        "Molo trader KES 48\n"
        "50 less 2 bus, cash\n"
        "Nakuru KCC 45, paid in 14 days\n"
        "Njoro 44\n"
        "4 reports each, today\n"
        "2 SMS me\n"
        "0 Back 00 Home"
    )


def test_in_swahili_there_is_room_for_two() -> None:
    assert text(TRADER, PROCESSOR, AT_HOME, language="sw") == (
        "Maziwa toka Njoro, 20 L, unapata/L\n"
        "Molo mchuuzi KES 48\n"
        "50 toa 2 matatu\n"
        "Nakuru KCC 45, malipo siku 14\n"
        "ripoti 4 kila moja, leo\n"
        "2 Nitumie SMS\n"
        "0 Rudi 00 Mwanzo"
    )


def test_in_spanish_and_french() -> None:
    assert text(TRADER, language="es").startswith(
        "Milk desde Njoro, 20 L, neto/L\nMolo comerciante KES 48\n"
        "50 menos 2 de bus, 25 km, al contado\n4 reportes, hoy\n"
    )
    assert text(TRADER, language="fr").startswith(
        "Milk depuis Njoro, 20 L, net/L\nMolo commercant 48 KES\n"
        "50 moins 2 de bus, 25 km, comptant\n4 relevés, aujourd'hui\n"
    )


def test_one_offer_leaves_room_for_all_there_is_to_say() -> None:
    assert text(TRADER) == (
        "Milk from Njoro, 20 L, net/L\n"
        "Molo trader KES 48\n"
        "50 less 2 bus, 25 km, cash\n"
        "4 reports, today\n"
        "1 Price\n"
        "2 SMS me\n"
        "8 Other place\n"
        "0 Back 00 Home"
    )


def test_who_pays_best_comes_first_as_the_figures_are_told() -> None:
    # 46.43 is told as 46: a rounder 46.20 leaves more of what is told.
    near, far = offer("46.43", PLACES[NAKURU]), offer("46.20", PLACES[MOLO])
    lines = text(near, far).splitlines()
    assert lines[1:3] == ["Molo KES 46.20, 25 km", "Nakuru 46, 25 km"]


def test_at_home_nothing_comes_off() -> None:
    assert "\nNjoro KES 44\n4 reports, today\n" in text(AT_HOME)


def test_what_comes_off_adds_up() -> None:
    netback = replace(TRADER.netback, rejected=Decimal(5), bonus=Decimal(2))
    paid = replace(TRADER, netback=netback, terms=Terms())
    assert "\nMolo trader KES 45\n50 less 5 rejected plus 2 bonus less 2 bus, 25 km\n" in text(paid)


def test_another_step_of_the_trade_is_named() -> None:
    wholesale = offer("60", buyer=Buyer.TRADER, price_type=PriceType.WHOLESALE)
    eater = offer("70", buyer=Buyer.DIRECT, price_type=PriceType.RETAIL)
    assert text(eater, wholesale).splitlines()[1:3] == [
        "Molo direct KES 70, 25 km", "Molo trader wholesale 60, 25 km",
    ]  # fmt: skip


def test_ages_that_differ_are_told_by_the_oldest() -> None:
    older = replace(AT_HOME, estimate=of_reports(1, days_old=2))
    assert "\n1-4 reports each, 2 days old at most\n" in text(TRADER, older)
    yesterday = replace(AT_HOME, estimate=of_reports(1, days_old=1))
    assert "\n1-4 reports each, 1 day old at most\n" in text(TRADER, yesterday)


def test_only_what_is_shown_is_counted() -> None:
    many, one = replace(PROCESSOR, estimate=of_reports(9)), replace(AT_HOME, estimate=of_reports(1))
    shown = text(TRADER, many, one, language="sw")
    assert "Njoro 44" not in shown
    assert "\nripoti 4-9 kila moja, leo\n" in shown


def test_it_is_said_when_going_farther_pays_nothing() -> None:
    dear = offer("60", PLACES[NJORO_WARD], 0)
    far = offer("50", less="2")
    assert "\nThe nearest is best.\n" in text(dear, far)
    assert "nearest" not in text(TRADER, AT_HOME)


def test_demo_figures_are_marked() -> None:
    made_up = replace(TRADER.estimate, is_demo=True)
    assert "\nDemo data, not real\n" in text(replace(TRADER, estimate=made_up))
    assert "\nDemo data, not real\n" in text(TRADER, is_demo=True)
    shown = text(replace(TRADER, estimate=made_up), PROCESSOR)
    assert "\nDEMO\n" in shown or "\nDemo data, not real\n" in shown


def test_of_a_county_nothing_is_taken_off() -> None:
    caller = on_the_line(selling=sold(offer("50", km=0), AT_HOME, quantity=None))
    assert seen(FROM_COUNTY, caller).startswith(
        "Milk near Nakuru county, per L before transport\nMolo KES 50\nNjoro 44\n"
        "4 reports each, today\n"
    )


def test_nobody_told_anything() -> None:
    assert seen(FROM_NJORO, on_the_line()) == (
        "Nobody told a milk price within 100 km of Njoro this week.\n"
        "1 Price\n3 Report a price\n8 Other place\n0 Back 00 Home"
    )
    assert "3 Report" not in seen(FROM_COUNTY, on_the_line())


def test_a_notice_is_read_above_the_answer() -> None:
    caller = on_the_line(selling=sold(TRADER, PROCESSOR, AT_HOME))
    shown = seen(FROM_NJORO, caller, "Sent by SMS.")
    assert shown.startswith("Sent by SMS.\nMilk from Njoro, 20 L, net/L\nMolo trader")
    assert "\n2 SMS me\n" in shown


def test_where_its_keys_lead() -> None:
    caller = on_the_line(selling=sold(TRADER))
    assert pressed(FROM_NJORO, "1", caller).state.frame == PriceView("milk", NJORO_WARD)
    by_text = pressed(FROM_NJORO, "2", caller)
    assert by_text.command == BestMarket(Item(commodity="milk", place_id=NJORO_WARD))
    assert (by_text.by_text, by_text.state.frame) == (True, FROM_NJORO)
    assert pressed(FROM_NJORO, "3", caller).state.frame == Amount("milk", NJORO_WARD)
    elsewhere = pressed(FROM_NJORO, "8", caller).state.frame
    assert isinstance(elsewhere, Places)
    assert (elsewhere.purpose, elsewhere.commodity) == (Purpose.SELL, "milk")


@pytest.mark.parametrize("key", ["4", "9", "", "milk", "*"])
def test_another_key_is_asked_again(key: str) -> None:
    step = pressed(FROM_NJORO, key, on_the_line(selling=sold(TRADER)))
    assert (step.state.frame, step.notice) == (FROM_NJORO, "Not on the list. Press a number:")


def test_nobody_reports_the_price_of_a_county() -> None:
    assert pressed(FROM_COUNTY, "3", on_the_line()).notice == "Not on the list. Press a number:"


def test_it_is_looked_up_once() -> None:
    caller = on_the_line(selling=sold(TRADER, PROCESSOR, AT_HOME))
    seen(FROM_NJORO, caller)
    assert caller.facts.asked == [("milk", NJORO_WARD)]  # type: ignore[attr-defined]
