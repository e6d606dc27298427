"""Who may log in, and as what."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.dashboard.guard import me, moment, needs, note_change, proven, service
from app.staff.accounts import close_account, every_staff, open_again, set_role
from app.staff.models import Staff, StaffRole
from app.staff.second_step import turn_off

pages = Blueprint("staff", __name__)


@pages.get("/staff")
@needs(StaffRole.ADMIN)
def show() -> str:
    """Every account."""
    with service().database.read() as session:
        people = every_staff(session)
    return render_template("dashboard/staff.html", people=people, roles=list(StaffRole))


@pages.post("/staff/<int:staff_id>/role")
@needs(StaffRole.ADMIN)
@proven("desk.staff.show")
def change_role(staff_id: int) -> Response:
    """Let somebody do more, or less."""
    role = request.form.get("role", "")
    if role not in list(StaffRole):
        abort(400)
    with service().database.begin() as session:
        staff = _somebody_else(session, staff_id)
        before = staff.role
        set_role(staff, StaffRole(role))
        _note(session, "change role", staff, {"role": before}, {"role": role})
    flash(f"{staff.email} is {role} now.", "good")
    return redirect(url_for("desk.staff.show"))


@pages.post("/staff/<int:staff_id>/open")
@needs(StaffRole.ADMIN)
@proven("desk.staff.show")
def change_open(staff_id: int) -> Response:
    """Let somebody log in no more, or again."""
    is_open = request.form.get("is_open") == "1"
    with service().database.begin() as session:
        staff = _somebody_else(session, staff_id)
        before = staff.disabled_at is None
        if is_open:
            open_again(staff)
        else:
            close_account(staff, moment())
        action = "reopen account" if is_open else "close account"
        _note(session, action, staff, {"is_open": before}, {"is_open": is_open})
    flash(f"{staff.email} may log in {'again' if is_open else 'no more'}.", "good")
    return redirect(url_for("desk.staff.show"))


@pages.post("/staff/<int:staff_id>/second/off")
@needs(StaffRole.ADMIN)
@proven("desk.staff.show")
def turn_second_step_off(staff_id: int) -> Response:
    """Let a password be enough for somebody whose phone is lost, until they set up another."""
    with service().database.begin() as session:
        staff = _somebody_else(session, staff_id)
        before = staff.has_second_step
        turn_off(session, staff)
        _note(
            session,
            "turn off second step",
            staff,
            {"second_step": before},
            {"second_step": False},
        )
    flash(f"For {staff.email} a password is enough now.", "good")
    return redirect(url_for("desk.staff.show"))


def _somebody_else(session: Session, staff_id: int) -> Staff:
    """Nobody shuts themselves out."""
    staff = session.get(Staff, staff_id)
    if staff is None:
        abort(404)
    if staff.id == me().staff_id:
        abort(409, "Your own account is changed by another admin.")
    return staff


def _note(
    session: Session, action: str, staff: Staff, before: dict[str, object], after: dict[str, object]
) -> None:
    note_change(
        session,
        action=action,
        subject=f"staff {staff.email}",
        before=before,
        after=after,
    )
