"""What people type for a price, and what is none."""

from decimal import Decimal

import pytest

from handlers.screens.report import price_typed


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("45", "45"),
        ("45.50", "45.50"),
        ("45.5", "45.5"),
        ("1,500", "1500"),
        ("1,500,000", "1500000"),
        ("KES 45", "45"),
        ("Sh.45", "45"),
        ("45/=", "45"),
        ("45 bob", "45"),
        ("0.5", "0.5"),
        ("1,50", "1.50"),
        ("1 500", "1500"),
        ("1 250,5", "1250.5"),
        ("S/1.45", "1.45"),
        ("s/. 1,45", "1.45"),
        ("450 F", "450"),
        ("450 FCFA", "450"),
    ],
)
def test_a_price_is_read(typed: str, price: str) -> None:
    assert price_typed(typed) == Decimal(price)


@pytest.mark.parametrize(
    "typed",
    ["", "-45", "0", "0.00", "abc", "4*5", "1e9", "45.505", "12345678", "1,5000", "٤٥", "4 5",
     "45k", "45😀", "inf", "NaN", "²", "1" * 1000],
)  # fmt: skip
def test_what_is_no_price_is_no_price(typed: str) -> None:
    assert price_typed(typed) is None
