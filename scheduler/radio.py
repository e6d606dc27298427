"""Scripts for radio stations by timetable: one per station and time, whatever restarts.

A script is made in one transaction with the station's next time. Its files come after that
(`radio_writing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event

import structlog
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.session import Database
from groups.models import EditionState, RadioScript, RadioStation
from groups.stations import timetable_of
from messaging.phrases import say
from messaging.phrases.formats import day_month
from prices.catalogue import Catalogue
from prices.models import Place
from prices.vocabulary import Vocabulary
from scheduler.fire_times import fires_until, next_fire
from scheduler.radio_prices import collect_radio_prices
from scheduler.radio_script import Script, write_script
from scheduler.radio_words import RadioVoice
from scheduler.radio_writing import RadioDesk, write_scripts

log = structlog.get_logger()


@dataclass(frozen=True)
class Composed:
    """A script with the subject of its mail."""

    script: Script
    subject: str


def compose(
    session: Session,
    vocabulary: Vocabulary,
    *,
    place_id: int,
    commodities: Sequence[str],
    language: str,
    number: str | None,
    now: datetime,
) -> Composed:
    """What would be read out at this moment."""
    prices = collect_radio_prices(
        session, vocabulary, place_id=place_id, commodities=commodities, now=now
    )
    voice = RadioVoice(language, vocabulary, now)
    subject = say(
        language,
        "Market prices: {place}, {day}",
        place=voice.place(prices.place),
        day=day_month(voice.today, language),
    )
    if prices.is_demo:
        subject = say(language, "DEMO {text}", text=subject)
    return Composed(write_script(prices, voice, number=number), subject)


def make_scripts(
    database: Database,
    catalogue: Catalogue,
    desk: RadioDesk,
    now: datetime,
    *,
    stopping: Event | None = None,
) -> int:
    """Make the scripts whose time has come and write what is not written yet; how many it made."""
    with database.read() as session:
        waiting = session.scalars(
            select(RadioStation.id)
            .where(_is_due(now))
            .order_by(RadioStation.next_script_at, RadioStation.id)
        ).all()
    made = sum(_make(database, catalogue, desk, id_, now) for id_ in waiting)
    write_scripts(database, desk, now, stopping=stopping)
    return made


def _is_due(now: datetime) -> ColumnElement[bool]:
    row = RadioStation
    is_time = or_(row.next_script_at.is_(None), row.next_script_at <= now)
    return row.ended_at.is_(None) & is_time


def _make(
    database: Database, catalogue: Catalogue, desk: RadioDesk, id_: int, now: datetime
) -> int:
    """Do what is due for one station; a fault of its own does not hold up the others."""
    try:
        with database.begin() as session:
            station = session.scalar(
                select(RadioStation)
                .where(RadioStation.id == id_, _is_due(now))
                .with_for_update(skip_locked=True)
            )
            return 0 if station is None else _make_taken(session, catalogue, desk, station, now)
    except OperationalError:
        raise  # the database itself: the others would fare no better
    except Exception:
        log.exception(
            "radio_script_failed",
            radio_station_id=id_,
            what_to_do="nothing was made; it is tried again by itself",
        )
        return 0


def _make_taken(
    session: Session, catalogue: Catalogue, desk: RadioDesk, station: RadioStation, now: datetime
) -> int:
    """The newest time that is still news gets its script; every older one is kept as missed."""
    first, timetable = station.next_script_at, timetable_of(station)
    station.next_script_at = next_fire(timetable, now)
    if first is None:
        return 0
    *older, newest = fires_until(timetable, first, now)
    for due_at in older:
        _miss(session, station, due_at, now)
    if now - newest > desk.grace:
        _miss(session, station, newest, now)
        return 0
    if _has_script(session, station, newest):
        return 0
    session.add(_script(session, catalogue, desk, station, newest, now))
    log.info("radio_script_made", radio_station_id=station.id, due_at=newest.isoformat())
    return 1


def _script(
    session: Session,
    catalogue: Catalogue,
    desk: RadioDesk,
    station: RadioStation,
    due_at: datetime,
    now: datetime,
) -> RadioScript:
    country = session.get_one(Place, station.place_id).country
    composed = compose(
        session,
        catalogue.vocabulary(session, country),
        place_id=station.place_id,
        commodities=station.commodities,
        language=station.language,
        number=desk.number,
        now=now,
    )
    return RadioScript(
        radio_station_id=station.id,
        due_at=due_at,
        made_at=now,
        state=EditionState.MADE,
        language=station.language,
        subject=composed.subject,
        text=composed.script.text,
    )


def _miss(session: Session, station: RadioStation, due_at: datetime, now: datetime) -> None:
    if _has_script(session, station, due_at):
        return
    session.add(
        RadioScript(
            radio_station_id=station.id,
            due_at=due_at,
            made_at=now,
            state=EditionState.MISSED,
            language=station.language,
            subject="",
            text="",
            written_at=now,
        )
    )
    log.warning(
        "radio_script_missed",
        radio_station_id=station.id,
        due_at=due_at.isoformat(),
        what_to_do="keep the worker running; `bei radio PLACE` has the prices of now",
    )


def _has_script(session: Session, station: RadioStation, due_at: datetime) -> bool:
    """Whether that time was seen to already, as after a backup that put the next time back."""
    row = RadioScript
    found = select(row.id).where(row.radio_station_id == station.id, row.due_at == due_at)
    return session.scalar(found) is not None
