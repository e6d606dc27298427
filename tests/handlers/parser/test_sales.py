"""What changed hands: how much of it, and for how much each."""

from decimal import Decimal

import pytest

from handlers.commands import Item, PriceReport, SaleRecord, Unknown
from prices.kinds import Buyer, Side
from tests.handlers.parser.words import (
    BUNGOMA,
    GITHUNGURI,
    NAKURU,
    NYERI,
    STRANGER,
    WANJIKU_AT_HOME,
    read,
)


def sold(text: str) -> Item:
    """The one item of a sale."""
    command = read(text)
    assert isinstance(command, SaleRecord), command
    (item,) = command.items
    return item


@pytest.mark.parametrize(
    "text",
    [
        "sold 20 litres milk at 45 nakuru",
        "SOLD milk 20 ltrs @45 Nakuru",
        "nimeuza maziwa lita 20 @45 nakuru",
        "niliuza lita 20 za maziwa nakuru 45 kwa lita",
        "sold 20 litres milk for 900 nakuru",  # 45 each, to the cent
        "nimeuza maziwa lita 20 jumla ya 900 nakuru",
    ],
)
def test_sale_with_its_quantity(text: str) -> None:
    item = sold(text)
    assert (item.commodity, item.place_id) == ("milk", NAKURU)
    assert (item.price, item.quantity, item.unit) == (45, 20, "litre")


def test_livestock_is_counted_by_the_head() -> None:
    for text in ("sold two cows at 75000 each nyeri", "nimeuza ng'ombe wawili 75000 nyeri"):
        item = sold(text)
        assert (item.commodity, item.place_id) == ("cattle", NYERI)
        assert (item.price, item.quantity, item.unit) == (75000, 2, "head")
    assert sold("nimeuza ng'ombe mmoja 95000 nyeri").quantity == 1


def test_each_is_the_unit_that_was_sold() -> None:
    item = sold("sold 5 trays eggs 370 each nakuru")
    assert (item.price, item.quantity, item.unit) == (370, 5, "tray")


def test_kilos_counted_are_no_sack() -> None:
    item = sold("sold maize 50 kg @35 bungoma")
    assert (item.price, item.quantity, item.unit, item.place_id) == (35, 50, "kg", BUNGOMA)


def test_paid_per_litre_is_no_total() -> None:
    item = sold("sold 18 litres milk, they paid 46 nakuru")
    assert (item.price, item.quantity) == (46, 18)


def test_delivery_that_was_paid_is_a_sale() -> None:
    item = sold("delivered 22 ltrs milk githunguri 4 rejected, 44 per litre")
    assert (item.commodity, item.place_id, item.price) == ("milk", GITHUNGURI, 44)
    assert sold("delivered 40 litres milk to a trader nakuru at 45").buyer is Buyer.TRADER


def test_bought_counts_as_well() -> None:
    item = sold("bought 3 bags maize at 2800 bungoma")
    assert (item.price, item.quantity, item.unit) == (2800, 3, "bag")


def test_sale_without_a_price_asks_for_it() -> None:
    assert sold("sold 20 litres milk nakuru").price is None


def test_usual_things_are_filled_in() -> None:
    command = read("nimeuza lita 20 @45", WANJIKU_AT_HOME)
    assert command == SaleRecord(
        (
            Item(
                "milk",
                GITHUNGURI,
                Decimal(45),
                unit="litre",
                quantity=Decimal(20),
                side=Side.SELLS,
            ),
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        "I sold my phone for 5000",
        "sold out, sorry",
        "Friesian cow for sale, 20 litres a day, nakuru",
        "did you sell the milk?",
    ],
)
def test_what_is_no_sale(text: str) -> None:
    assert not isinstance(read(text, STRANGER), SaleRecord | PriceReport)
    assert read("I sold my phone for 5000") == Unknown()
