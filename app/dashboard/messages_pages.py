"""What people write and what we answer: threads, what came in, and why it is understood so."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.dashboard.guard import moment, needs, note_change, service
from app.staff.models import StaffRole
from app.web.listing import PAGE, after_of
from handlers.parser.report import INTENTS
from handlers.rereading import Reading, read_again, read_text
from handlers.sms import retry_one
from messaging.models import InboundMessage, Subscriber
from messaging.msisdn import MsisdnError, normalise
from messaging.subscribers import find_subscriber
from messaging.threads import (
    WINDOW,
    cursor_behind,
    cursor_of,
    inbox,
    incoming,
    replies_to,
    thread,
)

pages = Blueprint("messages", __name__, url_prefix="/messages")

# As long as any text that is read at all, and then some.
LONGEST_TEXT = 1_000


@pages.get("")
@needs(StaffRole.VIEWER)
def show() -> str:
    """What came in, the newest first; ?intent=unknown, ?unhandled=1."""
    intent = request.args.get("intent", "")
    if intent and intent not in INTENTS.values():
        abort(400, f"There is no intent {intent!r}.")
    only_unhandled = request.args.get("unhandled") == "1"
    with service().database.read() as session:
        found = inbox(
            session,
            intent=intent or None,
            only_unhandled=only_unhandled,
            before_id=after_of(request.args),
            limit=PAGE,
        )
    return render_template(
        "dashboard/messages.html",
        found=found,
        intent=intent,
        only_unhandled=only_unhandled,
        intents=sorted(set(INTENTS.values())),
        window=WINDOW,
    )


@pages.post("/find")
@needs(StaffRole.VIEWER)
def find() -> Response:
    """Somebody's thread by their number, which is typed and stands in no address."""
    home = service()
    try:
        msisdn = normalise(request.form.get("msisdn", ""), home.settings.country)
    except MsisdnError:
        abort(400, "That is no phone number: write it as people dial it, or with its +.")
    with home.database.read() as session:
        person = find_subscriber(session, msisdn)
    if person is None:
        flash("Nobody with this number has written to us, and we have written to nobody there.")
        return redirect(url_for("desk.messages.show"))
    return redirect(url_for("desk.messages.show_thread", subscriber_id=person.id))


@pages.get("/of/<int:subscriber_id>")
@needs(StaffRole.VIEWER)
def show_thread(subscriber_id: int) -> str:
    """All that was said with somebody, the newest first; ?words=milk those texts alone."""
    words = request.args.get("words", "").strip() or None
    with service().database.read() as session:
        person = session.get(Subscriber, subscriber_id)
        if person is None:
            abort(404, "There is no such subscriber.")
        entries = thread(
            session,
            subscriber_id,
            words=words,
            after=cursor_of(request.args.get("after", "")),
            limit=PAGE + 1,
        )
    after = cursor_behind(entries[PAGE - 1]) if len(entries) > PAGE else None
    return render_template(
        "dashboard/thread.html", person=person, entries=entries[:PAGE], words=words, after=after
    )


@pages.get("/texts/<int:inbound_id>")
@needs(StaffRole.VIEWER)
def show_text(inbound_id: int) -> str:
    """One text: what was made of it then, and what would be made of it today, and why."""
    home = service()
    with home.database.read() as session:
        text = incoming(session, inbound_id)
        if text is None:
            abort(404, "There is no such text.")
        row = session.get_one(InboundMessage, inbound_id)
        person = None if row.subscriber_id is None else session.get(Subscriber, row.subscriber_id)
        country = home.settings.country if person is None else person.country
        vocabulary = home.catalogue.vocabulary(session, country)
        reading = read_again(session, row, vocabulary, moment())
        replies = replies_to(session, text)
    return render_template("dashboard/text.html", text=text, reading=reading, replies=replies)


@pages.post("/texts/<int:inbound_id>/retry")
@needs(StaffRole.MODERATOR)
def retry(inbound_id: int) -> Response:
    """Act now on a text that nobody could act upon, however often it was tried."""
    home = service()
    with home.database.begin() as session:
        before = session.get(InboundMessage, inbound_id)
        if before is None:
            abort(404, "There is no such text.")
        tries = before.attempts
        is_done = retry_one(
            session,
            inbound_id,
            catalogue=home.catalogue,
            now=moment(),
            allowance=home.allowance,
        )
        if is_done is None:
            abort(409, "This text was acted upon meanwhile.")
        note_change(
            session,
            action="retry text",
            subject=f"text {inbound_id}",
            before={"is_handled": False, "tries": tries},
            after={"is_handled": is_done},
        )
    if is_done:
        flash("It was acted upon, and answered where it earns an answer.", "good")
    else:
        flash("It failed once more; the reason stands below. Nothing but that was kept.", "wrong")
    return redirect(url_for("desk.messages.show_text", inbound_id=inbound_id))


@pages.get("/read")
@needs(StaffRole.VIEWER)
def show_read() -> str:
    """Where words can be tried."""
    return _read_page("", None, service().settings.country)


@pages.post("/read")
@needs(StaffRole.VIEWER)
def read() -> str:
    """What words would be taken for. They are sent, not linked to: a number may be among them."""
    home = service()
    text = request.form.get("text", "").strip()
    if not text:
        abort(400, "Write a text to read.")
    if len(text) > LONGEST_TEXT:
        abort(400, f"A text has at most {LONGEST_TEXT:,} characters here.")
    country = home.settings.country
    with home.database.read() as session:
        vocabulary = home.catalogue.vocabulary(session, country)
    return _read_page(text, read_text(text, vocabulary), country)


def _read_page(text: str, reading: Reading | None, country: str) -> str:
    return render_template("dashboard/read.html", text=text, reading=reading, country=country)
