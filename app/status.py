"""Is it up, is it ready, what is it: the pages for load balancers and for the curious."""

from typing import cast

import structlog
from flask import Blueprint, Response, current_app, redirect, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from app.errors import plain
from app.service import Service
from db.upgrade import revisions

CREDITS = "Prices: WFP – World Food Programme, via HDX. Places: GeoNames (CC BY 4.0), IEBC."

log = structlog.get_logger()
status = Blueprint("status", __name__)


@status.get("/healthz")
def healthz() -> Response:
    """The process is up."""
    return plain("ok\n")


@status.get("/readyz")
def readyz() -> Response:
    """The database answers and is at the newest revision; 503 says which of them is not so."""
    try:
        current, newest = revisions(_service().database)
    except SQLAlchemyError:
        log.exception("database_out_of_reach")
        return plain("the database does not answer\n", 503)
    if current != newest:
        return plain(f"the database is at {current or 'none'}, not {newest}\n", 503)
    return plain("ok\n")


@status.get("/")
def home() -> AnyResponse:
    """The phone page where there is one, else a line about this service."""
    if _service().settings.simulator:
        return redirect(url_for("phone.page"))
    return plain(f"Bei: market prices by SMS and USSD. {CREDITS}\n")


def _service() -> Service:
    return cast(Service, current_app.extensions["bei"])
