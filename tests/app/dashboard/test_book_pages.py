"""A milk book at the desk: its lines by filter, its chain, its audit and what is paid by it."""

import csv
import io
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import text
from time_machine import travel

from app.service import Service
from app.staff.models import StaffRole
from db.session import Database
from groups import book_looks
from groups.audits import new_findings
from groups.book_kinds import EntryKind
from groups.schemes import Scheme
from tests.app.dashboard.desk import Desk, sit_down
from tests.app.test_payment import paid_group
from tests.cast import KAMAU, WANJIKU
from tests.conftest import NOON
from tests.groups.milk_books import Dairy, days, kirima_dairy, write
from tests.groups.milk_days import line
from tests.groups.stories import found_group
from tests.handlers.keywords.paying import brings, kirima, pays
from tests.handlers.keywords.talking import Talk

BOOK = "/dashboard/groups/KIRIMA/book"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with travel(NOON, tick=False):
        yield


@pytest.fixture
def dairy(database: Database) -> Dairy:
    """Twenty days, five lines each; on the seventh 20 litres are missing."""
    with database.begin() as session:
        dairy = kirima_dairy(session, NOON)
        write(session, dairy, days(dairy, 1, 20, d7=20), NOON)
        return dairy


@pytest.fixture
def desk(service: Service, database: Database) -> Desk:
    return sit_down(service, database, StaffRole.VIEWER)


def numbers(page: str) -> list[int]:
    """The lines that a page shows."""
    return [int(one) for one in re.findall(r'<th scope="row" class="figure">(\d+)<', page)]


def test_the_newest_lines_come_first_page_by_page(desk: Desk, dairy: Dairy) -> None:
    page = desk.open(BOOK).text
    assert numbers(page) == list(range(100, 50, -1))
    assert "100 lines" in page
    assert "after=51" in page
    assert numbers(desk.open(f"{BOOK}?after=51").text) == list(range(50, 0, -1))


def test_lines_are_found_by_day_member_and_kind(desk: Desk, dairy: Dairy) -> None:
    assert numbers(desk.open(f"{BOOK}?day=2026-11-02").text) == [10, 9, 8, 7, 6]
    assert numbers(desk.open(f"{BOOK}?day=2026-11-02&kind=sale").text) == [10]
    kamau = desk.open(f"{BOOK}?day=2026-11-02&member=kamau").text
    assert numbers(kamau) == [7, 6]
    assert "Kamau Njoroge" in kamau
    assert KAMAU not in kamau
    sales = desk.open(f"{BOOK}?kind=sale").text
    assert len(numbers(sales)) == 20
    assert "Of the last three months" in sales
    assert "No line is like that" in desk.open(f"{BOOK}?day=2020-01-01").text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("day=soon", "soon is no day: write it as 2026-11-24."),
        ("member=nobody", "Nobody in KIRIMA has the number or name nobody."),
        ("member=k", "write the number"),
        ("kind=gold", "100 lines"),
    ],
)
def test_what_no_filter_can_be_is_said(
    desk: Desk, dairy: Dairy, database: Database, query: str, words: str
) -> None:
    if query == "member=k":
        with database.begin() as session:
            session.execute(text("UPDATE subscriber SET name = 'Kariuki' WHERE id = 6"))
    page = desk.open(f"{BOOK}?{query}")
    assert page.status_code == 200
    assert words in page.text
    assert len(numbers(page.text)) == 50


def test_what_another_line_corrects_stands_there_and_counts_no_more(
    desk: Desk, dairy: Dairy, database: Database
) -> None:
    with database.begin() as session:
        lines = write(
            session, dairy, [line(EntryKind.DELIVERY, 20, 33, member_id=dairy.kamau)], NOON
        )
        right = line(EntryKind.DELIVERY, 20, 3, member_id=dairy.kamau, corrects_id=lines[0].id)
        write(session, dairy, [right], NOON)
    page = desk.open(BOOK).text
    assert "in place of line 101" in page
    assert "does not count: line 102 stands for it" in page


