"""How figures, days and numbers of phones stand on a page (pure)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from messaging.msisdn import mask, mask_numbers
from messaging.phrases.formats import age_words, amount


def figure(value: Decimal | int | float | None, language: str = "en") -> str:
    """A number as people read it: 1,250 or 47.50; a dash where there is none."""
    return "–" if value is None else amount(Decimal(str(value)), language)


def percent(share: float | Decimal | None) -> str:
    """A share as per cent."""
    return "–" if share is None else f"{float(share) * 100:.0f} %"


def local_time(moment: datetime | None, timezone: str) -> str:
    """A moment by the clock there: 23 Nov 2026, 07:05."""
    if moment is None:
        return "–"
    there = moment.astimezone(ZoneInfo(timezone))
    return f"{there.day} {there:%b %Y, %H:%M}"


def age(moment: datetime, now: datetime, timezone: str, language: str = "en") -> str:
    """How long ago something was: today, 3 days ago."""
    return age_words(moment, now, timezone, language)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "figure": figure,
    "percent": percent,
    "local_time": local_time,
    "age": age,
    "masked": mask,
    "numbers_masked": mask_numbers,
}
