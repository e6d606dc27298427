"""Who may see and do what at the desk: nobody anything, unless a view says which role it needs."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.config import Settings
from app.dashboard.menu import menu_for
from app.service import Service
from app.staff.change_log import write_change
from app.staff.models import Staff, StaffRole
from app.staff.second_step import is_needed

# So long after a password nobody is asked for it again, whatever they do.
PROVEN_FOR = timedelta(minutes=30)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# In the cookie: when its session began, and when a password was last typed in it.
BEGAN, PROVED = "began", "proved"

View = TypeVar("View", bound=Callable[..., Any])


class Person(UserMixin):  # type: ignore[misc]  # the library has no types
    """Whoever is logged in, as a page needs them; `id`, in the cookie, names their session."""

    def __init__(self, staff: Staff) -> None:
        self.staff_id, self.email, self.role = staff.id, staff.email, StaffRole(staff.role)
        self.has_second_step = staff.has_second_step
        self.id = f"{staff.id}:{staff.session_key}"

    def may(self, needed: StaffRole) -> bool:
        """Whether they may do what needs this role."""
        return self.role.may(needed)


def needs(role: StaffRole) -> Callable[[View], View]:
    """Say who may open a view; of a view that does not say it, nobody may."""

    def mark(view: View) -> View:
        view.needs = role  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all(view: View) -> View:
    """Say that a view is for who is not logged in: the log-in itself."""
    view.needs = None  # type: ignore[attr-defined]
    return view


def proven(back_to: str) -> Callable[[View], View]:
    """Say that a view does what cannot be taken back: whoever does it has just proved who they are.

    `back_to` is the page to begin anew from; it is told the same ids.
    """

    def mark(view: View) -> View:
        view.proven = back_to  # type: ignore[attr-defined]
        return view

    return mark


def before_second_step(view: View) -> View:
    """Say that a view is also for who has to set up a second step first: it is where they do."""
    view.before_second_step = True  # type: ignore[attr-defined]
    return view


def takes(most_bytes: int) -> Callable[[View], View]:
    """Let a view be sent more than a form has; nobody's file is read who may not send it."""

    def mark(view: View) -> View:
        view.takes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def guard(flask_app: Flask, desk: Blueprint) -> None:
    """Know people by their cookie, let nobody further than their role, take no forged form."""
    flask_app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # gateways have no token: the desk's own forms do
        SESSION_COOKIE_NAME="bei_desk",
        # Whatever keeps the board's pages for everybody never sees whose desk is open.
        SESSION_COOKIE_PATH="/dashboard",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=_is_https(flask_app),
        # Somebody who walks away from the desk is out after this; every page begins it anew.
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=_settings(flask_app).staff_idle_minutes),
    )
    flask_app.extensions["bei_csrf"] = CSRFProtect(flask_app)
    # Attached by hand: `init_app` would also look for a remembered log-in, which we have none of,
    # behind every request, and so make each answer to gateways and readers vary by its cookie.
    flask_app.login_manager = manager = LoginManager()  # type: ignore[attr-defined]
    manager.session_protection = None  # it goes by the address: phones change theirs all day
    manager.user_loader(_person)
    desk.before_request(_only_whom_it_is_for)
    desk.after_request(_keep_to_ourselves)
    desk.errorhandler(CSRFError)(_forged)
    desk.errorhandler(HTTPException)(_refused)
    desk.context_processor(_for_every_page)


def service() -> Service:
    """What the edges work with."""
    return cast(Service, current_app.extensions["bei"])


def me() -> Person:
    """Whoever is logged in."""
    return cast(Person, current_user)


def signing_key() -> str:
    """What signs cookies, and what the secrets of second steps are worked out of."""
    return cast(str, current_app.secret_key)


def let_sit_down(staff: Staff) -> None:
    """Begin a session: nothing is left of one that somebody else began in this browser."""
    cookie.clear()
    cookie.permanent = True
    cookie[BEGAN] = cookie[PROVED] = int(moment().timestamp())
    login_user(Person(staff))


