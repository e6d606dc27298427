"""A service with a desk, for every story at it."""

from collections.abc import Iterator

import pytest

from app.service import Service
from db.session import Database
from tests.app.dashboard.desk import desk_service


@pytest.fixture
def service(database_url: str, database: Database) -> Iterator[Service]:
    opened = desk_service(database_url)
    yield opened
    opened.database.engine.dispose()
