from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prices.estimates import Confidence, Report, estimate, estimate_region

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def said(price: int | str, reporter: int = 1, *, hours: float = 1, demo: bool = False) -> Report:
    return Report(Decimal(price), reporter, NOW - timedelta(hours=hours), demo)


reports = st.builds(
    Report,
    price=st.decimals("0.0001", 9_999_999, places=4),
    reporter_id=st.integers(1, 6),
    # Whole quarters of an hour: identical time stamps come often.
    reported_at=st.integers(0, 20 * 96).map(lambda n: NOW - timedelta(minutes=15 * n)),
    is_demo=st.booleans(),
)
lists = st.lists(reports, min_size=1, max_size=40)


def test_no_report_no_price() -> None:
    assert estimate([], NOW) is None


def test_one_report_is_said_to_be_one() -> None:
    found = estimate([said(45)], NOW)
    assert found is not None
    assert (found.price, found.low, found.high) == (45, 45, 45)
    assert (found.reports, found.reporters, found.confidence) == (1, 1, Confidence.ONE)
    assert found.newest_at == NOW - timedelta(hours=1)
    assert not found.is_demo


def test_four_reports_of_three_people_are_good() -> None:
    four = [said(44, 1), said(45, 2), said(46, 3), said(47, 1, hours=30)]
    found = estimate(four, NOW)
    assert found is not None
    assert (found.reports, found.reporters, found.confidence) == (4, 3, Confidence.GOOD)


@pytest.mark.parametrize(
    "few",
    [
        [said(44, 1), said(45, 2)],
        [said(44, 1), said(45, 2), said(46, 3)],
        # Four votes, but only two people.
        [said(44, 1), said(45, 2), said(46, 1, hours=30), said(46, 2, hours=30)],
    ],
)
def test_fewer_are_few(few: list[Report]) -> None:
    found = estimate(few, NOW)
    assert found is not None
    assert found.confidence is Confidence.FEW


def test_one_slip_among_four_does_not_move_the_price() -> None:
    found = estimate([said(44, 1), said(45, 2), said(46, 3), said(450, 4)], NOW)
    assert found is not None
    assert 45 <= found.price <= 46
    assert (found.low, found.high, found.reports) == (44, 46, 3)


def test_of_two_reports_nobody_can_tell_which_slipped() -> None:
    found = estimate([said(45, 1), said(450, 2)], NOW)
    assert found is not None
    assert (found.low, found.high, found.confidence) == (45, 450, Confidence.FEW)


def test_a_price_may_double() -> None:
    found = estimate([said(44, 1), said(45, 2), said(46, 3), said(90, 4)], NOW)
    assert found is not None
    assert (found.high, found.reports) == (90, 4)


def test_new_reports_weigh_more_than_old_ones() -> None:
    found = estimate([said(40, 1, hours=150), said(50, 2)], NOW)
    assert found is not None
    assert 45 < found.price < 50


def test_somebody_corrects_himself_within_the_day() -> None:
    found = estimate([said(450, 1, hours=3), said(45, 1, hours=2)], NOW)
    assert found is not None
    assert (found.price, found.reports) == (45, 1)


def test_a_phone_that_repeats_daily_does_not_outvote_three_people() -> None:
    stubborn = [said(90, 9, hours=24 * day + 1) for day in range(7)]
    found = estimate([*stubborn, said(45, 1), said(46, 2), said(47, 3)], NOW)
    assert found is not None
    assert found.price < 51


def test_older_than_a_week_is_told_as_old() -> None:
    found = estimate([said(40, 1, hours=24 * 20), said(42, 2, hours=24 * 12)], NOW)
    assert found is not None
    assert (found.price, found.reports, found.confidence) == (42, 1, Confidence.OLD)
    assert found.newest_at == NOW - timedelta(days=12)


def test_an_old_report_is_silent_beside_a_fresh_one() -> None:
    found = estimate([said(30, 1, hours=24 * 8), said(45, 2)], NOW)
    assert found is not None
    assert (found.price, found.low, found.reports) == (45, 45, 1)


def test_older_than_a_month_is_no_price() -> None:
    assert estimate([said(42, hours=24 * 30)], NOW) is None
    assert estimate([said(42, hours=24 * 30 - 1)], NOW) is not None


