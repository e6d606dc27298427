"""Money to a group's members: what is due, what was paid, and the periods that closes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from groups.adopting import scheme_on
from groups.book import lines_of, open_book, write_lines
from groups.book_closing import bounds_of, settle
from groups.book_kinds import EntryKind
from groups.book_lines import Line, NewLine
from groups.book_shelf import BookShelf, closing_key, closings_near
from groups.models import Group
from groups.payments import NoScheme, period_before, period_on
from groups.schemes import NoPrice, Period, Settlement, base_price_of, period_of
from messaging.models import Subscriber


@dataclass(frozen=True)
class CountsLater:
    """A day's period is paid: what is written about it now counts in another."""

    paid: Period
    counts_in: Period


@dataclass(frozen=True)
class ToPay:
    """A period that is over and not paid to all yet, and what is due of it.

    `is_empty`: nobody brought or owes anything in it.
    """

    period: Period
    due: Mapping[int, Decimal]  # by member, of those who get something
    is_empty: bool = False

    @property
    def amount(self) -> Decimal:
        """What all of them get."""
        return sum(self.due.values(), Decimal(0))


def counts_later(session: Session, group: Group, day: date, today: date) -> CountsLater | None:
    """Where what is written about a day counts, if that day's pay is closed; None: where it is."""
    paid = period_on(session, group, day)
    if paid is None:
        return None
    closings = closings_near(session, group, today)
    if bounds_of(paid, closings).through is None:
        return None
    counts_in = period_on(session, group, closings[-1].period.until)
    return None if counts_in is None else CountsLater(paid, counts_in)


def hangs_on_sales(session: Session, group: Group, day: date) -> bool:
    """Whether what a day's milk brings depends on what buyers paid."""
    scheme = scheme_on(session, group, day)
    return scheme is not None and scheme.base_price is None


def price_before_quality(session: Session, group: Group, day: date) -> Decimal | None:
    """What a litre of a day brings before its quality, as far as it is known."""
    scheme = scheme_on(session, group, day)
    if scheme is None or scheme.base_price is not None:
        return None if scheme is None else scheme.base_price
    period = period_of(day, is_monthly=scheme.is_monthly)
    return base_price_of(
        scheme,
        lines_of(
            session,
            group.id,
            since=period.since,
            until=period.until,
            kinds=(EntryKind.SALE,),
        ),
    )


def period_to_pay(session: Session, group: Group, today: date) -> Period | None:
    """The oldest period that is over and was not paid to all; None: all are.

    Before a group ever wrote that it paid, nobody knows of the earlier ones: it is the last.
    """
    running = period_on(session, group, today)
    if running is None:
        return None
    closings = closings_near(session, group, running.since)
    if not closings:
        return period_before(session, group, running)
    period = period_on(session, group, closings[-1].period.until)
    while period is not None and period.until <= running.since:
        shelf = BookShelf(session, group)
        found = settle(shelf, period, closings)
        is_due = bool(found.accounts) if isinstance(found, Settlement) else shelf.has_milk(period)
        if is_due:
            return period
        period = period_on(session, group, period.until)
    return None


def to_pay(session: Session, group: Group, period: Period) -> ToPay | NoPrice | NoScheme:
    """What is due of a period to those who get something."""
    closings = closings_near(session, group, period.since)
    found = settle(BookShelf(session, group), period, closings)
    if not isinstance(found, Settlement):
        return found or NoScheme()
    due = {one.member_id: one.total for one in found.accounts if one.total > 0}
    return ToPay(period, due, is_empty=not found.accounts)


def due_to(session: Session, group: Group, member_id: int, period: Period) -> Decimal:
    """What is left to pay a member of a period; below 0 where they owe."""
    closings = closings_near(session, group, period.since)
    found = settle(BookShelf(session, group, member_id), period, closings)
    account = found.of(member_id) if isinstance(found, Settlement) else None
    return Decimal(0) if account is None else account.total


def pay_member(
    session: Session,
    group: Group,
    member_id: int,
    *,
    amount: Decimal,
    currency: str,
    by: Subscriber,
    day: date,
    today: date,
    source_key: str,
    raw_text: str,
    now: datetime,
) -> list[Line]:
    """Write money that a member had: of the oldest period that is due, then of the running one."""
    open_book(session, group, now)  # held from here on: nobody pays the same due in between
    shares = _shares(session, group, member_id, amount, today)
    lines = [
        NewLine(
            kind=EntryKind.PAID,
            day=day,
            written_by=by.id,
            source_key=f"{source_key}:{at}",
            raw_text=raw_text,
            member_id=member_id,
            amount=share,
            currency=currency,
            what_for=None if period is None else period.label,
        )
        for at, (period, share) in enumerate(shares)
    ]
    return [one.line for one in write_lines(session, group, lines, now)]


def pay_all(
    session: Session,
    group: Group,
    owed: ToPay,
    *,
    currency: str,
    by: Subscriber,
    day: date,
    raw_text: str,
    now: datetime,
) -> list[Line]:
    """Write that all got what was due of a period, and close it: it never changes again.

    Whoever calls holds the book and has looked what is due.
    """
    about: dict[str, Any] = {
        "day": day,
        "written_by": by.id,
        "raw_text": raw_text,
        "currency": currency,
        "what_for": owed.period.label,
    }
    lines = [
        NewLine(
            EntryKind.PAID,
            source_key=f"{closing_key(group, owed.period.label)}:{member_id}",
            member_id=member_id,
            amount=due,
            **about,
        )
        for member_id, due in owed.due.items()
    ]
    # The last of them, so that what was paid is within what it closes.
    closing = NewLine(
        EntryKind.SETTLED,
        source_key=closing_key(group, owed.period.label),
        amount=owed.amount,
        **about,
    )
    return [one.line for one in write_lines(session, group, [*lines, closing], now)]


def _shares(
    session: Session, group: Group, member_id: int, amount: Decimal, today: date
) -> list[tuple[Period | None, Decimal]]:
    """What of a payment is for which period."""
    running = period_on(session, group, today)
    over = period_to_pay(session, group, today)
    due = Decimal(0) if over is None else due_to(session, group, member_id, over)
    of_over = min(amount, max(due, Decimal(0)))
    shares = [(over, of_over), (running, amount - of_over)]
    return [(period, share) for period, share in shares if share > 0]
