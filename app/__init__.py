"""The edges: HTTP, command line, wiring."""

from app.memory import collect_rarely, keep_what_is_loaded, load_without_looking

load_without_looking()  # what follows is nearly all there is

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.api import open_api
from app.board import board
from app.config import Settings, load_settings
from app.dashboard import open_desk, shut_desk
from app.errors import answer_errors_plainly
from app.logs import configure_logs
from app.metrics import open_metrics
from app.phone import phone
from app.replaying import Replaying
from app.secret_key import secret_key_of
from app.service import Service, open_service
from app.short_way import ShortWay
from app.status import status
from app.warmth import warm
from app.web import dress, keep_assets
from app.web.headers import adding, headers_of
from app.web.row_numbers import RowNumber
from app.webhooks import from_africastalking, from_twilio

keep_what_is_loaded()

# A text has at most some 1,600 characters and a form some thirty fields.
LARGEST_REQUEST = 64 * 1024
# Whoever looks at a screen waits no longer for a file that others write, nor does a gateway.
PATIENCE_SECONDS = 5


def create_app(settings: Settings | None = None, service: Service | None = None) -> Flask:
    """Join the parts of the web: the only place where that happens."""
    is_served = service is None
    if service is None:
        settings = settings or load_settings()
        configure_logs(log_format=settings.log_format)
        collect_rarely()
        service = open_service(settings, patience_seconds=PATIENCE_SECONDS)
        Replaying(service).begin()
    flask_app = Flask(__name__, static_folder=None)
    flask_app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    flask_app.url_map.converters["int"] = RowNumber
    flask_app.secret_key = secret_key_of(service.settings)
    flask_app.extensions["bei"] = service
    headers = headers_of(service.settings)
    flask_app.after_request(adding(headers))
    flask_app.after_request(keep_assets)
    answer_errors_plainly(flask_app)
    flask_app.register_blueprint(status)
    counts = open_metrics(flask_app)
    flask_app.register_blueprint(from_africastalking)
    flask_app.register_blueprint(from_twilio)
    dress(flask_app)
    flask_app.register_blueprint(board)
    open_api(flask_app)
    if flask_app.secret_key is None:
        shut_desk(flask_app)
    else:
        open_desk(flask_app)
    if service.settings.simulator:
        flask_app.register_blueprint(phone)
    flask_app.wsgi_app = ShortWay(  # type: ignore[method-assign]
        flask_app.wsgi_app, service, counts, headers=headers, most_bytes=LARGEST_REQUEST
    )
    if proxies := service.settings.proxies:
        # Who asked is whom our own proxies name, not what a stranger writes there.
        flask_app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            flask_app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    if is_served:
        warm(flask_app)
    return flask_app