def test_the_window_ends_to_the_second() -> None:
    week = timedelta(days=7)
    just_in = Report(Decimal(45), 1, NOW - week + timedelta(seconds=1))
    just_out = Report(Decimal(45), 1, NOW - week)
    found = [estimate([report], NOW) for report in (just_in, just_out)]
    assert [one and one.confidence for one in found] == [Confidence.ONE, Confidence.OLD]


def test_what_comes_later_is_not_known_yet() -> None:
    assert estimate([said(99, hours=-1)], NOW) is None
    assert estimate([said(45), said(99, 2, hours=-1)], NOW) == estimate([said(45)], NOW)


def test_one_demo_report_marks_the_price() -> None:
    found = estimate([said(45, 1), said(46, 2, demo=True)], NOW)
    assert found is not None
    assert found.is_demo


def test_a_demo_report_that_does_not_count_leaves_no_mark() -> None:
    found = estimate([said(45, 1), said(46, 2, hours=24 * 8, demo=True)], NOW)
    assert found is not None
    assert not found.is_demo


@given(lists, st.integers(0, 10_000))
def test_the_order_of_reports_does_not_matter(many: list[Report], seed: int) -> None:
    shuffled = list(many)
    Random(seed).shuffle(shuffled)
    assert estimate(shuffled, NOW) == estimate(many, NOW)


@given(lists)
def test_the_price_lies_between_low_and_high_and_they_between_the_ends(many: list[Report]) -> None:
    found = estimate(many, NOW)
    assert found is not None
    ends = [report.price for report in many]
    assert min(ends) <= found.low <= found.price <= found.high <= max(ends)


@given(lists)
def test_counts_never_exceed_what_was_said(many: list[Report]) -> None:
    found = estimate(many, NOW)
    assert found is not None
    assert 1 <= found.reporters <= found.reports <= len(many)
    assert found.reporters <= len({report.reporter_id for report in many})


@given(lists, st.lists(st.decimals(1, 1_000, places=2), max_size=30))
def test_a_flood_from_one_phone_counts_once(many: list[Report], flood: list[Decimal]) -> None:
    """Whatever one phone shouts before its last word of the day changes nothing."""
    start = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    last_word = Report(Decimal(45), 99, NOW)
    shouted = [
        Report(price, 99, start + timedelta(seconds=second)) for second, price in enumerate(flood)
    ]
    assert estimate([*many, *shouted, last_word], NOW) == estimate([*many, last_word], NOW)


@given(lists)
def test_the_same_report_twice_is_one(many: list[Report]) -> None:
    assert estimate(many + many, NOW) == estimate(many, NOW)


def test_a_region_is_led_by_its_big_market() -> None:
    found = estimate_region([(300_000, [said(40)]), (None, [said(50, 2)]), (None, [])], NOW)
    assert found is not None
    whole, markets = found
    assert markets == 2
    assert whole.price < 45
    assert whole.low == 40 < whole.high < 50
    assert (whole.reports, whole.reporters, whole.confidence) == (2, 2, Confidence.FEW)


def test_a_loud_market_does_not_outvote_a_big_one() -> None:
    """Thirty reports at 50 and one at 80: what counts is who lives there, not who writes."""
    loud = [said(50, reporter) for reporter in range(30)]
    found = estimate_region([(20_000, loud), (180_000, [said(80, 99)])], NOW)
    assert found is not None
    assert found[0].price > 70


def test_one_phone_at_three_markets_is_one_person() -> None:
    found = estimate_region(
        [(None, [said(40 + n, 7), said(41, 7, hours=30)]) for n in range(3)], NOW
    )
    assert found is not None
    assert (found[0].reports, found[0].reporters) == (6, 1)
    assert found[0].confidence is Confidence.FEW


def test_a_region_with_one_market_is_that_market() -> None:
    market = [said(44, 1), said(46, 2)]
    assert estimate_region([(None, market), (9, [])], NOW) == (estimate(market, NOW), 1)


def test_fresh_markets_silence_old_ones() -> None:
    found = estimate_region([(None, [said(45)]), (500_000, [said(30, 2, hours=24 * 9)])], NOW)
    assert found is not None
    assert (found[0].price, found[1]) == (45, 1)


def test_a_region_with_old_reports_only_is_old() -> None:
    old = [(None, [said(44, n, hours=24 * 9)]) for n in range(4)]
    found = estimate_region(old, NOW)
    assert found is not None
    assert (found[0].confidence, found[1]) == (Confidence.OLD, 4)


def test_a_region_without_reports_has_no_price() -> None:
    assert estimate_region([], NOW) is None
    assert estimate_region([(5, [])], NOW) is None
