"""Audits of milk books as they are read: which are due, what one says, what is new in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.upserts import insert_missing, insert_once
from groups.audit_models import AuditFinding, BookAudit
from groups.audit_of_group import (
    KINDS,
    LOOK_BACK,
    TOLERANCE_PERCENT,
    Audit,
    Finding,
    FindingKind,
    Period,
    audit,
    last_closed,
    period_of,
)
from groups.book_counting import still_counts
from groups.book_lines import Line
from groups.book_models import BookLine, MilkBook
from groups.models import Group, GroupMember
from messaging.models import Subscriber
from messaging.phrases.formats import local_date

DAY = timedelta(days=1)
# Workers that stood still for longer tell nothing of what was before: it is no news.
OLDEST_AUDIT = timedelta(days=31)


class DueBook(NamedTuple):
    """A group whose book has a closed day that nobody audited."""

    group_id: int
    timezone: str


@dataclass(frozen=True)
class Told:
    """A finding, and the member whose it is: by name, else by number; None: the whole group's."""

    finding: Finding
    member: str | None


def due_books(session: Session, now: datetime) -> list[DueBook]:
    """The books of which a day was closed since they were last audited, by group."""
    rows = session.execute(
        select(Group.id, Group.timezone, BookAudit.audited_up_to)
        .join(MilkBook, MilkBook.group_id == Group.id)
        .outerjoin(BookAudit, BookAudit.group_id == Group.id)
        .order_by(Group.id)
    )
    return [
        DueBook(group_id, timezone)
        for group_id, timezone, up_to in rows
        if up_to is None or up_to < last_closed(local_date(now, timezone))
    ]


def audit_now(session: Session, group: Group, now: datetime) -> Audit:
    """What the book says of the half month of the last closed day."""
    through = last_closed(local_date(now, group.timezone))
    return _audit(session, group, period_of(through), through)


def tolerance_of(group: Group) -> Decimal:
    """How many per cent of its milk may be missing untold."""
    return TOLERANCE_PERCENT if group.audit_tolerance is None else group.audit_tolerance


def new_findings(session: Session, group: Group, now: datetime) -> list[Told]:
    """Audit a book up to its last closed day, and take down what was found; only what is new.

    The book's row of the audit is held until the transaction ends: two workers never find the same,
    and a finding whose telling fails is not found yet.
    """
    through = last_closed(local_date(now, group.timezone))
    begun = {"group_id": group.id, "audited_up_to": through - OLDEST_AUDIT}
    insert_missing(session, BookAudit, [begun])
    held = select(BookAudit).where(BookAudit.group_id == group.id).with_for_update()
    book = session.scalars(held.execution_options(populate_existing=True)).one()
    if book.audited_up_to >= through:
        return []
    found = [
        finding
        for period in _periods(max(book.audited_up_to, through - OLDEST_AUDIT), through)
        for finding in _audit(session, group, period, through).findings
        if _is_new(session, group.id, finding, now)
    ]
    book.audited_up_to = through
    return _with_members(session, found)


def own_findings(session: Session, subscriber: Subscriber, result: Audit) -> list[Finding]:
    """Those of an audit that are about somebody's own receipts."""
    own = set(
        session.scalars(select(GroupMember.id).where(GroupMember.subscriber_id == subscriber.id))
    )
    return [one for one in result.findings if one.member_id in own]


def _audit(session: Session, group: Group, period: Period, through: date) -> Audit:
    lines = _lines(session, group.id, period.first - LOOK_BACK, through)
    return audit(lines, period, through, tolerance_of(group))


def _lines(session: Session, group_id: int, since: date, through: date) -> list[Line]:
    """The lines that count, as far as they are compared: by the index of a group's days.

    400 members have 12,000 in a half month; whole lines take half as long again to read.
    """
    rows = session.execute(
        select(
            BookLine.kind,
            BookLine.day,
            BookLine.milking,
            BookLine.member_id,
            BookLine.litres,
            BookLine.accepted_litres,
        ).where(
            BookLine.group_id == group_id,
            BookLine.day >= since,
            BookLine.day <= through,
            BookLine.kind.in_(KINDS),
            still_counts(),
        )
    )
    return [
        Line(kind, day, 0, "", "", milking, member_id, litres, accepted_litres=accepted)
        for kind, day, milking, member_id, litres, accepted in rows
    ]


def _periods(audited_up_to: date, through: date) -> Iterator[Period]:
    """The half months that went on since then, the first first."""
    period = period_of(audited_up_to + DAY)
    while period.first <= through:
        yield period
        period = period_of(period.last + DAY)


def _is_new(session: Session, group_id: int, finding: Finding, now: datetime) -> bool:
    row = {
        "group_id": group_id,
        "key": finding.key,
        "kind": finding.kind,
        "day": finding.day,
        "member_id": finding.member_id,
        "received": finding.received,
        "found": finding.found,
        "found_at": now,
    }
    return insert_once(session, AuditFinding, row, key=("group_id", "key")) is not None


def _with_members(session: Session, findings: Sequence[Finding]) -> list[Told]:
    """The findings with names: also of members who left meanwhile. The group's own come first."""
    ids = {one.member_id for one in findings if one.member_id is not None}
    rows = session.execute(
        select(GroupMember.id, GroupMember.name, Subscriber.name, GroupMember.number)
        .outerjoin(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(GroupMember.id.in_(ids))
    )
    names = {id_: given or own or f"#{number}" for id_, given, own, number in rows}
    told = [Told(one, names.get(one.member_id or 0)) for one in findings]
    return sorted(
        told, key=lambda one: (one.finding.kind is FindingKind.OWN_SIDE, -abs(one.finding.missing))
    )
