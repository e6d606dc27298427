"""A milk book as the desk looks at it: its lines by filter, litres by day, its chain in parts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from groups.audit_models import AuditFinding, BookAudit
from groups.audit_of_group import (
    LOOK_BACK,
    Audit,
    Finding,
    audit,
    last_closed,
    period_of,
)
from groups.audits import Told
from groups.book import lines_of
from groups.book_chain import hash_of
from groups.book_counting import still_counts
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line
from groups.book_models import BookLine, MilkBook
from groups.models import Group, GroupMember
from messaging.models import Subscriber
from messaging.phrases.formats import local_date

# Lines whose hashes are worked out anew within a page's time.
STRETCH = 1_000
# What has no index of its own is looked for in so many days.
LATELY = timedelta(days=92)
_NAMES = tuple(Line.__dataclass_fields__)
_COLUMNS = tuple(getattr(BookLine, name) for name in _NAMES)


@dataclass(frozen=True)
class Wanted:
    """Which lines: of a day, of a member, of a kind; None: of any."""

    day: date | None = None
    member_id: int | None = None
    kind: EntryKind | None = None

    @property
    def is_lately(self) -> bool:
        """Whether only the last `LATELY` is looked through."""
        return self.kind is not None and self.day is None and self.member_id is None


@dataclass(frozen=True)
class SeenLine:
    """A line, by names; the numbers of the line it corrects and of the one that corrects it."""

    line: Line
    member_number: int | None
    member: str | None
    writer: str | None
    corrects: int | None
    corrected_by: int | None

    @property
    def counts(self) -> bool:
        """Whether it stands: no other took its place, and it takes none out."""
        return self.corrected_by is None and self.line.kind is not EntryKind.VOID


@dataclass(frozen=True)
class DayOfMilk:
    """What all members brought on a day; `other` is milk of which the book says no milking."""

    day: date
    morning: Decimal
    evening: Decimal
    other: Decimal

    @property
    def litres(self) -> Decimal:
        """All of it."""
        return self.morning + self.evening + self.other


@dataclass(frozen=True)
class Checked:
    """So far the chain was worked out anew; `broken` is the first line that does not follow."""

    up_to: int
    lines: int
    broken: int | None
    is_done: bool


def seen_lines(
    session: Session,
    group_id: int,
    wanted: Wanted,
    *,
    today: date,
    before: int | None = None,
    limit: int,
) -> list[SeenLine]:
    """Lines of a book, the newest first, from a number down; also what counts no more."""
    query = _seen().where(BookLine.group_id == group_id)
    if wanted.day is not None:
        query = query.where(BookLine.day == wanted.day)
    if wanted.member_id is not None:
        query = query.where(BookLine.member_id == wanted.member_id)
    if wanted.kind is not None:
        query = query.where(BookLine.kind == wanted.kind)
    if wanted.is_lately:
        query = query.where(BookLine.day > today - LATELY)
    if before is not None:
        query = query.where(BookLine.number < before)
    rows = session.execute(query.order_by(BookLine.number.desc()).limit(limit))
    return [_seen_line(row) for row in rows]


def litres_by_day(session: Session, group_id: int, since: date, until: date) -> list[DayOfMilk]:
    """What was delivered and counts, day by day; a day without any is there with nothing."""
    found = session.execute(
        select(
            BookLine.day,
            _litres(BookLine.milking == Milking.MORNING),
            _litres(BookLine.milking == Milking.EVENING),
            _litres(BookLine.milking.is_(None)),
        )
        .where(
            BookLine.group_id == group_id,
            BookLine.day >= since,
            BookLine.day < until,
            BookLine.kind == EntryKind.DELIVERY,
            still_counts(),
        )
        .group_by(BookLine.day)
    )
    by_day = {row[0]: DayOfMilk(*row) for row in found}
    nothing = Decimal(0)
    days = (since + timedelta(days=number) for number in range((until - since).days))
    return [by_day.get(day) or DayOfMilk(day, nothing, nothing, nothing) for day in days]


def balance_of(session: Session, group: Group, now: datetime) -> Audit:
    """The half month of the last closed day: what was received, and what became of it.

    What members wrote themselves is left out: so of deliveries, of which there are hundreds a day,
    only the sums are read. `groups.audits.audit_now` reads them all.
    """
    through = last_closed(local_date(now, group.timezone))
    period = period_of(through)
    first = period.first - LOOK_BACK
    through_end = through + timedelta(days=1)
    received = [
        Line(EntryKind.DELIVERY, milk.day, 0, "", "", milking, litres=litres)
        for milk in litres_by_day(session, group.id, first, through_end)
        for milking, litres in (
            (Milking.MORNING, milk.morning),
            (Milking.EVENING, milk.evening),
            (None, milk.other),
        )
        if litres
    ]
    became = lines_of(
        session,
        group.id,
        since=first,
        until=through_end,
        kinds=(EntryKind.SALE, EntryKind.LOSS),
    )
    return audit([*received, *became], period, through)


def last_written_at(session: Session, book: MilkBook) -> datetime | None:
    """When the last line was written."""
    last = BookLine.group_id == book.group_id, BookLine.number == book.lines
    return session.scalar(select(BookLine.written_at).where(*last))


def check_stretch(session: Session, book: MilkBook, after: int) -> Checked:
    """Work out the chain anew for the next `STRETCH` lines behind one that was looked at before.

    All stretches from the first line on say what `groups.book.first_broken_line` says.
    """
    before = BookLine.group_id == book.group_id, BookLine.number == after
    number, previous = after, session.scalar(select(BookLine.hash).where(*before)) or ""
    found = _stretch(session, book.group_id, after)
    for line, _ in found[:STRETCH]:
        number += 1
        follows = line.number == number and line.previous_hash == previous
        if not follows or line.hash != hash_of(previous, line):
            return Checked(number, book.lines, number, is_done=True)
        previous = line.hash
    # The end as it was when these lines were read: somebody may be writing just now.
    end = found[-1][1] if found else (book.lines, book.last_hash)
    if len(found) > STRETCH:
        return Checked(number, end[0], None, is_done=False)
    broken = None if (number, previous) == end else min(number, end[0]) + 1
    return Checked(number, end[0], broken, is_done=True)


def findings_told(session: Session, group_id: int, *, limit: int) -> list[Told]:
    """What audits found and told the officers, the newest first."""
    rows = session.execute(
        select(AuditFinding, GroupMember.name, Subscriber.name, GroupMember.number)
        .outerjoin(GroupMember, GroupMember.id == AuditFinding.member_id)
        .outerjoin(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(AuditFinding.group_id == group_id)
        .order_by(AuditFinding.id.desc())
        .limit(limit)
    )
    return [
        Told(
            Finding(one.kind, one.day, one.day, one.received, one.found, one.member_id),
            None if one.member_id is None else given or own or f"#{number}",
        )
        for one, given, own, number in rows
    ]


def audited_up_to(session: Session, group_id: int) -> date | None:
    """The last day that the worker audited."""
    book = session.get(BookAudit, group_id)
    return None if book is None else book.audited_up_to


def _stretch(session: Session, group_id: int, after: int) -> list[tuple[Line, tuple[int, str]]]:
    """The lines of a stretch and one more, each with where the book says that it ends."""
    wanted = (
        select(*_COLUMNS, MilkBook.lines.label("end"), MilkBook.last_hash.label("end_hash"))
        .join(MilkBook, MilkBook.group_id == BookLine.group_id)
        .where(
            BookLine.group_id == group_id,
            # Lines are numbered without a gap: bounds that any plan keeps to, not a limit.
            BookLine.number > after,
            BookLine.number <= after + STRETCH + 1,
        )
        .order_by(BookLine.number)
    )
    return [(_line(row), (row.end, row.end_hash)) for row in session.execute(wanted)]


def _line(row: Any) -> Line:
    return Line(**{name: getattr(row, name) for name in _NAMES})


_writers = aliased(Subscriber)
_places = aliased(GroupMember)
_corrected = aliased(BookLine)
_correction = aliased(BookLine)


def _seen() -> Any:
    """Everything a line is shown with, found by the keys of its row."""
    writer = (
        select(func.coalesce(_places.name, _writers.name))
        .select_from(_writers)
        .outerjoin(
            _places,
            (_places.subscriber_id == _writers.id) & (_places.group_id == BookLine.group_id),
        )
        .where(_writers.id == BookLine.written_by)
        .correlate(BookLine)
        .limit(1)
        .scalar_subquery()
    )
    columns = (
        *_COLUMNS,
        GroupMember.number.label("member_number"),
        func.coalesce(GroupMember.name, Subscriber.name).label("member"),
        writer.label("writer"),
        _corrected.number.label("corrects"),
        _correction.number.label("corrected_by"),
    )
    return (
        select(*columns)
        .outerjoin(GroupMember, GroupMember.id == BookLine.member_id)
        .outerjoin(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .outerjoin(_corrected, _corrected.id == BookLine.corrects_id)
        .outerjoin(_correction, _correction.corrects_id == BookLine.id)
    )


def _seen_line(row: Any) -> SeenLine:
    return SeenLine(
        line=_line(row),
        member_number=row.member_number,
        member=row.member,
        writer=row.writer,
        corrects=row.corrects,
        corrected_by=row.corrected_by,
    )


def _litres(of: ColumnElement[bool]) -> ColumnElement[Decimal]:
    return func.sum(case((of, BookLine.litres), else_=Decimal(0)))
