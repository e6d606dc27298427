"""Is it going up or down?"""

from dataclasses import replace
from datetime import date

import pytest

from handlers.commands import Item, PriceReport, SaleRecord, Trend
from prices.kinds import PriceType, Side
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk
from tests.prices.stories import without_range


def moves(talk: Talk, item: Item, language: str = "en") -> str:
    reply = talk.says(WANJIKU, Trend(item), language)
    assert reply is not None
    return reply


def tell(talk: Talk, price: str, who: str = OTIENO, place: str = "Nakuru") -> None:
    talk.says(who, PriceReport((talk.item("milk", place, price),)))


def test_now_against_a_week_and_a_month_ago(talk: Talk) -> None:
    for days, prices in ((0, ["40"] * 3), (23, ["50"] * 3), (7, ["43", "44", "43", "44"])):
        talk.wait(days=days)
        for who, price in zip((OTIENO, ACHIENG, MUTISO, KAMAU), prices, strict=False):
            tell(talk, price, who)
    # What people say moves a price, but not at once all the way.
    assert without_range(moves(talk, talk.item("milk", "Nakuru"))) == (
        "MILK Nakuru farm gate KES 45/L (range), 4 reports, today. "
        "Down 4 in a week, from 49. Up 5 in a month, from 40. "
        "What is usual for the season is not known."
    )
    assert moves(talk, talk.item("milk", "Nakuru"), "sw").endswith(
        "Imeshuka 4 kwa wiki, kutoka 49. Imepanda 5 kwa mwezi, kutoka 40. "
        "Bei ya kawaida ya msimu haijulikani."
    )


def test_no_change(talk: Talk) -> None:
    tell(talk, "47")
    talk.wait(days=7)
    tell(talk, "47", ACHIENG)
    assert moves(talk, talk.item("milk", "Nakuru")).endswith(
        "No change in a week, from 47. What is usual for the season is not known."
    )


def test_a_first_price_has_nothing_to_be_compared_with(talk: Talk) -> None:
    tell(talk, "47")
    assert moves(talk, talk.item("milk", "Nakuru")) == (
        "MILK Nakuru farm gate KES 47/L, 1 report, today. No earlier price to compare."
    )


def test_only_the_same_place_is_compared(talk: Talk) -> None:
    tell(talk, "60", MUTISO, "Molo")
    talk.wait(days=7)
    tell(talk, "47")
    assert "Molo" not in moves(talk, talk.item("milk", "Nakuru"))
    assert "No earlier price" in moves(talk, talk.item("milk", "Nakuru"))


def test_a_published_series_against_its_own_past(talk: Talk) -> None:
    for month, price in [((2026, 10), "75"), ((2026, 9), "70"), ((2025, 10), "80")]:
        talk.publish("milk", "Lodwar", price, date(*month, 15))
    assert moves(talk, talk.item("milk", "Lodwar")) == (
        "MILK Lodwar shops KES 75/L in October (WFP, monthly). "
        "Up 5 on the month before, from 70. Down 5 on the year before, from 80."
    )


def test_a_month_that_is_missing_is_not_made_up(talk: Talk) -> None:
    talk.publish("milk", "Lodwar", "75", date(2026, 10, 15))
    talk.publish("milk", "Lodwar", "60", date(2026, 7, 15))
    assert moves(talk, talk.item("milk", "Lodwar")).endswith("No earlier price to compare.")


def test_nobody_knows(talk: Talk) -> None:
    assert moves(talk, talk.item("milk", "Lodwar")) == (
        "We cannot tell how milk prices move in Lodwar: too few reports. "
        "Sold or bought there? Reply MILK LODWAR and your price"
    )


def both_sides(talk: Talk) -> None:
    for who, price, side in (
        (OTIENO, "46", Side.SELLS),
        (KAMAU, "46", Side.SELLS),
        (ACHIENG, "44", Side.BUYS),
        (MUTISO, "44", Side.BUYS),
    ):
        item = replace(talk.item("milk", "Nakuru", price), side=side)
        talk.says(who, SaleRecord((item,)))


def test_what_sellers_and_buyers_say(talk: Talk) -> None:
    both_sides(talk)
    asked = talk.item("milk", "Nakuru")
    assert moves(talk, asked).endswith(
        "No earlier price to compare. Sellers say 46, buyers pay 44."
    )
    assert moves(talk, asked, "sw").endswith("Wauzaji husema 46, wanunuzi hulipa 44.")
    assert moves(talk, asked, "es").endswith("Venden a 46, compran a 44.")
    assert moves(talk, asked, "fr").endswith("On vend à 46, on achète à 44.")


def test_the_sides_go_where_there_is_no_room(talk: Talk) -> None:
    tell(talk, "44")
    talk.wait(days=23)
    tell(talk, "48")
    talk.wait(days=7)
    both_sides(talk)
    reply = moves(talk, talk.item("milk", "Nakuru"))
    assert "in a week" in reply
    assert "in a month" in reply
    assert len(reply) <= 160


