"""Where to sell, and which way the price goes."""

import pytest

from handlers.commands import BestMarket, Item, PriceQuery, Trend, Unknown
from tests.handlers.parser.words import GITHUNGURI, NAKURU, STRANGER, WANJIKU_AT_HOME, read

MILK_AT_HOME = Item(commodity="milk", place_id=GITHUNGURI)


@pytest.mark.parametrize(
    "text",
    [
        "BEST MILK",
        "wapi niuze maziwa",
        "niuze wapi maziwa",
        "where can i sell milk for the best price?",
        "best market for milk",
        "soko bora la maziwa",
    ],
)
def test_where_to_sell(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == BestMarket(MILK_AT_HOME)


@pytest.mark.parametrize(
    "text",
    ["TREND MILK", "has milk gone up?", "bei ya maziwa imepanda?", "is milk going up or down?"],
)
def test_which_way_it_goes(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == Trend(MILK_AT_HOME)


def test_place_that_is_named_goes_before_home() -> None:
    there = Item(commodity="milk", place_id=NAKURU)
    assert read("BEST MILK NAKURU", WANJIKU_AT_HOME) == BestMarket(there)
    assert read("TREND MILK NAKURU", WANJIKU_AT_HOME) == Trend(there)


@pytest.mark.parametrize(
    "text",
    ["best regards", "best wishes to you all", "all the best", "milk prices have gone up too much"],
)
def test_wishes_and_opinions_ask_nothing(text: str) -> None:
    assert read(text, STRANGER) == Unknown()


def test_price_is_asked_where_nothing_else_is() -> None:
    assert isinstance(read("price of milk nakuru"), PriceQuery)
