"""Is it up, is it ready: the pages for load balancers."""

from typing import cast

import structlog
from flask import Blueprint, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from app.errors import plain
from app.service import Service
from db.upgrade import is_behind, revisions

log = structlog.get_logger()
status = Blueprint("status", __name__)


@status.get("/healthz")
def healthz() -> Response:
    """The process is up."""
    return plain("ok\n")


@status.get("/readyz")
def readyz() -> Response:
    """The database answers and is no older than this process; 503 says which of them is not so."""
    try:
        current, newest = revisions(_service().database)
    except SQLAlchemyError:
        log.exception("database_out_of_reach")
        return plain("the database does not answer\n", 503)
    if is_behind(current, newest):
        return plain(f"the database is at {current or 'none'}, not {newest}\n", 503)
    return plain("ok\n")


def _service() -> Service:
    return cast(Service, current_app.extensions["bei"])
