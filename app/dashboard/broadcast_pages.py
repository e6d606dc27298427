"""A text of the operator's own to many: written, tried on one's own phone, confirmed, stopped."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.bulletin_words import counted
from app.dashboard.broadcast_asked import whom_asked
from app.dashboard.broadcast_views import Outlook, outlook, state_of
from app.dashboard.guard import home_timezone, me, moment, needs, note_change, proven, service
from app.staff.models import StaffRole
from app.web.listing import PAGE, after_of
from app.web.words import local_time
from groups.audience_lists import places_named
from groups.broadcast_models import Broadcast
from groups.broadcasts import (
    MOST_SEGMENTS,
    MOST_TESTS,
    TooLong,
    begin_broadcast,
    confirm_broadcast,
    hold_broadcast,
    name_of,
    recent_broadcasts,
    said_before,
    stop_broadcast,
    texts_of,
    write_texts,
)
from groups.subscriptions import every_list
from messaging.kinds import OutboundKind
from messaging.msisdn import MsisdnError, mask, mask_numbers, normalise
from messaging.outbox import enqueue
from messaging.phrases import languages, languages_for
from messaging.phrases.formats import language_name
from messaging.segments import measure, to_gsm7
from messaging.subscribers import get_or_create_subscriber
from prices.kinds import PlaceKind
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.addressing import VALID_FOR
from scheduler.broadcasts import PUT_AWAY, PUT_AWAY_AT_ONCE, put_away, readers_of, states_of

pages = Blueprint("broadcasts", __name__, url_prefix="/broadcasts")

# The same words so lately are more likely sent twice than meant twice.
LATELY = timedelta(days=7)
# More characters than the longest text that may go.
LONGEST_TEXT = 700


@pages.context_processor
def _names() -> dict[str, dict[str, str]]:
    """Languages by their own names."""
    return {"names": {language: language_name(language) for language in languages()}}


@pages.get("")
@needs(StaffRole.VIEWER)
def show() -> str:
    """Every broadcast, the newest first."""
    with service().database.read() as session:
        found = recent_broadcasts(session, before_id=after_of(request.args), limit=PAGE + 1)
        rows = [
            (one, name_of(session, one), state_of(one), texts_of(session, one))
            for one in found[:PAGE]
        ]
    after = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template("dashboard/broadcasts.html", rows=rows, after=after)


@pages.get("/new")
@needs(StaffRole.MODERATOR)
def show_new() -> str:
    """To whom?"""
    home = service()
    with home.database.read() as session:
        vocabulary = _vocabulary(session)
        found = every_list(session)
        places = places_named(session, [one.place_id for one, _ in found])
        lists = [
            (one.id, f"{one.commodity_code}, {places[one.place_id]}", people)
            for one, people in found
        ]
    return render_template(
        "dashboard/broadcast_new.html",
        lists=lists,
        counties=_counties(vocabulary),
        country=vocabulary.country,
        languages=languages_for(vocabulary.country.languages),
    )


@pages.post("/new")
@needs(StaffRole.MODERATOR)
def begin() -> Response:
    """Begin a draft."""
    with service().database.begin() as session:
        vocabulary = _vocabulary(session)
        language = request.form.get("language", "")
        if language not in languages_for(vocabulary.country.languages):
            abort(400, "Choose the language it is written in first.")
        whom = whom_asked(session, request.form, vocabulary)
        if isinstance(whom, str):
            abort(400, whom)
        begun = begin_broadcast(session, whom, language, f"staff:{me().staff_id}", moment())
        _note(session, begun, "begin broadcast", {}, {"to": name_of(session, begun)})
    return redirect(url_for("desk.broadcasts.show_one", broadcast_id=begun.id))


@pages.get("/<int:broadcast_id>")
@needs(StaffRole.VIEWER)
def show_one(broadcast_id: int) -> str:
    """A draft to write on, or what became of one that went out."""
    with service().database.read() as session:
        broadcast = session.get(Broadcast, broadcast_id)
        if broadcast is None:
            abort(404, "There is no such broadcast.")
        is_draft = state_of(broadcast) == "draft"
        values: dict[str, Any] = {
            "broadcast": broadcast,
            "name": name_of(session, broadcast),
            "state": state_of(broadcast),
            "texts": {one.language: one for one in texts_of(session, broadcast)},
        }
        if is_draft:
            values["languages"] = _offered(session, broadcast)
            values["outlook"] = _outlook(session, broadcast)
        else:
            values["states"] = states_of(session, broadcast)
    return render_template(
        "dashboard/broadcast_draft.html" if is_draft else "dashboard/broadcast.html",
        **values,
        most_segments=MOST_SEGMENTS,
        longest=LONGEST_TEXT,
        tests_left=MOST_TESTS - broadcast.tests,
        may_confirm=_may_confirm(broadcast),
    )


@pages.get("/<int:broadcast_id>/going")
@needs(StaffRole.VIEWER)
def show_going(broadcast_id: int) -> str:
    """How far it is: the part of the page that is asked for again and again."""
    with service().database.read() as session:
        broadcast = session.get(Broadcast, broadcast_id)
        if broadcast is None:
            abort(404, "There is no such broadcast.")
        if state_of(broadcast) == "draft":
            abort(404, "It is a draft still: nothing of it goes out.")
        states = states_of(session, broadcast)
    return render_template(
        "dashboard/broadcast_going.html",
        broadcast=broadcast,
        state=state_of(broadcast),
        states=states,
    )


@pages.post("/<int:broadcast_id>/texts")
@needs(StaffRole.MODERATOR)
def write(broadcast_id: int) -> Response:
    """Keep what it says."""
    with service().database.begin() as session:
        broadcast = _draft(session, broadcast_id)
        words = _written(_offered(session, broadcast))
        before = {one.language: one.text for one in texts_of(session, broadcast)}
        fault = write_texts(session, broadcast, words)
        if isinstance(fault, TooLong):
            abort(
                400,
                f"The text in {fault.language} takes {fault.segments} segments; it may take"
                f" {MOST_SEGMENTS}.",
            )
        after = {one.language: one.text for one in texts_of(session, broadcast)}
        if after != before:
            _note(session, broadcast, "write broadcast", _masked(before), _masked(after))
    flash("It is kept.", "good")
    return _back(broadcast_id)


@pages.post("/measure")
@needs(StaffRole.MODERATOR)
def measure_texts() -> str:
    """What the texts take as they are typed; nothing is kept."""
    sizes = {
        field.removeprefix("text_"): measure(to_gsm7(text[:LONGEST_TEXT].strip()))
        for field, text in request.form.items()
        if field.removeprefix("text_") in languages() and text.strip()
    }
    return render_template(
        "dashboard/broadcast_sizes.html", sizes=sizes, most_segments=MOST_SEGMENTS
    )


@pages.post("/<int:broadcast_id>/test")
@needs(StaffRole.MODERATOR)
def send_test(broadcast_id: int) -> Response:
    """Send one of its texts to one's own phone, as everybody would get it."""
    home, now = service(), moment()
    try:
        msisdn = normalise(request.form.get("msisdn", ""), home.settings.country)
    except MsisdnError:
        abort(400, "That is no phone number: write it as people dial it, or with its +.")
    with home.database.begin() as session:
        broadcast = _draft(session, broadcast_id)
        if broadcast.tests >= MOST_TESTS:
            abort(409, f"It was tried {MOST_TESTS} times: that is enough.")
        texts = {one.language: one for one in texts_of(session, broadcast)}
        text = texts.get(request.form.get("language", ""))
        if text is None:
            abort(400, "There is no text in that language yet: write and keep it first.")
        person = get_or_create_subscriber(
            session, msisdn, default_country=home.settings.country, now=now
        )
        if person.opted_out_at is not None or person.unreachable_at is not None:
            abort(409, "Whoever has that number said stop, or no text reaches them.")
        broadcast.tests += 1
        enqueue(
            session,
            recipient=person,
            text=text.text,
            language=text.language,
            kind=OutboundKind.BULLETIN,
            dedupe_key=f"broadcast-test:{broadcast.id}:{broadcast.tests}",
            now=now,
            valid_for=VALID_FOR,
        )
        _note(
            session, broadcast, "try broadcast", {}, {"to": mask(msisdn), "language": text.language}
        )
    flash(f"On its way to {mask(msisdn)}{_until_quiet_is_over(now)}.", "good")
    return _back(broadcast_id)


