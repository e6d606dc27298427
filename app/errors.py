"""What a browser or a gateway sees when something is wrong: one plain line, never a traceback."""

import structlog
from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

log = structlog.get_logger()
FOR_PROGRAMS = "/api/"


def answer_errors_plainly(flask_app: Flask) -> None:
    """Give every error a short answer in plain text; what we did not expect is logged."""
    flask_app.register_error_handler(HTTPException, _http_error)
    flask_app.register_error_handler(Exception, _unexpected)


def plain(line: str, status: int = 200) -> Response:
    """A line of plain text."""
    return Response(line, status, mimetype="text/plain")


def problem(code: int, name: str, detail: str | None, errors: object = None) -> Response:
    """What a program reads when something is wrong; its fields are those of RFC 9457."""
    told = {"title": name, "status": code, "detail": detail}
    response = jsonify(told if errors is None else told | {"errors": errors})
    response.status_code = code
    return response


def _http_error(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return make_response(error)  # a redirect
    if request.path.startswith(FOR_PROGRAMS):
        return _problem(error)
    return plain(f"{error.name}\n", error.code or 500)


def _unexpected(_: Exception) -> Response:
    # The endpoint, never the address: that holds a secret.
    log.exception("request_failed", endpoint=request.endpoint)
    if request.path.startswith(FOR_PROGRAMS):
        return problem(500, "Internal Server Error", "Something went wrong on our side.")
    return plain("Something went wrong on our side.\n", 500)


def _problem(error: HTTPException) -> Response:
    """With what is wrong field by field, where something was asked that is not valid."""
    data = getattr(error, "data", None) or {}
    errors = data.get("errors") or data.get("messages")
    detail = "What was asked is not valid." if errors else error.description
    response = problem(error.code or 500, error.name, detail, errors)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            response.headers[name] = value
    return response
