"""When people sleep: what we start waits until they are up (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_HOURS = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?", re.ASCII)


@dataclass(frozen=True)
class QuietHours:
    """From one time of the day to another, by the clock of whoever is written to."""

    begins: time
    ends: time

    def over_at(self, moment: datetime, timezone: str) -> datetime | None:
        """When they are over, in UTC; None where it is not quiet at that moment."""
        zone = ZoneInfo(timezone)
        local = moment.astimezone(zone)
        if not self._holds(local.time()):
            return None
        day = local.date() if local.time() < self.ends else local.date() + timedelta(days=1)
        ends = datetime.combine(day, self.ends, zone)
        # Where clocks are put back that time comes twice, where they are put forward it is left
        # out: the later reading is never before `moment`.
        return max(ends.replace(fold=fold).astimezone(UTC) for fold in (0, 1))

    def _holds(self, at: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def parse_quiet_hours(written: str) -> QuietHours | None:
    """The hours in "21-6" or "21:30-6:15"; None for nothing, which is: never.

    ValueError with one sentence where it is neither.
    """
    if not written.strip():
        return None
    found = _HOURS.fullmatch(written.replace(" ", ""))
    try:
        begins, ends = _times(found.groups("0")) if found else (None, None)
    except ValueError:  # no such hour
        begins = ends = None
    if begins is None or ends is None or begins == ends:
        raise ValueError("it must be two hours of the day: 21-6")
    return QuietHours(begins, ends)


def _times(figures: Sequence[str]) -> tuple[time, time]:
    begins_hour, begins_minute, ends_hour, ends_minute = map(int, figures)
    return time(begins_hour, begins_minute), time(ends_hour, ends_minute)
