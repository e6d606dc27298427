"""Elections whose time is over are closed, and their results told."""

from collections.abc import Callable
from datetime import datetime
from threading import Event

from sqlalchemy.orm import Session

from db.session import Database
from groups.elections import Closed, close_election, due_elections, hold_election
from groups.models import Group
from prices.catalogue import Catalogue
from prices.vocabulary import Vocabulary
from scheduler.closing import close_each

# Promises every member the result, and tells how many; `app` hands it in, as for what audits find.
TellClosed = Callable[[Session, Vocabulary, Closed, datetime], int]


def close_elections(
    database: Database,
    catalogue: Catalogue,
    tell: TellClosed,
    now: datetime,
    *,
    stopping: Event | None = None,
) -> int:
    """Close what is due; how many it closed.

    Two workers at once: the second waits for the row, and finds it closed.
    """
    with database.read() as session:
        due = due_elections(session, now)

    def close(session: Session, election_id: int) -> bool:
        election = hold_election(session, election_id)
        if election is None:
            return False
        closed = close_election(session, election, now)
        group = session.get_one(Group, election.group_id)
        tell(session, catalogue.vocabulary(session, group.country), closed, now)
        return True

    return close_each(database, due, close, what="election", stopping=stopping)
