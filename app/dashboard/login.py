"""The door of the desk."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as cookie
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from app.dashboard.guard import Person, moment, needs, open_to_all, service
from app.staff.accounts import log_in as find_person
from app.staff.models import StaffRole

# Longer than any password: argon2 reads all of it.
LONGEST_PASSWORD = 200


def register(desk: Blueprint) -> None:
    """Hang the door into the desk."""
    desk.get("/login", endpoint="log_in")(show_login)
    desk.post("/login", endpoint="logged_in")(log_in)
    desk.post("/logout", endpoint="log_out")(log_out)


@open_to_all
def show_login() -> str:
    """Address and password."""
    return render_template("dashboard/login.html", to=request.args.get("to", ""), is_wrong=False)


@open_to_all
def log_in() -> Response | tuple[str, int]:
    """In, and on to the page that was asked for; a wrong password says no more than that."""
    email, to = request.form.get("email", ""), request.form.get("to", "")
    password = request.form.get("password", "")[:LONGEST_PASSWORD]
    with service().database.begin() as session:
        staff = find_person(session, email, password, moment())
    if staff is None:
        return render_template("dashboard/login.html", to=to, is_wrong=True, email=email), 401
    cookie.clear()  # nothing of a session that somebody else began
    cookie.permanent = True
    login_user(Person(staff))
    return redirect(_own_page(to))


@needs(StaffRole.VIEWER)
def log_out() -> Response:
    """Out."""
    logout_user()
    cookie.clear()
    return redirect(url_for("desk.log_in"))


def _own_page(to: str) -> str:
    """The page of ours that was asked for; never another site's."""
    parts = urlsplit(to.replace("\\", "/"))
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/dashboard")
    return to if is_ours else url_for("desk.today.show")
