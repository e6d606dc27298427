"""Books are audited once for each closed day, and a finding is new once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

from sqlalchemy.orm import Session

from db.session import Database
from groups.audit_models import AuditFinding
from groups.audits import audit_now, due_books, new_findings, own_findings
from groups.book_kinds import EntryKind
from groups.models import Group, GroupMember
from tests.cast import KAMAU, WANJIKU
from tests.groups.milk_books import Dairy, at, days, kirima_dairy, write
from tests.groups.milk_days import line, own
from tests.groups.stories import found_group, meet
from tests.handlers.texting import rows


def dairy_with(session: Session, now: datetime, last: int, **leaks: float) -> Dairy:
    dairy = kirima_dairy(session, now)
    write(session, dairy, days(dairy, 1, last, **leaks), now)
    return dairy


def found(session: Session, dairy: Dairy, now: datetime) -> list[tuple[str, int, str | None]]:
    told = new_findings(session, dairy.group, now)
    return [(one.finding.kind.value, one.finding.day.day, one.member) for one in told]


def test_a_finding_is_new_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = dairy_with(session, now, 10, d7=20)
        assert found(session, dairy, at(now, 8)) == []  # the treasurer has the day after
        assert found(session, dairy, at(now, 9)) == [("before_sale", 7, None)]
        assert found(session, dairy, at(now, 9)) == []
        assert found(session, dairy, at(now, 10)) == []
        assert rows(session, AuditFinding, group_id=dairy.group.id) == 1


def test_a_line_that_another_corrects_counts_no_more(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = kirima_dairy(session, now)
        lines = write(session, dairy, days(dairy, 1, 5, d3=20), now)
        sale = next(one for one in lines if one.kind is EntryKind.SALE and one.litres == 80)
        right = line(EntryKind.SALE, 3, 100, corrects_id=sale.id)
        write(session, dairy, [right], now)
        assert found(session, dairy, at(now, 7)) == []
        # Nor does one that is taken out: then the last day's milk is not sold yet.
        write(session, dairy, [line(EntryKind.VOID, 5, None, corrects_id=lines[-1].id)], now)
        assert [span.day.day for span in audit_now(session, dairy.group, at(now, 7)).spans] == [
            1, 2, 3, 4,
        ]  # fmt: skip


def test_a_member_is_named_and_the_groups_own_come_first(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = dairy_with(session, now, 6, d5=10)
        session.get_one(GroupMember, dairy.kamau).left_at = now
        write(session, dairy, [own(2, 90, member=dairy.kamau)], now)
        assert found(session, dairy, at(now, 8)) == [
            ("before_sale", 5, None),
            ("own_side", 2, "Kamau Njoroge"),
        ]


def test_a_half_month_that_ended_while_no_worker_ran_is_audited(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        dairy = dairy_with(session, now, 18, d14=20, d16=20)
        assert found(session, dairy, at(now, 10)) == []
        assert found(session, dairy, at(now, 20)) == [
            ("before_sale", 14, None),
            ("before_sale", 16, None),
        ]


def test_a_book_is_due_when_a_day_of_it_was_closed(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = dairy_with(session, now, 5)
        found_group(session, "BOOKLESS")
        assert [one.group_id for one in due_books(session, at(now, 8))] == [dairy.group.id]
        new_findings(session, dairy.group, at(now, 8))
        assert due_books(session, at(now, 8)) == []
        # 21:00 UTC is midnight in Nairobi.
        assert due_books(session, at(now, 8, 20)) == []
        assert len(due_books(session, at(now, 8, 21))) == 1


def test_each_sees_only_their_own_side(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = dairy_with(session, now, 5)
        write(session, dairy, [own(2, 70, member=dairy.kamau)], now)
        result = audit_now(session, dairy.group, at(now, 7))
        (finding,) = own_findings(session, meet(session, KAMAU, now), result)
        assert (finding.day, finding.found) == (date(2026, 11, 2), Decimal(70))
        assert own_findings(session, meet(session, WANJIKU, now), result) == []


def test_two_workers_find_it_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        dairy = dairy_with(session, now, 5, d3=20)
        group_id = dairy.group.id
    together, counts = Barrier(2), []

    def work() -> None:
        together.wait()
        with database.begin() as session:
            group = session.get_one(Group, group_id)
            counts.append(len(new_findings(session, group, at(now, 7))))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timedelta(seconds=30).total_seconds())
    assert sorted(counts) == [0, 1]
