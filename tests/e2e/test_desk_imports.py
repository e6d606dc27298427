"""Files full of faults, dropped by an admin: looked at, applied, read on board and phone."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from app.imports.running import import_files
from app.service import Service
from app.staff.models import StaffRole
from prices.models import PriceObservation, PublishedPrice
from prices.settling import settle
from tests.app.dashboard.desk import PASSWORD, hire
from tests.app.imports.files import REPORTS
from tests.e2e.conftest import PATIENCE_MS, Running
from tests.prices.wfp_files import HEADER, line

MANY = 5_000


def log_in(browser: Browser, running: Running, role: StaffRole) -> Page:
    """Somebody at the desk."""
    email = hire(running.service.database, role)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.goto(f"{running.address}/dashboard/login")
    opened.get_by_label("Address").fill(email)
    opened.get_by_label("Password").fill(PASSWORD)
    opened.keyboard.press("Enter")
    opened.get_by_role("button", name="Log out").wait_for()
    return opened


@pytest.fixture
def admin(browser: Browser, running: Running) -> Iterator[Page]:
    """An admin and a worker for files; a story ends without a complaint in the console."""
    stopping = Event()
    worker = Thread(target=_work, args=(running.service, stopping), name="imports")
    worker.start()
    complaints: list[str] = []
    opened = log_in(browser, running, StaffRole.ADMIN)
    opened.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    stopping.set()
    worker.join()
    opened.context.close()
    assert complaints == []


def _work(service: Service, stopping: Event) -> None:
    while not stopping.wait(0.1):
        import_files(service, lambda: datetime.now(UTC), stopping)


def send(page: Page, running: Running, form: str, name: str, content: bytes) -> None:
    """Drop a file on the page and send it."""
    page.goto(f"{running.address}/dashboard/imports")
    page.get_by_label("What is it?").select_option(form)
    page.get_by_label("File", exact=True).set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": content}]
    )
    page.get_by_role("button", name="Send and look at it").click()


def drop(page: Page, running: Running, form: str, name: str, content: bytes) -> None:
    """Send a file, and wait until it was looked at: the page looks again by itself."""
    send(page, running, form, name, content)
    expect(page.get_by_role("heading", name="What it would do", exact=True)).to_be_visible()


def tile(page: Page, words: str) -> str:
    """The figure below these words."""
    return page.locator(".tile", has_text=words).locator(".big").first.inner_text()


def rows(running: Running, table: type[PublishedPrice] | type[PriceObservation]) -> int:
    with running.service.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def reports_with_faults(day: datetime) -> bytes:
    """Five thousand lines that are right, of 250 people on 20 days, and one of each fault."""
    written = io.StringIO()
    write = csv.writer(written, lineterminator="\n").writerow
    write(REPORTS.strip().split(","))
    for number in range(MANY):
        at = day - timedelta(days=number // 250, minutes=number % 50)
        who = f"+25471{number % 250:07d}"
        write([at.isoformat(), who, "milk", "Githunguri", 44 + number % 4, "litre"])
    at, who = day.isoformat(), "+254711999999"
    write([at, who, "milk", "Githunguri", 45, "bucketful"])
    write(["2026-02-30T08:00", who, "milk", "Githunguri", 45, "litre"])
    write([at, who, "milk", "Githunguri", -45, "litre"])
    write([at, "nobody", "milk", "Githunguri", 45, "litre"])
    write([at, who, "unobtainium", "Githunguri", 45, "litre"])
    write([at, who, "milk", "Atlantis", 45, "litre"])
    text = written.getvalue()
    doubled = text.splitlines()[1]
    return f"{text}{doubled}\n{at},{who},milk\n".encode()


def test_reports_with_faults_are_looked_at_applied_and_read(admin: Page, running: Running) -> None:
    day = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    drop(admin, running, "observations", "reports <b>.csv", reports_with_faults(day))
    assert tile(admin, "Would be new") == "5,000"
    assert tile(admin, "There already") == "1"  # the doubled row
    assert tile(admin, "Left out") == "7"
    left_out = admin.locator("table", has_text="In line").first
    for reason in (
        "bucketful", "2026-02-30", "no phone number", "unobtainium", "Atlantis", "-45",
    ):  # fmt: skip
        expect(left_out).to_contain_text(re.compile(re.escape(reason)))
    assert rows(running, PriceObservation) == 0

    admin.get_by_role("button", name="Apply: 5,000 new").click()
    expect(admin.get_by_role("heading", name="What it did")).to_be_visible()
    settle(running.service.database, running.service.catalogue.vocabulary, datetime.now(UTC))
    assert rows(running, PriceObservation) == MANY

    board = admin.context.new_page()
    board.goto(f"{running.address}/market/ke-kiambu-githunguri")
    expect(board.locator("main")).to_contain_text(re.compile(r"Milk.*KES 4[4-7]", re.DOTALL))
    board.goto(f"{running.address}/phone")
    board.wait_for_selector("[data-ready]")
    board.locator("[data-key=left]").click()
    board.locator("#words").fill("price milk githunguri")
    board.locator("[data-key=left]").click()
    expect(board.locator(".theirs .text-words")).to_contain_text(re.compile("KES 4[4-7]"))
    board.close()


def test_a_price_file_with_faults_is_applied_and_another_put_away(
    admin: Page, running: Running
) -> None:
    lines = [
        HEADER,
        line("42"),
        line("42"),  # doubled
        line("43", day="2026-02-15"),
        line("44", unit="Bucketful"),
        line("45", day="2026-13-45"),
        line("-46", day="2026-04-15"),
        line("47", product="Café"),
        "2026-05-15,too,short",
        "",
    ]
    content = "\n".join(lines).encode()
    drop(admin, running, "wfp", "wfp.csv", content)
    left_out = admin.locator("table", has_text="In line").first
    for reason in ("Bucketful", "2026-13-45", "-46"):
        expect(left_out).to_contain_text(reason)
    new = int(tile(admin, "Would be new"))
    assert new == 2
    assert rows(running, PublishedPrice) == 0

    # Put away: nothing of it was written.
    admin.get_by_role("button", name="Put away").click()
    expect(admin.locator(".note.good")).to_contain_text("Nothing of it was written")
    assert rows(running, PublishedPrice) == 0

    drop(admin, running, "wfp", "wfp.csv", content)
    admin.get_by_role("button", name="Apply: 2 new").click()
    expect(admin.get_by_role("heading", name="What it did")).to_be_visible()
    assert rows(running, PublishedPrice) == new
    admin.goto(f"{running.address}/market/ke-nakuru/maize")
    expect(admin.locator("main")).to_contain_text("43")


@pytest.mark.parametrize(
    ("form", "content", "sentence"),
    [
        ("kamis", b"a,b\n1,2\n", "prices.csv is no KAMIS price file"),
        ("wfp", f"{HEADER}\n{line(product='Café')}\n".encode("latin-1"), "not UTF-8"),
        ("wfp", f'{HEADER}\n{line()}\n"{line()}\n'.encode(), "a quotation mark is opened"),
        ("observations", REPORTS.encode("utf-16"), "not UTF-8"),
    ],
    ids=["other columns", "latin-1", "a broken quote", "utf-16"],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    admin: Page, running: Running, form: str, content: bytes, sentence: str
) -> None:
    send(admin, running, form, "prices.csv", content)
    expect(admin.get_by_role("alert")).to_contain_text(sentence)
    expect(admin.locator("#state")).to_contain_text("Nothing was written")
