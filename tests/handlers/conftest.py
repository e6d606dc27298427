"""A conversation under way."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from db.session import Database
from tests.handlers.keywords.talking import Talk


@pytest.fixture
def talk(database: Database, now: datetime) -> Iterator[Talk]:
    """People talking to Bei in one transaction."""
    with database.begin() as session:
        yield Talk(session, now)
