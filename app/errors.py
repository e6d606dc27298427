"""What a browser or a gateway sees when something is wrong: a plain line, never a traceback."""

import structlog
from flask import Flask, Response, abort, jsonify, make_response, render_template, request
from werkzeug.exceptions import BadRequest, HTTPException

log = structlog.get_logger()
FOR_PROGRAMS, FOR_GATEWAYS = "/api/", "/webhooks/"
# Python's own words.
TOO_LONG_A_FIGURE = "integer string conversion"
NOT_THERE = "There is no page at this address. It may have been typed wrong, or be gone."


def answer_errors_plainly(flask_app: Flask) -> None:
    """Give every error a short answer: to a browser as a page, to a gateway as plain text.

    What we did not expect is logged.
    """
    flask_app.register_error_handler(HTTPException, _http_error)
    flask_app.register_error_handler(Exception, _unexpected)
    for beyond_json in (RecursionError, ValueError):
        flask_app.register_error_handler(beyond_json, _beyond_json)
    flask_app.before_request(_refuse_noughts)


def plain(line: str, status: int = 200) -> Response:
    """A line of plain text."""
    return Response(line, status, mimetype="text/plain")


def problem(code: int, name: str, detail: str | None, errors: object = None) -> Response:
    """What a program reads when something is wrong; its fields are those of RFC 9457."""
    told = {"title": name, "status": code, "detail": detail}
    response = jsonify(told if errors is None else told | {"errors": errors})
    response.status_code = code
    return response


def _refuse_noughts() -> None:
    """Turn away an address with a NUL in it: nobody types one, and PostgreSQL keeps none.

    Gateways may send one, in somebody's text: theirs are taken out where a form is read.
    """
    is_asked = "\0" in request.path or b"%00" in request.query_string
    if is_asked and not request.path.startswith(FOR_GATEWAYS):
        abort(400)


def _http_error(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return make_response(error)  # a redirect
    if request.path.startswith(FOR_PROGRAMS):
        return _problem(error)
    detail = NOT_THERE if error.code == 404 else error.description or ""
    return _told(error.name, detail, error.code or 500)


def _unexpected(_: Exception) -> Response:
    # The endpoint, never the address: that holds a secret.
    log.exception("request_failed", endpoint=request.endpoint)
    if request.path.startswith(FOR_PROGRAMS):
        return problem(500, "Internal Server Error", "Something went wrong on our side.")
    return _told("Something went wrong on our side", "Try it once more in a minute.", 500)


def _beyond_json(error: RecursionError | ValueError) -> Response:
    """Lists thousands deep, figures as long: JSON that nobody reads. All else is our fault."""
    is_too_much = isinstance(error, RecursionError) or TOO_LONG_A_FIGURE in str(error)
    if request.is_json and is_too_much:
        return _http_error(
            BadRequest("What was sent is nested too deeply, or holds too long a figure.")
        )
    return _unexpected(error)


def _told(title: str, detail: str, code: int) -> Response:
    """In a browser's own form; whoever does not ask for HTML, as no gateway does, reads a line."""
    if "text/html" not in request.accept_mimetypes.values():
        return plain(f"{title}\n", code)
    return make_response(render_template("web/wrong.html", title=title, detail=detail), code)


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
