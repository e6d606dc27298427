"""The database goes away and comes back, for a service in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn
from unittest.mock import patch

from sqlalchemy.exc import OperationalError

from db.session import Database


def away(*_: object, **__: object) -> NoReturn:
    """What everybody hears who asks it for something."""
    raise OperationalError("BEGIN", {}, Exception("connection refused"))


@contextmanager
def outage() -> Iterator[None]:
    """Nobody reaches a database meanwhile."""
    with (
        patch.object(Database, "begin", away),
        patch.object(Database, "read", away),
        patch.object(Database, "look", away),
        patch.object(Database, "sync", away),
    ):
        yield
