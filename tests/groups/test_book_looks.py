"""A book as it is looked at: what a page shows of it is what the book says."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from db.session import Database
from groups import book_looks
from groups.audits import audit_now, new_findings
from groups.book import find_book, first_broken_line
from groups.book_kinds import EntryKind
from groups.book_looks import (
    LATELY,
    Wanted,
    audited_up_to,
    balance_of,
    check_stretch,
    findings_told,
    last_written_at,
    litres_by_day,
    seen_lines,
)
from tests.groups.milk_books import at, days, kirima_dairy, write
from tests.groups.milk_days import FIRST, brought, line, lost, own


def test_litres_are_told_by_day_and_milking(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, now)
        lines = write(session, dairy, brought(2, 10, 5, member=dairy.kamau), now)
        untold = line(EntryKind.DELIVERY, 2, 3, member_id=dairy.wanjiku)
        right = line(EntryKind.DELIVERY, 2, 4, member_id=dairy.kamau, corrects_id=lines[1].id)
        write(session, dairy, [untold, right], now)
    with database.read() as session:
        first, second = litres_by_day(session, dairy.group.id, FIRST, date(2026, 11, 3))
    assert first.litres == 0
    assert (second.morning, second.evening, second.other) == (10, 0, 7)
    assert second.litres == Decimal(17)


def test_a_kind_alone_is_looked_for_in_the_last_months(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, now)
        write(session, dairy, days(dairy, 1, 2), now)
    with database.read() as session:

        def found(wanted: Wanted, today: date) -> int:
            return len(seen_lines(session, dairy.group.id, wanted, today=today, limit=9))

        sales = Wanted(kind=EntryKind.SALE)
        assert found(sales, date(2026, 11, 2)) == 2
        assert found(sales, date(2026, 11, 1) + LATELY) == 1
        assert found(Wanted(date(2026, 11, 1), kind=EntryKind.SALE), date(2027, 11, 1)) == 1
        assert found(Wanted(member_id=dairy.kamau), date(2027, 11, 1)) == 4


def test_a_line_bears_the_names_of_who_brought_and_who_wrote_it(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, now)
        dairy.secretary.name = "Njeri"
        write(session, dairy, [own(1, 5, dairy.kamau)], now)
        void = line(EntryKind.VOID, 1, None, corrects_id=1)
        write(session, dairy, [void], now)
    with database.read() as session:
        taken_out, seen = seen_lines(session, dairy.group.id, Wanted(), today=FIRST, limit=9)
    assert (seen.member_number, seen.member, seen.writer) == (5, "Kamau Njoroge", "Njeri")
    assert (seen.corrected_by, seen.counts) == (2, False)
    assert (taken_out.corrects, taken_out.counts) == (1, False)


@pytest.mark.parametrize("stretch", [1, 3, 5, 10, 11])
def test_stretches_together_say_what_the_whole_says(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    monkeypatch.setattr(book_looks, "STRETCH", stretch)
    with database.begin() as session:
        dairy = kirima_dairy(session, now)
        write(session, dairy, days(dairy, 1, 2), now)
    with database.read() as session:
        book = find_book(session, dairy.group.id)
        assert book is not None
        assert last_written_at(session, book) == now
        after, parts = 0, 0
        while not (checked := check_stretch(session, book, after)).is_done:
            assert checked.broken is None
            after, parts = checked.up_to, parts + 1
        assert checked.broken is first_broken_line(session, dairy.group.id) is None
        assert (checked.up_to, checked.lines) == (10, 10)
        assert parts == (10 - 1) // stretch


def test_a_balance_is_that_of_the_audit(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, now)
        lines = write(session, dairy, days(dairy, 14, 22, d17=20), now)
        untold = line(EntryKind.DELIVERY, 19, 3, member_id=dairy.wanjiku)
        void = line(EntryKind.VOID, 20, None, corrects_id=lines[-11].id)
        write(session, dairy, [untold, void, lost(21, 2), own(18, 9, dairy.kamau)], now)
        balance, audit = (of(session, dairy.group, now) for of in (balance_of, audit_now))
    assert balance.spans == audit.spans
    assert (balance.since, balance.through) == (audit.since, audit.through)
    assert balance.missing != 0


def test_findings_stand_with_the_member_whose_they_are(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, now)
        write(session, dairy, [*days(dairy, 1, 8, d7=20), own(6, 20, dairy.wanjiku)], now)
        assert audited_up_to(session, dairy.group.id) is None
        told = {one.finding.key for one in new_findings(session, dairy.group, at(now, 9))}
        assert len(told) == 2
        shown = findings_told(session, dairy.group.id, limit=9)
        assert {one.finding.key for one in shown} == told
        assert {one.member for one in shown} == {None, "Wanjiku"}
        assert audited_up_to(session, dairy.group.id) == date(2026, 11, 7)
        assert len(findings_told(session, dairy.group.id, limit=1)) == 1
