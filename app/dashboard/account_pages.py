"""One's own account: the phone beside the password, and every browser out at once."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.dashboard.guard import (
    before_second_step,
    let_sit_down,
    me,
    moment,
    needs,
    note_change,
    proven,
    service,
    signing_key,
)
from app.staff import second_step, totp
from app.staff.accounts import end_sessions, hold_staff
from app.staff.models import Staff, StaffRole
from app.web.qr import qr_of

pages = Blueprint("account", __name__, url_prefix="/account")

# What an app names the account by, beside the address.
ISSUER = "Bei"
LONGEST_CODE = 40


@pages.get("")
@needs(StaffRole.VIEWER)
@before_second_step
def show() -> str:
    """How one logs in, and what is left of the paper."""
    with service().database.read() as session:
        left = second_step.recovery_codes_left(session, me().staff_id)
    return render_template("dashboard/account.html", left=left, is_needed=_is_needed())


@pages.post("/second")
@needs(StaffRole.VIEWER)
@before_second_step
@proven("desk.account.show")
def begin() -> Response:
    """Make a secret for the phone."""
    with service().database.begin() as session:
        staff = _own(session)
        if staff.has_second_step:
            abort(409, "A phone is set up already. To change it, turn the second step off first.")
        second_step.begin(staff)
    return redirect(url_for("desk.account.show_second"))


@pages.get("/second")
@needs(StaffRole.VIEWER)
@before_second_step
@proven("desk.account.show")
def show_second() -> Response | str:
    """The secret, as a picture and to type, until its first code was shown."""
    return _second_page()


@pages.post("/second/confirm")
@needs(StaffRole.VIEWER)
@before_second_step
@proven("desk.account.show_second")
def confirm() -> Response | str | tuple[str, int]:
    """Ask for the phone from now on; the paper codes are told on this page and never again."""
    code = request.form.get("code", "")[:LONGEST_CODE]
    with service().database.begin() as session:
        staff = _own(session)
        codes = second_step.confirm(session, staff, signing_key(), code, moment())
        if codes is not None:
            _note(session, "set up second step", {"second_step": False}, {"second_step": True})
    if codes is None:
        page = _second_page(is_wrong=True)
        return (page, 400) if isinstance(page, str) else page
    let_sit_down(staff)
    return render_template("dashboard/recovery_codes.html", codes=codes)


@pages.post("/second/codes")
@needs(StaffRole.VIEWER)
@proven("desk.account.show")
def renew_codes() -> str:
    """Ten new codes for paper; the old ones end."""
    with service().database.begin() as session:
        staff = _own(session)
        if not staff.has_second_step:
            abort(409, "There is no second step that codes could stand for.")
        codes = second_step.new_recovery_codes(session, staff)
        _note(session, "new recovery codes", {}, {})
    return render_template("dashboard/recovery_codes.html", codes=codes)


@pages.post("/second/off")
@needs(StaffRole.VIEWER)
@proven("desk.account.show")
def turn_off() -> Response:
    """Let a password be enough again, where the operator allows it."""
    if _is_needed():
        abort(409, "Your role needs the second step. An admin can turn it off for another phone.")
    with service().database.begin() as session:
        staff = _own(session)
        before = staff.has_second_step
        second_step.turn_off(session, staff)
        _note(session, "turn off second step", {"second_step": before}, {"second_step": False})
    let_sit_down(staff)
    flash("A password is enough again.", "good")
    return redirect(url_for("desk.account.show"))


@pages.post("/out")
@needs(StaffRole.VIEWER)
@before_second_step
def log_out_everywhere() -> Response:
    """Out of every browser, this one too."""
    with service().database.begin() as session:
        end_sessions(_own(session))
        _note(session, "log out everywhere", {}, {})
    return redirect(url_for("desk.log_in"))


def _second_page(*, is_wrong: bool = False) -> Response | str:
    with service().database.read() as session:
        secret = second_step.secret_to_show(session.get_one(Staff, me().staff_id), signing_key())
    if secret is None:
        return redirect(url_for("desk.account.show"))
    return render_template(
        "dashboard/second_step.html",
        qr=qr_of(totp.as_link(secret, me().email, ISSUER)),
        key=totp.as_key(secret),
        is_wrong=is_wrong,
    )


def _is_needed() -> bool:
    return second_step.is_needed(service().settings.staff_totp, me().role)


def _own(session: Session) -> Staff:
    """One's own account, held."""
    staff = hold_staff(session, me().staff_id)
    if staff is None:  # nobody takes accounts away
        abort(404)
    return staff


def _note(
    session: Session, action: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    note_change(
        session,
        action=action,
        subject=f"staff {me().email}",
        before=before,
        after=after,
    )
