"""When something comes again and again, by the clock on people's own wall (pure).

Some days of the week, or one day of the month, at a full hour. Days of the week are kept as bits
in one number, so that a row says all of them: 1 is Monday, 2 Tuesday, 64 Sunday.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = tuple(name[:3] for name in NAMES)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


class Timed(Protocol):
    """A row with a timetable: a group, a bulletin list, what a menu shows of them."""

    @property
    def bulletin_weekdays(self) -> int:
        """Its days, as bits."""
        ...

    @property
    def bulletin_month_day(self) -> int | None:
        """Its day of the month, where it has one; then it has no days of the week."""
        ...

    @property
    def bulletin_hour(self) -> int:
        """Its hour, by the clock of its zone."""
        ...

    @property
    def timezone(self) -> str:
        """Its zone, by the name that IANA gives it."""
        ...


@dataclass(frozen=True)
class Schedule:
    """The local days and hour; the zone says whose. `month_day` goes before `weekdays`.

    Weekdays are numbers, 0 for Monday. A month that is shorter has its day on the last it has.
    """

    weekdays: tuple[int, ...]
    hour: int
    timezone: str
    month_day: int | None = None

    def holds(self, day: date) -> bool:
        """Whether it is one of its days."""
        if self.month_day is None:
            return day.weekday() in self.weekdays
        return day.day == min(self.month_day, _last_day(day))


def schedule_of(row: Timed) -> Schedule:
    """What a row says of its timetable."""
    return Schedule(
        weekdays=weekdays_in(row.bulletin_weekdays),
        hour=row.bulletin_hour,
        timezone=row.timezone,
        month_day=row.bulletin_month_day,
    )


def in_words(schedule: Schedule) -> str:
    """A timetable as an operator writes it: mon,thu at 06:00 (Africa/Nairobi)."""
    if schedule.month_day is not None:
        days = f"day {schedule.month_day} of the month"
    elif schedule.weekdays == EVERY_DAY:
        days = "daily"
    else:
        days = ",".join(WEEKDAYS[day] for day in schedule.weekdays)
    return f"{days} at {schedule.hour:02}:00 ({schedule.timezone})"


def weekdays_in(bits: int) -> tuple[int, ...]:
    """The days whose bits are set, from Monday on."""
    return tuple(day for day in EVERY_DAY if bits & 1 << day)


def bits_of(weekdays: Iterable[int]) -> int:
    """Days as a row keeps them."""
    return sum(1 << day for day in set(weekdays))


def parse_days(words: str) -> tuple[int, ...]:
    """The days of "mon,thu" or "daily", from Monday on; ValueError with what to write instead."""
    if words.strip().lower() == "daily":
        return EVERY_DAY
    named = [_day_of(word.strip().lower()) for word in words.split(",") if word.strip()]
    if None in named or not named:
        raise ValueError(f"{words!r} names no days: write them as mon,thu or as daily")
    return tuple(day for day in EVERY_DAY if day in named)


def _day_of(word: str) -> int | None:
    """Monday by its name or its first three letters."""
    return next((day for day in EVERY_DAY if word in {NAMES[day], WEEKDAYS[day]}), None)


def _last_day(day: date) -> int:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (following - date.resolution).day
