"""What a dairy group's members said, and what it comes to: plain arithmetic with nothing of Bei's.

The ledger knows what was texted and dialled, line by line, and nothing of how Bei keeps or pays it:
it is told as in docs/payment.md, so that a slip in the one does not hide in the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

CENT, NOTHING = Decimal("0.01"), Decimal(0)
DAY = timedelta(days=1)

T = TypeVar("T")


@dataclass(frozen=True)
class Milk:
    """What one member brought to one milking."""

    member: int
    day: date
    litres: Decimal
    grade: str = ""
    fat: Decimal | None = None


@dataclass(frozen=True)
class Sale:
    """What one buyer took."""

    day: date
    buyer: str
    litres: Decimal
    price: Decimal

    @property
    def worth(self) -> Decimal:
        """What they owe for it."""
        return (self.litres * self.price).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Owed:
    """What is kept from a member's pay."""

    member: int
    day: date
    amount: Decimal


@dataclass(frozen=True)
class HalfMonth:
    """A pay period; `until` is the day after its last."""

    since: date
    until: date

    def holds(self, day: date) -> bool:
        """Whether a day is paid in it."""
        return self.since <= day < self.until

    @property
    def last(self) -> date:
        """Its last day."""
        return self.until - DAY

    @property
    def days(self) -> str:
        """1-15 Sep."""
        return f"{self.since.day}-{self.last:%-d %b}"


def half_month_of(day: date) -> HalfMonth:
    """The period that a day is paid in."""
    if day.day < 16:
        return HalfMonth(day.replace(day=1), day.replace(day=16))
    return HalfMonth(day.replace(day=16), (day.replace(day=1) + 32 * DAY).replace(day=1))


def half_months(first: date, until: date) -> Iterator[HalfMonth]:
    """The pay periods between two days on which one begins."""
    while first < until:
        period = half_month_of(first)
        yield period
        first = period.until


@dataclass(frozen=True)
class Had:
    """Money that a member had, of one period's pay."""

    member: int
    period: HalfMonth
    amount: Decimal


@dataclass(frozen=True)
class Terms:
    """How the group pays; `base` None: the buyers' price less `margin`."""

    words: str
    base: Decimal | None
    margin: Decimal = NOTHING
    grades: Mapping[str, Decimal] = field(default_factory=dict)
    fat_above: Decimal = Decimal(100)
    for_fat: Decimal = NOTHING
    months: range = range(0)
    in_season: Decimal = NOTHING
    levy_per_cent: Decimal = NOTHING
    transport: Decimal = NOTHING
    days_to_pay: int = 5


