"""Who we talk to: what is known of somebody, what they agreed to, what they asked for."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.dashboard.guard import moment, needs, note_change, proven, service
from app.person_file import person_file, subject_of
from app.staff.models import StaffRole
from app.web.listing import PAGE, after_of
from db.traces import take_away_traces
from groups.alerts import Running, alerts_of
from groups.groups import find_group
from groups.people import WINDOW, Sought, Standing, consent_history, find_people, memberships
from groups.schedules import in_words, schedule_of
from groups.subscriptions import subscriptions_of
from handlers.erasing import Busy, Erased, erase
from messaging.consent import opt_in, opt_out
from messaging.kinds import Channel
from messaging.models import Subscriber
from messaging.msisdn import MsisdnError, mask_numbers, normalise
from messaging.phrases import languages
from messaging.reachability import note_life
from prices.kinds import PlaceKind
from prices.vocabulary import PlaceEntry, Vocabulary

pages = Blueprint("subscribers", __name__, url_prefix="/subscribers")

# Their own words, or ours on what they said.
LONGEST_WORDING = 400


@pages.get("")
@needs(StaffRole.VIEWER)
def show() -> str:
    """Subscribers, the newest first; ?standing=out, ?language=sw, ?county=…, ?group=KIRIMA."""
    home = service()
    with home.database.read() as session:
        vocabulary = home.catalogue.vocabulary(session, home.settings.country)
        sought = _sought(session, vocabulary)
        found = find_people(session, sought, before_id=after_of(request.args), limit=PAGE)
    return render_template(
        "dashboard/subscribers.html",
        found=found,
        sought=sought,
        window=WINDOW,
        places=vocabulary.places,
        counties=_counties(vocabulary),
        county_word=vocabulary.country.admin1_word,
        languages=languages(),
        standings=list(Standing),
    )


@pages.get("/<int:subscriber_id>")
@needs(StaffRole.VIEWER)
def show_one(subscriber_id: int) -> str:
    """Somebody: what they are, want and agreed to."""
    home = service()
    with home.database.read() as session:
        person = _somebody(session, subscriber_id)
        vocabulary = home.catalogue.vocabulary(session, person.country)
        alerts = [_alert_words(one, vocabulary) for one in alerts_of(session, person)]
        lists = [
            (_thing(one.commodity_code, one.place_id, vocabulary), in_words(schedule_of(one)))
            for one in subscriptions_of(session, person)
        ]
        history = consent_history(session, person.id)
        groups = memberships(session, person.id)
    return render_template(
        "dashboard/subscriber.html",
        person=person,
        vocabulary=vocabulary,
        alerts=alerts,
        lists=lists,
        history=history,
        groups=groups,
        longest=LONGEST_WORDING,
    )


@pages.post("/<int:subscriber_id>/consent")
@needs(StaffRole.ADMIN)
def change_consent(subscriber_id: int) -> Response:
    """Switch somebody off, or on again, as they asked for; their words are kept."""
    wants_in = request.form.get("wants_in") == "1"
    wording = request.form.get("wording", "").strip()
    if not wording or len(wording) > LONGEST_WORDING:
        abort(400, f"Write down what they said, in at most {LONGEST_WORDING} characters.")
    channel = request.form.get("channel", "")
    if channel not in (Channel.VOICE, Channel.SMS):
        abort(400, "Say how they told it.")
    with service().database.begin() as session:
        person = _known(session, subscriber_id)
        was_in = person.opted_out_at is None
        if was_in is wants_in:
            abort(409, "That is so already.")
        change = opt_in if wants_in else opt_out
        change(
            session,
            person,
            channel=Channel(channel),
            wording=f"At the desk: {wording}",
            now=moment(),
        )
        _note(session, "switch on" if wants_in else "switch off", person, was_in, wants_in, wording)
    flash("They get messages again." if wants_in else "They get no more messages.", "good")
    return redirect(url_for("desk.subscribers.show_one", subscriber_id=subscriber_id))


@pages.post("/<int:subscriber_id>/reachable")
@needs(StaffRole.ADMIN)
def change_reachable(subscriber_id: int) -> Response:
    """Write to a phone again that no text had reached."""
    with service().database.begin() as session:
        person = _known(session, subscriber_id)
        if person.unreachable_at is None:
            abort(409, "That is so already.")
        note_life(person)
        _note(session, "try phone again", person, False, True, "")
    flash("Their phone is tried again with the next text.", "good")
    return redirect(url_for("desk.subscribers.show_one", subscriber_id=subscriber_id))


@pages.post("/<int:subscriber_id>/export")
@needs(StaffRole.ADMIN)
@proven("desk.subscribers.show_one")
def export_one(subscriber_id: int) -> Response:
    """Everything that is kept of somebody, as a file for them; that it was made is logged."""
    with service().database.begin() as session:
        person = _known(session, subscriber_id)
        told = person_file(session, person, moment())
        note_change(
            session,
            action="export person",
            subject=subject_of(person),
            before={},
            after={"bytes": len(told.encode())},
        )
    response = Response(told, mimetype="application/json")
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"person-{subscriber_id}.json"
    )
    return response


@pages.post("/<int:subscriber_id>/erase")
@needs(StaffRole.ADMIN)
@proven("desk.subscribers.show_one")
def erase_one(subscriber_id: int) -> Response:
    """Erase somebody for good, whose number was typed by who asks for it."""
    home = service()
    with home.database.begin() as session:
        person = _known(session, subscriber_id)
        if _typed_number() != person.msisdn:
            abort(400, "That is not the number of this person: nothing was erased.")
        done = erase(session, home.catalogue, person.id, moment())
        if not isinstance(done, Erased):
            abort(409, _why_not(done))
        note_change(
            session,
            action="erase person",
            subject=f"subscriber {subscriber_id}",
            before={"is_known": True},
            after={"is_known": False, "left_groups": list(done.groups)},
        )
    take_away_traces(home.database)
    flash("Erased: no number, no name, no words. The prices they told stay, by nobody.", "good")
    if done.leaderless:
        codes = ", ".join(done.leaderless)
        flash(f"Nobody leads {codes} now, for nobody there has a phone.", "wrong")
    return redirect(url_for("desk.subscribers.show"))


def _typed_number() -> str:
    try:
        return normalise(request.form.get("msisdn", ""), service().settings.country)
    except MsisdnError:
        abort(400, "That is no phone number: write it as people dial it, or with its +.")


def _why_not(done: Busy | None) -> str:
    if done is None:
        return "They were erased meanwhile."
    return "Something is on its way to them just now: try again in two minutes."


def _known(session: Session, subscriber_id: int) -> Subscriber:
    """Somebody who was not erased."""
    person = _somebody(session, subscriber_id)
    if person.erased_at is not None:
        abort(409, "They were erased: nothing is known of them any more.")
    return person


def _somebody(session: Session, subscriber_id: int) -> Subscriber:
    person = session.get(Subscriber, subscriber_id)
    if person is None:
        abort(404, "There is no such subscriber.")
    return person


def _sought(session: Session, vocabulary: Vocabulary) -> Sought:
    """What the address asks for; what nobody can be is told, not taken for everybody."""
    args = request.args
    standing, code = args.get("standing", ""), args.get("group", "").strip()
    if standing and standing not in list(Standing):
        abort(400, f"Nobody is {standing!r}: it is one of {', '.join(Standing)}.")
    group = find_group(session, code) if code else None
    if code and group is None:
        abort(404, f"There is no group {code}.")
    county = args.get("county", "")
    counties = {place.code: place.id for place in _counties(vocabulary)}
    if county and county not in counties:
        abort(404, f"There is no {vocabulary.country.admin1_word} {county}.")
    return Sought(
        standing=Standing(standing) if standing else None,
        language=args.get("language") or None,
        admin1_id=counties.get(county),
        group=group,
    )


def _counties(vocabulary: Vocabulary) -> list[PlaceEntry]:
    found = (place for place in vocabulary.places.values() if place.kind is PlaceKind.ADMIN1)
    return sorted(found, key=lambda place: place.name)


def _thing(commodity: str, place_id: int, vocabulary: Vocabulary) -> str:
    """A commodity at a place; one that is in the catalogue no more by its code."""
    entry, place = vocabulary.commodities.get(commodity), vocabulary.places.get(place_id)
    return f"{commodity if entry is None else entry.name}, {'?' if place is None else place.name}"


def _alert_words(one: Running, vocabulary: Vocabulary) -> str:
    wanted = one.wanted
    thing = _thing(wanted.cell.commodity, wanted.cell.place_id, vocabulary)
    if wanted.price is None:
        return f"{thing}: when it is far from usual"
    unit = "" if wanted.unit is None else f" a {vocabulary.unit_name(wanted.unit, 'en')}"
    return f"{thing}: {wanted.way} {wanted.price.normalize():f}{unit}"


def _note(
    session: Session, action: str, person: Subscriber, before: bool, after: bool, note: str
) -> None:
    note_change(
        session,
        action=action,
        subject=f"subscriber {person.id}",
        before={"gets_messages": before},
        after={"gets_messages": after},
        note=mask_numbers(note),
    )
