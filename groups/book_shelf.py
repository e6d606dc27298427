"""A group's book as it is read for pay: its lines, its scheme, and which periods are closed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from groups.adopting import scheme_on
from groups.book import OLDEST, lines_behind, lines_by_key, lines_of, sales_behind
from groups.book_closing import SALE_REACH, Closing, Shelf
from groups.book_kinds import EntryKind
from groups.book_lines import Line
from groups.models import Group
from groups.schemes import Period, Scheme, period_named

# Closings are looked up by their keys, so many months before and after a period: a book has no
# index by which it could be asked for the few of them among a million lines.
_CLOSINGS_WITHIN = 36
_OF_MEMBER = (EntryKind.DELIVERY, EntryKind.CHARGE)


@dataclass(frozen=True)
class BookShelf(Shelf):
    """A group's book as it is read for pay; `member_id`: only what one member has of it."""

    session: Session
    group: Group
    member_id: int | None = None

    def scheme_on(self, day: date) -> Scheme | None:
        """What a day is paid by."""
        return scheme_on(self.session, self.group, day)

    def lines(self, period: Period, through: int | None) -> list[Line]:
        """Milk, charges, sales, and the money to members that may be for it."""
        read = partial(lines_of, self.session, self.group.id, through=through)
        since, until = period.since, period.until
        # Money is written up to a month late, and long after a period is over.
        paid_since = since - OLDEST
        return [
            *read(since=since, until=until, kinds=_OF_MEMBER, member_id=self.member_id),
            *read(since=since, until=until, kinds=(EntryKind.SALE,)),
            *read(
                since=paid_since,
                until=date.max,
                kinds=(EntryKind.PAID,),
                member_id=self.member_id,
            ),
        ]

    def has_milk(self, period: Period) -> bool:
        """Whether anybody brought anything."""
        return any(line.kind is EntryKind.DELIVERY for line in self.lines(period, None))

    def behind(self, number: int, through: int | None, before: date) -> list[Line]:
        """What was written behind a line, as far as another, that may be about a day before."""
        read = partial(lines_behind, self.session, self.group.id, number, through=through)
        late = read(before=before, member_id=self.member_id)
        if self.member_id is None:
            return late
        days = [before - timedelta(days=ago) for ago in range(1, SALE_REACH.days + 1)]
        sales = sales_behind(self.session, self.group.id, number, through=through, days=days)
        return [*late, *sales]


def closings_near(session: Session, group: Group, day: date) -> list[Closing]:
    """The periods that were paid to all, within three years of a day, the oldest first."""
    months = [_month_after(day, count) for count in range(-_CLOSINGS_WITHIN, _CLOSINGS_WITHIN + 1)]
    keys = [
        closing_key(group, f"{month:%Y-%m}{half}") for month in months for half in ("", "a", "b")
    ]
    closings = (
        Closing(period, line.number, line.amount or Decimal(0))
        for line in lines_by_key(session, group.id, keys)
        if (period := period_named(line.what_for or "")) is not None
    )
    return sorted(closings, key=lambda one: one.period.since)


def closing_key(group: Group, label: str) -> str:
    """The source key of the line that closes a period: nobody closes it twice."""
    return f"settled:{group.id}:{label}"


def _month_after(day: date, count: int) -> date:
    """The first day of a month so many months after a day's, or before it."""
    months = day.year * 12 + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)
