"""A service with a board, at Tuesday noon: no story of the board depends on the day it is run."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from app.service import Service, open_service
from db.session import Database
from tests.app.board.readers import Board


@pytest.fixture(autouse=True)
def noon(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def service(database_url: str, database: Database) -> Iterator[Service]:
    settings = Settings(_env_file=None, DATABASE_URL=database_url, secret_key="k")
    opened = open_service(settings)
    yield opened
    opened.database.engine.dispose()


@pytest.fixture
def browser(service: Service) -> FlaskClient:
    return create_app(service.settings, service).test_client()


@pytest.fixture
def board(browser: FlaskClient) -> Board:
    return Board(browser)
