"""Each night the milk books are audited up to the last closed day, and officers are told."""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.session import Database
from groups.audits import DueBook, Told, due_books, new_findings
from groups.models import Group
from prices.catalogue import Catalogue
from prices.vocabulary import Vocabulary

# Nobody writes in a book then, so a day is whole when it is audited.
FIRST_HOUR = 3

# Promises every officer of a group one text of what was found, and tells how many officers. The
# handlers know in which words; `app` hands it in, because the clock and whoever writes to us do not
# know each other.
TellFindings = Callable[[Session, Vocabulary, Group, Sequence[Told], datetime], int]

log = structlog.get_logger()


def audit_books(
    database: Database,
    catalogue: Catalogue,
    tell: TellFindings,
    now: datetime,
    *,
    stopping: Event | None = None,
) -> int:
    """Audit every book of which a day was closed; how many texts were promised.

    Any number of workers may do it at once and be killed at any line: a book is audited, what was
    found is taken down and told in one transaction, which holds the book's audit.
    """
    with database.read() as session:
        due = [one for one in due_books(session, now) if _is_time(one, now)]
    texts = 0
    for one in due:
        if stopping is not None and stopping.is_set():
            break
        texts += _audit(database, catalogue, tell, one, now)
    return texts


def _is_time(book: DueBook, now: datetime) -> bool:
    return now.astimezone(ZoneInfo(book.timezone)).hour >= FIRST_HOUR


def _audit(
    database: Database, catalogue: Catalogue, tell: TellFindings, book: DueBook, now: datetime
) -> int:
    """One book; a fault of its own does not hold up the others."""
    try:
        with database.begin() as session:
            group = session.get_one(Group, book.group_id)
            found = new_findings(session, group, now)
            if not found:
                return 0
            vocabulary = catalogue.vocabulary(session, group.country)
            texts = tell(session, vocabulary, group, found, now)
    except OperationalError:
        raise  # the database itself: the others would fare no better
    except Exception:
        log.exception(
            "audit_failed",
            group_id=book.group_id,
            what_to_do="nobody was told; it is tried again by itself",
        )
        return 0
    log.info("audit_found", group_id=book.group_id, findings=len(found), officers=texts)
    return texts
