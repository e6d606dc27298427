"""What is kept of people no longer than it has to be: words go, or whole rows, the oldest first.

What has to stay for reasons of its own is passed over and written down, and goes once the reason
has. Each table's rows are looked at once, in the order in which they came, so that nothing needs an
index of moments: a mark remembers how far that is.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    Table,
    delete,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from db.base import Base
from db.upserts import insert_missing

# Whoever writes meanwhile waits for so many rows at most.
AT_A_TIME = 500
# As many as the doctor counts.
MOST_COUNTED = 10_000
# A clock that was wrong, or a report of tomorrow: what is dated later than this says nothing of
# when it came, and goes with what came before it.
DAY = timedelta(days=1)


class RetentionMark(Base):
    """How far the rows of a rule were looked at; whoever looks on holds it."""

    __tablename__ = "retention_mark"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    up_to_id: Mapped[int]
    looked_at: Mapped[datetime | None]
    # Until then nothing goes, for nobody can tell yet whether the clock is right.
    waits_until: Mapped[datetime | None]

    def believes(self, now: datetime) -> bool:
        """Whether the clock is to be believed: what goes by a wrong one is gone for good.

        One that is a day off from the last time, and at the very first, has to hold for a day.
        """
        if self.looked_at is None or abs(now - self.looked_at) > DAY:
            self.waits_until = now + DAY
        self.looked_at = now
        if self.waits_until is not None and now >= self.waits_until:
            self.waits_until = None
        return self.waits_until is None


class RetentionLeft(Base):
    """A row whose time was over, and which stays until what waits for it is done."""

    __tablename__ = "retention_left"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True)


class Kept(StrEnum):
    """The kinds of what is kept for a time; each has a setting of its own."""

    TEXTS = "texts"  # words, of either side, wherever they stand
    CALLS = "calls"  # what was typed on the menu, and shown
    REPORTS = "reports"  # what gateways said of texts, calls and airtime
    ASKED = "asked"  # who waited for what, was asked for what, was told what


@dataclass(frozen=True)
class Rule:
    """What becomes of the rows of one table when their time is over.

    `cleared`: what stands in their columns from then on. Where it is empty the rows go; then no
    other table may refer to them. `stays` are those that something still waits for.
    `is_in_order`: their ids follow their moments; else there is an index of those.
    """

    name: str
    kind: Kept
    table: type[Base]
    moment: InstrumentedAttribute[datetime]
    cleared: Mapping[str, Any] = field(default_factory=dict)
    stays: ColumnElement[bool] = field(default_factory=false)
    is_in_order: bool = True

    @property
    def rows(self) -> Table:
        """Its table, for statements that read and write no objects."""
        return cast(Table, self.table.__table__)


@dataclass(frozen=True)
class Keeping:
    """For how many days each kind is kept; 0, or none said: for ever."""

    days: Mapping[Kept, int] = field(default_factory=dict)

    def begins(self, kind: Kept, now: datetime) -> datetime | None:
        """What came before this goes; None: nothing does."""
        days = self.days.get(kind, 0)
        return now - timedelta(days=days) if days else None


@dataclass(frozen=True)
class Beyond:
    """How many rows are there whose time is over.

    `overdue` ones are looked at next (`MOST_COUNTED` means that or more), `staying` ones wait.
    """

    overdue: int
    staying: int


def forget_next(session: Session, rule: Rule, before: datetime, now: datetime) -> int:
    """Let go of what came before a moment, some rows; how many were looked at, 0 for no more.

    Of two workers one does it: the other finds the mark held, and nothing to do.
    """
    mark = _held_mark(session, rule)
    if mark is None or not mark.believes(now):
        return 0
    due = _due(session, rule, mark.up_to_id, before, now, AT_A_TIME)
    if not due:
        return 0
    gone = _forget(session, rule, [row.id for row in due if not row.stays])
    left = [{"name": rule.name, "row_id": row.id} for row in due if row.id not in gone]
    insert_missing(session, RetentionLeft, left)
    if rule.is_in_order:
        mark.up_to_id = due[-1].id
    return len(due)


def forget_left(session: Session, rule: Rule, after_id: int = 0) -> int | None:
    """Let go of what had to stay and has not to any more, some rows behind an id; None: no more.

    Tells the last id that was looked at.
    """
    left, id_ = RetentionLeft, rule.rows.c.id
    ours = (left.name == rule.name, left.row_id > after_id)
    ids = session.scalars(
        select(left.row_id).where(*ours).order_by(left.row_id).limit(AT_A_TIME)
    ).all()
    if not ids:
        return None
    there = set(session.scalars(select(id_).where(id_.in_(ids))))
    staying = set(session.scalars(select(id_).where(id_.in_(ids), rule.stays)))
    gone = _forget(session, rule, sorted(there - staying))
    done = [one for one in ids if one in gone or one not in there]
    session.execute(delete(left).where(left.name == rule.name, left.row_id.in_(done)))
    return ids[-1]


def beyond(session: Session, rule: Rule, before: datetime, now: datetime) -> Beyond:
    """How many rows of a rule came before a moment and are there."""
    up_to = session.scalar(select(RetentionMark.up_to_id).where(RetentionMark.name == rule.name))
    # Mostly there are none, and one row tells that.
    some = _due(session, rule, up_to or 0, before, now, 1)
    if some:
        some = _due(session, rule, up_to or 0, before, now, MOST_COUNTED)
    staying = select(func.count()).where(RetentionLeft.name == rule.name)
    return Beyond(len(some), session.scalar(staying) or 0)


def _held_mark(session: Session, rule: Rule) -> RetentionMark | None:
    mark = RetentionMark
    free = select(mark).where(mark.name == rule.name).with_for_update(skip_locked=True)
    found = session.scalar(free.execution_options(populate_existing=True))
    if found is not None or session.scalar(select(mark.name).where(mark.name == rule.name)):
        return found
    # To insert it each time would wait for whoever holds it.
    new = {"name": rule.name, "up_to_id": 0, "looked_at": None, "waits_until": None}
    insert_missing(session, mark, [new])
    return session.scalar(free)


def _due(
    session: Session, rule: Rule, up_to: int, before: datetime, now: datetime, most: int
) -> Sequence[Row[Any]]:
    """The next rows whose time is over, up to the first whose time is not."""
    rows, moment = rule.rows, rule.moment
    is_over = or_(moment < before, moment > now + DAY)
    query = select(rows.c.id, rule.stays.label("stays"), is_over.label("is_over")).limit(most)
    if rule.is_in_order:
        query = query.where(rows.c.id > up_to).order_by(rows.c.id)
    else:
        query = query.where(moment < before).order_by(moment, rows.c.id)
    if rule.is_in_order and not rule.cleared:
        # SQLite gives the number of its newest row anew, and the mark would be ahead of it.
        query = query.where(rows.c.id < select(func.max(rows.c.id)).scalar_subquery())
    found = session.execute(query).all()
    first_that_stays = next((at for at, row in enumerate(found) if not row.is_over), len(found))
    return found[:first_that_stays]


def _forget(session: Session, rule: Rule, ids: Sequence[int]) -> Set[int]:
    """Let go of rows; which. One that somebody writes at this moment is left for another time."""
    id_ = rule.rows.c.id
    free = select(id_).where(id_.in_(ids)).order_by(id_).with_for_update(skip_locked=True)
    gone = set(session.scalars(free)) if ids else set()
    if not gone:
        return gone
    these = id_.in_(gone)
    if rule.cleared:
        session.execute(update(rule.rows).where(these).values(dict(rule.cleared)))
    else:
        session.execute(delete(rule.rows).where(these))
    return gone
