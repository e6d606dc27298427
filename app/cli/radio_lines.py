"""How `bei radio` tells of scripts and stations: a line each."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from groups.models import EditionState, RadioScript, RadioStation
from groups.schedules import in_words
from groups.stations import timetable_of
from prices.models import Place
from prices.vocabulary import Vocabulary
from scheduler.fire_times import next_fire
from scheduler.radio_script import Script


def length_line(script: Script, language: str, vocabulary: Vocabulary) -> str:
    """How long it takes to read, and what it has no time for."""
    prices = f"{script.prices} price" + ("" if script.prices == 1 else "s")
    told = f"{script.words} words, about {script.seconds} seconds, {prices}"
    if not script.left_out:
        return told
    names = [vocabulary.commodity_name(code, language) for code in script.left_out]
    return f"{told}; no time for {', '.join(names)}"


def station_line(session: Session, station: RadioStation) -> str:
    """A station's line: Nakuru FM: ke-nakuru in sw, milk, mon at 06:00 (Africa/Nairobi)."""
    place = session.get_one(Place, station.place_id)
    told = ", ".join(station.commodities) or "what is told there"
    mail = "" if station.email is None else f", to {station.email}"
    return (
        f"{station.name}: {place.code} in {station.language}, {told}, "
        f"{in_words(timetable_of(station))}{mail}"
    )


def next_line(station: RadioStation, now: datetime) -> str:
    """When its next script is due, by its own clock."""
    due = station.next_script_at or next_fire(timetable_of(station), now)
    return f"next {_local(due, station)}"


def last_line(script: RadioScript | None, station: RadioStation) -> str:
    """What became of its newest time."""
    if script is None:
        return "none so far"
    due = _local(script.due_at, station)
    if script.state is EditionState.MISSED:
        return f"the last was MISSED, {due}: nothing ran in time"
    if script.written_at is None:
        return f"the last was made for {due} and is NOT WRITTEN yet: is BEI_RADIO_DIR writable?"
    return f"the last was written for {due}"


def _local(moment: datetime, station: RadioStation) -> str:
    return f"{moment.astimezone(ZoneInfo(station.timezone)):%A %d %B %Y %H:%M}"