@dataclass(frozen=True)
class Pay:
    """What a period comes to for one member, before anything was paid or corrected."""

    litres: Decimal
    base: Decimal
    exact: Decimal

    @property
    def milk(self) -> Decimal:
        """The first figure of a statement."""
        return (self.litres * self.base).quantize(CENT, ROUND_HALF_UP)

    @property
    def total(self) -> Decimal:
        """To the cent."""
        return self.exact.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Ledger:
    """What was said, by the number of its line; `lines` is how many the book must have.

    Nothing is ever struck out: `out` tells by which line another one went, so that each period
    can be worked out as it stood when it was paid. `closed` tells the line by which it was.
    """

    lines: int = 0
    milk: dict[int, Milk] = field(default_factory=dict)
    lost: dict[int, tuple[date, Decimal]] = field(default_factory=dict)
    sales: dict[int, Sale] = field(default_factory=dict)
    owed: dict[int, Owed] = field(default_factory=dict)
    had: dict[int, Had] = field(default_factory=dict)
    out: dict[int, int] = field(default_factory=dict)
    closed: dict[HalfMonth, int] = field(default_factory=dict)
    agreed: dict[date, Terms] = field(default_factory=dict)
    # The same milk by member and half month, and by day: it is looked up ten thousand times.
    _brought: defaultdict[tuple[int, date], dict[int, Milk]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _on: defaultdict[date, dict[int, Milk]] = field(default_factory=lambda: defaultdict(dict))

    def next_line(self) -> int:
        """One more was written."""
        self.lines += 1
        return self.lines

    def write_milk(self, milk: Milk) -> int:
        """A delivery."""
        line = self.next_line()
        self.milk[line] = milk
        self._brought[milk.member, half_month_of(milk.day).since][line] = milk
        self._on[milk.day][line] = milk
        return line

    def take_out(self, line: int) -> int:
        """A line does not count any more, from the one on that says so."""
        self.out[line] = self.next_line()
        return self.out[line]

    def correct(self, line: int, milk: Milk) -> int:
        """Another delivery stands in place of one."""
        self.out[line] = self.write_milk(milk)
        return self.out[line]

    def line_of(self, member: int, day: date) -> int:
        """The last delivery of a member on a day."""
        return max(
            line
            for line, one in self._on[day].items()
            if one.member == member and line not in self.out
        )

    def received(self, day: date) -> Decimal:
        """What all brought on a day."""
        return sum((one.litres for one in self._said(self._on[day])), NOTHING)

    def found(self, day: date) -> Decimal:
        """What was sold or lost of it."""
        sold = (one.litres for one in self._said(self.sales) if one.day == day)
        lost = (litres for of, litres in self._said(self.lost) if of == day)
        return sum((*sold, *lost), NOTHING)

    def owes(self, buyer: str, period: HalfMonth) -> list[Sale]:
        """What was sold to a buyer in a period."""
        sold = self._said(self.sales)
        return [one for one in sold if one.buyer == buyer and period.holds(one.day)]

    def terms_of(self, period: HalfMonth) -> Terms:
        """How a period is paid."""
        return self.agreed[max(day for day in self.agreed if day <= period.since)]

    def brought(self, member: int, period: HalfMonth, through: int | None = None) -> list[Milk]:
        """What a member brought in a period, by the lines up to a number."""
        return list(self._said(self._brought[member, period.since], through))

    def base_price(self, terms: Terms, period: HalfMonth, through: int | None = None) -> Decimal:
        """What a litre brings before its quality."""
        if terms.base is not None:
            return terms.base
        sold = [one for one in self._said(self.sales, through) if period.holds(one.day)]
        worth = sum((one.litres * one.price for one in sold), NOTHING)
        mean = worth / sum((one.litres for one in sold), NOTHING)
        return (mean - terms.margin).quantize(Decimal("0.0001"), ROUND_HALF_UP)

    def pay(
        self,
        member: int,
        period: HalfMonth,
        terms: Terms | None = None,
        *,
        through: int | None = None,
        less_owed: bool = True,
    ) -> Pay:
        """What a member's milk of a period brings; `through`: by the lines up to that number."""
        terms = terms or self.terms_of(period)
        base = self.base_price(terms, period, through)
        brought = self.brought(member, period, through)
        litres = sum((one.litres for one in brought), NOTHING)
        worth = sum((one.litres * (base + _quality(one, terms)) for one in brought), NOTHING)
        worth += litres * (terms.in_season if period.since.month in terms.months else NOTHING)
        kept = worth * terms.levy_per_cent / 100 + litres * terms.transport
        owed = (
            one.amount
            for one in self._said(self.owed, through)
            if less_owed and one.member == member and period.holds(one.day)
        )
        return Pay(litres, base, worth - kept - sum(owed, NOTHING))

    def late(self, member: int, period: HalfMonth) -> Decimal:
        """What earlier periods, paid by then, should have brought more: it is paid in this one."""
        paid = [one for one in self.closed if one.until <= period.since]
        if not paid or paid[-1].until != period.since:
            return NOTHING
        then, now = self.closed[paid[-1]], self.closed.get(period)
        return sum(
            (
                self.pay(member, one, through=now).total - self.pay(member, one, through=then).total
                for one in paid
            ),
            NOTHING,
        )

    def had_of(self, member: int, period: HalfMonth) -> Decimal:
        """What a member was paid of a period."""
        had = (one for one in self._said(self.had) if (one.member, one.period) == (member, period))
        return sum((one.amount for one in had), NOTHING)

    def comes_to(self, member: int, period: HalfMonth) -> Decimal:
        """What a period brings a member with all that came late, as it was when it was paid."""
        pay = self.pay(member, period, through=self.closed.get(period))
        return pay.total + self.late(member, period)

    def due(self, member: int, period: HalfMonth) -> Decimal:
        """What is left of it to be paid."""
        return self.comes_to(member, period) - self.had_of(member, period)

    def _said(self, lines: Mapping[int, T], through: int | None = None) -> Iterator[T]:
        """What counts by the lines up to a number; by all where none is given."""
        last = self.lines if through is None else through
        return (
            one
            for line, one in lines.items()
            if line <= last and self.out.get(line, last + 1) > last
        )


def _quality(milk: Milk, terms: Terms) -> Decimal:
    is_fat = milk.fat is not None and milk.fat > terms.fat_above
    return terms.grades.get(milk.grade, NOTHING) + (terms.for_fat if is_fat else NOTHING)


def summed(amounts: Iterable[Decimal]) -> Decimal:
    """All of them."""
    return sum(amounts, NOTHING)
