"""Commands survive being written down, every one of them."""

import json
from decimal import Decimal
from typing import get_args

import pytest

from handlers.commands import (
    Alert,
    Balance,
    BestMarket,
    Coming,
    Command,
    Confirm,
    Delivery,
    Help,
    Item,
    JoinGroup,
    LossReason,
    LossRecord,
    MilkRecord,
    PriceQuery,
    PriceReport,
    Register,
    SaleRecord,
    SetHome,
    SetLanguage,
    Start,
    Statement,
    Stop,
    Subscribe,
    TransportReport,
    Trend,
    Unknown,
    Unsubscribe,
    Unsure,
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
    MilkRecord((Delivery("Jane", Decimal("12.5"), "litre", "A"),)),
    LossRecord(ITEM, LossReason.SOUR),
    Statement(),
    Balance(),
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
