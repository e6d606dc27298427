"""What is over in groups is closed one by one, each with all its texts in one transaction."""

from collections.abc import Callable, Iterable
from threading import Event

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.session import Database

# Closes one and tells all concerned; False where another worker did meanwhile.
CloseOne = Callable[[Session, int], bool]

log = structlog.get_logger()


def close_each(
    database: Database, due: Iterable[int], close: CloseOne, *, what: str, stopping: Event | None
) -> int:
    """Close them in turn; how many were. A fault of one does not hold up the others."""
    closed = 0
    for id_ in due:
        if stopping is not None and stopping.is_set():
            break
        closed += _close(database, id_, close, what)
    return closed


def _close(database: Database, id_: int, close: CloseOne, what: str) -> bool:
    try:
        with database.begin() as session:
            return close(session, id_)
    except OperationalError:
        raise  # the database itself: the others would fare no better
    except Exception:
        log.exception(
            "not_closed",
            what=what,
            id=id_,
            what_to_do="nobody was told; it is tried again by itself",
        )
        return False
