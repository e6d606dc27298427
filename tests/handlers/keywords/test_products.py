"""PRODUCTS: what a litre of milk would bring as something else, as far as prices are known."""

from decimal import Decimal

import pytest

from handlers.commands import Confirm, ProductChoice, ProductCost
from messaging.phrases import languages
from messaging.segments import measure
from prices.kinds import PriceType
from tests.cast import KAMAU, NAKATO, WANJIKU
from tests.handlers.keywords.selling import a_month, selling_group, sells, tells
from tests.handlers.keywords.talking import Talk


def asks(
    talk: Talk,
    command: ProductChoice | None = None,
    *,
    msisdn: str = WANJIKU,
    language: str = "en",
) -> str:
    reply = talk.says(msisdn, command or ProductChoice(), language)
    assert reply is not None
    size = measure(reply)
    assert (size.encoding, size.segments <= 2) == ("GSM-7", True), reply
    return reply


@pytest.fixture
def told(talk: Talk) -> Talk:
    """KIRIMA sold at 44 and 46; sour milk is told of at home, cheese at Limuru."""
    dairy = selling_group(talk)
    sells(talk, dairy, a_month(dairy))
    tells(talk, "milk_fermented", "Githunguri", 120, 110, 125)
    tells(talk, "cheese", "Limuru", 900, 1000, 950)
    return talk


def test_a_litre_by_local_prices(told: Talk) -> None:
    assert asks(told) == (
        "KIRIMA, 1 L of milk. Fresh KES 45 (your sales). Cheese 92 (950/kg in shops at Limuru, "
        "10 L a kg, less about 30 packaging). Lala or yoghurt 90 (118/L in shops, less about 24 "
        "packaging). No local price: Butter or ghee. Cheese: KES 47 a litre over fresh, before "
        "labour, fuel, the shop's share and losses."
    )


def test_the_same_in_swahili(told: Talk) -> None:
    assert asks(told, language="sw") == (
        "KIRIMA, maziwa L 1. Freshi KES 45 (mauzo yenu). Jibini 92 (950/kg dukani huko Limuru, "
        "L 10 kwa kg, toa kama 30 vifungashio). Lala au yoghurt 90 (118/L dukani, toa kama 24 "
        "vifungashio). Bila bei ya hapa: Siagi au samli. Jibini: KES 47 kwa lita zaidi ya freshi, "
        "kabla ya kazi, kuni, faida ya duka na hasara."
    )


def test_of_a_hundred_litres_with_costs_of_ones_own(told: Talk) -> None:
    command = ProductChoice(Decimal(100), (ProductCost("cheese", Decimal(200)),))
    reply = asks(told, command)
    assert reply.startswith("KIRIMA, 100 L of milk. Fresh KES 4,500 (your sales).")
    # The cheese costs them 200 a kilo: now the sour milk is better.
    assert reply.index("Lala or yoghurt 9,000") < reply.index("Cheese 7,500")
    assert asks(told).startswith("KIRIMA, 1 L")  # nothing was kept
    assert "less 200 as you said" in asks(
        told, ProductChoice(costs=(ProductCost("cheese", Decimal(200)),))
    )


def test_without_sales_what_others_get_stands_for_fresh_milk(talk: Talk) -> None:
    selling_group(talk)
    tells(talk, "milk", "Githunguri", 47, 47, 47, 47)
    tells(talk, "cheese", "Githunguri", 900, 900, 900)
    reply = asks(talk)
    assert "Fresh KES 47 (as others get)." in reply
    assert "Cheese 87 (900/kg in shops, 10 L a kg, less about 30 packaging)." in reply


def test_no_price_is_known(talk: Talk) -> None:
    selling_group(talk)
    assert asks(talk) == (
        "KIRIMA, 1 L of milk. Fresh: price not known. No local price: Lala or yoghurt, Cheese, "
        "Butter or ghee. Know one? Text SOUR MILK and its price."
    )


def test_what_brings_less_than_fresh_milk_is_no_advice(talk: Talk) -> None:
    dairy = selling_group(talk)
    sells(talk, dairy, a_month(dairy))
    tells(talk, "cheese", "Githunguri", 400, 400, 400)
    reply = asks(talk)
    assert "over fresh" not in reply
    assert reply.endswith("Before labour, fuel, the shop's share and losses.")


def test_a_wholesale_price_is_said_to_be_one(talk: Talk) -> None:
    selling_group(talk)
    tells(talk, "cheese", "Githunguri", 700, 700, 700, price_type=PriceType.WHOLESALE)
    assert "700/kg wholesale" in asks(talk)


def test_an_old_price_is_no_local_one(talk: Talk) -> None:
    selling_group(talk)
    tells(talk, "cheese", "Githunguri", 900, 900, 900)
    talk.wait(days=10)
    assert "No local price: Lala or yoghurt, Cheese" in asks(talk)


def test_what_was_made_up_is_told_to_a_demo_group_alone(talk: Talk) -> None:
    dairy = selling_group(talk)
    tells(talk, "cheese", "Githunguri", 900, 900, 900, is_demo=True)
    assert "Cheese, Butter or ghee." in asks(talk)
    dairy.group.is_demo = True
    assert asks(talk).startswith("DEMO KIRIMA, 1 L of milk. Fresh: price not known. Cheese 87")


def test_where_packaging_has_no_figure_it_is_said(talk: Talk) -> None:
    dairy = selling_group(talk)
    uganda = Talk(talk.session, talk.now, country="UG")
    dairy.group.country, dairy.group.place_id = "UG", uganda.place("Mbarara").id
    tells(uganda, "cheese", "Mbarara", 20000, 20000, 20000)
    reply = uganda.says(WANJIKU, ProductChoice(), "en")
    assert reply is not None
    assert "packaging not known" in reply


@pytest.mark.parametrize("litres", ["0", "100001"])
def test_litres_that_cannot_be(talk: Talk, litres: str) -> None:
    selling_group(talk)
    assert asks(talk, ProductChoice(Decimal(litres))) == "For how many litres? Send PRODUCTS 100"


def test_a_cost_that_cannot_be(talk: Talk) -> None:
    selling_group(talk)
    command = ProductChoice(costs=(ProductCost("cheese", Decimal(1_000_000)),))
    assert asks(talk, command) == ("That is no cost of a kilo or a litre. Send PRODUCTS CHEESE 60")


def test_no_group_and_several(talk: Talk) -> None:
    assert asks(talk, msisdn=NAKATO) == "You are in no group."
    selling_group(talk)
    selling_group(talk, "TUMAINI")
    assert asks(talk, ProductChoice(Decimal(100)), msisdn=KAMAU).startswith("Which group?")
    reply = talk.says(KAMAU, Confirm(2))
    assert reply is not None
    assert reply.startswith("TUMAINI, 100 L of milk.")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", languages())
def test_two_segments_hold_it_with_the_widest_figures(talk: Talk, language: str) -> None:
    dairy = selling_group(talk)
    dairy.group.code = "GITHUNGURIDAIRYUNI02"
    sells(talk, dairy, a_month(dairy))
    made = ("milk_fermented", "cheese", "butter")
    for commodity in made:
        tells(talk, commodity, "Limuru", 12345, 12346, 12347)
    costs = tuple(ProductCost(one, Decimal("999.25")) for one in made)
    asks(talk, ProductChoice(Decimal(100_000), costs), language=language)
    # How the best is reckoned is told up to such figures.
    reply = asks(talk, ProductChoice(Decimal(1000), costs), language=language)
    assert reply.startswith("GITHUNGURIDAIRYUNI02")
    assert reply.count("(") >= 2, reply
