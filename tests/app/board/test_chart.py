"""Charts drawn on the server: where their points lie, and which figures stand at the edge."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.board.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Chart, Point, draw

START = date(2026, 11, 1)


def drawn(*prices: str, spread: int = 0) -> Chart | None:
    points = [
        Point(
            START + timedelta(days=number),
            Decimal(price),
            Decimal(price) - spread if spread else None,
            Decimal(price) + spread if spread else None,
        )
        for number, price in enumerate(prices)
    ]
    return draw(points, lambda value: f"{value:f}", lambda day: day.isoformat())


def test_one_day_alone_is_no_course() -> None:
    assert drawn() is None
    assert drawn("47") is None


def test_the_edge_has_round_figures_around_all_prices_and_the_first_and_last_day() -> None:
    chart = drawn("44", "47", "46", spread=2)
    assert chart is not None
    assert [Decimal(tick.words) for tick in chart.across] == [40, 45, 50]
    assert [tick.words for tick in chart.along] == ["2026-11-01", "2026-11-03"]
    assert len(chart.band.split()) == 2 * len(chart.dots) == 6


def test_without_a_range_there_is_no_band() -> None:
    chart = drawn("44", "47")
    assert chart is not None
    assert chart.band == ""


@pytest.mark.parametrize("price", ["0.0001", "47", "9999999999999"])
def test_a_price_that_stands_still_is_drawn_too(price: str) -> None:
    chart = drawn(price, price, price)
    assert chart is not None
    assert len({y for _, y in chart.dots}) == 1


@given(st.lists(st.decimals("0.0001", "9999999999", places=4), min_size=2, max_size=60))
def test_every_point_lies_within_the_frame(prices: list[Decimal]) -> None:
    chart = drawn(*map(str, prices))
    assert chart is not None
    assert 2 <= len(chart.across) <= 6
    for x, y in chart.dots:
        assert LEFT <= x <= WIDTH - RIGHT
        assert TOP <= y <= HEIGHT - BOTTOM
