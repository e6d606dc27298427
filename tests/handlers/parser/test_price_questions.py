import pytest

from handlers.commands import Item, PriceQuery, Unknown
from handlers.parser import parse
from tests.handlers.parser.words import (
    GITHUNGURI,
    NAKURU,
    NYERI,
    WANJIKU_AT_HOME,
    WORDS,
    asked,
    read,
)


@pytest.mark.parametrize(
    "text",
    [
        "bei maziwa nakuru",
        "PRICE MILK NAKURU",
        "milk nakuru",
        "nakuru milk?",
        "NAKURU MLK",
        "how much is milk in nakuru today?",
        "bei ya maziwa nakuru ni ngapi",
        "Habari, naomba bei ya maziwa Nakuru. Asante. Mama Wanjiku",
        "maziwa ni pesa ngapi nakuru",
        "tell me the price of fresh milk in Nakuru town please",
        "milk*nakuru",
        "bei ya lita moja ya maziwa nakuru",
        "price for 20 litres milk nakuru",
        "is milk 45 in nakuru?",
        "milk nakuru 45?",
        "what is the milk rate nakuru 0711000001",
    ],
)
def test_farmer_asks_for_a_price(text: str) -> None:
    assert asked(text) == [("milk", NAKURU)]


@pytest.mark.parametrize(
    "text", ["bei", "price", "bei gani", "how much", "maziwa?", "milk", "BEI?"]
)
def test_home_and_usual_commodity_fill_what_is_left_out(text: str) -> None:
    assert asked(text, WANJIKU_AT_HOME) == [("milk", GITHUNGURI)]


def test_named_words_go_before_known_habits() -> None:
    assert asked("mahindi nyeri", WANJIKU_AT_HOME) == [("maize", NYERI)]
    assert asked("nyeri", WANJIKU_AT_HOME) == [("milk", NYERI)]


def test_stranger_is_left_with_gaps_to_be_asked_about() -> None:
    assert read("bei") == PriceQuery((Item(),))
    assert asked("milk") == [("milk", None)]
    assert asked("nakuru") == [(None, NAKURU)]


def test_question_for_two_things_or_two_places() -> None:
    assert asked("milk, maize nakuru") == [("milk", NAKURU), ("maize", NAKURU)]
    assert asked("milk nakuru and nyeri") == [("milk", NAKURU), ("milk", NYERI)]


def test_question_with_a_number_is_never_a_report() -> None:
    (item,) = read("is milk 45 in nakuru?").items  # type: ignore[union-attr]
    assert item.price is None


def test_question_names_unit_price_type_and_grade() -> None:
    (item,) = read("bei ya gunia 90kg mahindi nakuru jumla").items  # type: ignore[union-attr]
    assert (item.unit, item.price_type) == ("bag_90kg", "wholesale")
    (item,) = read("how much for a friesian cow in nyeri").items  # type: ignore[union-attr]
    assert (item.commodity, item.grade) == ("cattle", "Friesian")


def test_longer_names_go_first() -> None:
    assert asked("maziwa ya ngamia nakuru") == [("milk_camel", NAKURU)]
    assert asked("g/nuts nakuru") == [("groundnuts", NAKURU)]
    assert asked("ng'ombe wa maziwa nyeri") == [("cattle", NYERI)]


def test_price_of_a_number_alone_is_unknown_to_a_stranger() -> None:
    assert read("PRICE 43") == Unknown()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("bei milk nakuru", "sw"),
        ("price maziwa nakuru", "en"),
        ("maziwa nakuru", "sw"),
        ("milk nakuru", "en"),
        ("unga nakuru", None),
        ("nakuru", None),
    ],
)
def test_language_of_the_keyword_then_of_the_commodity(text: str, language: str | None) -> None:
    assert parse(text, WORDS).language == language
