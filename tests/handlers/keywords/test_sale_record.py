"""I sold so much of it: a price that was really paid."""

from dataclasses import replace
from decimal import Decimal

from handlers.commands import Item, SaleRecord
from prices.kinds import Buyer, PriceType, Side
from tests.cast import ACHIENG, OTIENO
from tests.handlers.keywords.talking import Talk


def sells(talk: Talk, *items: Item, who: str = OTIENO, language: str = "en") -> str:
    reply = talk.says(who, SaleRecord(items), language, words="sold milk")
    assert reply is not None
    return reply


def test_a_sale_is_a_price_with_how_much_it_was_and_who_bought(talk: Talk) -> None:
    sold = replace(
        talk.item("milk", "Githunguri", "45"),
        quantity=Decimal("20.5"),
        unit="litre",
        buyer=Buyer.COOPERATIVE,
        side=Side.SELLS,
    )
    assert sells(talk, sold) == (
        "Thank you. Sale noted: Milk Githunguri, 20.50 L at KES 45/L, farm gate. "
        "You are the first this week."
    )
    (row,) = talk.kept()
    assert (row.price, row.quantity, row.buyer) == (45, Decimal("20.5"), Buyer.COOPERATIVE)
    assert (row.price_type, row.side) == (PriceType.FARM_GATE, Side.SELLS)


def test_a_sale_without_a_quantity(talk: Talk) -> None:
    sells(talk, talk.item("milk", "Githunguri", "44"), who=ACHIENG)
    assert sells(talk, talk.item("milk", "Githunguri", "45"), language="sw") == (
        "Asante. Mauzo: Maziwa Githunguri KES 45/L, shambani. Mwingine 1 wiki hii: 44."
    )


def test_bags_are_counted(talk: Talk) -> None:
    sold = replace(talk.item("maize", "Kitale", "3600"), quantity=Decimal(2), unit="bag_90kg")
    assert sells(talk, sold).startswith(
        "Thank you. Sale noted: Maize Kitale, 2 x 90 kg bag at KES 3,600/90 kg bag, wholesale."
    )


def test_several_sales_at_once(talk: Talk) -> None:
    reply = sells(talk, talk.item("milk", "Nakuru", "45"), talk.item("maize", "Kitale", "40"))
    assert reply == (
        "Thank you. Sale noted: Milk Nakuru KES 45/L, farm gate. "
        "Sale noted: Maize Kitale KES 40/kg, wholesale."
    )


def test_a_quantity_that_is_none_is_not_said_back(talk: Talk) -> None:
    for quantity in ("0", "NaN", "1e30"):
        sold = replace(talk.item("milk", "Nakuru", "45"), quantity=Decimal(quantity))
        assert "Sale noted: Milk Nakuru KES 45/L" in sells(talk, sold)


def test_a_sale_without_a_price_asks_for_it(talk: Talk) -> None:
    sold = replace(talk.item("milk", "Nakuru"), quantity=Decimal(20))
    assert sells(talk, sold) == "At which price? Send: MILK NAKURU and your price"
    assert talk.kept() == []
