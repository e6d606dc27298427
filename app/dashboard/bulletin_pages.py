"""Bulletins: everybody who gets one, when it comes and what it takes, and what it would say now."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bulletin_wishes import MOST_NAMED, MOST_SEGMENTS
from app.dashboard.bulletin_form import (
    change_of,
    differing,
    filled_from,
    filled_in,
    settings_of,
)
from app.dashboard.bulletin_views import (
    Named,
    Shown,
    audience_or_404,
    named,
    shown,
    shown_changed,
)
from app.dashboard.guard import moment, needs, note_change, service
from app.named import commodity_named, place_named
from app.staff.models import StaffRole
from app.web.listing import PAGE, after_of, sort_of, words_of
from groups.audience_lists import groups_with_bulletins, lists_with_bulletins
from groups.bulletin_settings import change_bulletin
from groups.edition_history import editions_page
from groups.schedules import NAMES, WEEKDAYS, in_words, schedule_of
from groups.subscriptions import open_list
from messaging.phrases import languages
from scheduler.fire_times import next_fire

pages = Blueprint("bulletins", __name__)

LAST_EDITIONS = 5


@pages.get("/bulletins")
@needs(StaffRole.VIEWER)
def show() -> str:
    """Every group, or every list: when its bulletin comes and what became of the last."""
    kind = "list" if request.args.get("kind") == "list" else "group"
    words = words_of(request.args)
    sort = sort_of(request.args, ("name", "next"), "name")
    read = lists_with_bulletins if kind == "list" else groups_with_bulletins
    with service().database.read() as session:
        found = read(
            session,
            words=words,
            by_time=sort.key == "next",
            is_descending=sort.is_descending,
            after=after_of(request.args),
            limit=PAGE + 1,
        )
    after = found[PAGE - 1].audience.id if len(found) > PAGE else None
    lines = [
        (line, named(line.audience, line.place.name), in_words(schedule_of(line.audience)))
        for line in found[:PAGE]
    ]
    return render_template(
        "dashboard/bulletins.html", lines=lines, kind=kind, q=words, sort=sort, after=after
    )


@pages.post("/bulletins/lists")
@needs(StaffRole.MODERATOR)
def open_new_list() -> Response | tuple[str, int]:
    """Open the list of a commodity at a place, or go to the one there is."""
    typed = {name: request.form.get(name, "").strip()[:100] for name in ("commodity", "place")}
    with service().database.begin() as session:
        vocabulary = service().catalogue.vocabulary(session, service().settings.country)
        try:
            commodity = commodity_named(typed["commodity"], vocabulary)
            place = place_named(typed["place"], vocabulary)
        except ValueError as fault:
            return _list_refused(str(fault))
        opened = open_list(
            session,
            commodity=commodity,
            place_id=place.id,
            timezone=vocabulary.country.timezone,
        )
        if opened.next_bulletin_at is None:
            opened.next_bulletin_at = next_fire(schedule_of(opened), moment())
            note_change(
                session,
                action="open list",
                subject=named(opened, place.name).subject,
                before={},
                after={"of": f"{commodity} at {place.code}"},
            )
    return redirect(url_for("desk.bulletins.show_one", kind="list", audience_id=opened.id))


@pages.get("/bulletins/<kind>/<int:audience_id>")
@needs(StaffRole.VIEWER)
def show_one(kind: str, audience_id: int) -> str:
    """One bulletin: its settings, what it would say now, its last editions."""
    with service().database.read() as session:
        whose, vocabulary = audience_or_404(session, kind, audience_id)
        key = "group_id" if whose.is_group else "bulletin_list_id"
        return render_template(
            "dashboard/bulletin.html",
            whose=whose,
            filled=filled_from(whose.audience, vocabulary),
            shown=shown(session, whose, vocabulary),
            editions=editions_page(session, **{key: audience_id}, limit=LAST_EDITIONS),
            **_choices(whose),
        )


@pages.post("/bulletins/<kind>/<int:audience_id>/preview")
@needs(StaffRole.MODERATOR)
def look(kind: str, audience_id: int) -> str | tuple[str, int]:
    """What the form as it stands would say: in the page as somebody types, or as a page."""
    filled = filled_in(request.form)
    fault, what = None, None
    with service().database.read() as session:
        whose, vocabulary = audience_or_404(session, kind, audience_id)
        try:
            what = shown_changed(session, whose, vocabulary, filled)
        except ValueError as wrong:
            fault = str(wrong)
    if "HX-Request" in request.headers:
        # 200: htmx leaves the page as it is for anything else, and nobody would read the fault.
        return render_template(
            "dashboard/bulletin_preview.html", shown=what, fault=fault, whose=whose
        )
    return _filled_page(whose, filled, what, fault), 200 if fault is None else 400


@pages.post("/bulletins/<kind>/<int:audience_id>")
@needs(StaffRole.MODERATOR)
def change(kind: str, audience_id: int) -> Response | tuple[str, int]:
    """Decide when a bulletin comes and what it takes."""
    filled = filled_in(request.form)
    with service().database.begin() as session:
        whose, vocabulary = audience_or_404(session, kind, audience_id)
        audience = whose.audience
        try:
            decided = change_of(filled, audience, vocabulary)
        except ValueError as fault:
            return _filled_page(whose, filled, None, str(fault)), 400
        kept = settings_of(audience, vocabulary)
        change_bulletin(audience, decided, moment())
        if audience.next_bulletin_at is None:
            audience.next_bulletin_at = next_fire(schedule_of(audience), moment())
        before, after = differing(kept, settings_of(audience, vocabulary))
        if after:
            note_change(
                session,
                action="set bulletin",
                subject=whose.subject,
                before=before,
                after=after,
            )
    flash(f"Kept: {in_words(schedule_of(audience))}." if after else "Nothing was changed.", "good")
    return redirect(url_for("desk.bulletins.show_one", kind=kind, audience_id=audience_id))


def _list_refused(fault: str) -> tuple[str, int]:
    return (
        render_template(
            "dashboard/bulletins.html",
            lines=[],
            kind="list",
            q=None,
            sort=sort_of({}, ("name",), "name"),
            after=None,
            fault=fault,
        ),
        400,
    )


def _filled_page(whose: Named, filled: object, what: Shown | None, fault: str | None) -> str:
    """The page with the form as it was typed."""
    return render_template(
        "dashboard/bulletin.html",
        whose=whose,
        filled=filled,
        shown=what,
        fault=fault,
        editions=None,
        **_choices(whose),
    )


def _choices(whose: Named) -> dict[str, object]:
    return {
        "weekdays": list(zip(WEEKDAYS, NAMES, strict=True)),
        "languages": languages(),
        "most_segments": MOST_SEGMENTS,
        "most_named": MOST_NAMED,
        "comes": in_words(schedule_of(whose.audience)),
    }
