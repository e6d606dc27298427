"""A service with a desk, for every story at it."""

from collections.abc import Iterator

import pytest
from time_machine import travel

from app.service import Service
from db.session import Database
from tests.app.dashboard.desk import desk_service
from tests.conftest import NOON


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """The clock that the desk looks at: no day ends in the midst of a story."""
    with travel(NOON, tick=True):
        yield


@pytest.fixture
def service(database_url: str, database: Database) -> Iterator[Service]:
    opened = desk_service(database_url)
    yield opened
    opened.database.engine.dispose()
