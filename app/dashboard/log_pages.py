"""The log of changes: who changed what, when, what it was before and after."""

from flask import Blueprint, render_template, request

from app.dashboard.guard import needs, service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from app.web.listing import PAGE, after_of

pages = Blueprint("log", __name__)


@pages.get("/log")
@needs(StaffRole.VIEWER)
def show() -> str:
    """Every change at the desk, the newest first; ?about=report 12 of one thing."""
    about = request.args.get("about", "").strip() or None
    with service().database.read() as session:
        found = changes(session, subject=about, before_id=after_of(request.args), limit=PAGE + 1)
    after = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template("dashboard/log.html", changes=found[:PAGE], about=about, after=after)
