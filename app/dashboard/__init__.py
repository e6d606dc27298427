"""The operator's desk: every page behind a role, every change in the log."""

from flask import Blueprint, Flask, Response

from app.dashboard import (
    book_pages,
    broadcast_pages,
    bulletin_pages,
    costs_pages,
    coverage_pages,
    edition_pages,
    group_pages,
    imports_pages,
    log_pages,
    login,
    messages_pages,
    moderation_pages,
    prices_pages,
    radio_pages,
    reference_pages,
    reporters_pages,
    settings_pages,
    staff_pages,
    subscribers_pages,
    today_pages,
)
from app.dashboard.guard import guard
from app.errors import plain
from app.staff.models import StaffRole

PAGES = (
    today_pages.pages,
    moderation_pages.pages,
    prices_pages.pages,
    coverage_pages.pages,
    reporters_pages.pages,
    group_pages.pages,
    book_pages.pages,
    bulletin_pages.pages,
    edition_pages.pages,
    radio_pages.pages,
    messages_pages.pages,
    subscribers_pages.pages,
    broadcast_pages.pages,
    costs_pages.pages,
    settings_pages.pages,
    reference_pages.pages,
    imports_pages.pages,
    log_pages.pages,
    staff_pages.pages,
)
# What stands in the menu, in its order: where it leads, its words, who sees it.
MENU = (
    ("desk.today.show", "Today", StaffRole.VIEWER),
    ("desk.moderation.show", "Moderation", StaffRole.VIEWER),
    ("desk.prices.show", "Prices", StaffRole.VIEWER),
    ("desk.coverage.show", "Coverage", StaffRole.VIEWER),
    ("desk.reporters.show", "Reporters", StaffRole.VIEWER),
    ("desk.groups.show", "Groups", StaffRole.VIEWER),
    ("desk.bulletins.show", "Bulletins", StaffRole.VIEWER),
    ("desk.radio.show", "Radio", StaffRole.VIEWER),
    ("desk.messages.show", "Messages", StaffRole.VIEWER),
    ("desk.subscribers.show", "Subscribers", StaffRole.VIEWER),
    ("desk.broadcasts.show", "Broadcasts", StaffRole.VIEWER),
    ("desk.costs.show", "Costs", StaffRole.VIEWER),
    ("desk.reference.show", "Reference data", StaffRole.VIEWER),
    ("desk.imports.show", "Imports", StaffRole.VIEWER),
    ("desk.log.show", "Changes", StaffRole.VIEWER),
    ("desk.staff.show", "Staff", StaffRole.ADMIN),
    ("desk.settings.show", "Settings", StaffRole.ADMIN),
)


def open_desk(flask_app: Flask) -> None:
    """Put the desk's pages into the web."""
    desk = Blueprint("desk", __name__, url_prefix="/dashboard", template_folder="templates")
    login.register(desk)
    for pages in PAGES:
        desk.register_blueprint(pages)
    flask_app.extensions["bei_desk_menu"] = MENU
    guard(flask_app, desk)
    flask_app.register_blueprint(desk)


def shut_desk(flask_app: Flask) -> None:
    """Without a key that signs cookies nobody can log in: say what to do."""
    desk = Blueprint("shut_desk", __name__, url_prefix="/dashboard")

    @desk.route("/", defaults={"path": ""})
    @desk.route("/<path:path>")
    def shut(path: str) -> Response:
        return plain("The desk is shut: set BEI_SECRET_KEY to a long random text.\n", 503)

    flask_app.register_blueprint(desk)
