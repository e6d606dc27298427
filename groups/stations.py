"""Radio stations: who gets a script of which prices, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address

from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.models import EditionState, RadioScript, RadioStation
from groups.schedules import Schedule, bits_of, weekdays_in
from prices.vocabulary import fold

LONGEST_NAME, LONGEST_CODE, LONGEST_EMAIL = 40, 80, 254


@dataclass(frozen=True)
class Wanted:
    """What a station asked for."""

    place_id: int
    language: str
    schedule: Schedule
    commodities: tuple[str, ...] = ()
    email: str | None = None


def checked_name(name: str) -> str:
    """A station's name as it is kept; ValueError where nobody could find it again by it."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise ValueError(f"a station's name has 1 to {LONGEST_NAME} letters")
    if not 0 < len(fold(name)) <= LONGEST_CODE:
        raise ValueError(f"{name} is no name: it needs letters or figures")
    return name


def checked_email(email: str) -> str:
    """An address as it is kept; ValueError where no mail could go to it."""
    try:
        address = Address(addr_spec=email)
    except (ValueError, IndexError, MessageError):  # its parser has many ways to say no
        address = Address()
    if not (address.username and address.domain and email.isascii() and email.isprintable()):
        raise ValueError(f"{email!r} is no e-mail address")
    if len(email) > LONGEST_EMAIL:
        raise ValueError("an e-mail address has at most 254 letters")
    return email


def add_station(session: Session, name: str, wanted: Wanted) -> RadioStation | None:
    """A station's timetable from now on; None where one of that name has one already.

    One that had ended begins anew. Its first script comes at the first time that is worked out.
    """
    station = _of_any_time(session, name)
    if station is None:
        station = RadioStation(code=fold(name))
        session.add(station)
    elif station.ended_at is None:
        return None
    station.name = checked_name(name)
    station.place_id = wanted.place_id
    station.language = wanted.language
    station.commodities = list(wanted.commodities)
    station.email = wanted.email
    station.weekdays = bits_of(wanted.schedule.weekdays)
    station.month_day = wanted.schedule.month_day
    station.hour = wanted.schedule.hour
    station.timezone = wanted.schedule.timezone
    station.next_script_at = None
    station.ended_at = None
    session.flush()
    return station


def end_station(session: Session, name: str, now: datetime) -> RadioStation | None:
    """Write no more scripts for it; None where there is none of that name."""
    station = find_station(session, name)
    if station is None:
        return None
    session.refresh(station, with_for_update=True)
    if station.ended_at is None:
        station.ended_at = now
        station.next_script_at = None
    return station


def find_station(session: Session, name: str) -> RadioStation | None:
    """The station of that name, however it is written, while it gets scripts."""
    station = _of_any_time(session, name)
    return station if station is not None and station.ended_at is None else None


def stations(session: Session) -> Sequence[RadioStation]:
    """Every station that gets scripts, by name."""
    row = RadioStation
    return session.scalars(select(row).where(row.ended_at.is_(None)).order_by(row.code)).all()


def timetable_of(station: RadioStation) -> Schedule:
    """When a station gets its scripts."""
    return Schedule(
        weekdays=weekdays_in(station.weekdays),
        hour=station.hour,
        timezone=station.timezone,
        month_day=station.month_day,
    )


def last_script(
    session: Session, station: RadioStation, state: EditionState | None = None
) -> RadioScript | None:
    """The newest of a station's times: made or missed, or only of one of these."""
    row = RadioScript
    scripts = select(row).where(row.radio_station_id == station.id).order_by(row.due_at.desc())
    if state is not None:
        scripts = scripts.where(row.state == state)
    return session.scalar(scripts.limit(1))


def _of_any_time(session: Session, name: str) -> RadioStation | None:
    return session.scalar(select(RadioStation).where(RadioStation.code == fold(name)))
