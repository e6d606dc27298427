"""What the operator decides of one bulletin: when, how, and of what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from groups.models import BulletinList, Group
from groups.schedules import bits_of, schedule_of
from messaging.kinds import Channel


@dataclass(frozen=True)
class BulletinChange:
    """What is decided anew; None leaves a thing as it is."""

    weekdays: tuple[int, ...] | None = None
    month_day: int | None = None
    hour: int | None = None
    timezone: str | None = None
    language: str | None = None
    segments: int | None = None
    markets: list[int] | None = None
    # A list has none of these: it is of one thing, on no menu, and has no officers.
    channel: Channel | None = None
    secretary_segments: int | None = None
    commodities: list[str] | None = None


def change_bulletin(of: Group | BulletinList, change: BulletinChange, now: datetime) -> None:
    """Write down what is decided anew.

    Where its time changes, the next one is to be worked out: `next_bulletin_at` is emptied. One
    that is due already, and that no worker has seen to yet, is still made or missed.
    """
    before = schedule_of(of)
    for name, value in _columns(change).items():
        setattr(of, name, value)
    is_waiting = of.next_bulletin_at is not None and of.next_bulletin_at <= now
    if schedule_of(of) != before and not is_waiting:
        of.next_bulletin_at = None


def _columns(change: BulletinChange) -> dict[str, Any]:
    columns = {
        "bulletin_hour": change.hour,
        "timezone": change.timezone,
        "language": change.language,
        "bulletin_segments": change.segments,
        "bulletin_markets": change.markets,
        "bulletin_channel": change.channel,
        "bulletin_secretary_segments": change.secretary_segments,
        "bulletin_commodities": change.commodities,
    }
    return {name: value for name, value in columns.items() if value is not None} | _days(change)


def _days(change: BulletinChange) -> dict[str, int | None]:
    if change.weekdays is not None:
        return {"bulletin_weekdays": bits_of(change.weekdays), "bulletin_month_day": None}
    if change.month_day is not None:
        return {"bulletin_weekdays": 0, "bulletin_month_day": change.month_day}
    return {}
