"""The drawing of a price: its scale is that of what is believed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.dashboard.cell_chart import WIDTH, CellChart, draw, look_of
from app.dashboard.report_words import bias_words, off_words
from prices.board import Charted
from prices.kinds import ObservationStatus, PriceType
from prices.report_lines import ReportLine

TODAY = date(2026, 11, 24)
SINCE = TODAY - timedelta(days=89)


def told(
    price: str, status: ObservationStatus = ObservationStatus.ACCEPTED, **more: Any
) -> ReportLine:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    line = ReportLine(
        id=1, source_key="sms:1:0", reporter_id=1, reported_at=at, reported_on=at.date(),
        commodity_code="milk", place_id=1, price_type=PriceType.FARM_GATE, buyer=None, grade=None,
        side=None, price=Decimal(price), unit_code="litre", currency="KES",
        price_per_base_unit=Decimal(price), quantity=None, raw_text="", status=status,
        is_confirmed=False, is_demo=False, error=None, error_deviation=None,
        slip_probability=None,
    )  # fmt: skip
    return line._replace(**more)


def believed(*prices: int) -> list[Charted]:
    return [
        Charted(TODAY - timedelta(days=age), Decimal(one), Decimal(one - 2), Decimal(one + 2))
        for age, one in enumerate(prices)
    ][::-1]


def drawn(course: list[Charted], lines: list[ReportLine]) -> CellChart:
    chart = draw(course, lines, {}, SINCE, TODAY, lambda line: str(line.price))
    assert chart is not None
    return chart


def test_what_lies_beyond_stands_at_the_edge_with_an_arrow() -> None:
    held = told("450", ObservationStatus.HELD)
    low = told("4", ObservationStatus.DROPPED)
    chart = drawn(believed(45, 46, 44), [told("46"), held, low])
    within, above, below = chart.dots
    assert (within.way, above.way, below.way) == ("", "up", "down")
    assert (within.look, above.look, below.look) == ("counts", "doubtful", "out")
    assert above.y < within.y < below.y
    assert chart.across[0].words == "42"
    assert max(float(tick.words) for tick in chart.across) < 60


def test_it_begins_with_the_first_day_of_which_anything_is_known() -> None:
    chart = drawn(believed(45, 46, 44), [told("46")])
    assert [tick.words for tick in chart.along] == ["20 Nov", "24 Nov"]
    assert all(0 < dot.x < WIDTH for dot in chart.dots)


def test_nothing_believed_and_nothing_told_is_no_chart() -> None:
    assert draw([], [], {}, SINCE, TODAY, str) is None


def test_reports_alone_have_a_scale_of_their_own() -> None:
    chart = drawn([], [told("450", ObservationStatus.HELD)])
    assert chart.band == chart.line == ""
    assert chart.dots[0].way == ""


def test_a_price_that_does_not_move_has_a_line_above_and_below() -> None:
    flat = [Charted(TODAY, Decimal(45), Decimal(45), Decimal(45))]
    assert len(drawn(flat, []).across) >= 2


def test_something_else_may_stand_for_a_report() -> None:
    line = told("45")
    assert look_of(line, {1: 2}) == "instead"
    assert look_of(line, {}) == "counts"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, ""),
        (0.001, "as expected"),
        (0.05, "5 % above what was expected"),
        (-0.05, "5 % below what was expected"),
        (0.7, "2.0 times what was expected"),
        (-2.31, "10 times less than was expected"),
    ],
)
def test_how_far_off_a_report_is(error: float | None, words: str) -> None:
    assert off_words(told("45", error=error)) == words


def test_whose_prices_are_higher() -> None:
    assert bias_words(0.04) == "4 % higher than others"
    assert bias_words(-0.04) == "4 % lower than others"
    assert bias_words(0.001) == "neither higher nor lower than others"
