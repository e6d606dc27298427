"""The demo groups: marked, once, and with milk books that have something to show."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.config import Settings
from app.demo import GROUPS, OFFICES, seed_demo
from app.demo_books import DAYS
from app.service import Service, open_service
from db.session import Database
from groups.audit_of_group import FindingKind, Period, audit
from groups.book import every_line, first_broken_line, lines_of
from groups.book_kinds import EntryKind
from groups.groups import find_group
from groups.members import members_of
from groups.mode import standing
from groups.models import Form, Group
from groups.payments import Sheet, Statement, sheet_of, statement_of
from groups.progress import progress_of
from groups.schemes import period_of
from messaging.phrases.formats import local_date
from scheduler.previews import preview

NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def service(database: Database, database_url: str) -> Iterator[Service]:
    opened = open_service(Settings(_env_file=None, DATABASE_URL=database_url))
    yield opened
    opened.database.engine.dispose()


def group_of(session: Session, code: str) -> Group:
    group = find_group(session, code)
    assert group is not None
    return group


def test_what_the_books_show(service: Service) -> None:
    """A bulletin, a statement, an audit and progress of each group say something, marked so."""
    summary = seed_demo(service, NOW)
    assert (summary.people, summary.groups) == (12, len(GROUPS))
    assert summary.lines > 1_000
    with service.database.read() as session:
        vocabulary = service.catalogue.vocabulary(session, "KE")
        for demo in GROUPS:
            group = group_of(session, demo.code)
            assert group.is_demo
            roles = [one.role for one in members_of(session, group)]
            assert len(roles) >= 12
            assert roles[: len(demo.members)] == list(OFFICES[: len(demo.members)])
            a_book_is_kept(session, group)
            members_are_paid(session, group)
            assert standing(progress_of(session, vocabulary, group, NOW)).done
            texts = preview(session, vocabulary, group, NOW).texts
            assert all(one.text.startswith("DEMO ") for one in texts)
            (long,) = (one for one in texts if one.form is Form.LONG)
            assert "decide: " in long.text or "kuamua: " in long.text
            assert long.segments <= group.bulletin_secretary_segments
        the_missing_can_is_found(session, group_of(session, "KIRIMA"))


def a_book_is_kept(session: Session, group: Group) -> None:
    """Of the last forty days, with everything that a book may hold; whole, and marked."""
    today = local_date(NOW, group.timezone)
    lines = lines_of(session, group.id, since=today - 99 * DAY, until=today + DAY)
    delivered = [one for one in lines if one.kind is EntryKind.DELIVERY]
    days = {today - number * DAY for number in range(1, DAYS + 1)}
    assert {one.day for one in delivered} == days
    assert {one.grade for one in delivered} == {"A", "B"}
    assert len({one.buyer for one in lines if one.kind is EntryKind.SALE}) == 2
    kinds = {EntryKind.REJECT, EntryKind.LOSS, EntryKind.PAID, EntryKind.CHARGE}
    assert kinds <= {one.kind for one in lines}
    assert first_broken_line(session, group.id) is None
    assert {one.raw_text for one in every_line(session, group.id)} == {"(demo)"}


def members_are_paid(session: Session, group: Group) -> None:
    """Everybody has a statement, and the half month that is over adds up."""
    today = local_date(NOW, group.timezone)
    for member in members_of(session, group):
        statement = statement_of(session, group, member.id, today)
        assert isinstance(statement, Statement)
        assert statement.account is not None
        assert statement.account.total > 0
    sheet = sheet_of(session, group, period_of(today.replace(day=1), is_monthly=False))
    assert isinstance(sheet, Sheet)
    assert sum(one.total for one in sheet.settlement.accounts) == sheet.settlement.paid


def the_missing_can_is_found(session: Session, group: Group) -> None:
    """And no other day differs."""
    today = local_date(NOW, group.timezone)
    lines = lines_of(session, group.id, since=today - DAYS * DAY, until=today)
    found = audit(lines, Period(today - DAYS * DAY, today - DAY), today).findings
    assert found
    assert {one.day.toordinal() % 19 for one in found} == {0}
    assert all(19 < one.missing < 21 for one in found)
    assert {one.kind for one in found} == {FindingKind.BEFORE_SALE}


def test_seeding_again_adds_what_is_new(service: Service) -> None:
    seed_demo(service, NOW)
    again = seed_demo(service, NOW + timedelta(hours=2))
    assert (again.people, again.groups, again.lines) == (0, 0, 0)
    assert 20 < seed_demo(service, NOW + DAY).lines < 80
    # A machine that was off for months begins anew; the days between stay empty.
    assert seed_demo(service, NOW + 90 * DAY).lines > 1_000
    with service.database.read() as session:
        for demo in GROUPS:
            group = group_of(session, demo.code)
            assert len(members_of(session, group)) == len(demo.members) + 9
            assert first_broken_line(session, group.id) is None
            # Nobody is late to pay: what was open when the machine went off was paid since.
            assert "owes" not in "".join(
                one.text
                for one in preview(
                    session,
                    service.catalogue.vocabulary(session, "KE"),
                    group,
                    NOW + 90 * DAY,
                ).texts
            )


def test_a_group_of_people_that_took_the_code_is_left_alone(service: Service) -> None:
    with service.database.begin() as session:
        other = service.catalogue.vocabulary(session, "KE")
        place = next(iter(other.places))
        session.add(
            Group(
                code="KIRIMA", name="Kirima", country="KE", place_id=place, language="en",
                commodity_code="milk", bulletin_weekdays=1, bulletin_hour=7,
                timezone="Africa/Nairobi",
            )
        )  # fmt: skip
    seed_demo(service, NOW)
    with service.database.read() as session:
        group = group_of(session, "KIRIMA")
        assert list(every_line(session, group.id)) == []
