"""What a browser or a gateway sees when something is wrong: one plain line, never a traceback."""

import structlog
from flask import Flask, Response, make_response, request
from werkzeug.exceptions import HTTPException

log = structlog.get_logger()


def answer_errors_plainly(flask_app: Flask) -> None:
    """Give every error a short answer in plain text; what we did not expect is logged."""
    flask_app.register_error_handler(HTTPException, _http_error)
    flask_app.register_error_handler(Exception, _unexpected)


def plain(line: str, status: int = 200) -> Response:
    """A line of plain text."""
    return Response(line, status, mimetype="text/plain")


def _http_error(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return make_response(error)  # a redirect
    return plain(f"{error.name}\n", error.code or 500)


def _unexpected(_: Exception) -> Response:
    # The endpoint, never the address: that holds a secret.
    log.exception("request_failed", endpoint=request.endpoint)
    return plain("Something went wrong on our side.\n", 500)
