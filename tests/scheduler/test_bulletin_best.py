"""Where it is best to go, by the figures that readers are told."""

from decimal import Decimal

import pytest

from prices.kinds import Buyer, PlaceKind, PriceType
from prices.nearby import Offer, Selling
from prices.netback import Terms
from prices.vocabulary import CommodityEntry, CountryEntry, PlaceEntry, UnitEntry, Vocabulary
from scheduler.bulletin_best import Best, best_of
from scheduler.bulletin_clauses import best_words
from scheduler.bulletin_parts import Trade
from scheduler.bulletin_voice import Voice
from tests.scheduler.bulletin_texts import offer
from tests.scheduler.stories import MONDAY


def place(number: int, name: str) -> PlaceEntry:
    return PlaceEntry(number, name.lower(), name, PlaceKind.MARKET, None, None, 0.0, 0.0, None)


NAKURU, MOLO, NJORO = place(1, "Nakuru"), place(2, "Molo"), place(3, "Njoro")
WORDS = Vocabulary(
    country=CountryEntry("KE", "Kenya", "KES", "KES", "en", "Africa/Nairobi", "county"),
    places={one.id: one for one in (NAKURU, MOLO, NJORO)},
    commodities={"milk": CommodityEntry("milk", "Milk", "litre", PriceType.FARM_GATE, None, 1)},
    units={"litre": UnitEntry("litre", "litre")},
    place_words={},
    commodity_words={},
    unit_words={},
)
VOICE = Voice("en", WORDS, "Africa/Nairobi", MONDAY)


def trade(*offers: Offer, is_bought: bool = False, **more: object) -> Trade:
    values = {"offers": offers, "quantity": Decimal(20), "is_demo": False} | more
    return Trade("milk", Selling(**values), is_bought)  # type: ignore[arg-type]


def best(found: Trade | None, *, is_demo: bool = False) -> Best | None:
    return best_of(found, NAKURU, is_demo=is_demo)


def words(found: Trade, *, in_full: bool = False, is_demo: bool = False) -> str:
    one = best(found, is_demo=is_demo)
    return "" if one is None else best_words(one, VOICE, in_full=in_full)


HOME = offer(NAKURU, 47)


def test_most_is_left_of_it_or_least_is_to_be_paid() -> None:
    to_molo, to_njoro = offer(MOLO, 50, 2, 38), offer(NJORO, 49, 4, 14)
    assert words(trade(to_molo, HOME, to_njoro)) == "best net Molo 48 (38 km)"
    assert words(trade(to_molo, HOME), in_full=True) == "best net Molo 48 (pays 50, 38 km)"
    cheap = offer(MOLO, 40, 2, 38)
    assert words(trade(cheap, HOME, to_njoro, is_bought=True)) == "cheapest Molo 40 (38 km)"


def test_going_pays_nothing() -> None:
    assert words(trade(HOME, offer(MOLO, 48, 2, 38))) == "best sold here"
    assert words(trade(HOME, offer(MOLO, 46, 2, 38), is_bought=True)) == "cheapest here"


def test_what_nobody_knows_the_fare_of_is_a_price() -> None:
    dear = offer(MOLO, 50, 0, 38)
    assert words(trade(dear, HOME, quantity=None)) == "best price Molo 50 (38 km)"


def test_of_equal_ones_the_nearer() -> None:
    far, near = offer(MOLO, 50, 2, 38), offer(NJORO, 51, 3, 14)
    assert words(trade(far, near, HOME)).startswith("best net Njoro 48")


@pytest.mark.parametrize("quantity", [None, Decimal(20)])
def test_nothing_to_choose_from(quantity: Decimal | None) -> None:
    assert best(None) is None
    assert best(trade(quantity=quantity)) is None
    assert best(trade(HOME, quantity=quantity)) is None
    assert best(trade(offer(NAKURU, 47, buyer=Buyer.TRADER), quantity=quantity)) is None


def test_the_only_price_elsewhere_is_news_where_the_way_is_known() -> None:
    only = offer(MOLO, 50, 2, 38)
    assert words(trade(only)) == "best net Molo 48 (38 km)"
    assert best(trade(only, quantity=None)) is None


def test_a_buyer_is_named_and_when_he_pays() -> None:
    kcc = offer(
        NAKURU, 49, buyer=Buyer.COOPERATIVE, terms=Terms(days_to_pay=14, name="KCC"), reports=1
    )
    found = trade(kcc, HOME)
    assert words(found) == "best net KCC 49"
    assert words(found, in_full=True) == "best net KCC 49, pays in 14 days"
    cash = offer(MOLO, 52, 2, 38, Buyer.TRADER, terms=Terms(days_to_pay=0))
    assert words(trade(cash, kcc), in_full=True) == (
        "best net Molo trader 50 (pays 52, 38 km), cash"
    )


def test_another_step_of_the_trade_is_called_so() -> None:
    wholesale = offer(MOLO, 52, 2, 38, price_type=PriceType.WHOLESALE)
    assert words(trade(wholesale, HOME)) == "best net Molo wholesale 50 (38 km)"
    eater = offer(MOLO, 62, 2, 38, Buyer.DIRECT, price_type=PriceType.RETAIL)
    assert words(trade(eater, HOME)) == "best net Molo direct 60 (38 km)"


def test_what_was_made_up_is_no_best_for_people() -> None:
    made_up, real = offer(MOLO, 90, 2, 38, is_demo=True), offer(NJORO, 53, 3, 14)
    assert words(trade(made_up, real, HOME)) == "best net Njoro 50 (14 km)"
    assert words(trade(made_up, real, HOME), is_demo=True) == "best net Molo 88 (38 km)"
    # Fares that were made up have a part in every net.
    assert words(trade(real, HOME, is_demo=True)) == ""
    assert words(trade(real, HOME, is_demo=True), is_demo=True) == "best net Njoro 50 (14 km)"
