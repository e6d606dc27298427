"""Sums of a milk book that a screen needs, without the lines behind them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from groups.book_counting import still_counts
from groups.book_kinds import EntryKind, Milking
from groups.book_models import BookLine


def milkers_between(
    session: Session, group_id: int, milking: Milking, *, since: date, until: date
) -> set[int]:
    """The members, by id, who brought milk at that milking on one of these days."""
    query = (
        select(BookLine.member_id)
        .where(*_deliveries(group_id, since, until), BookLine.milking == milking)
        .distinct()
    )
    return {member_id for member_id in session.scalars(query) if member_id is not None}


def brought_on(session: Session, group_id: int, milking: Milking, day: date) -> dict[int, Decimal]:
    """How many litres each member, by id, brought at a milking of that day."""
    query = (
        select(BookLine.member_id, func.sum(BookLine.litres))
        .where(BookLine.group_id == group_id, BookLine.day == day)
        .where(BookLine.kind == EntryKind.DELIVERY, BookLine.milking == milking, still_counts())
        .group_by(BookLine.member_id)
    )
    rows = session.execute(query)
    return {member_id: litres for member_id, litres in rows if member_id and litres}


def litres_of_member(session: Session, member_id: int, *, since: date, until: date) -> Decimal:
    """How many litres a member brought on these days."""
    query = (
        select(func.sum(BookLine.litres))
        .where(BookLine.member_id == member_id, BookLine.day >= since, BookLine.day < until)
        .where(BookLine.kind == EntryKind.DELIVERY, still_counts())
    )
    return session.scalar(query) or Decimal(0)


def _deliveries(group_id: int, since: date, until: date) -> tuple[ColumnElement[bool], ...]:
    return (
        BookLine.group_id == group_id,
        BookLine.day >= since,
        BookLine.day < until,
        BookLine.kind == EntryKind.DELIVERY,
        still_counts(),
    )
