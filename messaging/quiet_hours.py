"""When people sleep: what we start waits until they are up (pure)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


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
        return datetime.combine(day, self.ends, zone).astimezone(UTC)

    def _holds(self, at: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends
