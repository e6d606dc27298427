"""Numbers in words and in pieces, told by the price they give."""

from dataclasses import replace
from decimal import Decimal

import pytest

from handlers.parser.figures import join_figures
from handlers.parser.index import index_of
from handlers.parser.tags import tag as tag_words
from handlers.parser.tokens import split
from tests.handlers.parser.words import STRANGER, WORDS, all_told, read, told


@pytest.mark.parametrize(
    ("words", "price"),
    [
        ("forty five", 45),
        ("forty-five", 45),
        ("one fifty", 150),
        ("hundred and five", 105),
        ("one hundred and twenty", 120),
        ("two thousand five hundred", 2500),
        ("2 thousand", 2000),
        ("arobaini na tano", 45),
        ("arobaini tano", 45),
        ("mia mbili na hamsini", 250),
        ("mia moja na ishirini", 120),
        ("elfu mbili mia tano", 2500),
        ("elfu mbili na mia tano", 2500),
        ("elfu kumi na mbili", 12000),
        ("elfu 2", 2000),
        ("45 elfu", 45000),
        ("soo", 100),
        ("soo mbili", 200),
        ("thao", 1000),
    ],
)
def test_number_in_words(words: str, price: int) -> None:
    assert told(f"maziwa {words} nakuru").price == price


@pytest.mark.parametrize(
    ("range_", "midpoint"),
    [("40-45", "42.5"), ("40 - 50", "45"), ("40 to 50", "45"), ("40 hadi 50", "45")],
)
def test_range_is_told_by_its_midpoint(range_: str, midpoint: str) -> None:
    assert told(f"milk {range_} nakuru").price == Decimal(midpoint)


def test_range_between_two_prices() -> None:
    assert told("milk is between 40 and 50 nakuru").price == 45


def test_space_groups_thousands_beside_money() -> None:
    assert told("KES 1 250 per debe maize bungoma").price == 1250
    assert told("maize debe bungoma 1 250/=").price == 1250


def test_na_joins_numbers_and_items_alike() -> None:
    items = all_told("maziwa arobaini na tano na mahindi 2800 nakuru")
    assert [item.price for item in items] == [45, 2800]


def test_digits_run_together_with_letters_are_no_price() -> None:
    command = read("milk nakuru 4x", STRANGER)
    assert not hasattr(command, "items") or all(item.price is None for item in command.items)


def test_soles_and_centimos_side_by_side() -> None:
    assert _worth("uno cuarenta", "es") == Decimal("1.40")
    assert _worth("dos cincuenta", "es") == Decimal("2.50")
    assert _worth("treinta y cinco", "es") == 35
    assert _worth("one fifty", "en") == 150


def _worth(words: str, language: str) -> Decimal | None:
    """What number words of one language come to."""
    index = index_of(replace(WORDS, country=replace(WORDS.country, languages=(language,))))
    (tag,) = join_figures(tag_words(split(words), index))
    return tag.number
