"""Whether whoever tells a price sells or buys, where their words say so."""

import pytest

from handlers.commands import BestMarket, PriceQuery, PriceReport, SaleRecord
from prices.kinds import Side
from tests.handlers.parser.words import read


def sides(text: str) -> list[Side | None]:
    """The side of every price that is told."""
    command = read(text)
    assert isinstance(command, PriceReport | SaleRecord), command
    return [item.side for item in command.items]


@pytest.mark.parametrize(
    "text",
    [
        "sold 20 litres milk at 45 nakuru",
        "SOLD milk nakuru 45",
        "nimeuza maziwa lita 20 @45 nakuru",
        "tuliuza maziwa nakuru 45",
        "nauza maziwa nakuru 45",
        "i sell milk at 45 nakuru",
        "milk nakuru 45 i sell",
        "delivered 22 ltrs milk githunguri 4 rejected, 44 per litre",
    ],
)
def test_who_sells(text: str) -> None:
    assert sides(text) == [Side.SELLS]


@pytest.mark.parametrize(
    "text",
    [
        "bought 20 litres milk at 45 nakuru",
        "nimenunua maziwa lita 20 @45 nakuru",
        "nimeuziwa maziwa nakuru 45",  # it was sold to me
        "nanunua maziwa nakuru 45",
        "tunanunua maziwa kwa 45 nakuru",
        "we buy milk at 45 nakuru",
    ],
)
def test_who_buys(text: str) -> None:
    assert sides(text) == [Side.BUYS]


@pytest.mark.parametrize(
    "text",
    [
        "milk nakuru 45",
        "PRICE milk nakuru 45",
        "milk is selling at 45 nakuru",  # everybody's
        "wananunua maziwa kwa 45 nakuru",  # they buy: whoever tells it may sell to them
        "ameuza maziwa nakuru 45",  # somebody else's deal
        "i bought and sold milk 45 nakuru",
    ],
)
def test_who_does_not_say(text: str) -> None:
    assert sides(text) == [None]


def test_each_price_has_its_own_side() -> None:
    assert sides("sold milk 45 nakuru, bought maize 35") == [Side.SELLS, Side.BUYS]
    assert sides("sold milk 45 nakuru, maize 35, eggs 12") == [Side.SELLS] * 3


def test_a_question_has_no_side() -> None:
    query, best = read("i sell milk nakuru, what price?"), read("nauza maziwa wapi bei nzuri")
    assert isinstance(query, PriceQuery)
    assert isinstance(best, BestMarket)
    assert {query.items[0].side, best.item.side} == {None}
