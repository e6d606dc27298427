"""What all pages share: their frame and look, the files they load, how they tell things."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, request, url_for

from app.web.squeeze import squeeze
from app.web.words import FILTERS

STATIC = Path(__file__).with_name("static")
# A file's address changes with its content: so it may be kept for ever.
KEPT_SECONDS = 365 * 24 * 3600

web = Blueprint(
    "web", __name__, template_folder="templates", static_folder="static", static_url_path="/assets"
)
web.after_request(squeeze)


def dress(flask_app: Flask) -> None:
    """Give the templates of all pages what they share."""
    flask_app.register_blueprint(web)
    flask_app.jinja_env.trim_blocks = flask_app.jinja_env.lstrip_blocks = True
    flask_app.jinja_env.filters.update(FILTERS)
    flask_app.jinja_env.globals.update(asset=asset, url_with=url_with)


def asset(name: str) -> str:
    """The address of a file that pages load, by its content."""
    return url_for("web.static", filename=name, v=_mark(name))


def url_with(**changed: Any) -> str:
    """The address of this page with some of its query changed; None takes one out.

    So every view – sorted, filtered, paged – is an address that can be sent to a colleague.
    """
    query = request.args.to_dict(flat=False) | {key: [value] for key, value in changed.items()}
    kept = {key: values for key, values in query.items() if values != [None]}
    # Put together here: url_for would take a stranger's ?_scheme=… for a wish of ours.
    path = quote(request.script_root + request.path)
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


def keep_assets(response: Any) -> Any:
    """Let browsers keep a file whose address names its content."""
    if request.endpoint == "web.static" and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}, immutable"
    return response


@cache
def _mark(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:10]