def test_demo_prices_have_no_sides(talk: Talk) -> None:
    both_sides(talk)
    talk.subscriber(WANJIKU).is_demo = True
    tell(talk, "45", WANJIKU)
    assert "Sellers" not in moves(talk, talk.item("milk", "Nakuru"))


def test_demo_figures_are_marked(talk: Talk) -> None:
    talk.subscriber(OTIENO).is_demo = True
    tell(talk, "47")
    assert moves(talk, talk.item("milk", "Nakuru")).startswith("DEMO MILK Nakuru")


def test_what_is_missing_is_asked_for(talk: Talk) -> None:
    assert moves(talk, Item("milk")) == "Which place? Send: TREND MILK NAIROBI"


def publish_years(talk: Talk, place: str, first_year: int, last: date, commodity: str) -> None:
    """40 every month, 60 in November, up to a month."""
    for number in range(first_year * 12, last.year * 12 + last.month):
        month = date(number // 12, number % 12 + 1, 15)
        talk.publish(commodity, place, "60" if month.month == 11 else "40", month)


def tell_in_shops(talk: Talk, price: str, who: str = OTIENO, place: str = "Nakuru") -> None:
    item = replace(talk.item("milk", place, price), price_type=PriceType.RETAIL)
    talk.says(who, PriceReport((item,)))


def in_shops(talk: Talk, place: str = "Nakuru") -> Item:
    return replace(talk.item("milk", place), price_type=PriceType.RETAIL)


@pytest.mark.parametrize(
    ("price", "stands"),
    [
        ("60", "About as usual."),
        ("60.50", "About as usual."),
        ("62", "Above usual."),
        ("65", "Far above usual."),
        ("70", "Far above usual, as in a shortage."),
        ("58", "Below usual."),
        ("56", "Far below usual."),
        ("45", "Far below usual, as in a glut."),
    ],
)
def test_what_is_usual_for_the_month(talk: Talk, price: str, stands: str) -> None:
    publish_years(talk, "Nakuru", 2022, date(2026, 10, 15), "milk")
    for who in (OTIENO, ACHIENG, MUTISO, KAMAU):
        tell_in_shops(talk, price, who)
    reply = without_range(moves(talk, in_shops(talk)))
    assert reply.startswith("MILK Nakuru shops KES ")
    assert reply.endswith(
        f"/L (range), 4 reports, today. Usual for November 60 (4 years). {stands}"
    )


def test_what_is_usual_in_every_language(talk: Talk) -> None:
    publish_years(talk, "Nakuru", 2022, date(2026, 10, 15), "milk")
    tell_in_shops(talk, "70")
    told = {language: moves(talk, in_shops(talk), language) for language in ("sw", "es", "fr")}
    assert "Kawaida ya Novemba ni 60 (miaka 4). Juu sana kuliko kawaida, kama" in told["sw"]
    assert "Lo usual en noviembre: 60 (4 años). Mucho mas caro que lo usual" in told["es"]
    assert "Habituel en novembre : 60 (4 ans). Bien plus cher que d'habitude" in told["fr"]


def test_what_is_usual_at_a_neighbour_is_named_and_judges_nothing(talk: Talk) -> None:
    publish_years(talk, "Molo", 2022, date(2026, 10, 15), "milk")
    tell_in_shops(talk, "90")
    told = moves(talk, in_shops(talk))
    assert "Usual for November 60 (Molo, " in told
    assert told.endswith(" km, 4 years).")


def test_what_is_usual_for_a_published_month(talk: Talk) -> None:
    publish_years(talk, "Lodwar", 2022, date(2026, 9, 15), "milk")
    talk.publish("milk", "Lodwar", "55", date(2026, 10, 15))
    assert moves(talk, talk.item("milk", "Lodwar")) == (
        "MILK Lodwar shops KES 55/L in October (WFP, monthly). "
        "Up 15 on the month before, from 40. Usual Oct 40 (4 years). "
        "Far above usual, as in a shortage."
    )


def test_shops_beside_the_farm_gate(talk: Talk) -> None:
    tell(talk, "47")
    tell_in_shops(talk, "62")
    assert "Shops 62, 15 above." in moves(talk, talk.item("milk", "Nakuru"))
    assert "Farm gate 47, 15 below." in moves(talk, in_shops(talk))
    assert "Dukani 62, 15 zaidi." in moves(talk, talk.item("milk", "Nakuru"), "sw")
    tell_in_shops(talk, "47", place="Molo")
    tell(talk, "47", place="Molo")
    assert "Shops 47, the same." in moves(talk, talk.item("milk", "Molo"))


def test_what_was_made_up_is_not_held_against_what_was_said(talk: Talk) -> None:
    tell(talk, "47")
    talk.subscriber(MUTISO).is_demo = True
    tell_in_shops(talk, "62", MUTISO)
    assert "Shops" not in moves(talk, talk.item("milk", "Nakuru"))
