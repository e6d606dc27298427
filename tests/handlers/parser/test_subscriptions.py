import pytest

from handlers.commands import Item, PriceQuery, Subscribe
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
        "alert milk nakuru",
        "nijulishe maziwa nakuru",
    ],
)
def test_farmer_wants_prices_again_and_again(text: str) -> None:
    assert read(text) == Subscribe(Item(commodity="milk", place_id=NAKURU))


def test_home_and_usual_commodity_fill_a_subscription() -> None:
    item = Item(commodity="milk", place_id=GITHUNGURI)
    assert read("subscribe", WANJIKU_AT_HOME) == Subscribe(item)
    assert read("jiandikishe", STRANGER) == Subscribe(Item())


def test_send_me_once_is_a_question() -> None:
    assert isinstance(read("nitumie bei ya maziwa nakuru"), PriceQuery)


def test_threshold_is_kept() -> None:
    command = read("nijulishe maziwa ikifika 50 nakuru")
    assert command == Subscribe(Item(commodity="milk", place_id=NAKURU, price=50))  # type: ignore[arg-type]
