"""Who asked to be erased is erased, and once more a day later for what came in between."""

from collections.abc import Callable
from datetime import datetime
from threading import Event

import structlog
from sqlalchemy.orm import Session

from db.session import Database
from db.traces import take_away_traces
from messaging.erasing import due_erasures, hold_erasure, last_text_waits, put_off
from scheduler.closing import close_each

# Erases somebody and tells their groups; False where it has to wait for a gateway. The handlers
# know how; `app` hands it in.
EraseOne = Callable[[Session, int, datetime], bool]

log = structlog.get_logger()


def erase_due(
    database: Database, erase: EraseOne, now: datetime, *, stopping: Event | None = None
) -> int:
    """Erase whose last text has left, or who waited a day for it; how many."""
    with database.read() as session:
        due = due_erasures(session, now)

    def close(session: Session, person_id: int) -> bool:
        wish = hold_erasure(session, person_id, now)
        if wish is None:
            return False
        if last_text_waits(session, wish, now) or not erase(session, person_id, now):
            put_off(wish, now)
            return False
        return True

    erased = close_each(database, due, close, what="erasure", stopping=stopping)
    if erased:
        log.info("people_erased", people=erased)
        take_away_traces(database)
    return erased
