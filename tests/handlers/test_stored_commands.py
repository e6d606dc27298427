"""Commands survive being written down, every one of them."""

import json
from decimal import Decimal
from typing import get_args

import pytest

from groups.book_kinds import Milking, Reason
from handlers.commands import (
    AgreeScheme,
    Alert,
    AuditQuery,
    Balance,
    Bargain,
    BestMarket,
    BulkOrder,
    BulkSale,
    BuyerPaid,
    Charge,
    Coming,
    Command,
    Confirm,
    Correction,
    DaySaid,
    Deed,
    Delivery,
    Dispute,
    EraseMe,
    GroupDeed,
    Help,
    Item,
    JoinGroup,
    LossRecord,
    MembersPaid,
    MilkRecord,
    MyData,
    OrderDeed,
    OwnRecord,
    PriceQuery,
    PriceReport,
    ProductChoice,
    ProductCost,
    ProgressQuery,
    Register,
    RejectRecord,
    SaleRecord,
    SetHome,
    SetLanguage,
    SetScheme,
    Start,
    Statement,
    Stop,
    Subscribe,
    TransportReport,
    Trend,
    Unknown,
    Unsubscribe,
    Unsure,
    WhatIf,
)
from handlers.stored_commands import as_json, from_json, open_items, with_items
from prices.kinds import Buyer, PriceType, Side, TransportMode

ITEM = Item(
    commodity="milk",
    place_id=7,
    price=Decimal("45.50"),
    currency="KES",
    unit="litre",
    quantity=Decimal(20),
    price_type=PriceType.FARM_GATE,
    grade="A",
    buyer=Buyer.COOPERATIVE,
    side=Side.SELLS,
    commodities=("milk", "milk_camel"),
    places=(7, 8),
    prices=(Decimal(45), Decimal("4.5")),
    unknown_words="Xanadu's “market” 😀",
)
COMMANDS: list[Command] = [
    PriceQuery((ITEM, Item())),
    PriceReport((ITEM,)),
    SaleRecord((ITEM,)),
    BestMarket(ITEM),
    TransportReport(ITEM, Item(place_id=9), TransportMode.BUS),
    Trend(ITEM),
    Subscribe((Item(),)),
    Unsubscribe((ITEM,), Coming.ALERTS),
    Alert(ITEM, is_above=False),
    Stop(),
    Start(),
    Help(),
    Register("Jane", ITEM, "sw"),
    SetHome(ITEM),
    SetLanguage(None),
    JoinGroup("KIRIMA"),
    GroupDeed(Deed.APPOINT, "peter", "collector", "KIRIMA", 7),
    MilkRecord(
        (Delivery("#7", Decimal("12.5"), "kg", "A", Milking.EVENING),),
        DaySaid(-1),
        "KIRIMA",
        is_sure=True,
    ),
    LossRecord(ITEM, Reason.SOUR),
    RejectRecord(Delivery("Jane", Decimal(5)), Reason.ALCOHOL, DaySaid(0, 3, 11, 2026)),
    Correction(123, Decimal(14), "kg"),
    OwnRecord(Delivery("", Decimal(12)), is_sure=True),
    Dispute(Decimal(10)),
    BulkSale(Decimal(180), "KCC", Decimal(46), accepted=Decimal(175), buyer_kind=Buyer.PROCESSOR),
    BuyerPaid("KCC", Decimal(8280), is_sure=True),
    MembersPaid("#7", Decimal(500), DaySaid(weekday=0), "2026-11a", "KIRIMA", is_sure=True),
    Statement("Jane", is_detailed=True, group="KIRIMA"),
    Charge("all", Decimal("50.50"), "levy", "KIRIMA"),
    WhatIf(Decimal(48), "KIRIMA"),
    SetScheme("BASE 45", "KIRIMA"),
    AgreeScheme(7),
    BulkOrder(OrderDeed.TAKE, "FEED", Decimal(3), member="#7", group="KIRIMA"),
    Balance(),
    MyData(),
    EraseMe(is_sure=True),
    AuditQuery("KIRIMA"),
    ProgressQuery("KIRIMA"),
    Bargain("KCC", "KIRIMA"),
    ProductChoice(Decimal(100), (ProductCost("cheese", Decimal(60)),), "KIRIMA"),
    Confirm(3),
    Unsure((PriceReport((ITEM,)), PriceQuery((ITEM,)), Stop())),
    Unknown("too_long"),
]


def test_every_command_is_tried() -> None:
    assert {type(command) for command in COMMANDS} == set(get_args(Command))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_command_is_read_as_it_was_written(command: Command) -> None:
    written = json.loads(json.dumps(as_json(command)))
    assert from_json(written) == command


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_what_is_open_is_put_back_where_it_was(command: Command) -> None:
    assert with_items(command, open_items(command)) == command


def test_of_a_road_the_open_end_comes_first() -> None:
    here, there = Item(place_id=7), Item(place_id=9)
    assert open_items(TransportReport(there)) == (Item(), there)
    assert open_items(TransportReport(Item(), here)) == (Item(), here)
    assert with_items(TransportReport(there), (here, there)) == TransportReport(there, here)
    assert with_items(TransportReport(Item(), here), (there, here)) == TransportReport(there, here)


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"intent": "price_query"},
        {"intent": "no_such_thing", "slots": {}},
        {"intent": "price_query", "slots": {"items": "milk"}},
        {"intent": "price_query", "slots": {"items": [{"price": "much"}]}},
        {"intent": "price_query", "slots": None},
    ],
)
def test_what_cannot_be_read_is_nothing(written: dict[str, object]) -> None:
    assert from_json(written) is None
