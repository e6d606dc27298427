"""The edges: HTTP, command line, wiring."""

from flask import Flask, Response

from app.config import Settings, load_settings
from app.errors import answer_errors_plainly
from app.logs import configure_logs
from app.memory import collect_rarely
from app.phone import phone
from app.service import Service, open_service
from app.short_way import ShortWay
from app.status import status
from app.webhooks import from_africastalking, from_twilio

# A text has at most some 1,600 characters and a form some thirty fields.
LARGEST_REQUEST = 64 * 1024

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(settings: Settings | None = None, service: Service | None = None) -> Flask:
    """Join the parts of the web: the only place where that happens."""
    if service is None:
        configure_logs()
        collect_rarely()
        service = open_service(settings or load_settings())
    flask_app = Flask(__name__, static_folder=None)
    flask_app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    if service.settings.secret_key is not None:
        flask_app.secret_key = service.settings.secret_key.get_secret_value()
    flask_app.extensions["bei"] = service
    flask_app.after_request(_add_headers)
    answer_errors_plainly(flask_app)
    flask_app.register_blueprint(status)
    flask_app.register_blueprint(from_africastalking)
    flask_app.register_blueprint(from_twilio)
    if service.settings.simulator:
        flask_app.register_blueprint(phone)
    flask_app.wsgi_app = ShortWay(  # type: ignore[method-assign]
        flask_app.wsgi_app, service, headers=HEADERS, most_bytes=LARGEST_REQUEST
    )
    return flask_app


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
