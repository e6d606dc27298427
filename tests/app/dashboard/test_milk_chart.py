"""Bars of milk: as high as the litres say, under a round figure."""

from datetime import date
from decimal import Decimal

import pytest

from app.dashboard.milk_chart import milk_chart
from groups.book_looks import DayOfMilk


def day(number: int, *litres: int) -> DayOfMilk:
    morning, evening, other = (Decimal(one) for one in (*litres, 0, 0, 0)[:3])
    return DayOfMilk(date(2026, 11, number), morning, evening, other)


@pytest.mark.parametrize(
    ("litres", "most"), [(1, 1), (3, 5), (51, 100), (100, 100), (101, 200), (999, 1000)]
)
def test_the_highest_line_is_round_and_above_all(litres: int, most: int) -> None:
    chart = milk_chart([day(1, litres)])
    assert chart is not None
    assert chart.most == most


def test_bars_stand_on_each_other_in_the_order_of_the_days() -> None:
    chart = milk_chart([day(1, 50, 25, 25), day(2)])
    assert chart is not None
    full, empty = chart.bars
    assert full.morning + full.evening + full.other == chart.floor - chart.top
    assert full.morning == 2 * full.evening == 2 * full.other
    assert (empty.morning, empty.evening) == (0, 0)
    assert full.x < empty.x < chart.width


def test_without_milk_there_is_no_chart() -> None:
    assert milk_chart([day(1), day(2)]) is None
    assert milk_chart([]) is None
