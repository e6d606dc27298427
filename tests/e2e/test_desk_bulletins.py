"""A moderator sets a bulletin, looks at it, sends it, and it is on a member's phone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app.staff.models import StaffRole
from tests.app.dashboard.desk import PASSWORD, hire
from tests.cast import KAMAU
from tests.conftest import NOON
from tests.e2e.conftest import PATIENCE_MS, Running
from tests.groups.milk_books import days, kirima_dairy, write
from tests.scheduler.stories import kirima


@pytest.fixture
def desk(browser: Browser, running: Running) -> Iterator[Page]:
    """A moderator who is logged in; a story ends without a complaint in the console."""
    email = hire(running.service.database, StaffRole.MODERATOR)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    complaints: list[str] = []
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{running.address}/dashboard/login")
    opened.get_by_label("Address").fill(email)
    opened.get_by_label("Password").fill(PASSWORD)
    opened.keyboard.press("Enter")
    opened.get_by_role("button", name="Log out").wait_for()
    yield opened
    context.close()
    assert complaints == []


def test_a_bulletin_is_set_looked_at_sent_and_read(desk: Page, running: Running) -> None:
    with running.service.database.begin() as session:
        kirima(session, next_bulletin_at=datetime.now(UTC) + timedelta(days=3))
    desk.locator(".wide summary", has_text="Sending").click()
    desk.get_by_role("link", name="Bulletins").click()
    desk.get_by_role("link", name="KIRIMA", exact=True).click()
    shown = desk.locator("#preview")
    expect(shown).to_contain_text("3 recipients, 3 segments")

    # The texts follow what is typed; what is wrong is said where they stood.
    desk.get_by_label("Compares with markets").fill("atlantis")
    expect(shown).to_contain_text("there is no place atlantis in Kenya")
    desk.get_by_label("Compares with markets").fill("molo")
    desk.get_by_label("Thursday").check()
    desk.get_by_label("Language for who chose none").select_option("fr")
    expect(shown).to_contain_text("fr, members")
    desk.get_by_role("button", name="Keep").click()
    expect(desk.locator(".note.good")).to_contain_text("mon,thu at 07:00")

    desk.get_by_role("link", name="Send it now").click()
    desk.get_by_role("button", name="Send it to 3").click()
    expect(desk.locator(".note.good")).to_contain_text("Made: 3 recipients.")
    # It looks again by itself until all are with the gateway.
    waiting = desk.locator("#funnel tr", has_text="waiting for their turn").locator("td").first
    expect(waiting).to_have_text("0")

    phone = desk.context.new_page()
    phone.goto(f"{running.address}/phone#{KAMAU}")
    expect(phone.locator(".theirs")).to_contain_text("KIRIMA")
    phone.close()


def test_a_changed_book_is_found_out(desk: Page, running: Running) -> None:
    with running.service.database.begin() as session:
        dairy = kirima_dairy(session, NOON)
        write(session, dairy, days(dairy, 1, 20), NOON)
    desk.goto(f"{running.address}/dashboard/groups/KIRIMA/book")
    desk.get_by_role("link", name="Was anything changed?").click()
    expect(desk.locator("#chain")).to_contain_text("All 100 lines are as they were written")
    with running.service.database.begin() as session:
        session.execute(text("UPDATE book_line SET litres = 999 WHERE number = 40"))
    desk.reload()
    desk.get_by_role("link", name="Was anything changed?").click()
    expect(desk.locator("#chain")).to_contain_text("Line 40 was changed")
    # How far the group is comes by itself, into its own page.
    desk.get_by_role("link", name="KIRIMA", exact=True).click()
    expect(desk.get_by_text("Step 1 of 3")).to_be_visible()
