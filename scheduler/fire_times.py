"""When a weekly bulletin is due next, by the clock on people's own wall."""

from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


class Weekly(Protocol):
    """Whatever has a local weekday (0 Monday) and hour: a group, a bulletin list."""

    bulletin_weekday: int
    bulletin_hour: int
    timezone: str


def next_fire(weekly: Weekly, after: datetime) -> datetime:
    """The first moment later than `after`, in UTC, at which it strikes that hour of that weekday.

    The hour is kept when clocks change. An hour that the change leaves out strikes with the one
    that follows it; an hour that comes twice strikes the first time only. APScheduler's
    CronTrigger is not asked: it would strike twice, and skip the whole week of a lost midnight.
    """
    zone = ZoneInfo(weekly.timezone)
    today = after.astimezone(zone).date()
    day = today + timedelta(days=(weekly.bulletin_weekday - today.weekday()) % 7)
    # In UTC before comparing: moments of one zone are compared by their wall clock.
    fire = datetime.combine(day, time(weekly.bulletin_hour), zone).astimezone(UTC)
    if fire > after:
        return fire
    return datetime.combine(day + WEEK, time(weekly.bulletin_hour), zone).astimezone(UTC)
