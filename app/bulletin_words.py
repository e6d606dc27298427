"""What every edge says of bulletins in the same words: how many, what they cost, when they wait."""

from datetime import datetime
from zoneinfo import ZoneInfo

from groups.schedules import schedule_of
from messaging.quiet_hours import QuietHours
from messaging.sms_prices import SmsPrice
from scheduler.audiences import Audience, is_texted
from scheduler.fire_times import next_fire


def counted(number: int, thing: str) -> str:
    """1 segment, 1,200 segments."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def cost_told(segments: int, price: SmsPrice | None) -> str:
    """What so many segments cost."""
    if price is None:
        return "cost unknown: BEI_SMS_PRICE says what a segment costs"
    return f"{price.currency} {price.of(segments):,.2f}"


def quiet_until(audience: Audience, quiet: QuietHours | None, moment: datetime) -> str | None:
    """Until when, by its clock, texts of that moment wait; None: they go at once."""
    if quiet is None or not is_texted(audience):
        return None
    over_at = quiet.over_at(moment, audience.timezone)
    return None if over_at is None else f"{over_at.astimezone(ZoneInfo(audience.timezone)):%H:%M}"


def quiet_told(audience: Audience, quiet: QuietHours | None, now: datetime) -> str | None:
    """A warning where its hour is one at which no text goes out."""
    until = quiet_until(audience, quiet, next_fire(schedule_of(audience), now))
    if until is None:
        return None
    return f"{audience.bulletin_hour:02}:00 is in BEI_QUIET_HOURS: texts wait until {until}"
