"""Where does it sell best: the markets within reach, honestly side by side."""

from dataclasses import replace

from handlers.commands import BestMarket, Item, PriceReport
from prices.kinds import PriceType
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk


def best(talk: Talk, item: Item, language: str = "en") -> str:
    reply = talk.says(WANJIKU, BestMarket(item), language)
    assert reply is not None
    return reply


def tell(talk: Talk, place: str, *prices: str) -> None:
    for reporter, price in zip([OTIENO, ACHIENG, MUTISO, KAMAU], prices, strict=False):
        talk.says(reporter, PriceReport((talk.item("milk", place, price),)))


def test_the_best_three_with_distance_and_reports(talk: Talk) -> None:
    tell(talk, "Molo", "50", "50")
    tell(talk, "Nakuru", "47")
    tell(talk, "Njoro", "45")
    tell(talk, "Gilgil", "44")
    assert best(talk, talk.item("milk", "Njoro")) == (
        "MILK near Njoro, farm gate, before transport: Molo KES 50/L (25 km, 2 reports, today). "
        "Nakuru 47 (14 km, 1 report, today). Njoro 45 (1 report, today)."
    )
    assert best(talk, talk.item("milk", "Njoro"), "sw").startswith(
        "MAZIWA karibu na Njoro, shambani, kabla ya usafiri: Molo KES 50/L (km 25, ripoti 2, leo)."
    )


def test_home_is_meant_where_no_place_is_said(talk: Talk) -> None:
    tell(talk, "Molo", "50")
    talk.subscriber(WANJIKU).home_place_id = talk.place("Njoro").id
    assert best(talk, Item("milk")).startswith("MILK near Njoro, ")


def test_it_is_said_when_going_farther_pays_nothing(talk: Talk) -> None:
    tell(talk, "Njoro", "50")
    tell(talk, "Nakuru", "47")
    assert best(talk, talk.item("milk", "Njoro")) == (
        "MILK near Njoro, farm gate, before transport: Njoro KES 50/L (1 report, today). "
        "Nakuru 47 (14 km, 1 report, today). The nearest is best."
    )


def test_one_market_alone_is_not_called_the_best(talk: Talk) -> None:
    tell(talk, "Njoro", "50")
    assert best(talk, talk.item("milk", "Njoro")).endswith("Njoro KES 50/L (1 report, today).")


def test_prices_of_last_week_and_from_afar_are_left_out(talk: Talk) -> None:
    tell(talk, "Molo", "90")
    talk.wait(days=8)
    tell(talk, "Lodwar", "95")
    tell(talk, "Njoro", "45")
    reply = best(talk, talk.item("milk", "Njoro"))
    assert "Molo" not in reply
    assert "Lodwar" not in reply


def test_another_kind_of_price_is_not_compared(talk: Talk) -> None:
    tell(talk, "Njoro", "45")
    shop = replace(talk.item("milk", "Nakuru", "70"), price_type=PriceType.RETAIL)
    talk.says(OTIENO, PriceReport((shop,)))
    assert "Nakuru" not in best(talk, talk.item("milk", "Njoro"))
    shops = replace(talk.item("milk", "Njoro"), price_type=PriceType.RETAIL)
    assert best(talk, shops).startswith("MILK near Njoro, shops, before transport: Nakuru KES 70/L")


def test_a_county_compares_its_own_markets(talk: Talk) -> None:
    tell(talk, "Molo", "50")
    tell(talk, "Njoro", "45")
    county = talk.vocabulary.admin1_of(talk.place("Molo").id)
    assert county is not None
    assert best(talk, Item("milk", county.id)).startswith(
        "MILK near Nakuru county, farm gate, before transport: Molo KES 50/L (1 report, today). "
        "Njoro 45 (1 report, today)."
    )


def test_nobody_told_anything(talk: Talk) -> None:
    assert best(talk, talk.item("milk", "Lodwar")) == (
        "Nobody told a milk price within 100 km of Lodwar this week. "
        "Sold or bought there? Reply MILK LODWAR and your price"
    )


def test_demo_figures_are_marked(talk: Talk) -> None:
    talk.subscriber(OTIENO).is_demo = True
    tell(talk, "Njoro", "50")
    assert best(talk, talk.item("milk", "Njoro")).startswith("DEMO MILK near Njoro")


def test_what_is_missing_is_asked_for(talk: Talk) -> None:
    assert best(talk, Item("milk")) == "Which place? Send: BEST MILK NAIROBI"
    assert best(talk, Item("milk"), "sw") == "Mahali gani? Tuma: SOKO BORA MAZIWA NAIROBI"