def note_proved() -> None:
    """Whoever sits here has proved once more who they are."""
    cookie[PROVED] = int(moment().timestamp())


def note_change(
    session: Session,
    *,
    action: str,
    subject: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    note: str = "",
) -> None:
    """Log what whoever is logged in changes now, in the transaction of the change."""
    write_change(
        session,
        me().staff_id,
        action=action,
        subject=subject,
        before=before,
        after=after,
        now=moment(),
        note=note,
    )


def moment() -> datetime:
    """The time of this request, the same for all of it."""
    if "moment" not in g:
        g.moment = datetime.now(UTC)
    return cast(datetime, g.moment)


def home_timezone() -> str:
    """The clock of the operator's country."""
    if "timezone" not in g:
        home = service()
        with home.database.read() as session:
            vocabulary = home.catalogue.vocabulary(session, home.settings.country)
        g.timezone = vocabulary.country.timezone
    return cast(str, g.timezone)


def _only_whom_it_is_for() -> Response | tuple[str, int] | None:
    view = current_app.view_functions[cast(str, request.endpoint)]
    needed = getattr(view, "needs", "nobody")
    if needed is not None:
        if not current_user.is_authenticated:
            return _to_login()
        if needed == "nobody" or not current_user.may(needed):
            return render_template("dashboard/refused.html", needed=needed), 403
        if (first := _what_comes_first(view)) is not None:
            return first
    if request.method not in _READING:
        if (most_bytes := getattr(view, "takes", None)) is not None:
            request.max_content_length = most_bytes
        current_app.extensions["bei_csrf"].protect()
    return None


def _what_comes_first(view: Any) -> Response | None:
    """What somebody has to do before this view is theirs; None where it is."""
    lacks_second = not me().has_second_step and is_needed(service().settings.staff_totp, me().role)
    if lacks_second and not getattr(view, "before_second_step", False):
        return redirect(url_for("desk.account.show"))
    back_to = getattr(view, "proven", None)
    if back_to is None or _is_within(PROVED, PROVEN_FOR):
        return None
    if request.method not in _READING:
        flash("Nothing was done yet: say who you are, and then do it once more.", "wrong")
    return redirect(url_for("desk.prove", to=url_for(back_to, **(request.view_args or {}))))


def _is_within(name: str, span: timedelta) -> bool:
    """Whether what the cookie says was less than this ago."""
    said = cookie.get(name)
    return isinstance(said, int) and 0 <= int(moment().timestamp()) - said < span.total_seconds()


def _keep_to_ourselves(response: Response) -> Response:
    # Over what a view's helper wrote: a file that is sent as one says "no-cache", which keeps it.
    response.headers["Cache-Control"] = "no-store"
    return response


def _forged(_: CSRFError) -> tuple[str, int]:
    return render_template("dashboard/stale_form.html"), 400


def _refused(error: HTTPException) -> tuple[str, int]:
    """What was wrong with what was asked for; views give the reason as the description."""
    return render_template("dashboard/error.html", error=error), error.code or 500


def _for_every_page() -> dict[str, Any]:
    return {
        "me": current_user,
        "Role": StaffRole,
        "now": moment(),
        "timezone": home_timezone(),
        "desk_menu": menu_for(current_user.role) if current_user.is_authenticated else (),
    }


def _person(held: str) -> Person | None:
    """Who holds this cookie; None for an account that was closed or has another password.

    And for a session that is as old as one may become, however busy it is.
    """
    written, _, key = held.partition(":")
    lasts = timedelta(hours=service().settings.staff_session_hours)
    if not written.isdecimal() or not _is_within(BEGAN, lasts):
        return None
    with service().database.read() as session:
        staff = session.get(Staff, int(written))
    if staff is None or staff.disabled_at is not None or staff.session_key != key:
        return None
    return Person(staff)


def _to_login() -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("desk.log_in", to=wanted))


def _settings(flask_app: Flask) -> Settings:
    return cast(Service, flask_app.extensions["bei"]).settings


def _is_https(flask_app: Flask) -> bool:
    public = _settings(flask_app).public_base_url
    return public is not None and public.scheme == "https"
