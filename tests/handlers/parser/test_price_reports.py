from decimal import Decimal

import pytest

from handlers.commands import Item, PriceReport, SaleRecord, Unknown
from handlers.parser import Sender
from prices.kinds import Buyer, PriceType
from tests.handlers.parser.words import (
    BUNGOMA,
    GITHUNGURI,
    NAKURU,
    NYERI,
    OL_KALOU,
    STRANGER,
    WANJIKU_AT_HOME,
    all_told,
    asked,
    read,
    told,
)


@pytest.mark.parametrize(
    "text",
    [
        "report milk nakuru 45",
        "MILK NAKURU 45",
        "nakuru maziwa 45/=",
        "45 milk nakuru",
        "ripoti maziwa nakuru 45",
        "toa bei maziwa nakuru 45",
        "bei maziwa nakuru 45",
        "milk nakuru price is 45",
        "maziwa@45 nakuru",
        "Nakuru,milk,45",
        "MILK*NAKURU*45",
        "milk-nakuru-45",
        "45bob milk nakuru",
        "milk45nakuru",
        "Nakuru: milk 45/-",
        "MILK NAKURU 45 today, was 43 yesterday",
        "was 40 now 45 milk nakuru",
        "milk 45 nakuru 0711222333",
        "1. milk 45 nakuru",
        "Mama Wanjiku here. milk 45 nakuru",
        "selling milk at 45 nakuru",
        "maziwa ni 45 nakuru leo asubuhi saa 3",
    ],
)
def test_trader_tells_a_price(text: str) -> None:
    item = told(text)
    assert (item.commodity, item.place_id, item.price) == ("milk", NAKURU, 45)


@pytest.mark.parametrize(
    ("text", "unit", "price", "quantity"),
    [
        ("milk @ 45 bob per ltr nakuru", "litre", 45, None),
        ("milk nakuru 45/l", "litre", 45, None),
        ("milk nakuru 45 kwa lita", "litre", 45, None),
        ("maziwa lita 1 sh 45 nakuru", "litre", 45, None),
        ("maziwa lita 45 nakuru", "litre", 45, None),
        ("milk nakuru kes 45 per kg", "kg", 45, None),
        ("20 litres milk 45 nakuru", "litre", 45, 20),
        ("milk 20 ltrs @45 nakuru", "litre", 45, 20),
        ("maize gunia 90kg 2800 bungoma", "bag_90kg", 2800, None),
        ("maize 50kg bag bungoma 1800", "bag_50kg", 1800, None),
        ("maize bag of 90kg 2800 bungoma", "bag_90kg", 2800, None),
        ("maize 90 kg bag 2800 bungoma", "bag_90kg", 2800, None),
        ("potatoes 50kg 1800 nyeri", "bag_50kg", 1800, None),
        ("dairy meal 70kg 2900 nyeri", "bag", 2900, None),
        ("maize bag 3200 bungoma", "bag", 3200, None),
        ("maize 900 kilo bungoma", "kg", 900, None),
        ("milk 500ml 30 nakuru", "500ml", 30, None),
        ("milk 1/2 litre 30 nakuru", "500ml", 30, None),
        ("milk 300ml 30 nakuru", "ml", 30, 300),
        ("5 trays eggs 370 each nyeri", "tray", 370, 5),
        ("kasuku ya mahindi 200 nakuru", "kasuku", 200, None),
        ("bale 300 nyeri", "bale", 300, None),
    ],
)
def test_unit_and_quantity(text: str, unit: str, price: int, quantity: int | None) -> None:
    item = told(text)
    assert (item.unit, item.price, item.quantity) == (unit, price, quantity)


def test_price_of_several_is_the_price_of_one() -> None:
    assert told("mangoes 2 for 50 nyeri").price == 25
    assert told("maembe 2 kwa 50 nyeri").price == 25
    # Too many to be a price for several: so many litres at so much each.
    assert told("maziwa lita 20 kwa 45 nakuru").price == 45


def test_total_is_shared_out() -> None:
    command = read("sold 8 ltrs milk nakuru total 360")
    assert isinstance(command, SaleRecord)
    (item,) = command.items
    assert (item.price, item.quantity, item.unit) == (45, 8, "litre")


