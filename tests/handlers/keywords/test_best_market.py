"""Where does it sell best: who pays within reach, what is left of it, honestly side by side."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import delete

from handlers.commands import BestMarket, Item, PriceReport, TransportReport
from messaging.segments import measure
from prices.kinds import Buyer, PriceType
from prices.models import BuyerTerms, TransportTariff
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk


def best(talk: Talk, item: Item, language: str = "en") -> str:
    reply = talk.says(WANJIKU, BestMarket(item), language)
    assert reply is not None
    assert measure(reply).segments == 1
    return reply


def tell(talk: Talk, place: str, *prices: str, buyer: Buyer | None = None) -> None:
    for reporter, price in zip([OTIENO, ACHIENG, MUTISO, KAMAU], prices, strict=False):
        item = replace(talk.item("milk", place, price), buyer=buyer)
        talk.says(reporter, PriceReport((item,)))


def so_much(talk: Talk, place: str, quantity: str, unit: str = "litre") -> Item:
    return replace(talk.item("milk", place), quantity=Decimal(quantity), unit=unit)


def terms(talk: Talk, place: str, buyer: Buyer, **more: object) -> None:
    values: dict[str, object] = {
        "place_id": talk.place(place).id,
        "commodity_code": "milk",
        "buyer": buyer,
        "reject_share": Decimal(0),
        "bonus": Decimal(0),
        "source": "a story",
    }
    talk.session.add(BuyerTerms(**(values | more)))
    talk.session.flush()


def test_the_best_three_with_what_comes_off_and_how_far(talk: Talk) -> None:
    tell(talk, "Molo", *["50"] * 4, buyer=Buyer.TRADER)
    tell(talk, "Nakuru", *["47"] * 4, buyer=Buyer.PROCESSOR)
    tell(talk, "Njoro", *["44"] * 4)
    tell(talk, "Gilgil", *["40"] * 4)
    assert best(talk, so_much(talk, "Njoro", "40")) == (
        "Milk, 40 L from Njoro, net per L: 1 Molo trader KES 48 (50 less 2 bus, 25 km). "
        "2 Nakuru processor 45 (14 km). 3 Njoro 44. 4 reports each, today."
    )
    assert best(talk, so_much(talk, "Njoro", "40"), "sw") == (
        "Maziwa, 40 L kutoka Njoro, baada ya usafiri, kwa L: "
        "1 Molo mchuuzi KES 48 (50 toa 2 matatu, km 25). 2 Nakuru kiwanda 45 (km 14). "
        "Ripoti 4 kila moja, leo."
    )


def test_when_the_money_comes_is_told_where_it_is_known(talk: Talk) -> None:
    tell(talk, "Molo", *["50"] * 4, buyer=Buyer.TRADER)
    tell(talk, "Nakuru", *["47"] * 3, buyer=Buyer.PROCESSOR)
    terms(talk, "Molo", Buyer.TRADER, days_to_pay=0)
    terms(talk, "Nakuru", Buyer.PROCESSOR, days_to_pay=14, name="KCC")
    assert best(talk, so_much(talk, "Njoro", "40")) == (
        "Milk, 40 L from Njoro, net per L: 1 Molo trader KES 48 (50 less 2 bus, 25 km), cash. "
        "2 Nakuru KCC 45 (14 km), pays in 14 days. 3-4 reports each, today."
    )


def test_rejects_and_bonus_are_reckoned_before_the_eyes(talk: Talk) -> None:
    tell(talk, "Nakuru", "50", buyer=Buyer.PROCESSOR)
    terms(talk, "Nakuru", Buyer.PROCESSOR, reject_share=Decimal("0.1"), bonus=Decimal(2))
    assert best(talk, so_much(talk, "Njoro", "40")) == (
        "Milk, 40 L from Njoro, net per L: 1 Nakuru processor KES 45 "
        "(50 less 5 rejected plus 2 bonus less 2 bus, 14 km). 1 report, today."
    )


def test_a_can_is_meant_where_nothing_else_is_said(talk: Talk) -> None:
    tell(talk, "Molo", "50")
    assert best(talk, talk.item("milk", "Njoro")) == (
        "Milk, 20 L from Njoro, net per L: 1 Molo KES 45 (50 less 5 bus, 25 km). 1 report, today."
    )


def test_so_much_is_understood_in_any_measure_that_is_known(talk: Talk) -> None:
    tell(talk, "Molo", "50")
    cans = best(talk, so_much(talk, "Njoro", "2", "jerrycan_20l"))
    assert cans.startswith("Milk, 2 x 20 litre jerrycan from Njoro, net per L: 1 Molo KES 48 ")
    unknown = best(talk, so_much(talk, "Njoro", "2", "wheelbarrow"))
    assert unknown.startswith("Milk, 20 L from Njoro, ")


def test_what_people_pay_on_the_road_is_what_comes_off(talk: Talk) -> None:
    tell(talk, "Molo", "50")
    start = talk.item(None, "Njoro")
    for reporter, fare in ((OTIENO, "160"), (ACHIENG, "200"), (MUTISO, "240")):
        fares = replace(talk.item("milk", "Molo", fare), quantity=Decimal(20), unit="litre")
        talk.says(reporter, TransportReport(fares, start))
    assert "1 Molo KES 40 (50 less 10 bus, 25 km)." in best(talk, talk.item("milk", "Njoro"))


def test_home_is_meant_where_no_place_is_said(talk: Talk) -> None:
    tell(talk, "Molo", "50")
    talk.subscriber(WANJIKU).home_place_id = talk.place("Njoro").id
    assert best(talk, Item("milk")).startswith("Milk, 20 L from Njoro, ")


def test_it_is_said_when_going_farther_pays_nothing(talk: Talk) -> None:
    tell(talk, "Njoro", *["48"] * 3)
    tell(talk, "Nakuru", *["50"] * 3)
    assert best(talk, talk.item("milk", "Njoro")) == (
        "Milk, 20 L from Njoro, net per L: 1 Njoro KES 48. 2 Nakuru 46 (14 km). "
        "3 reports each, today. The nearest is best."
    )


def test_one_market_alone_is_not_called_the_best(talk: Talk) -> None:
    tell(talk, "Njoro", *["50"] * 4, buyer=Buyer.TRADER)
    tell(talk, "Njoro", *["45"] * 3, buyer=Buyer.COOPERATIVE)
    assert best(talk, talk.item("milk", "Njoro")).endswith(
        "1 Njoro trader KES 50. 2 Njoro co-op 45. 3-4 reports each, today."
    )


def test_ages_are_told_apart_where_they_differ(talk: Talk) -> None:
    tell(talk, "Njoro", *["48"] * 3)
    talk.wait(days=2)
    tell(talk, "Molo", *["55"] * 3)
    assert best(talk, talk.item("milk", "Njoro")) == (
        "Milk, 20 L from Njoro, net per L: 1 Molo KES 50 (55 less 5 bus, 25 km, today). "
        "2 Njoro 48 (2 days old). 3 reports each."
    )


def test_prices_of_last_week_and_from_afar_are_left_out(talk: Talk) -> None:
    tell(talk, "Molo", "90")
    talk.wait(days=8)
    tell(talk, "Lodwar", "95")
    tell(talk, "Njoro", "45")
    reply = best(talk, talk.item("milk", "Njoro"))
    assert "Molo" not in reply
    assert "Lodwar" not in reply


def test_a_shop_is_no_buyer_unless_asked_for(talk: Talk) -> None:
    tell(talk, "Njoro", "45")
    shop = replace(talk.item("milk", "Nakuru", "70"), price_type=PriceType.RETAIL)
    talk.says(OTIENO, PriceReport((shop,)))
    assert "Nakuru" not in best(talk, talk.item("milk", "Njoro"))
    shops = replace(talk.item("milk", "Njoro"), price_type=PriceType.RETAIL)
    assert "1 Nakuru shops KES 66 (70 less 4 bus, 14 km)." in best(talk, shops)


def test_who_sells_to_the_eater_and_wholesale_are_named(talk: Talk) -> None:
    for price_type, buyer, price in (
        (PriceType.RETAIL, Buyer.DIRECT, "70"),
        (PriceType.WHOLESALE, Buyer.TRADER, "60"),
        (PriceType.WHOLESALE, None, "60"),
    ):
        place = "Njoro" if buyer else "Nakuru"
        item = replace(talk.item("milk", place, price), price_type=price_type, buyer=buyer)
        talk.says(OTIENO, PriceReport((item,)))
    reply = best(talk, so_much(talk, "Njoro", "40"))
    assert "1 Njoro direct KES 70. 2 Njoro trader wholesale 60. 3 Nakuru wholesale 58 " in reply


def test_a_county_compares_its_own_markets_before_transport(talk: Talk) -> None:
    tell(talk, "Molo", *["50"] * 4)
    tell(talk, "Njoro", *["45"] * 3)
    county = talk.vocabulary.admin1_of(talk.place("Molo").id)
    assert county is not None
    assert best(talk, Item("milk", county.id)) == (
        "Milk near Nakuru county, before transport, per L: 1 Molo KES 50. 2 Njoro 45. "
        "3-4 reports each, today."
    )


def test_where_no_tariff_is_known_nothing_comes_off(talk: Talk) -> None:
    talk.session.execute(delete(TransportTariff))
    tell(talk, "Molo", "50")
    assert best(talk, so_much(talk, "Njoro", "40")) == (
        "Milk near Njoro, before transport, per L: 1 Molo KES 50 (25 km). 1 report, today."
    )


def test_nobody_told_anything(talk: Talk) -> None:
    assert best(talk, talk.item("milk", "Lodwar")) == (
        "Nobody told a milk price within 100 km of Lodwar this week. "
        "Sold or bought there? Reply MILK LODWAR and your price"
    )


def test_demo_figures_are_marked(talk: Talk) -> None:
    talk.subscriber(OTIENO).is_demo = True
    tell(talk, "Njoro", "50")
    assert best(talk, talk.item("milk", "Njoro")).startswith("DEMO Milk, 20 L from Njoro")


def test_a_made_up_fare_is_marked_too(talk: Talk) -> None:
    tell(talk, "Nakuru", "50")
    talk.subscriber(ACHIENG).is_demo = True
    fare = replace(talk.item("milk", "Nakuru", "100"), quantity=Decimal(20), unit="litre")
    talk.says(ACHIENG, TransportReport(fare, talk.item(None, "Njoro")))
    assert best(talk, talk.item("milk", "Njoro")).startswith("DEMO Milk, 20 L from Njoro")


def test_what_is_missing_is_asked_for(talk: Talk) -> None:
    assert best(talk, Item("milk")) == "Which place? Send: BEST MILK NAIROBI"
    assert best(talk, Item("milk"), "sw") == "Mahali gani? Tuma: SOKO BORA MAZIWA NAIROBI"


@pytest.mark.parametrize("quantity", ["0", "0.001", "1000000000", "1e30"])
def test_no_quantity_breaks_it(talk: Talk, quantity: str) -> None:
    tell(talk, "Molo", "50")
    best(talk, so_much(talk, "Njoro", quantity))
