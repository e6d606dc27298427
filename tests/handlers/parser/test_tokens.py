from decimal import Decimal

import pytest

from handlers.parser.tokens import Shape, split


def _numbers(text: str) -> list[Decimal | None]:
    return [token.number for token in split(text) if token.shape is Shape.NUMBER]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("45", "45"),
        ("47.50", "47.50"),
        ("47,50", "47.50"),
        ("ksh.47.50", "47.50"),
        ("KSH45", "45"),
        ("45/=", "45"),
        ("45/-", "45"),
        ("45 /=", "45"),
        ("1,250", "1250"),
        ("1,250.50", "1250.50"),
        ("25,000", "25000"),
        ("1.800/=", "1800"),
        ("0.500", "0.500"),
        ("2.5k", "2500"),
        ("2K", "2000"),
        ("90kg", "90"),
        ("1/2", "0.5"),
        ("1/4", "0.25"),
        ("-45", "-45"),
        ("milk -45", "-45"),
        ("milk=-45", "-45"),
        ("milk-45", "45"),
        ("Milk:-45", "45"),
        ("4500.", "4500"),
    ],
)
def test_reads_a_number_however_it_is_typed(text: str, number: str) -> None:
    assert _numbers(text) == [Decimal(number)]


@pytest.mark.parametrize(
    "text",
    [
        "12/11/2026",
        "2026-11-24",
        "6:40",
        "*544#",
        "*384*123#",
        "0711000001",
        "+254711000001",
        "0711 000 001",
        "12%",
        "QGH7K2LM9P",
        "1,000,000,000,000",
        "jane45@example.org",
        "https://example.org/45",
    ],
)
def test_sets_aside_what_can_never_be_a_price(text: str) -> None:
    assert _numbers(text) == []


def test_a_dash_between_numbers_is_no_minus() -> None:
    assert _numbers("40-45 and 40 - 45 and 40 -45") == [Decimal(40), Decimal(45)] * 3


def test_passes_over_what_is_no_word() -> None:
    assert [token.text for token in split("“milk” 🥛 (nakuru)!")] == ["milk", "nakuru"]
