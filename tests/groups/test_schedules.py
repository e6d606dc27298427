"""Days of the week as people write them, as a row keeps them, and as a calendar has them."""

from dataclasses import dataclass
from datetime import date

import pytest

from groups.schedules import Schedule, bits_of, parse_days, schedule_of, weekdays_in


@dataclass(frozen=True)
class Row:
    """When a group wants its bulletin."""

    bulletin_weekdays: int
    bulletin_month_day: int | None
    bulletin_hour: int
    timezone: str


def test_days_are_written_in_any_order_and_case() -> None:
    assert parse_days("thu, MON") == (0, 3)
    assert parse_days("Monday,monday,sunday") == (0, 6)
    assert parse_days("daily") == (0, 1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("words", ["", " , ", "someday", "mon;thu", "mon,31", "monkey"])
def test_what_names_no_day_is_told_what_to_write(words: str) -> None:
    with pytest.raises(ValueError, match="write them as mon,thu"):
        parse_days(words)


def test_a_row_keeps_its_days_as_bits() -> None:
    assert bits_of([0, 6, 6]) == 65
    assert weekdays_in(65) == (0, 6)
    assert all(bits_of(weekdays_in(bits)) == bits for bits in range(128))


def test_a_row_says_when() -> None:
    assert schedule_of(Row(9, None, 6, "Africa/Nairobi")) == Schedule((0, 3), 6, "Africa/Nairobi")
    assert schedule_of(Row(0, 31, 6, "Africa/Nairobi")) == Schedule(
        (), 6, "Africa/Nairobi", month_day=31
    )


def test_a_day_of_the_month_goes_before_days_of_the_week() -> None:
    schedule = Schedule((0,), 6, "Africa/Nairobi", month_day=31)
    assert not schedule.holds(date(2026, 11, 23))  # a Monday
    assert schedule.holds(date(2026, 11, 30))
    assert schedule.holds(date(2026, 12, 31))
    assert not schedule.holds(date(2026, 12, 30))