@pages.get("/<int:broadcast_id>/confirm")
@needs(StaffRole.MODERATOR)
@proven("desk.broadcasts.show_confirm")
def show_confirm(broadcast_id: int) -> str:
    """How many it goes to, in which words, what that takes – and is it meant?"""
    with service().database.read() as session:
        broadcast = _is_draft(session.get(Broadcast, broadcast_id))
        _refuse_beyond_role(broadcast)
        seen = _outlook(session, broadcast)
        _refuse_unready(broadcast, seen)
        name, twin = name_of(session, broadcast), said_before(session, broadcast, moment() - LATELY)
    return render_template(
        "dashboard/broadcast_confirm.html",
        broadcast=broadcast,
        name=name,
        outlook=seen,
        twin=twin,
        waits=_until_quiet_is_over(moment()),
    )


@pages.post("/<int:broadcast_id>/confirm")
@needs(StaffRole.MODERATOR)
@proven("desk.broadcasts.show_confirm")
def confirm(broadcast_id: int) -> Response:
    """Let it go out, where the number that was typed is how many get it at this moment."""
    typed = request.form.get("count", "").replace(",", "").replace(" ", "")
    with service().database.begin() as session:
        broadcast = _draft(session, broadcast_id)
        _refuse_beyond_role(broadcast)
        seen = _outlook(session, broadcast)
        _refuse_unready(broadcast, seen)
        if typed != str(seen.people):
            abort(
                409,
                f"It would go to {seen.people:,} now, and another number was typed. Look at it"
                " again, and type that number.",
            )
        confirm_broadcast(
            broadcast,
            expected=seen.people,
            confirmed_by=f"staff:{me().staff_id}",
            now=moment(),
        )
        _note(
            session,
            broadcast,
            "send broadcast",
            {"state": "draft"},
            {"to": name_of(session, broadcast), "people": seen.people, "segments": seen.segments},
        )
    flash(
        f"It goes out to {counted(seen.people, 'phone')}{_until_quiet_is_over(moment())}.", "good"
    )
    return _back(broadcast_id)


