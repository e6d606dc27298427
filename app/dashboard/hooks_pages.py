"""Webhooks out: who is told of changed prices, what became of it, and what to do about it."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.dashboard.guard import me, moment, needs, note_change, proven, service
from app.health.hooks import amiss_of
from app.hook_wishes import hook_wished
from app.named import listed
from app.secret_key import secret_key_of
from app.staff.accounts import every_staff
from app.staff.models import StaffRole
from app.web.listing import PAGE, after_of
from messaging.hook_events import TEST, NewEvent, try_again, write_events
from messaging.hook_models import Hook, HookState
from messaging.hook_reads import standing_of, told_to
from messaging.hooks import (
    LONGEST_NAME,
    OFF_BY_HAND,
    add_hook,
    every_hook,
    hook_of,
    remove_hook,
    renew_secret,
    switch_off,
    switch_on,
    told_of,
)
from prices.reads import countries

pages = Blueprint("hooks", __name__, url_prefix="/hooks")


@pages.get("")
@needs(StaffRole.ADMIN)
def show() -> str:
    """Every hook, and a form for another."""
    return _page(MultiDict(), None)


@pages.post("")
@needs(StaffRole.ADMIN)
def add() -> str | tuple[str, int]:
    """Tell an address of changed prices from now on, and show its secret this once."""
    with service().database.begin() as session:
        try:
            wanted = hook_wished(
                session,
                service(),
                url=request.form.get("url", ""),
                country=request.form.get("country") or None,
                commodities=listed(_typed("commodities")),
                counties=listed(_typed("counties")),
                with_demo=request.form.get("with_demo") == "1",
            )
            added = add_hook(
                session,
                _key(),
                _typed("name"),
                wanted,
                made_by=f"staff:{me().staff_id}",
                now=moment(),
            )
        except ValueError as fault:
            return _page(request.form, str(fault)), 400
        if added is None:
            return _page(request.form, f"there is a hook {_typed('name')} already"), 409
        hook, secret = added
        _note(session, "add hook", hook, {}, told_of(hook))
    return _secret_page(hook, secret)


@pages.get("/<int:hook_id>")
@needs(StaffRole.ADMIN)
def show_one(hook_id: int) -> str:
    """How a hook stands, and what it was told last."""
    wanted = request.args.get("state", "")
    state = HookState(wanted) if wanted in list(HookState) else None
    with service().database.read() as session:
        hook = _hook_or_404(session, hook_id)
        standing = standing_of(session, hook, moment())
        found = told_to(session, hook, state=state, after=after_of(request.args), limit=PAGE + 1)
        names = {f"staff:{one.id}": one.email for one in every_staff(session)}
    page = found[:PAGE]
    return render_template(
        "dashboard/hook.html",
        standing=standing,
        hook=hook,
        amiss=amiss_of(standing),
        made_by=names.get(hook.made_by, "the command line"),
        told=page,
        after=page[-1].delivery.id if len(found) > PAGE else None,
        state=state,
        states=list(HookState),
    )


@pages.post("/<int:hook_id>/again")
@needs(StaffRole.ADMIN)
def again(hook_id: int) -> Response:
    """Tell at once what waits, and once more what was given up."""
    with service().database.begin() as session:
        hook = _hook_or_404(session, hook_id)
        if hook.off_at is not None:
            abort(409, "This hook is off: switch it on first.")
        count = try_again(session, hook, moment())
        _note(session, "try hook again", hook, {}, {"given_up_before": count})
    flash(f"{hook.name} is told at once what waits, and {count:,} that were given up.", "good")
    return _back(hook_id)


@pages.post("/<int:hook_id>/test")
@needs(StaffRole.ADMIN)
def test(hook_id: int) -> Response:
    """Promise a hook an event of type "test"."""
    with service().database.begin() as session:
        hook = _hook_or_404(session, hook_id)
        if hook.off_at is not None:
            abort(409, "This hook is off: switch it on first.")
        write_events(session, [NewEvent(TEST, None, {"hook": hook.name}, [hook.id])], moment())
        _note(session, "test hook", hook, {}, {})
    flash("A worker sends a test within seconds: look below how it is answered.", "good")
    return _back(hook_id)


@pages.post("/<int:hook_id>/on")
@needs(StaffRole.ADMIN)
def change_on(hook_id: int) -> Response:
    """Switch a hook off, or on again."""
    is_on = request.form.get("is_on") == "1"
    with service().database.begin() as session:
        hook = _hook_or_404(session, hook_id)
        before = hook.off_at is None
        if is_on and not before:
            switch_on(hook)
        elif not is_on:
            switch_off(hook, OFF_BY_HAND, moment())
        action = "switch hook on" if is_on else "switch hook off"
        _note(session, action, hook, {"is_on": before}, {"is_on": is_on})
    flash(f"{hook.name} is {'on' if is_on else 'off'}.", "good")
    return _back(hook_id)


@pages.post("/<int:hook_id>/secret")
@needs(StaffRole.ADMIN)
@proven("desk.hooks.show_one")
def renew(hook_id: int) -> str:
    """Sign with another secret from now on, and show it this once."""
    with service().database.begin() as session:
        hook = _hook_or_404(session, hook_id)
        secret = renew_secret(hook, _key())
        _note(session, "renew secret of hook", hook, {}, {})
    return _secret_page(hook, secret)


@pages.post("/<int:hook_id>/remove")
@needs(StaffRole.ADMIN)
@proven("desk.hooks.show_one")
def remove(hook_id: int) -> Response:
    """Tell an address nothing more."""
    with service().database.begin() as session:
        hook = _hook_or_404(session, hook_id)
        before = told_of(hook)
        remove_hook(hook, moment())
        _note(session, "remove hook", hook, before, {})
    flash(f"{hook.name} is told nothing more.", "good")
    return redirect(url_for("desk.hooks.show"))


def _page(filled: MultiDict[str, str], fault: str | None) -> str:
    with service().database.read() as session:
        standings = [standing_of(session, hook, moment()) for hook in every_hook(session)]
        served = sorted(countries(session))
    return render_template(
        "dashboard/hooks.html",
        lines=[(one, amiss_of(one)) for one in standings],
        filled=filled,
        fault=fault,
        countries=served,
        most=LONGEST_NAME,
    )


def _secret_page(hook: Hook, secret: str) -> str:
    """Shown in the answer itself: a message for the next page would lie in the browser's cookie."""
    return render_template("dashboard/hook_secret.html", hook=hook, secret=secret)


def _key() -> str:
    key = secret_key_of(service().settings)
    if key is None:  # nobody could have logged in
        abort(503)
    return key


def _hook_or_404(session: Session, hook_id: int) -> Hook:
    hook = hook_of(session, hook_id)
    if hook is None:
        abort(404, "There is no such hook, or it was removed.")
    return hook


def _back(hook_id: int) -> Response:
    return redirect(url_for("desk.hooks.show_one", hook_id=hook_id))


def _typed(name: str) -> str:
    return " ".join(request.form.get(name, "").split())[:500]


def _note(
    session: Session,
    action: str,
    hook: Hook,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    note_change(
        session,
        action=action,
        subject=f"hook {hook.name}",
        before=before,
        after=after,
    )
