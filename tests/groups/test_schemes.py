"""What milk comes to: each line by itself, and all of them to the whole."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.book_kinds import EntryKind
from groups.book_lines import Line
from groups.schemes import (
    Band,
    BuyerTerms,
    Carried,
    GradeRate,
    Measure,
    NoPrice,
    Period,
    Scheme,
    Season,
    Settlement,
    compare,
    days_to_pay,
    grade_of,
    pay_day,
    period_named,
    period_of,
    rounded,
    totals_of,
    work_out,
)

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 16))
JANE, PETER = 1, 2


def line(kind: EntryKind, day: int = 3, **said: object) -> Line:
    return Line(kind, date(2026, 11, day), 1, "", "", **said)  # type: ignore[arg-type]


def delivery(member: int, litres: str, grade: str | None = None, day: int = 3) -> Line:
    return line(EntryKind.DELIVERY, day, member_id=member, litres=Decimal(litres), grade=grade)


def charge(member: int, amount: str, what_for: str = "feed", day: int = 3) -> Line:
    return line(EntryKind.CHARGE, day, member_id=member, amount=Decimal(amount), what_for=what_for)


def priced(member: int, litres: str, price: str, grade: str | None = None) -> Line:
    return replace(delivery(member, litres, grade), price_per_litre=Decimal(price))


def paid(member: int, amount: str, what_for: str | None) -> Line:
    return replace(charge(member, amount), kind=EntryKind.PAID, what_for=what_for)


def sale(litres: str, price: str, accepted: str | None = None, buyer: str = "KCC") -> Line:
    return line(
        EntryKind.SALE,
        litres=Decimal(litres),
        price_per_litre=Decimal(price),
        accepted_litres=None if accepted is None else Decimal(accepted),
        buyer=buyer,
    )


def settled(scheme: Scheme, lines: list[Line], charges: list[Line] | None = None) -> Settlement:
    found = work_out(scheme, lines, charges or [], NOVEMBER)
    assert isinstance(found, Settlement)
    return found


def told(settlement: Settlement, member: int) -> list[tuple[str, str, str]]:
    account = settlement.of(member)
    assert account is not None
    return [(one.part.value, one.detail, str(one.amount)) for one in account.entries]


def test_a_members_fortnight_with_every_line() -> None:
    scheme = Scheme(
        base_price=Decimal(45),
        grades=(GradeRate("A", Decimal(1)), GradeRate("C", Decimal(-2))),
        levy_per_litre=Decimal("0.5"),
    )
    found = settled(scheme, [delivery(JANE, "188.5", "A")], [charge(JANE, "1200")])
    assert told(found, JANE) == [
        ("milk", "", "8482.50"),
        ("grade", "A", "188.50"),
        ("levy", "", "-94.25"),
        ("charge", "feed", "-1200.00"),
    ]
    assert found.whole == found.paid == Decimal("7376.75")


def test_each_quality_is_paid_where_it_was_measured_and_the_base_where_not() -> None:
    scheme = Scheme(
        base_price=Decimal(40),
        bands=(
            Band(Measure.FAT, True, Decimal("3.5"), Decimal(1)),
            Band(Measure.DENSITY, False, Decimal(28), Decimal(-3)),
            Band(Measure.COUNT, True, Decimal(500), Decimal(-2)),
        ),
        transport_per_litre=Decimal(2),
        levy_per_cent=Decimal(1),
    )
    lines = [
        delivery(JANE, "10", "A/F3.8"),
        delivery(JANE, "5", "D27"),
        delivery(JANE, "4", "P600"),
        delivery(JANE, "3", "F3.5"),  # the bound itself is not above it
        delivery(JANE, "8"),
    ]
    assert told(settled(scheme, lines), JANE) == [
        ("milk", "", "1200.00"),
        ("density", "<28", "-15.00"),
        ("fat", ">3.5", "10.00"),
        ("count", ">500", "-8.00"),
        ("transport", "", "-60.00"),
        ("levy", "", "-11.87"),  # one per cent of 1,187
    ]


def test_a_season_is_paid_in_its_months_over_the_turn_of_the_year_too() -> None:
    dry = Scheme(base_price=Decimal(40), seasons=(Season(11, 2, Decimal(3)),))
    wet = Scheme(base_price=Decimal(40), seasons=(Season(4, 6, Decimal(-3)),))
    assert settled(dry, [delivery(JANE, "10")]).whole == 430
    assert settled(wet, [delivery(JANE, "10")]).whole == 400
    assert [month for month in range(1, 13) if Season(11, 2, Decimal(1)).holds(month)] == [
        1, 2, 11, 12,
    ]  # fmt: skip


def test_the_base_price_is_the_buyers_less_the_margin_of_what_they_took() -> None:
    scheme = Scheme(margin=Decimal(3))
    lines = [delivery(JANE, "10"), sale("100", "46", accepted="90"), sale("10", "60")]
    found = settled(scheme, lines)
    assert found.base_price == Decimal("44.4000")  # (90 x 46 + 10 x 60) / 100 - 3
    assert found.whole == Decimal("444.00")


def test_without_a_sale_there_is_no_price_to_pay() -> None:
    assert work_out(Scheme(), [delivery(JANE, "10")], [], NOVEMBER) == NoPrice(NOVEMBER)
    assert work_out(Scheme(), [], [], NOVEMBER) == NoPrice(NOVEMBER)
    # What hangs on no sale is told all the same.
    found = settled(Scheme(), [priced(JANE, "10", "50")], [charge(JANE, "20")])
    assert told(found, JANE) == [("agreed", "", "500.00"), ("charge", "feed", "-20.00")]


def test_milk_with_a_price_of_its_own_is_paid_at_that_alone() -> None:
    scheme = Scheme(
        base_price=Decimal(45),
        grades=(GradeRate("A", Decimal(1)),),
        seasons=(Season(11, 11, Decimal(2)),),
        levy_per_cent=Decimal(1),
        transport_per_litre=Decimal("0.5"),
    )
    lines = [delivery(JANE, "10", "A"), priced(JANE, "4", "50", "A"), priced(JANE, "2", "50")]
    assert told(settled(scheme, lines), JANE) == [
        ("milk", "", "450.00"),
        ("agreed", "", "300.00"),
        ("grade", "A", "10.00"),
        ("season", "", "20.00"),
        ("transport", "", "-8.00"),
        ("levy", "", "-7.80"),
    ]


def test_money_that_moved_and_corrections_are_never_rounded() -> None:
    scheme = Scheme(base_price=Decimal(45), smallest_coin=Decimal(1))
    found = work_out(
        scheme,
        [delivery(JANE, "10.01")],
        [],
        NOVEMBER,
        payments=[
            paid(JANE, "100.50", "2026-11a"),
            paid(JANE, "7", "2026-10b"),  # of another period
            paid(JANE, "8", None),  # of its day
            line(EntryKind.PAID, amount=Decimal(900), buyer="KCC"),
        ],
        carried=[Carried(JANE, period_of(date(2026, 10, 5), is_monthly=False), Decimal("-3.25"))],
    )
    assert isinstance(found, Settlement)
    assert told(found, JANE) == [
        ("milk", "", "450"),
        ("correction", "2026-10a", "-3.25"),
        ("paid", "", "-100.50"),
        ("paid", "", "-8"),
    ]
    assert found.accounts[0].paid == Decimal("108.50")
    assert found.whole == found.paid == Decimal("338.25")


def test_other_days_and_lines_without_a_member_are_left_out() -> None:
    scheme = Scheme(base_price=Decimal(45))
    lines = [delivery(JANE, "10"), delivery(JANE, "10", day=16), line(EntryKind.LOSS)]
    assert settled(scheme, lines, [charge(PETER, "50", day=20)]).whole == 450


def test_who_only_owes_has_an_account_too() -> None:
    found = settled(Scheme(base_price=Decimal(45)), [], [charge(PETER, "50")])
    assert [(one.member_id, one.total) for one in found.accounts] == [(PETER, Decimal("-50.00"))]


def test_what_rounding_leaves_is_a_line_of_its_own() -> None:
    # Two lines of 0.005 are a cent each, and together one.
    scheme = Scheme(base_price=Decimal("0.005"), seasons=(Season(11, 11, Decimal("0.005")),))
    found = settled(scheme, [delivery(JANE, "1")])
    assert told(found, JANE) == [
        ("milk", "", "0.01"), ("season", "", "0.01"), ("rounding", "", "-0.01"),
    ]  # fmt: skip
    # Each of two members gets half a cent more than the whole holds.
    both = settled(Scheme(base_price=Decimal("0.005")), [delivery(1, "1"), delivery(2, "1")])
    assert (both.paid, both.rounding, both.whole) == (
        Decimal("0.02"), Decimal("-0.01"), Decimal("0.01"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("exact", "coin", "coins"),
    [
        ("0.005", "0.01", "0.01"),
        ("-0.005", "0.01", "-0.01"),
        ("7.49", "1", "7"),
        ("7.5", "5", "10"),
    ],
)
def test_half_a_coin_is_one(exact: str, coin: str, coins: str) -> None:
    assert rounded(Decimal(exact), Decimal(coin)) == Decimal(coins)


def test_halves_of_a_month_and_months() -> None:
    half = period_of(date(2026, 2, 28), is_monthly=False)
    assert (half.label, half.since, half.last_day) == (
        "2026-02b", date(2026, 2, 16), date(2026, 2, 28),
    )  # fmt: skip
    month = period_of(date(2026, 1, 31), is_monthly=True)
    assert (month.label, month.until) == ("2026-01", date(2026, 2, 1))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.booleans())
def test_every_day_is_in_one_period_that_its_label_names(day: date, is_monthly: bool) -> None:
    period = period_of(day, is_monthly=is_monthly)
    assert period.holds(day)
    assert period_named(period.label) == period
    assert period_of(period.last_day, is_monthly=is_monthly) == period


@pytest.mark.parametrize("label", ["", "2026-13a", "2026-11c", "november", "0000-01"])
def test_what_names_no_period(label: str) -> None:
    assert period_named(label) is None


@pytest.mark.parametrize(
    ("word", "grade", "measured"),
    [
        (None, None, {}),
        ("a", "A", {}),
        ("A/F3.8", "A", {Measure.FAT: Decimal("3.8")}),
        ("D27/P300", None, {Measure.DENSITY: Decimal(27), Measure.COUNT: Decimal(300)}),
        ("F", "F", {}),
    ],
)
def test_a_grade_word_may_say_what_was_measured(
    word: str | None, grade: str | None, measured: dict[Measure, Decimal]
) -> None:
    assert grade_of(word) == (grade, measured)


def test_members_are_paid_when_the_last_buyer_has_paid() -> None:
    scheme = Scheme(days_to_pay=5, buyers=(BuyerTerms("kcc", 30),))
    assert pay_day(scheme, [], NOVEMBER) == date(2026, 11, 20)
    assert pay_day(scheme, [sale("9", "46", buyer="Hotel")], NOVEMBER) == date(2026, 11, 20)
    assert pay_day(scheme, [sale("9", "46")], NOVEMBER) == date(2026, 12, 3)
    assert [days_to_pay(scheme, buyer) for buyer in ("KCC", "Hotel", None)] == [30, 0, 0]


def test_who_gains_and_who_loses() -> None:
    before = {1: Decimal(100), 2: Decimal(100), 3: Decimal(50)}
    after = {1: Decimal(130), 2: Decimal(90), 4: Decimal(30), 3: Decimal(50)}
    change = compare(before, after)
    assert (change.gain, change.lose, change.same) == (2, 1, 1)
    assert (change.most_gained, change.most_lost) == ((1, Decimal(30)), (2, Decimal(-10)))
    assert change.in_all == 50
    nothing = compare({}, {})
    assert nothing.most_gained is None
    assert nothing.most_lost is None
    assert (nothing.gain, nothing.in_all) == (0, Decimal(0))


rates = st.decimals("-9.9999", "9.9999", places=4)
prices = st.decimals("0", "120", places=4)
bounds = st.decimals("0", "700", places=1)
members = st.integers(1, 6)
words = st.sampled_from([None, "A", "B", "C", "A/F3.8", "D27", "P600", "F3.1/D30"])
days = st.integers(1, 30)
schemes = st.builds(
    Scheme,
    base_price=prices,
    grades=st.tuples(*(st.builds(GradeRate, st.just(grade), rates) for grade in "AC")),
    bands=st.lists(
        st.builds(Band, st.sampled_from(Measure), st.booleans(), bounds, rates),
        max_size=3,
    ).map(tuple),
    seasons=st.lists(
        st.builds(Season, st.integers(1, 12), st.integers(1, 12), rates), max_size=2
    ).map(tuple),
    levy_per_cent=st.decimals("0", "10", places=2),
    levy_per_litre=st.decimals("0", "3", places=4),
    transport_per_litre=st.decimals("0", "5", places=4),
    smallest_coin=st.sampled_from([Decimal("0.01"), Decimal("0.05"), Decimal(1), Decimal(5)]),
)  # fmt: skip
brought = st.builds(
    delivery, members, st.decimals("0.1", "500", places=4).map(str), words, days
)  # fmt: skip
at_a_price = st.builds(
    lambda line, price: replace(line, price_per_litre=price),
    brought,
    st.decimals("0.01", "120", places=2),
)
deliveries = st.lists(st.one_of(brought, brought, at_a_price), max_size=40)
charges = st.lists(
    st.builds(
        charge,
        members,
        st.decimals("0.0001", "9999", places=4).map(str),
        st.sampled_from(["feed", "soap"]),
        days,
    ),
    max_size=10,
)


@given(schemes, deliveries, charges)
def test_the_parts_always_add_up_to_the_whole(
    scheme: Scheme, lines: list[Line], owed: list[Line]
) -> None:
    found = settled(scheme, lines, owed)
    coin = scheme.smallest_coin
    for account in found.accounts:
        assert sum(one.amount for one in account.entries) == account.total
        # A pencil finds each line: the litres by the rate, rounded once.
        for entry in account.entries:
            assert entry.amount % coin == 0
            if entry.litres is not None and entry.rate is not None:
                assert entry.amount == rounded(entry.litres * entry.rate, coin)
        # And the member's total is nowhere further from the exact sum than half a coin.
        assert abs(account.total - sum(one.exact for one in account.entries)) <= coin / 2
    assert sum(found.by_part.values()) == found.paid
    assert sum(account.total for account in found.accounts) == found.paid
    assert found.paid + found.rounding == found.whole
    assert abs(found.rounding) <= coin / 2 * (len(found.accounts) + 1)


@given(schemes, deliveries, charges)
def test_the_order_of_the_lines_is_nothing_to_the_sums(
    scheme: Scheme, lines: list[Line], owed: list[Line]
) -> None:
    there, back = settled(scheme, lines, owed), settled(scheme, lines[::-1], owed[::-1])
    assert totals_of([there]) == totals_of([back])
    assert (there.whole, there.by_part) == (back.whole, back.by_part)


@given(schemes, deliveries, st.decimals("0", "50", places=2))
def test_a_higher_base_price_makes_nobody_lose(
    scheme: Scheme, lines: list[Line], more: Decimal
) -> None:
    higher = Scheme(**{**vars(scheme), "base_price": (scheme.base_price or 0) + more})
    change = compare(totals_of([settled(scheme, lines)]), totals_of([settled(higher, lines)]))
    assert change.lose == 0
    assert change.in_all >= 0
