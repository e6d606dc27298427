"""Radio stations: who gets a script of which prices, when, and what would be read out now."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.dashboard.bulletin_form import filled_in, schedule_filled
from app.dashboard.guard import moment, needs, note_change, service
from app.named import listed, place_named
from app.radio import radio_desk
from app.radio_wishes import radio_commodities_wished, radio_language_wished
from app.staff.models import StaffRole
from groups.audience_lists import places_named
from groups.models import RadioScript, RadioStation
from groups.schedules import NAMES, WEEKDAYS, in_words
from groups.stations import (
    Wanted,
    add_station,
    checked_email,
    checked_name,
    end_station,
    last_script,
    stations,
    timetable_of,
)
from prices.vocabulary import Vocabulary
from scheduler.fire_times import next_fire
from scheduler.radio import Composed, compose
from scheduler.radio_prices import MOST_PRICES
from scheduler.radio_script import radio_languages

pages = Blueprint("radio", __name__)


@dataclass(frozen=True)
class StationLine:
    """A station with its place, its timetable in words, and its newest script."""

    station: RadioStation
    place: str
    comes: str
    last: RadioScript | None


@pages.get("/radio")
@needs(StaffRole.VIEWER)
def show() -> str:
    """Every station, when its next script comes and what became of the last."""
    return _page(request.form, None)


@pages.post("/radio")
@needs(StaffRole.MODERATOR)
def add() -> Response | tuple[str, int]:
    """Write scripts for a station from now on."""
    with service().database.begin() as session:
        vocabulary = _vocabulary(session)
        try:
            name = checked_name(_typed("name"))
            wanted = _wanted(vocabulary)
        except ValueError as fault:
            return _page(request.form, str(fault)), 400
        station = add_station(session, name, wanted)
        if station is None:
            return _page(request.form, f"there is a station {name} already: end it first"), 409
        station.next_script_at = next_fire(wanted.schedule, moment())
        place = vocabulary.places[wanted.place_id]
        told = {"comes": in_words(wanted.schedule), "of": place.code, "in": wanted.language}
        _note(session, "add station", station, {}, told)
    flash(f"{station.name} gets scripts: {in_words(wanted.schedule)}.", "good")
    return redirect(url_for("desk.radio.show"))


@pages.post("/radio/<int:station_id>/end")
@needs(StaffRole.MODERATOR)
def end(station_id: int) -> Response:
    """Write no more scripts for a station."""
    with service().database.begin() as session:
        station = _station_or_404(session, station_id)
        comes = in_words(timetable_of(station))
        end_station(session, station.name, moment())
        _note(session, "end station", station, {"comes": comes}, {})
    flash(f"{station.name} gets no more scripts.", "good")
    return redirect(url_for("desk.radio.show"))


@pages.get("/radio/<int:station_id>")
@needs(StaffRole.VIEWER)
def show_one(station_id: int) -> str:
    """What a station would get now, and the last it got."""
    with service().database.read() as session:
        station = _station_or_404(session, station_id)
        vocabulary = _vocabulary(session)
        return render_template(
            "dashboard/station.html",
            station=station,
            place=places_named(session, [station.place_id])[station.place_id],
            comes=in_words(timetable_of(station)),
            script=_composed(session, vocabulary, station).script,
            names=lambda code: vocabulary.commodity_name(code, "en"),
            last=last_script(session, station),
            directory=service().settings.radio_dir,
        )


def _page(filled: MultiDict[str, str], fault: str | None) -> str:
    with service().database.read() as session:
        vocabulary = _vocabulary(session)
        found = stations(session)
        places = places_named(session, [one.place_id for one in found])
        lines = [
            StationLine(
                one,
                places[one.place_id],
                in_words(timetable_of(one)),
                last_script(session, one),
            )
            for one in found
        ]
    return render_template(
        "dashboard/radio.html",
        lines=lines,
        filled=filled,
        fault=fault,
        weekdays=list(zip(WEEKDAYS, NAMES, strict=True)),
        languages=radio_languages(),
        zone=vocabulary.country.timezone,
        most=MOST_PRICES,
    )


def _wanted(vocabulary: Vocabulary) -> Wanted:
    """What the form asks for; ValueError with one sentence where something in it cannot be."""
    email = _typed("email")
    return Wanted(
        place_id=place_named(_typed("place"), vocabulary).id,
        language=radio_language_wished(_typed("language") or None, vocabulary),
        schedule=schedule_filled(filled_in(request.form)),
        commodities=radio_commodities_wished(listed(_typed("commodities")), vocabulary),
        email=checked_email(email) if email else None,
    )


def _composed(session: Session, vocabulary: Vocabulary, station: RadioStation) -> Composed:
    return compose(
        session,
        vocabulary,
        place_id=station.place_id,
        commodities=station.commodities,
        language=station.language,
        number=radio_desk(service().settings).number,
        now=moment(),
    )


def _station_or_404(session: Session, station_id: int) -> RadioStation:
    station = next((one for one in stations(session) if one.id == station_id), None)
    if station is None:
        abort(404, "There is no such station, or it gets no more scripts.")
    return station


def _vocabulary(session: Session) -> Vocabulary:
    return service().catalogue.vocabulary(session, service().settings.country)


def _typed(name: str) -> str:
    return " ".join(request.form.get(name, "").split())[:300]


def _note(
    session: Session,
    action: str,
    station: RadioStation,
    before: dict[str, str],
    after: dict[str, str],
) -> None:
    note_change(
        session,
        action=action,
        subject=f"station {station.name}",
        before=before,
        after=after,
    )
