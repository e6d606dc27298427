"""A period that was paid never changes; what comes late is a line of the next, to the cent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from groups.book_closing import Closing, bounds_of, settle
from groups.book_kinds import EntryKind
from groups.book_lines import Line
from groups.schemes import (
    Account,
    GradeRate,
    NoPrice,
    Part,
    Period,
    Scheme,
    Settlement,
    is_paid_for,
    period_of,
)

JANE, PETER = 1, 2
FIXED = Scheme(base_price=Decimal(45), grades=(GradeRate("A", Decimal(1)),))
BY_SALES = Scheme(margin=Decimal(3), levy_per_cent=Decimal("1.5"))
OCTOBER = date(2026, 10, 1)


def half(number: int) -> Period:
    """The half months from October on: 0 is 1-15 Oct."""
    months, second = divmod(number, 2)
    return period_of(date(2026, 10 + months, 16 if second else 1), is_monthly=False)


@dataclass
class Pages:
    """A book in memory, written line by line as the real one is."""

    scheme: Scheme = FIXED
    written: list[Line] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)

    def scheme_on(self, day: date) -> Scheme | None:
        return self.scheme if day >= OCTOBER else None

    def lines(self, period: Period, through: int | None) -> Sequence[Line]:
        return [
            line
            for line in counting(self.written, through)
            if period.holds(line.day) or is_paid_for(line, period)
        ]

    def behind(self, number: int, through: int | None, before: date) -> Sequence[Line]:
        money = {EntryKind.PAID, EntryKind.VOID}
        return [
            line
            for line in self.written
            if number < line.number <= (through or len(self.written))
            and (line.day < before or line.kind in money)
        ]

    def writes(self, kind: EntryKind, day: date, **said: object) -> Line:
        number = len(self.written) + 1
        line = Line(kind, day, 1, str(number), "", **said)  # type: ignore[arg-type]
        self.written.append(replace(line, id=number, number=number))
        return self.written[-1]

    def brings(self, member: int, day: date, litres: str, **said: object) -> Line:
        return self.writes(
            EntryKind.DELIVERY, day, member_id=member, litres=Decimal(litres), **said
        )

    def sells(self, day: date, litres: str, price: str) -> Line:
        return self.writes(
            EntryKind.SALE,
            day,
            litres=Decimal(litres),
            price_per_litre=Decimal(price),
            buyer="KCC",
        )

    def corrects(self, old: Line, litres: str | None) -> Line:
        new = replace(old, corrects_id=old.id)
        if litres is None:
            new = replace(new, kind=EntryKind.VOID)
        else:
            new = replace(new, litres=Decimal(litres))
        number = len(self.written) + 1
        self.written.append(replace(new, id=number, number=number))
        return self.written[-1]

    def pays(self, member: int, day: date, amount: Decimal, period: Period) -> Line:
        return self.writes(
            EntryKind.PAID, day, member_id=member, amount=amount, what_for=period.label
        )

    def settled(self, period: Period) -> Settlement | None:
        found = settle(self, period, self.closings)
        return found if isinstance(found, Settlement) else None

    def account(self, period: Period, member: int) -> Account:
        found = self.settled(period)
        assert found is not None
        account = found.of(member)
        assert account is not None
        return account

    def closes(self, period: Period) -> bool:
        """Everybody gets what is due; False where there is no price yet."""
        found = self.settled(period)
        if found is None:
            return False
        for one in found.accounts:
            if one.total > 0:
                self.pays(one.member_id, period.until, one.total, period)
        line = self.writes(EntryKind.SETTLED, period.until, what_for=period.label)
        self.closings.append(Closing(period, line.number))
        return True


def counting(lines: Sequence[Line], through: int | None) -> list[Line]:
    """The lines that counted when the line of a number was the last."""
    written = [line for line in lines if through is None or line.number <= through]
    corrected = {line.corrects_id for line in written}
    return [
        line for line in written if line.id not in corrected and line.kind is not EntryKind.VOID
    ]


def told(account: Account) -> list[tuple[str, str, Decimal]]:
    return [(one.part.value, one.detail, one.amount) for one in account.entries]


def test_a_correction_of_what_is_paid_is_a_line_of_the_next() -> None:
    book = Pages()
    line = book.brings(JANE, date(2026, 10, 3), "10", grade="A")
    assert book.account(half(0), JANE).total == 460
    book.closes(half(0))
    paid = book.account(half(0), JANE)
    assert (paid.total, paid.paid) == (Decimal(0), Decimal(460))
    book.corrects(line, "12")
    book.brings(JANE, date(2026, 10, 20), "5")
    assert book.account(half(0), JANE) == paid
    assert told(book.account(half(1), JANE)) == [
        ("milk", "", Decimal("225.00")),
        ("correction", "2026-10a", Decimal("92.00")),
    ]
    # And once that is paid too, it is in no other one.
    book.closes(half(1))
    assert book.settled(half(2)) is not None
    assert book.account(half(1), JANE).total == 0
    book.brings(JANE, date(2026, 11, 3), "1")
    assert told(book.account(half(2), JANE)) == [("milk", "", Decimal("45.00"))]


def test_a_late_delivery_and_a_line_taken_out() -> None:
    book = Pages()
    jane = book.brings(JANE, date(2026, 10, 3), "10")
    book.closes(half(0))
    book.brings(PETER, date(2026, 10, 14), "8")
    book.corrects(jane, None)
    assert told(book.account(half(1), PETER)) == [("correction", "2026-10a", Decimal("360.00"))]
    assert told(book.account(half(1), JANE)) == [("correction", "2026-10a", Decimal("-450.00"))]


def test_a_late_sale_changes_everybodys_price_in_the_next() -> None:
    book = Pages(BY_SALES)
    book.brings(JANE, date(2026, 10, 3), "10")
    book.sells(date(2026, 10, 4), "100", "48")
    book.closes(half(0))
    book.sells(date(2026, 10, 5), "100", "50")
    book.sells(date(2026, 10, 20), "1", "48")
    # 10 x 46 less 1.5 % was paid, 10 x 45 was right.
    assert told(book.account(half(1), JANE)) == [("correction", "2026-10a", Decimal("9.85"))]
    assert book.account(half(0), JANE).paid == Decimal("443.25")


def test_money_that_was_never_handed_over_is_due_again() -> None:
    book = Pages()
    book.brings(JANE, date(2026, 10, 3), "10")
    book.closes(half(0))
    payment = next(line for line in book.written if line.kind is EntryKind.PAID)
    book.corrects(payment, None)
    assert told(book.account(half(1), JANE)) == [("correction", "2026-10a", Decimal("450.00"))]


def test_corrections_count_in_the_first_open_period_and_no_other() -> None:
    first, third = Closing(half(0), 5), Closing(half(2), 9)
    assert bounds_of(half(0), [first]) == bounds_of(half(0), [first, third])
    assert bounds_of(half(1), [first]).corrects == first
    assert bounds_of(half(1), [first]).through is None
    # One that was passed over is closed by the next, and takes what came until then.
    passed_over = bounds_of(half(1), [first, third])
    assert (passed_over.corrects, passed_over.through) == (first, 9)
    assert bounds_of(half(2), [first, third]).corrects is None
    assert bounds_of(half(3), [first, third]).corrects == third
    assert bounds_of(half(4), [first, third]).corrects is None


members = st.integers(1, 3)
days = st.integers(0, 60).map(lambda day: date.fromordinal(OCTOBER.toordinal() + day))
litres = st.decimals("0.1", "60", places=2).map(str)
events = st.one_of(
    st.tuples(st.just("brings"), members, days, litres, st.sampled_from([None, "A"])),
    st.tuples(st.just("brings"), members, days, litres, st.sampled_from([None, "A"])),
    st.tuples(st.just("at"), members, days, litres, st.decimals("30", "60", places=2)),
    st.tuples(st.just("charges"), members, days, st.decimals("0.01", "900", places=2)),
    st.tuples(st.just("sells"), days, litres, st.decimals("40", "55", places=2).map(str)),
    st.tuples(st.just("corrects"), st.integers(0, 99), litres),
    st.tuples(st.just("voids"), st.integers(0, 99)),
    st.tuples(st.just("pays"), members, days, st.decimals("0.01", "900", places=2)),
    st.tuples(st.just("closes"), st.integers(0, 1)),
)


def happens(book: Pages, event: tuple[Any, ...], open_half: int) -> int:  # noqa: C901 – one case each
    """Write what happens; the number of the first half month that is open then."""
    match event:
        case "brings", member, day, much, grade:
            book.brings(member, day, much, grade=grade)
        case "at", member, day, much, price:
            book.brings(member, day, much, price_per_litre=price)
        case "charges", member, day, amount:
            book.writes(EntryKind.CHARGE, day, member_id=member, amount=amount, what_for="feed")
        case "sells", day, much, price:
            book.sells(day, much, price)
        case "pays", member, day, amount:
            book.pays(member, day, amount, half(open_half))
        case "corrects", at, much:
            if milk := [one for one in counting(book.written, None) if one.litres is not None]:
                book.corrects(milk[at % len(milk)], much)
        case "voids", at:
            kinds = {EntryKind.SETTLED}
            if any_ := [one for one in counting(book.written, None) if one.kind not in kinds]:
                book.corrects(any_[at % len(any_)], None)
        case "closes", passed_over:
            number = open_half + passed_over
            return number + 1 if number < 4 and book.closes(half(number)) else open_half
    return open_half


def left(book: Pages, closings: Sequence[Closing]) -> dict[int, Decimal]:
    """What is left to pay each member of all half months together."""
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    for number in range(6):
        found = settle(book, half(number), closings)
        for account in found.accounts if isinstance(found, Settlement) else ():
            sums[account.member_id] += account.total
    return {member: amount for member, amount in sums.items() if amount}


@given(st.sampled_from([FIXED, BY_SALES]), st.lists(events, max_size=40))
def test_what_is_paid_never_changes_and_all_periods_add_up_to_the_whole_book(
    scheme: Scheme,
    happening: list[tuple[Any, ...]],
) -> None:
    book, open_half = Pages(scheme), 0
    paid: dict[str, Settlement] = {}
    for event in happening:
        before = len(book.closings)
        open_half = happens(book, event, open_half)
        if len(book.closings) > before:
            period = book.closings[-1].period
            settlement = book.settled(period)
            assert settlement is not None
            paid[period.label] = settlement
            assert all(account.total <= 0 for account in settlement.accounts)
        # Whatever else was written: what was paid is what it was.
        for closing in book.closings:
            assert book.settled(closing.period) == paid[closing.period.label]
    for number in range(open_half, 6):
        book.sells(half(number).since, "10", "48")  # so that every open one has a price
    for number in range(6):
        found = settle(book, half(number), book.closings)
        if isinstance(found, NoPrice):
            continue
        assert found is not None
        for account in found.accounts:
            assert sum(one.amount for one in account.entries) == account.total
        assert sum(found.by_part.values()) == found.paid
        assert found.paid + found.rounding == found.whole
    # Paid and corrected, or worked out at once from the whole book: to the cent the same.
    assert left(book, book.closings) == left(book, [])


def test_the_column_of_corrections_is_of_several_periods() -> None:
    book = Pages()
    old, newer = (book.brings(JANE, half(at).since, "10") for at in (0, 1))
    book.closes(half(0))
    book.closes(half(1))
    book.corrects(old, "11")
    book.corrects(newer, "12")
    found = book.settled(half(2))
    assert found is not None
    assert found.by_part[Part.CORRECTION] == Decimal(135)
    assert [one.detail for one in book.account(half(2), JANE).entries] == ["2026-10a", "2026-10b"]
