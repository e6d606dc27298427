"""What a viewer, a moderator and an admin find on the same pages, and what their browsers may send.

Every page of the desk is opened by its menu and by the links on it, so a new page is looked at too.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.staff.models import StaffRole
from tests.e2e.conftest import Running
from tests.e2e.test_desk_imports import log_in
from tests.prices.doubts import make_usual
from tests.prices.test_moderation import hold
from tests.scheduler.stories import kirima

VIEWER, MODERATOR, ADMIN = StaffRole.VIEWER, StaffRole.MODERATOR, StaffRole.ADMIN
# To look for somebody, to have a text read, to go: what changes nothing may be posted by all.
HARMLESS = re.compile(r"/(logout|find|messages/read|account/|preview)")
DEEDS = (
    "() => [...document.forms].filter(f => f.method == 'post').map(f => f.getAttribute('action'))"
)
LINKS = "() => [...document.querySelectorAll('main a, nav a')].map(a => a.getAttribute('href'))"
MOST_PAGES = 45


@pytest.fixture(autouse=True)
def _at_work(running: Running) -> None:
    """A group with a bulletin, and a report that waits for a look."""
    database = running.service.database
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    make_usual(database, now, "milk", "Githunguri", 45)
    hold(database, now)
    with database.begin() as session:
        kirima(session, next_bulletin_at=now + timedelta(days=3))


def deeds(page: Page, running: Running) -> dict[str, set[str]]:
    """Where the forms of every page of the desk lead, page by page, as far as links lead."""
    found: dict[str, set[str]] = {}
    waiting = ["/dashboard/"]
    while waiting and len(found) < MOST_PAGES:
        path = waiting.pop(0)
        if path in found:
            continue
        answer = page.goto(f"{running.address}{path}", wait_until="domcontentloaded")
        assert answer is not None
        assert answer.status < 400, path
        found[path] = {one or path for one in page.evaluate(DEEDS)}
        links = (one.partition("#")[0] for one in page.evaluate(LINKS) if one)
        waiting += sorted(
            {one for one in links if one.startswith("/dashboard/") and is_page(one)} - {*waiting}
        )
    return found


def is_page(link: str) -> bool:
    """Not a file, not another sorting of the same, not the row of a table of thousands."""
    return not re.search(r"\.(csv|pdf|json)|\?|/reference/\w+/row/|settings/doctor", link)


def post(page: Page, path: str, form: dict[str, Any]) -> int:
    """What a browser with this somebody's cookie gets for a form it was never shown."""
    told = page.evaluate(
        """async ([path, form]) => (await fetch(path, {
            method: 'POST', body: new URLSearchParams(form), redirect: 'manual'})).status""",
        [path, form],
    )
    return int(told)


def sends_nothing(page: Page, running: Running, paths: set[str]) -> None:
    """Sent by hand, with a token of one's own, each is refused."""
    page.goto(f"{running.address}/dashboard/")
    token = page.locator("input[name=csrf_token]").first.input_value()
    for path in sorted(paths):
        assert post(page, path, {"csrf_token": token}) == 403, path


def test_everybody_is_shown_and_may_send_what_is_theirs(browser: Browser, running: Running) -> None:
    pages = {role: log_in(browser, running, role) for role in StaffRole}
    seen = {role: deeds(page, running) for role, page in pages.items()}
    shown = {
        role: {one for found in pages_seen.values() for one in found if not HARMLESS.search(one)}
        for role, pages_seen in seen.items()
    }
    # A viewer sees as many pages, and no button on any of them that changes something.
    assert len(seen[VIEWER]) > 15
    assert shown[VIEWER] == set()
    assert any(one.endswith("/accept") for one in shown[MODERATOR])
    only_admins = shown[ADMIN] - shown[MODERATOR]
    assert {"/dashboard/imports", "/dashboard/groups"} <= only_admins
    sends_nothing(pages[VIEWER], running, shown[ADMIN] | shown[MODERATOR])
    sends_nothing(pages[MODERATOR], running, only_admins)

    for role in (VIEWER, MODERATOR):
        pages[role].goto(f"{running.address}/dashboard/imports")
        expect(pages[role].locator("input[type=file]")).to_have_count(0)
        for path in ("/dashboard/staff", "/dashboard/settings"):
            pages[role].goto(f"{running.address}{path}")
            expect(pages[role].locator("main")).to_contain_text("admin")
            expect(pages[role].locator("main form")).to_have_count(0)
    for page in pages.values():
        page.context.close()
