"""Periods that were paid are closed: what comes late counts in the first one that is not (pure).

A closing is a line of the book. Whatever stands behind it changes no sum of the periods it closed:
what they should have brought more, or less, is a line of the next statement. So what a member gets
of all periods together is always what the whole book says, and no sum that was paid ever changes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from groups.book_kinds import EntryKind
from groups.book_lines import Line
from groups.schemes import (
    Carried,
    NoPrice,
    Period,
    Scheme,
    Settlement,
    period_named,
    period_of,
    work_out,
)

# A sale that is corrected later than this changes nobody's pay any more.
SALE_REACH = timedelta(days=366)
_OF_MEMBERS = frozenset({EntryKind.DELIVERY, EntryKind.CHARGE, EntryKind.PAID})

SchemeOn = Callable[[date], Scheme | None]


@dataclass(frozen=True)
class Closing:
    """A period that was paid to all, and the number of the line that says so."""

    period: Period
    number: int
    amount: Decimal = Decimal(0)


class Shelf(Protocol):
    """A book as it is read for pay: a group's whole, or what one member has of it."""

    def scheme_on(self, day: date) -> Scheme | None:
        """What a day is paid by."""

    def lines(self, period: Period, through: int | None) -> Sequence[Line]:
        """What counts in a period as of a line's number, and the payments that may be for it."""

    def behind(self, number: int, through: int | None, before: date) -> Sequence[Line]:
        """What was written behind a line, as far as another, that may be about a day before."""


@dataclass(frozen=True)
class Bounds:
    """Which lines a period is worked out from.

    `through`: the number of the last; None: all there are. `corrects`: the closing from which on
    corrections of earlier periods count in this one; None: they count in another.
    """

    through: int | None
    corrects: Closing | None


def bounds_of(period: Period, closings: Sequence[Closing]) -> Bounds:
    """What closings, by period, make of a period: a later one closes all before it too."""
    closed_by = next((one for one in closings if one.period.until >= period.until), None)
    before = [one for one in closings if one.period.until <= period.since]
    is_next = bool(before) and before[-1].period.until == period.since
    return Bounds(closed_by.number if closed_by else None, before[-1] if is_next else None)


def settle(
    shelf: Shelf, period: Period, closings: Sequence[Closing]
) -> Settlement | NoPrice | None:
    """What a period comes to, with what earlier ones were paid wrongly; None without a scheme."""
    bounds = bounds_of(period, closings)
    carried = [] if bounds.corrects is None else _carried(shelf, bounds.corrects, bounds.through)
    return _worked_out(shelf, period, bounds.through, carried)


def _worked_out(
    shelf: Shelf, period: Period, through: int | None, carried: Iterable[Carried] = ()
) -> Settlement | NoPrice | None:
    scheme = shelf.scheme_on(period.since)
    if scheme is None:
        return None
    lines = shelf.lines(period, through)
    charges = [line for line in lines if line.kind is EntryKind.CHARGE]
    payments = [line for line in lines if line.kind is EntryKind.PAID]
    return work_out(scheme, lines, charges, period, payments=payments, carried=carried)


def _carried(shelf: Shelf, closing: Closing, through: int | None) -> list[Carried]:
    """What every closed period would bring each member now, less what it did then."""
    late = shelf.behind(closing.number, through, closing.period.until)
    return [
        one
        for period in _touched(late, closing, shelf.scheme_on)
        for one in _differences(
            period,
            _totals(_worked_out(shelf, period, closing.number)),
            _totals(_worked_out(shelf, period, through)),
        )
    ]


def _differences(
    period: Period, before: dict[int, Decimal], after: dict[int, Decimal]
) -> list[Carried]:
    none = Decimal(0)
    by = {one: after.get(one, none) - before.get(one, none) for one in sorted({*before, *after})}
    return [Carried(member_id, period, amount) for member_id, amount in by.items() if amount]


def _totals(found: Settlement | NoPrice | None) -> dict[int, Decimal]:
    accounts = found.accounts if isinstance(found, Settlement) else ()
    return {account.member_id: account.total for account in accounts}


def _touched(late: Iterable[Line], closing: Closing, scheme_on: SchemeOn) -> list[Period]:
    """The closed periods that lines written later are about, the oldest first."""
    found: set[Period] = set()
    for line in late:
        # Money to a member names its period, which may not be the one of its day.
        named = period_named(line.what_for or "") if line.member_id is not None else None
        paid_in = _paid_in(line, closing, scheme_on)
        found |= {one for one in (named, paid_in) if one is not None}
    closed = (one for one in found if one.until <= closing.period.until)
    return sorted(closed, key=lambda one: one.since)


def _paid_in(line: Line, closing: Closing, scheme_on: SchemeOn) -> Period | None:
    """The period of the day that a line is about, where it changes what that brought."""
    if line.day >= closing.period.until:
        return None
    scheme = scheme_on(line.day)
    if scheme is None or not _changes_pay(line, closing, scheme):
        return None
    return period_of(line.day, is_monthly=scheme.is_monthly)


def _changes_pay(line: Line, closing: Closing, scheme: Scheme) -> bool:
    if line.member_id is not None:
        return line.kind in _OF_MEMBERS or line.kind is EntryKind.VOID
    is_sale = line.kind in {EntryKind.SALE, EntryKind.VOID} and line.buyer is not None
    hangs_on_sales = scheme.base_price is None
    return is_sale and hangs_on_sales and line.day >= closing.period.until - SALE_REACH
