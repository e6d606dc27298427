"""The door of the desk: a password, a phone's code where there is one, and the same once more."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as cookie
from flask_login import logout_user
from werkzeug.wrappers import Response

from app.dashboard.guard import (
    before_second_step,
    let_sit_down,
    me,
    moment,
    needs,
    note_proved,
    open_to_all,
    service,
    signing_key,
)
from app.staff.accounts import hold_staff
from app.staff.accounts import log_in as find_person
from app.staff.models import Staff, StaffRole
from app.staff.second_step import prove as prove_second_step

# Longer than any password: argon2 reads all of it. A code is shorter than its paper form.
LONGEST_PASSWORD, LONGEST_CODE = 200, 40
# So long after the password the code is looked for.
CODE_WITHIN = timedelta(minutes=10)
# In the cookie, between the two steps: whose password it was, the key of their sessions, when.
HALF = "half"

Page = str | tuple[str, int] | tuple[str, int, dict[str, str]]


def register(desk: Blueprint) -> None:
    """Hang the door into the desk."""
    desk.get("/login", endpoint="log_in")(show_login)
    desk.post("/login", endpoint="logged_in")(log_in)
    desk.get("/login/code", endpoint="code")(show_code)
    desk.post("/login/code", endpoint="coded")(take_code)
    desk.get("/again", endpoint="prove")(show_again)
    desk.post("/again", endpoint="proved")(prove_again)
    desk.post("/logout", endpoint="log_out")(log_out)


@open_to_all
def show_login() -> Page:
    """Address and password."""
    return render_template("dashboard/login.html", to=request.args.get("to", ""))


@open_to_all
def log_in() -> Response | Page:
    """In, and on to the page that was asked for; a wrong password says no more than that."""
    email, to = request.form.get("email", ""), request.form.get("to", "")
    shown = {"to": to, "email": email}
    if not _may_try():
        return _too_many("dashboard/login.html", **shown)
    with service().database.begin() as session:
        staff = find_person(session, email, _password(), moment())
    if staff is None:
        return _wrong("dashboard/login.html", **shown)
    if not staff.has_second_step:
        let_sit_down(staff)
        return redirect(_own_page(to))
    cookie.clear()
    cookie[HALF] = [staff.id, staff.session_key, int(moment().timestamp())]
    return redirect(url_for("desk.code", to=to or None))


@open_to_all
def show_code() -> Response | Page:
    """The phone's code, after the password."""
    if _half_way() is None:
        return redirect(url_for("desk.log_in", to=request.args.get("to")))
    return render_template("dashboard/login_code.html", to=request.args.get("to", ""))


@open_to_all
def take_code() -> Response | Page:
    """In; a wrong code counts like a wrong password."""
    to, half = request.form.get("to", ""), _half_way()
    if half is None:
        return redirect(url_for("desk.log_in", to=to or None))
    if not _may_try():
        return _too_many("dashboard/login_code.html", to=to)
    staff_id, session_key = half
    staff = _whose_code(staff_id, session_key)
    if staff is None:
        return _wrong("dashboard/login_code.html", to=to)
    let_sit_down(staff)
    return redirect(_own_page(to))


@needs(StaffRole.VIEWER)
@before_second_step
def show_again() -> Page:
    """Who are you? Asked before what cannot be taken back."""
    return render_template("dashboard/again.html", to=request.args.get("to", ""))


@needs(StaffRole.VIEWER)
@before_second_step
def prove_again() -> Response | Page:
    """Password, and code where there is one; then back to what was to be done."""
    to = request.form.get("to", "")
    if not _may_try():
        return _too_many("dashboard/again.html", to=to)
    with service().database.begin() as session:
        staff = find_person(session, me().email, _password(), moment())
        is_right = staff is not None and (
            not staff.has_second_step
            or prove_second_step(session, staff, signing_key(), _code(), moment())
        )
    if not is_right:
        return _wrong("dashboard/again.html", to=to)
    note_proved()
    return redirect(_own_page(to))


@needs(StaffRole.VIEWER)
@before_second_step
def log_out() -> Response:
    """Out of this browser."""
    logout_user()
    cookie.clear()
    return redirect(url_for("desk.log_in"))


def _half_way() -> tuple[int, str] | None:
    """Whose password was right a moment ago, and the key their sessions had then."""
    if HALF not in cookie:
        return None
    staff_id, session_key, since = cookie[HALF]
    age = moment().timestamp() - since
    return (staff_id, session_key) if age < CODE_WITHIN.total_seconds() else None


def _whose_code(staff_id: int, session_key: str) -> Staff | None:
    with service().database.begin() as session:
        staff = hold_staff(session, staff_id)
        # Closed, or given another password, between the two steps.
        if staff is None or staff.disabled_at is not None or staff.session_key != session_key:
            return None
        is_right = prove_second_step(session, staff, signing_key(), _code(), moment())
        return staff if is_right else None


def _may_try() -> bool:
    """A wrong password costs us 30 ms of a core: nobody makes us spend all of them."""
    return service().limits.bears_login(request.remote_addr or "", moment())


def _wrong(template: str, **shown: str) -> Page:
    service().limits.count_wrong_login(request.remote_addr or "", moment())
    return render_template(template, is_wrong=True, **shown), 401


def _too_many(template: str, **shown: str) -> Page:
    wait = service().limits.logins.seconds_left(moment())
    page = render_template(template, is_too_often=True, **shown)
    return page, 429, {"Retry-After": str(wait)}


def _password() -> str:
    return request.form.get("password", "")[:LONGEST_PASSWORD]


def _code() -> str:
    return request.form.get("code", "")[:LONGEST_CODE]


def _own_page(to: str) -> str:
    """The page of ours that was asked for; never another site's."""
    parts = urlsplit(to.replace("\\", "/"))
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/dashboard")
    return to if is_ours and to.isprintable() else url_for("desk.today.show")
