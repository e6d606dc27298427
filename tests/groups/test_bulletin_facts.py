"""What is read of a milk book for the group's bulletin, against the book counted by hand."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from db.session import Database
from groups.book_kinds import EntryKind, Reason
from groups.book_lines import Line
from groups.bulletin_facts import group_figures
from groups.bulletin_figures import GroupFigures, Overdue
from prices.kinds import Buyer
from tests.groups.stories import found_group
from tests.prices.stories import kenya
from tests.scheduler.dairy_books import (
    Kirima,
    ago,
    agreed,
    figures,
    first_step,
    keep,
    kirima_with_book,
    line,
    lost,
    market,
    paid,
    refused,
    second_step,
    sold,
    third_step,
)
from tests.scheduler.stories import MONDAY, WEEK

DAY = timedelta(days=1)


def near(exact: Fraction) -> object:
    """A figure as exact as Decimal keeps it."""
    return pytest.approx(Decimal(exact.numerator) / exact.denominator, abs=Decimal("0.0000001"))


def test_a_group_without_a_book(database: Database) -> None:
    with database.begin() as session:
        group = found_group(session, "KIRIMA")
        found = group_figures(session, kenya(session), group, since=MONDAY - WEEK, now=MONDAY)
        assert found is None


def test_a_book_that_nobody_writes_in_any_more(database: Database) -> None:
    with database.begin() as session:
        kirima = kirima_with_book(session)
        keep(session, kirima, kirima.brings(ago(91), 30, 30, 30))
        found = group_figures(
            session, kenya(session), kirima.dairy.group, since=MONDAY - WEEK, now=MONDAY
        )
        assert found is None


def test_the_figures_are_those_of_the_book(database: Database) -> None:
    """A book of chance, counted here from its lines alone."""
    with database.begin() as session:
        kirima = kirima_with_book(session)
        lines = a_book_of_chance(kirima, random.Random(7))
        keep(session, kirima, lines)
        assert_same(figures(session, kirima), lines)


def a_book_of_chance(kirima: Kirima, chance: random.Random) -> list[Line]:
    lines: list[Line] = []
    for back in range(50):
        day = ago(back)
        litres = [chance.randrange(0, 300) / 10 for _ in range(4)]
        lines += kirima.brings(day, *litres)
        if chance.random() < 0.5:
            member, reason = chance.choice(kirima.members), chance.choice(list(Reason))
            lines.append(refused(day, chance.randrange(1, 90) / 10, member, reason))
        if chance.random() < 0.5:
            lines.append(lost(day, chance.randrange(1, 50) / 10))
        for name, kind in (("KCC", Buyer.PROCESSOR), ("Sammy", Buyer.TRADER)):
            taken = chance.randrange(10, 40)
            price = chance.randrange(4000, 5000) / 100
            lines.append(sold(day, taken + 2, price, name, buyer_kind=kind))
            if chance.random() < 0.3:
                accepted = Decimal(taken)
                lines[-1] = replace(lines[-1], accepted_litres=accepted, amount=None)
    return lines


def assert_same(found: GroupFigures, lines: list[Line]) -> None:
    litres: defaultdict[tuple[EntryKind, bool], Fraction] = defaultdict(Fraction)
    whys: defaultdict[Reason, Fraction] = defaultdict(Fraction)
    for one in lines:
        days = (ago(0) - one.day).days
        if 1 <= days <= 7:
            litres[one.kind, True] += Fraction(one.litres or 0)
            if one.kind is EntryKind.REJECT and one.reason is not None:
                whys[one.reason] += Fraction(one.litres or 0)
        elif 8 <= days <= 35:
            litres[one.kind, False] += Fraction(one.litres or 0)
    milk, bad, spilt = EntryKind.DELIVERY, EntryKind.REJECT, EntryKind.LOSS
    assert found.week.litres == near(litres[milk, True])
    assert found.week.refused == near(litres[bad, True])
    assert found.week.lost == near(litres[spilt, True])
    assert found.usual.litres == near(litres[milk, False])
    assert found.usual.refused == near(litres[bad, False])
    assert found.week.refused_share == near(
        litres[bad, True] / (litres[milk, True] + litres[bad, True])
    )
    assert whys[found.week.why or Reason.OTHER] == max(whys.values())
    assert (found.week.members, found.week.days) == (4, 7)
    # What was sold since Monday a week ago, and in the week before it.
    assert found.sold.price == near(mean(lines, range(1, 8)))
    assert found.sold_before == near(mean(lines, range(8, 15)))
    formal, informal = found.sold.spread or (0, 0)
    assert formal == near(mean(lines, range(1, 8), "KCC"))
    assert informal == near(mean(lines, range(1, 8), "Sammy"))


def mean(lines: list[Line], days: range, *buyers: str) -> Fraction:
    """What was paid for a litre, by litres."""
    taken = worth = Fraction(0)
    for one in lines:
        is_wanted = one.kind is EntryKind.SALE and (one.buyer or "") in (buyers or ("KCC", "Sammy"))
        if is_wanted and (ago(0) - one.day).days in days:
            litres = one.litres if one.accepted_litres is None else one.accepted_litres
            taken += Fraction(litres or 0)
            worth += Fraction(litres or 0) * Fraction(one.price_per_litre or 0)
    return worth / taken


def test_what_was_corrected_counts_as_corrected(database: Database) -> None:
    with database.begin() as session:
        kirima = kirima_with_book(session)
        lines = [*kirima.brings(ago(2), 40, 30, 30), sold(ago(2), 100, 46)]
        lines += [refused(ago(2), 5, kirima.members[0])]
        delivery, *_, sale, reject = keep(session, kirima, lines)
        new = [
            replace(delivery, litres=Decimal(30), corrects_id=delivery.id),
            replace(sale, accepted_litres=Decimal(80), amount=None, corrects_id=sale.id),
            line(EntryKind.VOID, ago(2), corrects_id=reject.id),
        ]
        keep(session, kirima, new)
        found = figures(session, kirima)
        assert (found.week.litres, found.week.refused, found.sold.litres) == (90, 0, 80)


def test_since_the_last_edition(database: Database) -> None:
    """The day of an edition is after it: that morning nobody knew what would be sold."""
    with database.begin() as session:
        kirima = kirima_with_book(session)
        prices = {0: 60, 1: 50, 2: 48, 3: 44, 4: 40}
        lines = [sold(ago(back), 10, price) for back, price in prices.items()]
        keep(session, kirima, lines)

        def price(since_days: int) -> tuple[Decimal | None, Decimal | None]:
            found = group_figures(
                session,
                kenya(session),
                kirima.dairy.group,
                since=MONDAY - since_days * DAY,
                now=MONDAY,
            )
            assert found is not None
            return found.sold.price, found.sold_before

        assert price(2) == (49, 42)
        # A second one on the same day: yesterday is still the latest.
        assert price(0) == price(1) == (50, 48)
        assert price(7) == (Decimal("45.5"), None)


def test_buyers_however_they_are_written_and_how_long_their_money_takes(
    database: Database,
) -> None:
    with database.begin() as session:
        kirima = kirima_with_book(session)
        first, second, third = keep(
            session,
            kirima,
            [sold(ago(40), 100, 45, "kcc"), sold(ago(3), 20, 46), sold(ago(2), 30, 40, "Sammy")],
        )
        settled = [
            paid(ago(28), 4500, of_line_id=first.id),
            paid(ago(1), 600, "Sammy", of_line_id=third.id),
            paid(ago(0), 600, "Sammy", of_line_id=third.id),
        ]
        keep(session, kirima, settled)
        found = figures(session, kirima).sold.buyers
        told = [(one.name, one.litres, one.price, one.days_to_pay) for one in found]
        # Half of Sammy's money came after a day, half after two: a day and a half is two.
        assert told == [("Sammy", 30, 40, 2), ("KCC", 20, 46, 12)]
        assert second.buyer == "KCC"


# Who owes for longer than agreed.


def test_a_buyer_who_is_late(database: Database) -> None:
    with database.begin() as session:
        kirima = kirima_with_book(session)
        agreed(session, kirima, KCC=14)
        sales = [sold(ago(back), 10, 45) for back in (30, 16, 15, 14)]
        oldest, *_ = keep(session, kirima, [*sales, sold(ago(40), 99, 40, "Sammy")])
        # That of 15 days ago was due yesterday: it may be written today. With Sammy nothing was
        # agreed.
        due = ago(16)
        assert figures(session, kirima).overdue == (Overdue("KCC", Decimal(900), due),)
        keep(session, kirima, [paid(ago(10), 300, of_line_id=oldest.id)])
        assert figures(session, kirima).overdue == (Overdue("KCC", Decimal(600), due),)
        keep(session, kirima, [paid(ago(9), 150, of_line_id=oldest.id)])
        later = ago(2)
        assert figures(session, kirima).overdue == (Overdue("KCC", Decimal(450), later),)
        # More than was open then: it pays what is open now.
        keep(session, kirima, [paid(ago(8), 450)])
        assert figures(session, kirima).overdue == ()


def test_a_sale_that_was_corrected_after_it_was_paid_is_paid(database: Database) -> None:
    with database.begin() as session:
        kirima = kirima_with_book(session)
        agreed(session, kirima, KCC=14)
        (sale,) = keep(session, kirima, [sold(ago(30), 10, 45)])
        keep(session, kirima, [paid(ago(10), 450, of_line_id=sale.id)])
        more = replace(sale, litres=Decimal(11), amount=Decimal(495), corrects_id=sale.id)
        keep(session, kirima, [more])
        (owed,) = figures(session, kirima).overdue
        assert owed.amount == 45


def test_money_to_a_member_is_nothing_a_buyer_paid(database: Database) -> None:
    with database.begin() as session:
        kirima = kirima_with_book(session)
        agreed(session, kirima, KCC=14)
        keep(session, kirima, [sold(ago(30), 10, 45)])
        keep(session, kirima, [paid(ago(3), 450, "KCC", member_id=kirima.members[0])])
        assert [one.amount for one in figures(session, kirima).overdue] == [450]


def test_without_a_scheme_nobody_is_late(database: Database) -> None:
    with database.begin() as session:
        kirima = kirima_with_book(session)
        keep(session, kirima, [sold(ago(80), 10, 45)])
        assert figures(session, kirima).overdue == ()


# The steps.


@pytest.mark.parametrize("step", [1, 2, 3])
def test_only_the_third_step_is_audited(database: Database, step: int) -> None:
    with database.begin() as session:
        kirima = kirima_with_book(session)
        keep(session, kirima, written(kirima, step))
        market(session)
        found = figures(session, kirima)
        assert found.standing.step == step
        assert (found.checked is not None) == (step == 3)


def written(kirima: Kirima, step: int) -> list[Line]:
    return {1: first_step, 2: second_step, 3: third_step}[step](kirima)


def test_an_audit_tells_of_the_whole_and_of_nobody(database: Database) -> None:
    with database.begin() as session:
        kirima = kirima_with_book(session)
        lines = [one for one in third_step(kirima) if not is_sale(one, ago(3), "KCC")]
        # Their own sides differ from their receipts: that is theirs and the officers'.
        lines += [line(EntryKind.OWN, ago(4), 30, member_id=one) for one in kirima.members]
        keep(session, kirima, lines)
        market(session)
        checked = figures(session, kirima).checked
        assert checked is not None
        # 16 to 21 November: what was sold on Sunday may still be written today.
        assert (checked.first, checked.through) == (date(2026, 11, 16), date(2026, 11, 21))
        assert (checked.missing, checked.is_even) == (60, False)


def is_sale(one: Line, day: date, buyer: str) -> bool:
    return (one.kind, one.day, one.buyer) == (EntryKind.SALE, day, buyer)


def test_a_group_reads_no_other_groups_book(database: Database) -> None:
    with database.begin() as session:
        kirima = kirima_with_book(session)
        other = found_group(session, "UMOJA")
        keep(session, kirima, first_step(kirima))
        assert (
            group_figures(session, kenya(session), other, since=MONDAY - WEEK, now=MONDAY) is None
        )