@pages.post("/<int:broadcast_id>/stop")
@needs(StaffRole.MODERATOR)
def stop(broadcast_id: int) -> Response:
    """Send no more of it; a draft is put aside."""
    home = service()
    with home.database.begin() as session:
        broadcast = hold_broadcast(session, broadcast_id)
        if broadcast is None:
            abort(404, "There is no such broadcast.")
        before = state_of(broadcast)
        if broadcast.stopped_at is not None:
            abort(409, "It was stopped already.")
        stop_broadcast(broadcast, stopped_by=f"staff:{me().staff_id}", now=moment())
        _note(session, broadcast, "stop broadcast", {"state": before}, {"state": "stopped"})
    if before == "draft":
        flash("The draft was put aside; nothing was sent.", "good")
        return redirect(url_for("desk.broadcasts.show"))
    # Those that would be the next to be sent; a worker goes on behind them.
    gone = put_away(home.database, broadcast_id, moment(), most=PUT_AWAY_AT_ONCE)
    rest = "; the worker puts away the rest" if gone >= PUT_AWAY_AT_ONCE * PUT_AWAY else ""
    flash(f"It is stopped: {counted(gone, 'text')} that waited will not go{rest}.", "good")
    return _back(broadcast_id)


def _back(broadcast_id: int) -> Response:
    return redirect(url_for("desk.broadcasts.show_one", broadcast_id=broadcast_id))


def _vocabulary(session: Session) -> Vocabulary:
    home = service()
    return home.catalogue.vocabulary(session, home.settings.country)


def _counties(vocabulary: Vocabulary) -> list[PlaceEntry]:
    found = (place for place in vocabulary.places.values() if place.kind is PlaceKind.ADMIN1)
    return sorted(found, key=lambda place: place.name)


def _offered(session: Session, broadcast: Broadcast) -> list[str]:
    """The languages it may be written in: its own first, and those of its country."""
    country = service().catalogue.vocabulary(session, broadcast.country).country
    theirs = [language for language in country.languages if language in languages()]
    return list(dict.fromkeys([broadcast.language, *theirs]))


def _written(offered: list[str]) -> Mapping[str, str]:
    words = {language: request.form.get(f"text_{language}", "") for language in offered}
    if any(len(text) > LONGEST_TEXT for text in words.values()):
        abort(400, f"A text has at most {LONGEST_TEXT} characters.")
    return words


def _draft(session: Session, broadcast_id: int) -> Broadcast:
    """A draft, held: whoever confirms it at the same moment waits, and finds it gone out."""
    return _is_draft(hold_broadcast(session, broadcast_id))


def _is_draft(broadcast: Broadcast | None) -> Broadcast:
    if broadcast is None:
        abort(404, "There is no such broadcast.")
    if state_of(broadcast) != "draft":
        abort(409, "It is no draft any more: it went out, or was put aside.")
    return broadcast


def _may_confirm(broadcast: Broadcast) -> bool:
    """Who may send bulletins may write to a group or a list; to all of a county only an admin."""
    return me().may(StaffRole.ADMIN if broadcast.reach.is_wide else StaffRole.MODERATOR)


def _refuse_beyond_role(broadcast: Broadcast) -> None:
    if not _may_confirm(broadcast):
        abort(403, "A broadcast beyond a group or a list is confirmed by an admin.")


def _refuse_unready(broadcast: Broadcast, seen: Outlook) -> None:
    if not any(one.language == broadcast.language and one.text for one in seen.readers):
        abort(
            409,
            f"Write the text in {broadcast.language} first: whoever reads nothing else gets it.",
        )
    if not seen.people:
        abort(409, "Nobody would get it: nobody is there, or all said stop.")


def _outlook(session: Session, broadcast: Broadcast) -> Outlook:
    home = service()
    limits = home.rules.limits
    return outlook(
        session, readers_of(session, broadcast), limits, home.settings.segment_price, moment()
    )


def _until_quiet_is_over(now: datetime) -> str:
    quiet = service().rules.quiet_hours
    over_at = None if quiet is None else quiet.over_at(now, home_timezone())
    return "" if over_at is None else f"; it waits until {local_time(over_at, home_timezone())}"


def _masked(words: Mapping[str, str]) -> dict[str, str]:
    return {language: mask_numbers(text) for language, text in words.items()}


def _note(
    session: Session,
    broadcast: Broadcast,
    action: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    note_change(
        session,
        action=action,
        subject=f"broadcast {broadcast.id}",
        before=before,
        after=after,
    )
