"""What a group's book comes to: a member's statement, a period's sheet, a scheme tried on it."""

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.adopting import scheme_on
from groups.book import Written, lines_of, write_lines
from groups.book_closing import Closing, bounds_of, settle
from groups.book_kinds import EntryKind
from groups.book_lines import Line, NewLine
from groups.book_shelf import BookShelf, closings_near
from groups.members import Member
from groups.models import Group, GroupMember
from groups.schemes import (
    Account,
    Change,
    NoPrice,
    Period,
    Scheme,
    Settlement,
    compare,
    days_to_pay,
    pay_day,
    period_of,
    sold_litres,
    totals_of,
    work_out,
)
from messaging.models import Subscriber

_MILK = (EntryKind.DELIVERY, EntryKind.SALE)
# A new scheme is tried on so many months, the running one among them.
MONTHS_TRIED = 3


@dataclass(frozen=True)
class Statement:
    """What one member has of a period; `account` None: they neither brought nor owe anything.

    `is_running`: the period is not over. `since_then` is what they brought after its end.
    `is_closed`: it was paid to all, and changes no more.
    """

    period: Period
    account: Account | None
    pay_on: date
    is_running: bool
    since_then: Decimal
    is_closed: bool = False


@dataclass(frozen=True)
class NoScheme:
    """The group had not said by then how it pays."""


@dataclass(frozen=True)
class Due:
    """A sale of a period: what the buyer owes for it, by when, and what they have paid of it."""

    line: Line
    litres: Decimal
    worth: Decimal
    pay_by: date
    paid: Decimal


@dataclass(frozen=True)
class Sheet:
    """All of a period: what each member gets, and what the buyers owe."""

    scheme: Scheme
    settlement: Settlement
    pay_on: date
    dues: tuple[Due, ...]


@dataclass(frozen=True)
class Trial:
    """Another scheme on the months from `since` on, against the one they were paid by.

    `by_member`: how much more each would have had, or less.
    """

    since: date
    change: Change
    by_member: Mapping[int, Decimal]


def statement_of(
    session: Session, group: Group, member_id: int, today: date
) -> Statement | NoPrice | NoScheme:
    """A member's last period until the day it is to be paid, and from then on the running one.

    Where a group writes down what it paid, the last one stays until that is written.
    """
    running = period_on(session, group, today)
    if running is None:
        return NoScheme()
    closings = closings_near(session, group, running.since)
    before = period_before(session, group, running)
    if before is not None:
        last = _of_member(session, group, member_id, before, today, closings)
        if isinstance(last, Statement) and last.account is not None:
            is_overdue = bool(closings) and not last.is_closed
            if today <= last.pay_on or is_overdue:
                return last
    return _of_member(session, group, member_id, running, today, closings)


def statement_in(
    session: Session, group: Group, member_id: int, period: Period, today: date
) -> Statement | NoPrice | NoScheme:
    """What a member has of one period."""
    closings = closings_near(session, group, period.since)
    return _of_member(session, group, member_id, period, today, closings)


def sheet_of(session: Session, group: Group, period: Period) -> Sheet | NoPrice | NoScheme:
    """A period of the whole group; of one that was paid to all what it was then."""
    scheme = scheme_on(session, group, period.since)
    if scheme is None:
        return NoScheme()
    closings = closings_near(session, group, period.since)
    settlement = settle(BookShelf(session, group), period, closings)
    if not isinstance(settlement, Settlement):
        return settlement or NoScheme()
    sales = _lines(session, group, period, (EntryKind.SALE,))
    return Sheet(
        scheme,
        settlement,
        pay_day(scheme, sales, period),
        _dues(session, group, scheme, sales),
    )


def period_on(session: Session, group: Group, day: date) -> Period | None:
    """The period that a day is paid in; None where the group has no scheme."""
    scheme = scheme_on(session, group, day)
    return None if scheme is None else period_of(day, is_monthly=scheme.is_monthly)


def period_before(session: Session, group: Group, period: Period) -> Period | None:
    """The period that ended where this one begins; half a month it may be where this is a month."""
    return period_on(session, group, period.since - timedelta(days=1))


def what_if(
    session: Session, group: Group, base_price: Decimal, period: Period
) -> Change | NoPrice | NoScheme:
    """What another base price would change in a period."""
    scheme = scheme_on(session, group, period.since)
    if scheme is None:
        return NoScheme()
    lines = _lines(session, group, period, _MILK)
    before = work_out(scheme, lines, (), period)
    if isinstance(before, NoPrice):
        return before
    after = work_out(replace(scheme, base_price=base_price), lines, (), period)
    return compare(totals_of([before]), totals_of(_priced([after])))


def try_scheme(session: Session, group: Group, scheme: Scheme, today: date) -> Trial | None:
    """Who would have gained and lost by a scheme in the last months; None: nothing to hold it to.

    Charges are the same whatever the scheme, and left out. A month that had no price to pay, by
    one of the two, is no month to compare.
    """
    months = [
        (first, found)
        for first in _months_until(today)
        if (found := _both(session, group, scheme, first)) is not None
    ]
    if not months:
        return None
    before = totals_of(one for _, (old, _) in months for one in old)
    after = totals_of(one for _, (_, new) in months for one in new)
    nothing = Decimal(0)
    return Trial(
        since=months[0][0],
        change=compare(before, after),
        by_member={
            one: after.get(one, nothing) - before.get(one, nothing) for one in {*before, *after}
        },
    )


