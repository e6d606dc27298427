"""The judge of prices must itself be right: what it lets pass and what it does not."""

from decimal import Decimal

import pytest

from tests.handlers.parser.numbers_in_text import is_written


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("milk nakuru 47", "47"),
        ("ksh47.50/=", "47.50"),
        ("1,250 bag", "1250"),
        ("KES 1 250", "1250"),
        ("1.250,50", "1250.50"),
        ("1,20,000 taka", "120000"),
        ("2.5k", "2500"),
        ("2 k", "2000"),
        ("৪৫ taka", "45"),
        ("４５", "45"),
        ("4\u200b5", "45"),
        ("½ kg", "0.5"),
        ("-45", "-45"),
        ("forty five", "45"),
        ("one fifty", "150"),
        ("elfu mbili mia tano", "2500"),
        ("elfu mbili na mia tano", "2500"),
        ("elfu 2", "2000"),
        ("45 elfu", "45000"),
        ("40-45", "42.5"),
        ("between 40 and 50", "45"),
        ("2-3k", "2500"),
        ("3 for 100", "33.33333333333333333333333333"),
        ("sold 8 ltrs they paid 360 total", "45"),
    ],
)
def test_what_is_written_may_be_read(text: str, numbers: str) -> None:
    assert is_written(Decimal(numbers), text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", "45"),
        ("milk nakuru", "1"),
        ("milk nakuru 47", "4"),
        ("milk nakuru 47", "74"),
        ("milk nakuru 47", "4700"),
        ("milk nakuru 47", "-47"),
        ("4 5", "45"),
        ("4,5,0", "450"),
        ("4😀5", "45"),
        ("1250", "12.50"),
        ("40-45", "85"),
        ("forty and then five", "45"),
        ("10 cows 20 goats 40 hens", "25"),
        ("2 kg", "2000"),
        ("1e5", "100000"),
    ],
)
def test_what_is_not_written_may_not(text: str, number: str) -> None:
    assert not is_written(Decimal(number), text)
