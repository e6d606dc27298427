"""Call the webhooks as the gateways do."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.service import open_service
from db.base import Base
from db.session import Database

SECRET = "a-long-random-secret"
TOKEN = "twilio-token"
PUBLIC = "https://bei.example.org"


def settings_with_gateways(database_url: str, **more: Any) -> Settings:
    """A service on both gateways; what it keeps on disk is its own, as its database is."""
    own = f"bei-spool-{os.getpid()}-{database_url.rpartition('/')[2].partition('?')[0]}"
    if not database_url.startswith("sqlite"):
        more = {"spool_dir": str(Path(gettempdir()) / own), **more}
    return Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key="k",
        public_base_url=PUBLIC,
        at_username="bei",
        at_api_key="key",
        at_webhook_secret=SECRET,
        twilio_account_sid="AC1",
        twilio_auth_token=TOKEN,
        twilio_from="+15005550006",
        **more,
    )


@contextmanager
def serving(settings: Settings) -> Iterator[FlaskClient]:
    """The web of a service by these settings."""
    service = open_service(settings)
    yield create_app(service=service).test_client()
    service.database.engine.dispose()


class Gateways:
    """Both gateways, as they call us."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def africastalking(self, hook: str, form: Mapping[str, str]) -> TestResponse:
        return self.client.post(f"/webhooks/africastalking/{SECRET}/{hook}", data=form)

    def twilio(self, hook: str, form: Mapping[str, str]) -> TestResponse:
        path = f"/webhooks/twilio/{hook}"
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form)
        return self.client.post(path, data=form, headers={"X-Twilio-Signature": signature})

    def twilio_by_get(self, hook: str, form: Mapping[str, str]) -> TestResponse:
        path = f"/webhooks/twilio/{hook}?{urlencode(form)}"
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, {})
        return self.client.get(path, headers={"X-Twilio-Signature": signature})

    def text(self, gateway: str, form: Mapping[str, str]) -> TestResponse:
        return self.twilio("sms", form) if gateway == "twilio" else self.africastalking("sms", form)


def rows_in_every_table(database: Database) -> dict[str, int]:
    """How many rows each table holds."""
    with database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