def test_a_chain_is_looked_through_in_parts(
    desk: Desk, dairy: Dairy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_looks, "STRETCH", 40)
    first = desk.browser.get(f"{BOOK}/chain", headers={"HX-Request": "true"}).text
    assert "Line 40 of 100" in " ".join(first.split())
    assert 'after=40" hx-trigger="load"' in first
    assert "Line 80 of 100" in desk.open(f"{BOOK}/chain?after=40").text
    done = desk.open(f"{BOOK}/chain?after=80").text
    assert "All 100 lines are as they were written" in done
    monkeypatch.setattr(book_looks, "STRETCH", 50)
    assert "Line 50 of 100" in desk.open(f"{BOOK}/chain").text
    assert "All 100 lines" in desk.open(f"{BOOK}/chain?after=50").text


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE book_line SET litres = 99 WHERE number = 12", 12),
        ("DELETE FROM book_line WHERE number = 12", 12),
        ("DELETE FROM book_line WHERE number = 100", 100),
        ("UPDATE milk_book SET last_hash = 'x'", 101),
    ],
)
def test_a_changed_line_is_found(
    desk: Desk, dairy: Dairy, database: Database, statement: str, broken: int
) -> None:
    with database.begin() as session:
        session.execute(text(statement))
    page = " ".join(desk.open(f"{BOOK}/chain").text.split())
    assert f"Line {broken} was changed, put in or taken out" in page


def test_a_book_that_is_not_there_says_how_to_begin_it(desk: Desk, database: Database) -> None:
    with database.begin() as session:
        found_group(session, "KIRIMA")
    assert "Nothing is written yet" in desk.open(BOOK).text
    assert desk.open(f"{BOOK}/chain").status_code == 404
    assert "not audited yet" in desk.open("/dashboard/groups/KIRIMA/audit").text
    payment = desk.open("/dashboard/groups/KIRIMA/payment").text
    assert "has not said how it pays" in payment
    sheet = desk.open("/dashboard/groups/KIRIMA/payment/2026-11a.html")
    assert sheet.status_code == 404
    assert "had no scheme by 2026-11-01" in sheet.text
    assert desk.open("/dashboard/groups/KIRIMA/payment/soon.csv").status_code == 404


def test_the_whole_book_is_a_file(desk: Desk, dairy: Dairy) -> None:
    with desk.open(f"{BOOK}.csv") as file:
        written = file.text
    assert file.mimetype == "text/csv"
    assert "filename=KIRIMA-book.csv" in file.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(written)))
    assert len(rows) == 100
    assert rows[0]["member"] == "Kamau Njoroge"
    assert KAMAU not in written


def test_an_audit_shows_what_was_received_and_what_was_told(
    desk: Desk, dairy: Dairy, database: Database
) -> None:
    with travel(NOON.replace(day=9), tick=False), database.begin() as session:
        new_findings(session, dairy.group, NOON.replace(day=9))
    page = " ".join(desk.open("/dashboard/groups/KIRIMA/audit").text.split())
    assert "2026-11-16 to 2026-11-22" in page
    assert "500 L received, 500 taken by buyers" in page
    assert "7 Nov: 100 L received, 80 sold or lost, 20 missing." in page


def test_a_sheet_is_printed_with_its_own_style_and_no_other(desk: Desk, database: Database) -> None:
    with paid_group(database, NOON):
        pass
    payment = desk.open("/dashboard/groups/KIRIMA/payment").text
    assert "2026-11b" in payment
    assert "Base 45." in payment
    sheet = desk.open("/dashboard/groups/KIRIMA/payment/2026-11a.html")
    assert "<b>8,576.75</b>" in sheet.text
    assert WANJIKU not in sheet.text
    style = re.search(r"<style>(.*?)</style>", sheet.text, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert sheet.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    )
    paper = desk.open("/dashboard/groups/KIRIMA/payment/2026-11a.pdf")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    with desk.open("/dashboard/groups/KIRIMA/payment/2026-11a.csv") as file:
        rows = file.text
    assert rows.splitlines()[0].startswith("number,member,litres")
    assert "8576.75" in rows


def test_who_pays_what_buyers_pay_needs_a_sale(desk: Desk, database: Database) -> None:
    with database.begin() as session:
        talk = Talk(session, NOON)
        group = kirima(talk)
        pays(talk, group, Scheme(base_price=None), on=date(2026, 11, 1))
        brings(talk, group, 3, "10", date(2026, 11, 5))
    sheet = desk.open("/dashboard/groups/KIRIMA/payment/2026-11a.html")
    assert sheet.status_code == 404
    assert "no sale is written in 2026-11a" in sheet.text