def litres_since(
    session: Session, group: Group, member_id: int, since: date, through: date
) -> Decimal:
    """What a member brought from a day on."""
    return _litres_of(session, group, member_id, since, through + timedelta(days=1))


def _litres_of(session: Session, group: Group, member_id: int, since: date, until: date) -> Decimal:
    brought = lines_of(
        session,
        group.id,
        since=since,
        until=until,
        kinds=(EntryKind.DELIVERY,),
        member_id=member_id,
    )
    return sum((line.litres or Decimal(0) for line in brought), Decimal(0))


def payees(session: Session, group: Group) -> dict[int, Member]:
    """Everybody who ever was in the group, by id: who left is paid what they brought."""
    rows = session.execute(
        select(GroupMember, Subscriber.name)
        .outerjoin(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(GroupMember.group_id == group.id)
    )
    return {
        row.id: Member(
            row.id,
            row.number,
            row.name or own_name or f"#{row.number}",
            row.subscriber_id,
            row.role,
        )
        for row, own_name in rows
    }


def people_of(session: Session, member_ids: Collection[int]) -> dict[int, Subscriber]:
    """Who has a phone among these members, by the member's id."""
    rows = session.execute(
        select(GroupMember.id, Subscriber)
        .join(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(GroupMember.id.in_(member_ids))
    )
    return {member_id: person for member_id, person in rows}  # noqa: C416 – typed by its pairs


def charge(
    session: Session,
    group: Group,
    member_ids: Sequence[int],
    *,
    amount: Decimal,
    currency: str,
    what_for: str,
    by: Subscriber,
    day: date,
    source_key: str,
    raw_text: str,
    now: datetime,
) -> list[Written]:
    """Write what each of these members owes; what the same text wrote before comes as it was."""
    lines = [
        NewLine(
            kind=EntryKind.CHARGE,
            day=day,
            written_by=by.id,
            # By the member, not by their place in the list: it may have changed by the repeat.
            source_key=f"{source_key}:charge:{member_id}",
            raw_text=raw_text,
            member_id=member_id,
            amount=amount,
            currency=currency,
            what_for=what_for,
        )
        for member_id in member_ids
    ]
    return write_lines(session, group, lines, now)


def _of_member(
    session: Session,
    group: Group,
    member_id: int,
    period: Period,
    today: date,
    closings: Sequence[Closing],
) -> Statement | NoPrice | NoScheme:
    scheme = scheme_on(session, group, period.since)
    settlement = settle(BookShelf(session, group, member_id), period, closings)
    if scheme is None or not isinstance(settlement, Settlement):
        return settlement if isinstance(settlement, NoPrice) else NoScheme()
    later = max(period.until, today + timedelta(days=1))
    return Statement(
        period=period,
        account=settlement.of(member_id),
        pay_on=pay_day(scheme, _lines(session, group, period, (EntryKind.SALE,)), period),
        is_running=period.holds(today),
        since_then=_litres_of(session, group, member_id, period.until, later),
        is_closed=bounds_of(period, closings).through is not None,
    )


def _lines(
    session: Session, group: Group, period: Period, kinds: Sequence[EntryKind]
) -> list[Line]:
    return lines_of(session, group.id, since=period.since, until=period.until, kinds=kinds)


def _dues(session: Session, group: Group, scheme: Scheme, sales: Sequence[Line]) -> tuple[Due, ...]:
    if not sales:
        return ()
    # A buyer may pay long after the period; never before it.
    payments = lines_of(
        session, group.id, since=sales[0].day, until=date.max, kinds=(EntryKind.PAID,)
    )
    return tuple(
        Due(
            line=line,
            litres=sold_litres(line),
            worth=_worth(line),
            pay_by=line.day + timedelta(days=days_to_pay(scheme, line.buyer)),
            paid=sum(
                (one.amount or Decimal(0) for one in payments if one.of_line_id == line.id),
                Decimal(0),
            ),
        )
        for line in sales
    )


def _worth(line: Line) -> Decimal:
    if line.amount is not None:
        return line.amount
    return sold_litres(line) * (line.price_per_litre or Decimal(0))


def _months_until(today: date) -> list[date]:
    """The first days of the last months, the running one last."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS_TRIED:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months


def _both(
    session: Session, group: Group, scheme: Scheme, first: date
) -> tuple[list[Settlement], list[Settlement]] | None:
    """A month as it was paid, and as the scheme would have; None where one of them cannot tell."""
    days = calendar.monthrange(first.year, first.month)[1]
    month = Period(first, first + timedelta(days=days))
    lines = _lines(session, group, month, _MILK)
    old = scheme_on(session, group, first)
    if old is None or not lines:
        return None
    before, after = _of_month(old, lines, month), _of_month(scheme, lines, month)
    return None if before is None or after is None else (before, after)


def _of_month(scheme: Scheme, lines: Sequence[Line], month: Period) -> list[Settlement] | None:
    """A month by one scheme, in its periods; halves without a line bring nothing."""
    days = (month.since, month.last_day)
    periods = {period_of(day, is_monthly=scheme.is_monthly) for day in days}
    found = [
        work_out(scheme, lines, (), period)
        for period in sorted(periods, key=lambda one: one.since)
        if any(period.holds(line.day) for line in lines)
    ]
    priced = _priced(found)
    return priced if len(priced) == len(found) else None


def _priced(found: Sequence[Settlement | NoPrice]) -> list[Settlement]:
    return [one for one in found if isinstance(one, Settlement)]
