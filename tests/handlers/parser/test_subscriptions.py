from decimal import Decimal

import pytest

from handlers.commands import Alert, Item, PriceQuery, Subscribe
from tests.handlers.parser.words import (
    GITHUNGURI,
    NAKURU,
    STRANGER,
    WANJIKU_AT_HOME,
    read,
)


@pytest.mark.parametrize(
    "text",
    [
        "SUBSCRIBE MILK NAKURU",
        "sub milk nakuru",
        "jiandikishe maziwa nakuru",
        "JIUNGE maziwa nakuru",
        "join milk nakuru",
        "start milk nakuru",
        "nitumie bei ya maziwa nakuru kila wiki",
        "send me milk prices every monday nakuru",
        "naomba bei ya maziwa nakuru kila siku",
        "register me for milk prices nakuru",
        "nijulishe maziwa nakuru kila jumatatu",
    ],
)
def test_farmer_wants_prices_again_and_again(text: str) -> None:
    assert read(text) == Subscribe((Item(commodity="milk", place_id=NAKURU),))


@pytest.mark.parametrize(
    "text",
    [
        "SUBSCRIBE MILK AND MAIZE NAKURU",
        "send me milk and maize prices every market day nakuru",
        "jiandikishe maziwa na mahindi nakuru",
        "sub milk nakuru, maize nakuru",
    ],
)
def test_several_things_in_one_text(text: str) -> None:
    milk, maize = Item(commodity="milk", place_id=NAKURU), Item(commodity="maize", place_id=NAKURU)
    assert read(text) == Subscribe((milk, maize))


def test_several_things_come_from_home() -> None:
    at_home = [Item(commodity=code, place_id=GITHUNGURI) for code in ("eggs", "maize")]
    assert read("sub eggs and maize", WANJIKU_AT_HOME) == Subscribe(tuple(at_home))
    assert read("sub milk, nakuru") == Subscribe((Item(commodity="milk", place_id=NAKURU),))


def test_home_and_usual_commodity_fill_a_subscription() -> None:
    item = Item(commodity="milk", place_id=GITHUNGURI)
    assert read("subscribe", WANJIKU_AT_HOME) == Subscribe((item,))
    assert read("jiandikishe", STRANGER) == Subscribe((Item(),))


def test_send_me_once_is_a_question() -> None:
    assert isinstance(read("nitumie bei ya maziwa nakuru"), PriceQuery)


@pytest.mark.parametrize(
    ("text", "is_above"),
    [
        ("nijulishe maziwa ikifika 50 nakuru", True),
        ("tell me when milk goes above 50 nakuru", True),
        ("notify me if milk drops below 50 nakuru", False),
        ("ALERT MILK NAKURU 50", None),
        ("niambie maziwa ikishuka chini ya 50 nakuru", False),
    ],
)
def test_alert_keeps_its_threshold(text: str, is_above: bool | None) -> None:
    item = Item(commodity="milk", place_id=NAKURU, price=Decimal(50))
    assert read(text) == Alert(item, is_above)


@pytest.mark.parametrize("text", ["ALERT MILK NAKURU", "nijulishe maziwa nakuru"])
def test_alert_without_a_figure_watches_for_what_is_unusual(text: str) -> None:
    assert read(text) == Alert(Item(commodity="milk", place_id=NAKURU))


def test_what_an_alert_leaves_out_is_their_own() -> None:
    item = Item(commodity="eggs", place_id=GITHUNGURI)
    assert read("alert eggs", WANJIKU_AT_HOME) == Alert(item)


@pytest.mark.parametrize("text", ["ALERT", "ALERTS", "my alerts", "ARIFA", "arifa zangu"])
def test_alert_alone_asks_what_is_watched(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == Alert(Item())


def test_several_things_with_no_figure_are_wanted_every_week() -> None:
    things = (Item(commodity="milk", place_id=NAKURU), Item(commodity="maize", place_id=NAKURU))
    assert read("alert milk and maize nakuru") == Subscribe(things)