@pytest.mark.parametrize(
    ("text", "price_type", "buyer"),
    [
        ("milk farm gate 45 nakuru", PriceType.FARM_GATE, None),
        ("maziwa 45 nakuru shambani", PriceType.FARM_GATE, None),
        ("maize 2800 jumla nakuru", PriceType.WHOLESALE, None),
        ("milk 62 nakuru dukani", PriceType.RETAIL, None),
        ("brookside pays 45 per litre nakuru", PriceType.FARM_GATE, Buyer.PROCESSOR),
        ("milk 45 nakuru dairy", None, Buyer.COOPERATIVE),
        ("milk 45 nakuru", None, None),
    ],
)
def test_price_type_and_buyer_only_where_words_say_so(
    text: str, price_type: PriceType | None, buyer: Buyer | None
) -> None:
    item = told(text)
    assert (item.commodity or "", item.price_type, item.buyer) != ("", None, Buyer.DIRECT)
    assert (item.price_type, item.buyer) == (price_type, buyer)


def test_brookside_buys_milk() -> None:
    assert told("brookside pays 45 nakuru").commodity == "milk"


def test_currency_only_where_it_is_named() -> None:
    assert told("milk kes 45 nakuru").currency == "KES"
    assert told("milk ugx 1500 nakuru").currency == "UGX"
    assert told("milk 45 bob nakuru").currency is None


@pytest.mark.parametrize(
    "text",
    [
        "milk nakuru 45, maize bungoma 2800",
        "milk nakuru 45; maize bungoma 2800",
        "milk nakuru 45\nmaize bungoma 2800",
        "milk nakuru 45 and maize bungoma 2800",
        "maziwa nakuru 45 na mahindi bungoma 2800",
        "45 milk nakuru, 2800 maize bungoma",
        "45 milk nakuru 2800 maize bungoma",
        "nakuru: milk 45; bungoma: maize 2800",
    ],
)
def test_several_items_in_one_text(text: str) -> None:
    assert [(i.commodity, i.place_id, i.price) for i in all_told(text)] == [
        ("milk", NAKURU, 45),
        ("maize", BUNGOMA, 2800),
    ]


def test_items_share_a_place_and_a_commodity() -> None:
    assert [i.place_id for i in all_told("milk 45, eggs 15 nakuru")] == [NAKURU, NAKURU]
    assert [i.commodity for i in all_told("milk nakuru 45, nyeri 44")] == ["milk", "milk"]
    items = all_told("nakuru: milk 45, maize 2800; nyeri: milk 44, maize 2700")
    assert [i.place_id for i in items] == [NAKURU, NAKURU, NYERI, NYERI]


def test_home_fills_the_place_of_a_report() -> None:
    assert told("milk 43", WANJIKU_AT_HOME).place_id == GITHUNGURI
    assert told("milk 43", STRANGER).place_id is None


@pytest.mark.parametrize("text", ["PRICE 43", "bei 43", "report 43", "ripoti 43"])
def test_keyword_and_number_are_a_report_from_home(text: str) -> None:
    item = told(text, WANJIKU_AT_HOME)
    assert (item.commodity, item.place_id, item.price) == ("milk", GITHUNGURI, 43)


def test_keyword_and_number_need_both_home_and_commodity() -> None:
    assert read("PRICE 43", Sender(home_place_id=NAKURU)) == Unknown()
    assert read("PRICE 43", Sender(usual_commodity="milk")) == Unknown()


@pytest.mark.parametrize(
    "text", ["45", "45/=", "-45", "45 46", "kes 45", "arobaini na tano", "45 bob"]
)
def test_a_number_alone_is_never_a_price(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == Unknown()


def test_negative_price_is_kept_so_that_the_door_refuses_it() -> None:
    assert told("milk nakuru -45").price == Decimal(-45)
    assert told("milk nakuru ksh -45").price == Decimal(-45)


def test_report_without_a_number_asks_for_one() -> None:
    assert read("report milk nakuru") == PriceReport((Item(commodity="milk", place_id=NAKURU),))


def test_numbers_that_cannot_be_told_apart_are_kept_to_ask() -> None:
    item = told("milk nakuru 20 45")
    assert (item.price, item.prices) == (None, (20, 45))


def test_so_many_litres_are_no_price() -> None:
    assert read("milk 12 litres nakuru") == Unknown()
    assert asked("maize 90kg nakuru") == [("maize", NAKURU)]


def test_name_of_two_words_however_it_is_joined() -> None:
    for name in ("Ol Kalou", "olkalou", "OL-KALOU", "ol  kalou"):
        assert told(f"milk 43 {name}").place_id == OL_KALOU
