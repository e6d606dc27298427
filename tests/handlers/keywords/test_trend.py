"""Is it going up or down?"""

from datetime import date

from handlers.commands import Item, PriceReport, Trend
from tests.cast import ACHIENG, MUTISO, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk


def moves(talk: Talk, item: Item, language: str = "en") -> str:
    reply = talk.says(WANJIKU, Trend(item), language)
    assert reply is not None
    return reply


def tell(talk: Talk, price: str, who: str = OTIENO, place: str = "Nakuru") -> None:
    talk.says(who, PriceReport((talk.item("milk", place, price),)))


def test_now_against_a_week_and_a_month_ago(talk: Talk) -> None:
    tell(talk, "44")
    talk.wait(days=23)
    tell(talk, "48")
    talk.wait(days=7)
    tell(talk, "47", ACHIENG)
    assert moves(talk, talk.item("milk", "Nakuru")) == (
        "MILK Nakuru farm gate KES 47/L, 1 report, today. "
        "Down 1 in a week, from 48. Up 3 in a month, from 44."
    )
    assert moves(talk, talk.item("milk", "Nakuru"), "sw").endswith(
        "Imeshuka 1 kwa wiki, kutoka 48. Imepanda 3 kwa mwezi, kutoka 44."
    )


def test_no_change(talk: Talk) -> None:
    tell(talk, "47")
    talk.wait(days=7)
    tell(talk, "47", ACHIENG)
    assert moves(talk, talk.item("milk", "Nakuru")).endswith("No change in a week, from 47.")


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


def test_demo_figures_are_marked(talk: Talk) -> None:
    talk.subscriber(OTIENO).is_demo = True
    tell(talk, "47")
    assert moves(talk, talk.item("milk", "Nakuru")).startswith("DEMO MILK Nakuru")


def test_what_is_missing_is_asked_for(talk: Talk) -> None:
    assert moves(talk, Item("milk")) == "Which place? Send: TREND MILK NAIROBI"
