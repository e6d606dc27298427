"""A service with an API, for every story with a program."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from app.service import Service, open_service
from db.session import Database


@pytest.fixture
def service(database_url: str, database: Database) -> Iterator[Service]:
    settings = Settings(_env_file=None, DATABASE_URL=database_url, secret_key="k")
    opened = open_service(settings)
    yield opened
    opened.database.engine.dispose()


@pytest.fixture
def program(service: Service) -> FlaskClient:
    """A program that asks."""
    return create_app(service.settings, service).test_client()
