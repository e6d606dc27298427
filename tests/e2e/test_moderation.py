"""A moderator at work with keys alone, and the farmer whose next answer is another."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from app.staff.models import StaffRole
from prices.kinds import ObservationStatus
from tests.app.dashboard.desk import PASSWORD, hire
from tests.cast import ACHIENG, KAMAU, OTIENO
from tests.e2e.conftest import PATIENCE_MS, Running
from tests.prices.doubts import make_usual, price_of, standings
from tests.prices.test_moderation import hold

HELD, DROPPED = ObservationStatus.HELD, ObservationStatus.DROPPED
ACCEPTED = ObservationStatus.ACCEPTED


@pytest.fixture
def desk(browser: Browser, running: Running) -> Iterator[Page]:
    """A moderator who is logged in; a story ends without a complaint in the console."""
    # At the full hour: there equal prices are no copies of one another.
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    database = running.service.database
    make_usual(database, now, "milk", "Githunguri", 45)
    email = hire(database, StaffRole.MODERATOR)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    complaints: list[str] = []
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{running.address}/dashboard/login")
    opened.get_by_label("Address").fill(email)
    opened.get_by_label("Password").fill(PASSWORD)
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", name="Today")).to_be_visible()
    yield opened
    context.close()
    assert complaints == []


def open_moderation(desk: Page) -> None:
    """Go there, and wait until its keys are keys: the words stand there before the scripts ran."""
    desk.get_by_role("link", name="Moderation").click()
    desk.wait_for_url("**/moderation*")
    desk.wait_for_load_state()


def sees(desk: Page, words: str) -> None:
    """The next report is there, and has the keys."""
    title = desk.locator("#case-title")
    expect(title).to_have_text(words)
    expect(title).to_be_focused()


def test_three_reports_are_judged_with_keys(desk: Page, running: Running) -> None:
    database = running.service.database
    now = datetime.now(UTC)
    hold(database, now - timedelta(minutes=3), 450, OTIENO)
    hold(database, now - timedelta(minutes=2), 90, ACHIENG)
    hold(database, now - timedelta(minutes=1), 4, KAMAU)
    before = price_of(database, now, "milk", "Githunguri")
    open_moderation(desk)
    title = desk.locator("#case-title")
    expect(title).to_have_text("Milk KES 4/L")

    # Down and up the list.
    desk.keyboard.press("j")
    sees(desk, "Milk KES 90/L")
    desk.keyboard.press("k")
    sees(desk, "Milk KES 4/L")

    desk.keyboard.press("r")
    desk.keyboard.press("4")
    sees(desk, "Milk KES 90/L")
    expect(desk.locator(".note.good")).to_contain_text("does not count.")

    desk.keyboard.press("a")
    sees(desk, "Milk KES 450/L")
    expect(desk.locator(".note.good")).to_contain_text("counts.")
    # To be loaded anew, or sent to a colleague.
    assert "/accept" not in desk.url

    # Letters in a field are letters.
    desk.keyboard.press("c")
    price = desk.locator("#price")
    expect(price).to_be_focused()
    desk.keyboard.type("lots a")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("Write the price as a figure")
    desk.keyboard.press("c")
    desk.keyboard.type("46")
    desk.keyboard.press("Enter")
    expect(desk.locator(".empty")).to_contain_text("Nothing waits for a look")

    assert standings(database, KAMAU)[-1] == (4, "litre", DROPPED)
    assert standings(database, ACHIENG)[-1] == (90, "litre", ACCEPTED)
    assert standings(database, OTIENO) == [(450, "litre", DROPPED), (46, "litre", ACCEPTED)]
    after = price_of(database, now, "milk", "Githunguri")
    assert before is not None
    assert after is not None
    assert after > before


def test_the_farmers_next_answer_is_another(desk: Page, running: Running) -> None:
    phone = desk.context.new_page()
    phone.goto(f"{running.address}/phone")
    phone.wait_for_selector("[data-ready]")

    def text(words: str, answers: int) -> str:
        if not phone.locator("#view-texts").is_visible():
            phone.locator("[data-key=left]").click()
        phone.locator("#words").fill(words)
        phone.locator("[data-key=left]").click()
        found = phone.locator(".theirs .text-words")
        expect(found).to_have_count(answers)
        return found.last.inner_text()

    before = text("price milk githunguri", 1)
    assert "45" in before
    assert "1" in text("milk githunguri 90", 2)
    open_moderation(desk)
    expect(desk.locator("#case-title")).to_have_text("Milk KES 90/L")
    desk.keyboard.press("a")
    expect(desk.locator(".note.good")).to_contain_text("before.")
    assert text("price milk githunguri", 3) != before


def test_without_a_script_the_forms_do_the_same(browser: Browser, running: Running) -> None:
    database = running.service.database
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    make_usual(database, now, "milk", "Githunguri", 45)
    hold(database, now)
    email = hire(database, StaffRole.MODERATOR)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{running.address}/dashboard/login?to=/dashboard/moderation")
    page.get_by_label("Address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="45 per litre").click()
    expect(page.locator(".note.good")).to_contain_text("is corrected by report")
    context.close()
    assert standings(database, OTIENO) == [(450, "litre", DROPPED), (45, "litre", ACCEPTED)]
