"""Who tells prices: how near they come, how often they slip, what they told and earned."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.dashboard import report_words
from app.dashboard.guard import moment, needs, service
from app.staff.models import StaffRole
from app.web.listing import PAGE, after_of
from messaging.airtime import earned_airtime
from messaging.airtime_reads import grants_of
from messaging.masking import masked_numbers
from messaging.models import Subscriber
from messaging.msisdn import MsisdnError, mask_numbers, normalise
from messaging.subscribers import find_subscriber
from prices.audit import WAITING
from prices.cases import record_of
from prices.kinds import ObservationStatus
from prices.known_reporters import known_reporters
from prices.published import local_day
from prices.report_lines import last_marks, told_by

pages = Blueprint("reporters", __name__, url_prefix="/reporters")

DOUBTED = (*WAITING, ObservationStatus.DROPPED)
MONTH = timedelta(days=30)
NEWEST_GRANTS = 10


@pages.get("")
@needs(StaffRole.VIEWER)
def show() -> str:
    """Whoever told a price in the last 30 days, the newest first; ?doubted=1 of doubted ones."""
    home, is_doubted = service(), request.args.get("doubted") == "1"
    with home.database.read() as session:
        vocabulary = home.catalogue.vocabulary(session, home.settings.country)
        page = known_reporters(
            session,
            moment(),
            local_day(vocabulary, moment()),
            statuses=DOUBTED if is_doubted else tuple(ObservationStatus),
            after_id=after_of(request.args),
            limit=PAGE,
        )
        masked = masked_numbers(session, [one.newest.reporter_id for one in page.people])
    return render_template(
        "dashboard/reporters.html",
        people=page.people,
        after=page.after,
        masked=masked,
        is_doubted=is_doubted,
        vocabulary=vocabulary,
        words=report_words,
    )


@pages.post("/find")
@needs(StaffRole.VIEWER)
def find() -> Response:
    """To the page of a number that was typed; in a form, for no address may hold a number."""
    home = service()
    try:
        msisdn = normalise(request.form.get("number", ""), home.settings.country)
    except MsisdnError:
        flash("That is no phone number: write it as 0711 000 001 or with +254.", "wrong")
        return redirect(url_for("desk.reporters.show"), 303)
    with home.database.read() as session:
        person = find_subscriber(session, msisdn)
    if person is None:
        flash("Nobody has written to us from that number.", "wrong")
        return redirect(url_for("desk.reporters.show"), 303)
    return redirect(url_for("desk.reporters.person", reporter_id=person.id), 303)


@pages.get("/<int(max=2147483647):reporter_id>")
@needs(StaffRole.VIEWER)
def person(reporter_id: int) -> str:
    """One of them: their record, their reports, their airtime."""
    home, now = service(), moment()
    with home.database.read() as session:
        found = session.get(Subscriber, reporter_id)
        if found is None:
            abort(404, "There is nobody of this number in our list; they may have been erased.")
        country = found.country or home.settings.country
        vocabulary = home.catalogue.vocabulary(session, country)
        today = local_day(vocabulary, now)
        lines = told_by(session, found.id, after_id=after_of(request.args), limit=PAGE + 1)
        shown = lines[:PAGE]
        marks = last_marks(session, [line.id for line in shown])
        return render_template(
            "dashboard/reporter.html",
            person=found,
            vocabulary=vocabulary,
            record=record_of(session, found.id, today, now),
            lines=shown,
            after=shown[-1].id if len(lines) > PAGE else None,
            why={line.id: report_words.why_marked(line, marks, {}) for line in shown},
            masked_text={line.id: mask_numbers(line.raw_text) for line in shown},
            earned=earned_airtime(session, found.id, since=today - MONTH),
            grants=grants_of(session, found.id, NEWEST_GRANTS),
            words=report_words,
        )
