from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prices.statistics import distance_km, weighted_median, weighted_quantile

prices = st.decimals("0.0001", 9_999_999, places=4)
weights = st.decimals("0.0001", 1, places=4)
samples = st.lists(st.tuples(prices, weights), min_size=1, max_size=40)
fractions = st.decimals(0, 1, places=2)


def equal(*values: int | str) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(value), Decimal(1)) for value in values]


@pytest.mark.parametrize(
    ("values", "median"),
    [
        (equal(45), "45"),
        (equal(48, 44), "46"),
        (equal(44, 450, 45), "45"),
        (equal(44, 45, 46, 60), "45.5"),
    ],
)
def test_with_equal_weights_the_median_is_the_usual_one(
    values: list[tuple[Decimal, Decimal]], median: str
) -> None:
    assert weighted_median(values) == Decimal(median)


def test_the_10_to_90_range_of_five_is_the_smallest_and_the_largest() -> None:
    five = equal(40, 44, 45, 46, 60)
    assert weighted_quantile(five, Decimal("0.1")) == 40
    assert weighted_quantile(five, Decimal("0.9")) == 60


def test_the_10_to_90_range_of_ten_leaves_out_the_ends() -> None:
    ten = equal(1, 44, 44, 45, 45, 46, 46, 47, 47, 900)
    assert weighted_quantile(ten, Decimal("0.1")) == Decimal("22.5")
    assert weighted_quantile(ten, Decimal("0.5")) == Decimal("45.5")


def test_the_heavier_of_two_pulls_the_median_to_itself() -> None:
    median = weighted_median([(Decimal(40), Decimal(1)), (Decimal(50), Decimal(3))])
    assert Decimal(45) < median < Decimal(50)


@given(samples, fractions)
def test_a_quantile_lies_between_the_smallest_and_the_largest(
    values: list[tuple[Decimal, Decimal]], fraction: Decimal
) -> None:
    found = weighted_quantile(values, fraction)
    assert min(values)[0] <= found <= max(values)[0]


@given(samples, fractions, st.randoms())
def test_order_does_not_matter(
    values: list[tuple[Decimal, Decimal]], fraction: Decimal, random: object
) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert weighted_quantile(shuffled, fraction) == weighted_quantile(values, fraction)


@given(samples, fractions, fractions)
def test_a_higher_fraction_is_never_a_lower_price(
    values: list[tuple[Decimal, Decimal]], one: Decimal, other: Decimal
) -> None:
    low, high = sorted([one, other])
    assert weighted_quantile(values, low) <= weighted_quantile(values, high)


def test_nairobi_to_mombasa() -> None:
    assert distance_km(-1.2864, 36.8172, -4.0435, 39.6682) == pytest.approx(441, abs=2)


def test_no_distance_at_all() -> None:
    assert distance_km(-0.28, 36.07, -0.28, 36.07) == 0


def test_half_round_the_world_is_no_error() -> None:
    assert distance_km(0, 0, 0, 180) == pytest.approx(20015, abs=1)
