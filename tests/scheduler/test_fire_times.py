"""Stories of the clock on the wall, and of the days on which it is moved."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.fire_times import next_fire


@dataclass
class Times:
    """When a group wants its bulletin."""

    bulletin_weekday: int
    bulletin_hour: int
    timezone: str


MONDAY_AT_SEVEN = Times(0, 7, "Africa/Nairobi")


def test_monday_at_seven_in_nairobi_is_four_in_utc(now: datetime) -> None:
    assert next_fire(MONDAY_AT_SEVEN, now) == datetime(2026, 11, 30, 4, tzinfo=UTC)


def test_the_moment_itself_is_over_when_it_strikes() -> None:
    strikes = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert next_fire(MONDAY_AT_SEVEN, strikes - timedelta(microseconds=1)) == strikes
    assert next_fire(MONDAY_AT_SEVEN, strikes) == strikes + timedelta(days=7)


def test_the_weekday_is_the_one_of_the_place() -> None:
    """Monday at 1 in Nairobi is still Sunday in UTC."""
    monday_at_one = Times(0, 1, "Africa/Nairobi")
    sunday_noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert next_fire(monday_at_one, sunday_noon) == datetime(2026, 11, 22, 22, tzinfo=UTC)


def test_madrid_keeps_its_hour_when_clocks_go_back() -> None:
    """25 October 2026 brings winter time: seven stays seven on the wall, not in UTC."""
    times = Times(0, 7, "Europe/Madrid")
    before = next_fire(times, datetime(2026, 10, 18, tzinfo=UTC))
    after = next_fire(times, before)
    assert before == datetime(2026, 10, 19, 5, tzinfo=UTC)
    assert after == datetime(2026, 10, 26, 6, tzinfo=UTC)


def test_an_hour_that_comes_twice_strikes_once() -> None:
    times = Times(6, 2, "Europe/Madrid")
    first = next_fire(times, datetime(2026, 10, 20, tzinfo=UTC))
    assert first == datetime(2026, 10, 25, 0, tzinfo=UTC)  # 2:00, still summer time
    for later in (first, first + timedelta(minutes=30), first + timedelta(hours=1)):
        assert next_fire(times, later) == datetime(2026, 11, 1, 1, tzinfo=UTC)


def test_an_hour_left_out_strikes_with_the_next() -> None:
    times = Times(6, 2, "Europe/Madrid")
    assert next_fire(times, datetime(2026, 3, 28, tzinfo=UTC)) == datetime(
        2026, 3, 29, 1, tzinfo=UTC
    )


def test_a_midnight_left_out_loses_no_week() -> None:
    """In Santiago clocks go forward at midnight of 6 September 2026."""
    times = Times(6, 0, "America/Santiago")
    august = next_fire(times, datetime(2026, 8, 28, tzinfo=UTC))
    september = next_fire(times, august)
    assert september == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert next_fire(times, september) == datetime(2026, 9, 13, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "zone", ["Africa/Nairobi", "Europe/Madrid", "America/Santiago", "Australia/Lord_Howe"]
)
@given(
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    minutes=st.integers(0, 2 * 365 * 24 * 60),
)
def test_every_week_has_its_moment(zone: str, weekday: int, hour: int, minutes: int) -> None:
    times = Times(weekday, hour, zone)
    after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    fire = next_fire(times, after)
    assert after < fire <= after + timedelta(days=7, hours=1)
    assert fire.tzinfo is UTC
    local = fire.astimezone(ZoneInfo(zone))
    assert local.weekday() == weekday
    assert local.hour - hour in {0, 1}
