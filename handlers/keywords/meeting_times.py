"""When a meeting is, read from "SAT 10AM", "Jumamosi saa 4", "28/11 14:00 milk prices" (pure).

Swahili counts its hours from sunrise: saa 4 is ten in the morning, saa 10 four in the afternoon.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from messaging.phrases import languages
from messaging.phrases.formats import weekday
from prices.vocabulary import fold

T = TypeVar("T")

WEEK = timedelta(days=7)
_DAYS = range(7)
_SHORTEST_DAY = 3  # sat, sab, sam
_FROM_TODAY = {
    "today": 0, "leo": 0, "hoy": 0, "aujourdhui": 0,
    "tomorrow": 1, "kesho": 1, "manana": 1, "demain": 1,
}  # fmt: skip
# A Swahili day runs together with its number: Jumamosi, Jmosi.
_DAY_PREFIX = "juma"
_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})")
# 10am, 10:30, 10.30am, 14h, 14h30; a number alone is no hour: "bring 200".
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(am|pm|h|hrs)?")
_SWAHILI_HOUR = "saa"
_HALF_A_DAY = 12
# Nobody meets before six: said without a half of the day, 2:00 is in the afternoon.
_EARLIEST = 6
_SWAHILI_STARTS_AT = 6


@dataclass(frozen=True)
class When:
    """A moment, and the words that told nothing of it."""

    at: datetime
    about: str


def read_when(words: str, now: datetime, timezone: str) -> When | None:
    """The next such moment by people's own clock; None where the day or the hour is not said."""
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    said = words.split()
    day, said = _take(said, lambda at, all_: (day_said(all_[at], today), 1))
    hour, said = _take(said, lambda at, all_: _hour(all_[at : at + 2]))
    if day is None or hour is None:
        return None
    at = datetime.combine(day, hour, zone)
    is_weekday = not any(
        fold(word) in _FROM_TODAY or _DATE.fullmatch(word) for word in words.split()
    )
    if at <= now and is_weekday:
        at = datetime.combine(day + WEEK, hour, zone)
    return When(at, " ".join(said))


def _take(
    words: Sequence[str], read: Callable[[int, Sequence[str]], tuple[T | None, int]]
) -> tuple[T | None, list[str]]:
    """The first thing that can be read, and the words without those that it takes."""
    for at in range(len(words)):
        found, taken = read(at, words)
        if found is not None:
            return found, [*words[:at], *words[at + taken :]]
    return None, list(words)


def day_said(word: str, today: date) -> date | None:
    """The next such day from a word: SAT, Jumamosi, tomorrow, 28/11; None where it is none."""
    said = fold(word)
    if said in _FROM_TODAY:
        return today + timedelta(days=_FROM_TODAY[said])
    dated = _DATE.fullmatch(word)
    if dated is not None:
        return _dated(int(dated[1]), int(dated[2]), today)
    number = _weekdays().get(said)
    return None if number is None else today + timedelta(days=(number - today.weekday()) % 7)


def _dated(day: int, month: int, today: date) -> date | None:
    """The next day of that date; None where the calendar has none."""
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


@cache
def _weekdays() -> dict[str, int]:
    """Sunday, sun, domingo, dom, Jumapili, Jpili … by the number of the day."""
    names = {}
    for language in languages():
        for number in _DAYS:
            name = fold(weekday(number, language))
            names[name] = number
            if name.startswith(_DAY_PREFIX):
                names["j" + name.removeprefix(_DAY_PREFIX)] = number
            else:
                names |= {name[:length]: number for length in range(_SHORTEST_DAY, len(name))}
    return names


def _hour(words: Sequence[str]) -> tuple[time | None, int]:
    """An hour in one word, or in two: "10 am", "saa 4"."""
    first, second = words[0].lower(), words[1].lower() if len(words) > 1 else ""
    if first == _SWAHILI_HOUR:
        found = _TIME.fullmatch(second)
        return (_swahili(int(found[1]), int(found[2] or 0)) if found else None), 2
    if second in {"am", "pm"} and (found := _TIME.fullmatch(first + second)):
        return _clock(found), 2
    found = _TIME.fullmatch(first)
    return (_clock(found) if found and (found[2] or found[3]) else None), 1


def _clock(found: re.Match[str]) -> time | None:
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half in {"am", "pm"} and hour <= _HALF_A_DAY:
        hour = hour % _HALF_A_DAY + (_HALF_A_DAY if half == "pm" else 0)
    elif hour < _EARLIEST:
        hour += _HALF_A_DAY
    return _time(hour, minute)


def _swahili(hour: int, minute: int) -> time | None:
    """By day: meetings are, and 12 is six in the evening."""
    return _time(hour + _SWAHILI_STARTS_AT, minute) if 1 <= hour <= _HALF_A_DAY else None


def _time(hour: int, minute: int) -> time | None:
    try:
        return time(hour, minute)
    except ValueError:
        return None
