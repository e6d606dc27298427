"""Editions: a bulletin sent now, after it was asked once more, and what became of all of them."""

from datetime import UTC, datetime, timedelta
from threading import Event

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.bulletin_words import counted, quiet_until
from app.dashboard.bulletin_views import (
    KINDS,
    Named,
    audience_or_404,
    bulletin_segments_left,
    named,
    shown,
)
from app.dashboard.guard import moment, needs, note_change, proven, service
from app.staff.models import StaffRole
from app.web.listing import after_of
from groups.edition_history import editions_page, find_edition, texts_of
from groups.models import Edition
from scheduler.addressing import SLICE, address_edition
from scheduler.audiences import own_language, readers_of
from scheduler.bulletins import make_now

pages = Blueprint("editions", __name__)

# The funnels of so many are counted within a page's time.
A_PAGE = 20
# What somebody looked at is sent as that, or not at all: prices move, and so do members.
ASKED_FOR = timedelta(minutes=30)
# Somebody joins between the question and the answer; hundreds do not.
MORE_PER_CENT = 5


@pages.get("/bulletins/<kind>/<int:audience_id>/send")
@needs(StaffRole.MODERATOR)
@proven("desk.editions.confirm")
def confirm(kind: str, audience_id: int) -> str:
    """Ask once more, with the texts, the count and the cost."""
    with service().database.read() as session:
        whose, vocabulary = audience_or_404(session, kind, audience_id)
        key = "group_id" if whose.is_group else "bulletin_list_id"
        last = editions_page(session, **{key: audience_id}, limit=1)
        return render_template(
            "dashboard/send_bulletin.html",
            whose=whose,
            shown=shown(session, whose, vocabulary),
            minute=_minute(),
            left=bulletin_segments_left(session),
            waits_until=quiet_until(whose.audience, service().rules.quiet_hours, moment()),
            last=last[0] if last else None,
        )


@pages.post("/bulletins/<kind>/<int:audience_id>/send")
@needs(StaffRole.MODERATOR)
@proven("desk.editions.confirm")
def send(kind: str, audience_id: int) -> Response:
    """Make the edition of the minute in which it was asked: pressed twice, it is the same one."""
    minute, told = _answered()
    with service().database.read() as session:
        whose, _ = audience_or_404(session, kind, audience_id)
        people = _people(session, whose)
    if people > told + max(1, told * MORE_PER_CENT // 100):
        abort(409, f"Meanwhile it is for {people:,}, not for {told:,}: look once more.")
    home, is_new = service(), []

    def note(session: Session, edition: Edition) -> None:
        is_new.append(edition.id)
        note_change(
            session,
            action="send bulletin",
            subject=whose.subject,
            before={},
            after={"edition": edition.id, "recipients": people},
        )

    made = make_now(home.database, home.catalogue, whose.audience, minute, moment(), beside=note)
    if people <= SLICE:
        # Very many are promised theirs by a worker: no page waits for that.
        address_edition(home.database, made.id, moment(), Event())
    flash(
        f"Made: {counted(people, 'recipient')}." if is_new else "It was made before, once.", "good"
    )
    return redirect(url_for("desk.editions.show_one", edition_id=made.id))


@pages.get("/bulletins/editions")
@needs(StaffRole.VIEWER)
def show() -> str:
    """All editions, the newest first, or those of one group or list."""
    kind, of = request.args.get("kind"), request.args.get("of", "")
    chosen = kind in KINDS and of.isdecimal() and len(of) < 10
    with service().database.read() as session:
        whose = audience_or_404(session, str(kind), int(of))[0] if chosen else None
        key = {} if whose is None else {_key(whose): whose.audience.id}
        found = editions_page(session, **key, after=after_of(request.args), limit=A_PAGE + 1)
    after = found[A_PAGE - 1].edition.id if len(found) > A_PAGE else None
    return render_template(
        "dashboard/editions.html", editions=found[:A_PAGE], whose=whose, after=after
    )


@pages.get("/bulletins/editions/<int:edition_id>")
@needs(StaffRole.VIEWER)
def show_one(edition_id: int) -> str:
    """One edition: what it said in every language, and what became of its texts."""
    with service().database.read() as session:
        line = find_edition(session, edition_id)
        if line is None:
            abort(404, "There is no such edition.")
        texts = texts_of(session, line.edition)
    whose = named(line.audience, line.place.name)
    template = "edition_funnel" if "HX-Request" in request.headers else "edition"
    return render_template(f"dashboard/{template}.html", line=line, whose=whose, texts=texts)


def _answered() -> tuple[datetime, int]:
    """When it was asked, and for how many; 4xx for what is none of our questions, or an old one."""
    try:
        minute = datetime.fromtimestamp(int(request.form.get("minute", "")), UTC)
        people = int(request.form.get("people", ""))
    except (ValueError, OverflowError, OSError):
        abort(400, "The form says neither when it was asked nor for how many.")
    if not timedelta(0) <= moment() - minute <= ASKED_FOR or minute.second:
        abort(409, "This question is too old to be answered: look once more, and send then.")
    return minute, people


def _minute() -> int:
    """This minute, as the form carries it."""
    return int(moment().replace(second=0, microsecond=0).timestamp())


def _people(session: Session, whose: Named) -> int:
    readers = readers_of(session, whose.audience, own_language(session, whose.audience))
    return sum(one.people for one in readers)


def _key(whose: Named) -> str:
    return "group_id" if whose.is_group else "bulletin_list_id"
