"""Stories of the clock on the wall, and of the days on which it is moved."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.schedules import Schedule
from scheduler.fire_times import fires_until, next_fire


def weekly(weekday: int, hour: int, timezone: str) -> Schedule:
    """One day of the week."""
    return Schedule((weekday,), hour, timezone)


def monthly(day: int, hour: int, timezone: str) -> Schedule:
    """One day of the month."""
    return Schedule((), hour, timezone, month_day=day)


MONDAY_AT_SEVEN = weekly(0, 7, "Africa/Nairobi")


def test_monday_at_seven_in_nairobi_is_four_in_utc(now: datetime) -> None:
    assert next_fire(MONDAY_AT_SEVEN, now) == datetime(2026, 11, 30, 4, tzinfo=UTC)


def test_the_moment_itself_is_over_when_it_strikes() -> None:
    strikes = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert next_fire(MONDAY_AT_SEVEN, strikes - timedelta(microseconds=1)) == strikes
    assert next_fire(MONDAY_AT_SEVEN, strikes) == strikes + timedelta(days=7)


def test_the_weekday_is_the_one_of_the_place() -> None:
    """Monday at 1 in Nairobi is still Sunday in UTC."""
    monday_at_one = weekly(0, 1, "Africa/Nairobi")
    sunday_noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert next_fire(monday_at_one, sunday_noon) == datetime(2026, 11, 22, 22, tzinfo=UTC)


def test_madrid_keeps_its_hour_when_clocks_go_back() -> None:
    """25 October 2026 brings winter time: seven stays seven on the wall, not in UTC."""
    times = weekly(0, 7, "Europe/Madrid")
    before = next_fire(times, datetime(2026, 10, 18, tzinfo=UTC))
    after = next_fire(times, before)
    assert before == datetime(2026, 10, 19, 5, tzinfo=UTC)
    assert after == datetime(2026, 10, 26, 6, tzinfo=UTC)


def test_an_hour_that_comes_twice_strikes_once() -> None:
    times = weekly(6, 2, "Europe/Madrid")
    first = next_fire(times, datetime(2026, 10, 20, tzinfo=UTC))
    assert first == datetime(2026, 10, 25, 0, tzinfo=UTC)  # 2:00, still summer time
    for later in (first, first + timedelta(minutes=30), first + timedelta(hours=1)):
        assert next_fire(times, later) == datetime(2026, 11, 1, 1, tzinfo=UTC)


def test_an_hour_left_out_strikes_with_the_next() -> None:
    times = weekly(6, 2, "Europe/Madrid")
    assert next_fire(times, datetime(2026, 3, 28, tzinfo=UTC)) == datetime(
        2026, 3, 29, 1, tzinfo=UTC
    )


def test_a_midnight_left_out_loses_no_week() -> None:
    """In Santiago clocks go forward at midnight of 6 September 2026."""
    times = weekly(6, 0, "America/Santiago")
    august = next_fire(times, datetime(2026, 8, 28, tzinfo=UTC))
    september = next_fire(times, august)
    assert september == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert next_fire(times, september) == datetime(2026, 9, 13, 3, tzinfo=UTC)


def days_of(schedule: Schedule, first: datetime, number: int) -> list[date]:
    """The next days on the wall on which it strikes."""
    days = []
    for _ in range(number):
        first = next_fire(schedule, first)
        days.append(first.astimezone(ZoneInfo(schedule.timezone)).date())
    return days


def test_twice_a_week_comes_on_both_days() -> None:
    schedule = Schedule((0, 3), 6, "Africa/Nairobi")
    assert days_of(schedule, datetime(2026, 11, 23, 12, tzinfo=UTC), 3) == [
        date(2026, 11, 26),
        date(2026, 11, 30),
        date(2026, 12, 3),
    ]


def test_the_thirty_first_falls_back_to_the_last_day_of_the_month() -> None:
    """Also in February, also in a leap year, and it comes back to the 31st afterwards."""
    schedule = monthly(31, 7, "Europe/Madrid")
    assert days_of(schedule, datetime(2027, 1, 30, tzinfo=UTC), 5) == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
        date(2027, 5, 31),
    ]
    assert days_of(schedule, datetime(2028, 2, 1, tzinfo=UTC), 1) == [date(2028, 2, 29)]
    assert days_of(monthly(30, 7, "Europe/Madrid"), datetime(2027, 1, 31, tzinfo=UTC), 2) == [
        date(2027, 2, 28),
        date(2027, 3, 30),
    ]


def test_the_month_is_the_one_of_the_place() -> None:
    """The 1st at 1 in Nairobi is still the last of the month before in UTC."""
    first = next_fire(monthly(1, 1, "Africa/Nairobi"), datetime(2026, 11, 26, tzinfo=UTC))
    assert first == datetime(2026, 11, 30, 22, tzinfo=UTC)


def test_all_that_passed_meanwhile() -> None:
    """The first is one whatever the timetable says, for it was worked out before that changed."""
    due = datetime(2026, 11, 22, 9, tzinfo=UTC)
    until = datetime(2026, 12, 7, 4, tzinfo=UTC)
    assert fires_until(MONDAY_AT_SEVEN, due, until) == [
        due,
        datetime(2026, 11, 23, 4, tzinfo=UTC),
        datetime(2026, 11, 30, 4, tzinfo=UTC),
        until,
    ]
    assert fires_until(MONDAY_AT_SEVEN, due, due) == [due]


@pytest.mark.parametrize(
    "zone", ["Africa/Nairobi", "Europe/Madrid", "America/Santiago", "Australia/Lord_Howe"]
)
@given(
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    minutes=st.integers(0, 2 * 365 * 24 * 60),
)
def test_every_week_has_its_moment(zone: str, weekday: int, hour: int, minutes: int) -> None:
    times = weekly(weekday, hour, zone)
    after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    fire = next_fire(times, after)
    assert after < fire <= after + timedelta(days=7, hours=1)
    assert fire.tzinfo is UTC
    local = fire.astimezone(ZoneInfo(zone))
    assert local.weekday() == weekday
    assert local.hour - hour in {0, 1}


@pytest.mark.parametrize("zone", ["Africa/Nairobi", "Europe/Madrid", "America/Santiago"])
@given(
    month_day=st.integers(1, 31),
    hour=st.integers(0, 23),
    minutes=st.integers(0, 2 * 365 * 24 * 60),
)
def test_every_month_has_its_moment(zone: str, month_day: int, hour: int, minutes: int) -> None:
    schedule = monthly(month_day, hour, zone)
    first = next_fire(schedule, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
    second = next_fire(schedule, first)
    ones, others = (fire.astimezone(ZoneInfo(zone)) for fire in (first, second))
    assert (others.year - ones.year) * 12 + others.month - ones.month == 1
    for local in (ones, others):
        last = (local.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        assert local.day == min(month_day, last.day)
        assert local.hour - hour in {0, 1}


@pytest.mark.parametrize("zone", ["Africa/Nairobi", "Europe/Madrid", "America/Santiago"])
@given(
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    hour=st.integers(0, 23),
    minutes=st.integers(0, 365 * 24 * 60),
)
def test_every_day_of_a_fortnight_is_struck_as_it_says(
    zone: str, weekdays: set[int], hour: int, minutes: int
) -> None:
    """Each such day once, whatever the clocks do, and no other."""
    schedule = Schedule(tuple(sorted(weekdays)), hour, zone)
    after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    struck = fires_until(schedule, next_fire(schedule, after), after + timedelta(days=14))
    days = [fire.astimezone(ZoneInfo(zone)).date() for fire in struck]
    first, last = days[0], days[-1]
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    assert days == [day for day in span if day.weekday() in weekdays]
