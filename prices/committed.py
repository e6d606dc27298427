"""What is kept of rows that only ever become more: where anything was told so far."""

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Executable
from sqlalchemy.orm import Session

from db.looking import Looking
from db.prepared import Prepared, dialect_of
from prices.remembered import Remembered
from prices.vocabulary import Vocabulary


def sees_only_committed(session: Session) -> bool:
    """True of who only looks: in a transaction there may be rows that it will undo again.

    Their numbers are given to other rows then.
    """
    return isinstance(session, Looking) and not session.may_write


# On PostgreSQL a row may be committed after one with a higher number: all are read again so often.
# Not more often, for whoever asks then waits until all are read.
ALL_AGAIN_AFTER = timedelta(minutes=5)


class PlacesTold:
    """The places with rows of a table, by what they are of, as a process remembers them.

    Most places have none, and to look for one takes as long as to find one. No such row is ever
    taken away, so only those are read that are new. SQLite, with one writer, numbers them as they
    are committed. On PostgreSQL the first row of a place may be overlooked for five minutes,
    where another was committed while it was written.
    """

    def __init__(self, newer: Executable) -> None:
        """`newer` tells of rows with an id above `newest`: id, what it is of, and its places."""
        self._newer = Prepared(newer)
        self._known: Remembered[_Known] = Remembered()

    def of(
        self, session: Session, vocabulary: Vocabulary, what: str, now: datetime
    ) -> Set[int] | None:
        """Where anything was ever told of it; None for who may see what is not committed.

        It only grows: as many places are the same ones.
        """
        if not sees_only_committed(session):
            return None
        known = self._known.answer(vocabulary, None, _Known)
        if known.read_at is None or not known.read_at <= now < known.read_at + ALL_AGAIN_AFTER:
            known.read_at = now
            if dialect_of(session).name != "sqlite":
                known.newest = 0
        for row_id, of_what, *places in self._newer.rows(session, {"newest": known.newest}):
            known.places[of_what].update(places)
            known.newest = max(known.newest, row_id)
        return known.places[what]


@dataclass
class _Known:
    """By what it is of the places of all rows up to the newest."""

    newest: int = 0
    read_at: datetime | None = None  # all of them
    places: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
