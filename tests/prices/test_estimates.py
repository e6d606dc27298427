"""What is published of a belief, of one cell and of a region."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from math import log

import pytest

from prices.estimates import Confidence, Estimate, estimate_of, estimate_region, with_reporters
from prices.filter import around
from prices.kinds import Pace
from prices.votes import Report
from tests.prices.stories import near

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = NOW.date()

_ids = count(1)


def said(reporter: int = 1, *, days: int = 0, demo: bool = False) -> Report:
    at = NOW - timedelta(days=days)
    return Report(next(_ids), log(45), reporter, at, at.date(), is_demo=demo)


def published(
    votes: Sequence[Report], on: date = TODAY, pace: Pace = Pace.STAPLE
) -> Estimate | None:
    """What is published where 45 is believed."""
    return estimate_of(around(log(45), 0.05, doubt=0), votes, on=on, pace=pace)


def market(
    price: int, reports: int = 1, reporters: int = 1, label: Confidence = Confidence.ONE
) -> Estimate:
    figure = Decimal(price)
    return Estimate(figure, figure - 2, figure + 2, reports, reporters, NOW, label, is_demo=False)


def test_no_report_no_price() -> None:
    assert published([]) is None


def test_the_price_and_its_range_are_what_is_believed() -> None:
    found = published([said()])
    assert found is not None
    assert found.price == near(45)
    # 1.28 standard deviations of 5 % either way hold 80 %.
    assert (found.low, found.high) == (near("42.2"), near("48"))
    assert (found.reports, found.reporters, found.confidence) == (1, 1, Confidence.ONE)
    assert found.newest_at == NOW
    assert not found.is_demo


def test_four_reports_of_three_people_are_good() -> None:
    found = published([said(1), said(2), said(3), said(1, days=1)])
    assert found is not None
    assert (found.reports, found.reporters, found.confidence) == (4, 3, Confidence.GOOD)


@pytest.mark.parametrize(
    "few",
    [
        [said(1), said(2)],
        [said(1), said(2), said(3)],
        # Four votes, but only two people.
        [said(1), said(2), said(1, days=1), said(2, days=1)],
    ],
)
def test_fewer_are_few(few: list[Report]) -> None:
    found = published(few)
    assert found is not None
    assert found.confidence is Confidence.FEW


@pytest.mark.parametrize(
    ("pace", "days"), [(Pace.PERISHABLE, 3), (Pace.STAPLE, 7), (Pace.SLOW, 14)]
)
def test_what_is_recent_depends_on_the_thing(pace: Pace, days: int) -> None:
    fresh, old = (
        published([said(days=days - 1)], pace=pace),
        published([said(days=days)], pace=pace),
    )
    assert fresh is not None
    assert old is not None
    assert (fresh.confidence, old.confidence) == (Confidence.ONE, Confidence.OLD)


def test_an_old_price_rests_on_its_newest_day() -> None:
    found = published([said(1, days=9), said(2, days=9), said(3, days=12)])
    assert found is not None
    assert (found.reports, found.confidence) == (2, Confidence.OLD)
    assert found.newest_at == NOW - timedelta(days=9)


def test_older_than_a_month_is_no_price() -> None:
    assert published([said(days=29)]) is not None
    assert published([said(days=30)]) is None


def test_one_made_up_report_marks_the_price_while_it_counts() -> None:
    found, later = published([said(1), said(2, days=8, demo=True)]), published([said(demo=True)])
    assert found is not None
    assert later is not None
    assert (found.is_demo, later.is_demo) == (False, True)


def test_a_region_is_led_by_its_big_market() -> None:
    found = estimate_region([(300_000, market(40)), (None, market(50))])
    assert found is not None
    whole, markets = found
    assert markets == 2
    assert whole.price < 45
    assert whole.low == 40 < whole.high < 50
    assert (whole.reports, whole.confidence) == (2, Confidence.FEW)


def test_a_loud_market_does_not_outvote_a_big_one() -> None:
    """Thirty reports at 50 and one at 80: what counts is who lives there, not who writes."""
    loud = market(50, 30, 30, Confidence.GOOD)
    found = estimate_region([(20_000, loud), (180_000, market(80))])
    assert found is not None
    assert found[0].price > 70


def test_one_phone_at_three_markets_is_one_person() -> None:
    found = estimate_region([(None, market(40 + n, 2)) for n in range(3)])
    assert found is not None
    # As far as the markets tell; who asks for the people counts them.
    assert (found[0].reports, found[0].reporters, found[0].confidence) == (6, 1, Confidence.FEW)
    counted = with_reporters(found[0], 4)
    assert (counted.reporters, counted.confidence) == (4, Confidence.GOOD)


def test_a_region_with_one_market_is_that_market() -> None:
    assert estimate_region([(None, market(44))]) == (market(44), 1)


def test_fresh_markets_silence_old_ones() -> None:
    old = market(30, label=Confidence.OLD)
    found = estimate_region([(None, market(45)), (500_000, old)])
    assert found is not None
    assert (found[0].price, found[1]) == (45, 1)


def test_a_region_with_old_reports_only_is_old() -> None:
    found = estimate_region([(None, market(44, label=Confidence.OLD))] * 4)
    assert found is not None
    assert (found[0].confidence, found[1]) == (Confidence.OLD, 4)


def test_a_region_without_reports_has_no_price() -> None:
    assert estimate_region([]) is None
