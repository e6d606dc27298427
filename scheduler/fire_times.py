"""When a timetable strikes, by the clock on people's own wall (pure)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, takewhile
from zoneinfo import ZoneInfo

from groups.schedules import Schedule

DAY = timedelta(days=1)


def next_fire(schedule: Schedule, after: datetime) -> datetime:
    """The first moment later than `after`, in UTC, at which it strikes that hour of such a day.

    The hour is kept when clocks change. An hour that the change leaves out strikes with the one
    that follows it; an hour that comes twice strikes the first time only. APScheduler's
    CronTrigger is not asked: it would strike twice, and skip the whole week of a lost midnight.
    """
    return next(_fires(schedule, after))


def fires_until(schedule: Schedule, first: datetime, until: datetime) -> list[datetime]:
    """The moments from `first`, which is one whatever the timetable says now, up to `until`."""
    later = takewhile(lambda fire: fire <= until, _fires(schedule, first))
    return [first, *later]


def _fires(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Every moment after that one, without end."""
    today = after.astimezone(ZoneInfo(schedule.timezone)).date()
    for days in count():
        day = today + days * DAY
        if schedule.holds(day):
            fire = _strikes(schedule, day)
            if fire > after:
                yield fire


def _strikes(schedule: Schedule, day: date) -> datetime:
    # In UTC before comparing: moments of one zone are compared by their wall clock.
    zone = ZoneInfo(schedule.timezone)
    return datetime.combine(day, time(schedule.hour), zone).astimezone(UTC)
