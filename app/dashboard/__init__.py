"""The operator's desk: every page behind a role, every change in the log."""

from flask import Blueprint, Flask, Response

from app.dashboard import (
    account_pages,
    book_pages,
    broadcast_pages,
    bulletin_pages,
    costs_pages,
    coverage_pages,
    edition_pages,
    group_pages,
    hooks_pages,
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
    hooks_pages.pages,
    log_pages.pages,
    staff_pages.pages,
    account_pages.pages,
)


def open_desk(flask_app: Flask) -> None:
    """Put the desk's pages into the web."""
    desk = Blueprint("desk", __name__, url_prefix="/dashboard", template_folder="templates")
    login.register(desk)
    for pages in PAGES:
        desk.register_blueprint(pages)
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
