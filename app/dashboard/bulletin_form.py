"""The form of a bulletin's settings: filled from what is kept, read as what is decided anew.

What was typed wrong is a ValueError whose words stand beside the form; what was typed stays in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.bulletin_wishes import (
    MOST_SEGMENTS,
    commodities_wished,
    language_wished,
    markets_wished,
    zone_wished,
)
from groups.bulletin_settings import BulletinChange
from groups.models import Group
from groups.schedules import EVERY_DAY, WEEKDAYS, Schedule, in_words, schedule_of, weekdays_in
from messaging.kinds import Channel
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.audiences import Audience

WEEK, MONTH = "week", "month"
# No field of ours has more; what is longer was not typed into the form.
_LONGEST = 300


@dataclass(frozen=True)
class Filled:
    """What stands in the form, as it was typed."""

    rhythm: str
    days: tuple[str, ...]
    month_day: str
    hour: str
    timezone: str
    language: str
    segments: str
    markets: str
    channel: str = Channel.SMS
    secretary_segments: str = ""
    commodities: str = ""


def filled_from(audience: Audience, vocabulary: Vocabulary) -> Filled:
    """The form as it begins: what is kept."""
    month_day = audience.bulletin_month_day
    own = {}
    if isinstance(audience, Group):
        own = {
            "channel": audience.bulletin_channel.value,
            "secretary_segments": str(audience.bulletin_secretary_segments),
            "commodities": ", ".join(
                _commodity(vocabulary, code) for code in audience.bulletin_commodities
            ),
        }
    return Filled(
        rhythm=WEEK if month_day is None else MONTH,
        days=tuple(WEEKDAYS[day] for day in weekdays_in(audience.bulletin_weekdays)),
        month_day="" if month_day is None else str(month_day),
        hour=str(audience.bulletin_hour),
        timezone=audience.timezone,
        language=audience.language or "",
        segments=str(audience.bulletin_segments),
        markets=", ".join(_places(audience, vocabulary)),
        **own,
    )


def filled_in(form: MultiDict[str, str]) -> Filled:
    """The form as it came."""

    def typed(name: str) -> str:
        return form.get(name, "").strip()[:_LONGEST]

    return Filled(
        rhythm=MONTH if typed("rhythm") == MONTH else WEEK,
        days=tuple(form.getlist("days")[: len(WEEKDAYS)]),
        month_day=typed("month_day"),
        hour=typed("hour"),
        timezone=typed("timezone"),
        language=typed("language"),
        segments=typed("segments"),
        markets=typed("markets"),
        channel=typed("channel"),
        secretary_segments=typed("secretary_segments"),
        commodities=typed("commodities"),
    )


def schedule_filled(filled: Filled) -> Schedule:
    """When the form says that it comes; ValueError with one sentence where that is never."""
    is_monthly = filled.rhythm == MONTH
    return Schedule(
        weekdays=() if is_monthly else _weekdays(filled.days),
        month_day=_within(filled.month_day, 1, 31, "the day of the month") if is_monthly else None,
        hour=_within(filled.hour, 0, 23, "the hour"),
        timezone=zone_wished(filled.timezone),
    )


def change_of(filled: Filled, audience: Audience, vocabulary: Vocabulary) -> BulletinChange:
    """What the form decides; ValueError with one sentence where something in it cannot be."""
    own: dict[str, Any] = {}
    if isinstance(audience, Group):
        own = {
            "channel": _channel(filled.channel),
            "secretary_segments": _within(
                filled.secretary_segments, 1, MOST_SEGMENTS, "what the secretary's text may take"
            ),
            "commodities": commodities_wished(audience, filled.commodities, vocabulary),
        }
    schedule = schedule_filled(filled)
    return BulletinChange(
        weekdays=schedule.weekdays if schedule.month_day is None else None,
        month_day=schedule.month_day,
        hour=schedule.hour,
        timezone=schedule.timezone,
        language=language_wished(filled.language) if filled.language else None,
        segments=_within(filled.segments, 1, MOST_SEGMENTS, "what a text may take"),
        markets=markets_wished(audience, filled.markets, vocabulary),
        **own,
    )


def settings_of(audience: Audience, vocabulary: Vocabulary) -> dict[str, object]:
    """What is kept, as the log of changes tells it."""
    places = [vocabulary.places[id_].code for id_ in audience.bulletin_markets]
    told: dict[str, object] = {
        "comes": in_words(schedule_of(audience)),
        "language": audience.language or "the country's",
        "segments": audience.bulletin_segments,
        "compared with": ", ".join(places) or "nothing",
    }
    if isinstance(audience, Group):
        told |= {
            "goes by": audience.bulletin_channel.value,
            "segments of the secretary": audience.bulletin_secretary_segments,
            "tells too of": ", ".join(audience.bulletin_commodities) or "nothing",
        }
    return told


def differing(
    before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """Only what is not as it was."""
    names = [name for name in after if after[name] != before.get(name)]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def _commodity(vocabulary: Vocabulary, code: str) -> str:
    return vocabulary.commodities[code].name if code in vocabulary.commodities else code


def _places(audience: Audience, vocabulary: Vocabulary) -> list[str]:
    """Their codes: a county often bears the name of its town."""
    known: list[PlaceEntry | None] = [
        vocabulary.places.get(id_) for id_ in audience.bulletin_markets
    ]
    return [place.code for place in known if place is not None]


def _weekdays(days: tuple[str, ...]) -> tuple[int, ...]:
    chosen = tuple(day for day in EVERY_DAY if WEEKDAYS[day] in days)
    if not chosen:
        raise ValueError("choose a day of the week at least, or a day of the month")
    return chosen


def _channel(written: str) -> Channel:
    if written not in (Channel.SMS, Channel.USSD):
        raise ValueError("it goes by text, or is read on the menu")
    return Channel(written)


def _within(written: str, least: int, most: int, what: str) -> int:
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 4 else None
    if number is None or not least <= number <= most:
        raise ValueError(f"{what} is a number from {least} to {most}")
    return number
