"""Nobody is shut out: axe-core on every page, keys alone, the narrowest phone."""

import json
import shutil
from base64 import b32decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from app import create_app
from app.config import Settings
from app.service import Service, open_service
from app.staff.models import StaffRole
from app.staff.totp import code_at, step_of
from tests.app.dashboard.desk import PASSWORD, hire
from tests.e2e.conftest import PATIENCE_MS, served
from tests.e2e.lived_in import Staffed, live_in
from tests.e2e.pages import EXCUSED, FILLED, addresses

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
# What shuts somebody out; the rest is advice, and not every piece of it is meant for us.
GRAVE = {"serious", "critical"}
NARROWEST = 320
# Pages of which a part comes behind the rest.
FETCHES = "[hx-trigger*=load], [data-counties], #handset"

# Of what has the focus: null where nothing has, "" where it is seen, else what it is.
SHOWS_FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  return seen && box.width > 0 && box.right > 0 ? "" : at.outerHTML.slice(0, 160);
}"""


@dataclass(frozen=True)
class Look:
    """A light screen on a desk, or a small dark one."""

    width: int
    height: int
    colours: Any


LOOKS = {
    "light": Look(1280, 900, "light"),
    "dark": Look(NARROWEST, 640, "dark"),
}


@dataclass(frozen=True)
class Place:
    """A service that was lived in, and whoever works there."""

    address: str
    service: Service
    staffed: Staffed


@pytest.fixture(scope="module")
def place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Pages with something on them; no story here changes what is there."""
    path = tmp_path_factory.mktemp("lived-in") / "bei.db"
    shutil.copy(sqlite_template, path)
    service = open_service(Settings(_env_file=None, DATABASE_URL=f"sqlite:///{path}"))
    staffed = live_in(service)
    with served(service) as address:
        yield Place(address, service, staffed)
    service.database.engine.dispose()


@pytest.fixture(params=LOOKS)
def seen(request: pytest.FixtureRequest, browser: Browser, place: Place) -> Iterator[Page]:
    """An admin's browser, in either look."""
    context = _context(browser, LOOKS[request.param])
    yield log_in(context, place.address, place.staffed.admin)
    context.close()


@pytest.fixture
def desk(browser: Browser, place: Place) -> Iterator[Page]:
    """An admin's browser on a wide screen."""
    context = _context(browser, LOOKS["light"])
    yield log_in(context, place.address, place.staffed.admin)
    context.close()


def _context(browser: Browser, look: Look) -> BrowserContext:
    return browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.colours,
        reduced_motion="reduce",
        locale="en-GB",
    )


def log_in(context: BrowserContext, address: str, email: str) -> Page:
    """Sit down at the desk."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/dashboard/login")
    _say_who(page, email, PASSWORD)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return page


def _say_who(page: Page, email: str, password: str) -> None:
    page.get_by_label("Address").fill(email)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def go(page: Page, address: str) -> Response:
    """Open a page and wait until all that comes by itself has come."""
    answer = page.goto(address)
    assert answer is not None
    if page.locator(FETCHES).count():
        page.wait_for_load_state("networkidle")
    return answer


def faults(page: Page) -> list[str]:
    """What axe-core finds grave on the page as it stands: the rule, where, why."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{one['impact']} {one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
        if one["impact"] in GRAVE
    ]


def is_fair(page: Page) -> None:
    """Nobody is shut out from the page as it stands."""
    assert [*faults(page), *sideways(page)] == [], page.url


def sideways(page: Page) -> list[str]:
    """How far the page scrolls sideways, where it does."""
    wide, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    return [f"scrolls sideways: {wide} in {room}"] if wide > room else []


def test_no_page_shuts_anybody_out(seen: Page, place: Place) -> None:
    complaints: list[str] = []
    # A browser says of every page that is not there that it is not there.
    seen.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type in ("error", "warning") and "Failed to load" not in message.text
            else None
        ),
    )
    seen.on("pageerror", lambda error: complaints.append(str(error)))
    app = create_app(place.service.settings, place.service)
    with place.service.database.read() as session:
        paths = list(addresses(app, session))
    wrong: dict[str, list[str]] = {}
    for path in paths:
        complaints.clear()
        answer = go(seen, f"{place.address}{path}")
        assert answer.headers["content-type"].startswith("text/html"), path
        found = [*faults(seen), *sideways(seen), *complaints]
        if found:
            wrong[path] = found
    assert wrong == {}, json.dumps(wrong, indent=1)


def test_what_is_excused_or_filled_is_there(place: Place) -> None:
    app = create_app(place.service.settings, place.service)
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert (set(FILLED) | set(EXCUSED)) - known == set()


def test_a_page_that_nobody_spoke_of_is_a_fault(place: Place) -> None:
    app = create_app(place.service.settings, place.service)
    app.add_url_rule("/new/<thing>", "new.thing", view_func=str)
    with place.service.database.read() as session, pytest.raises(KeyError, match=r"new\.thing"):
        list(addresses(app, session))


@pytest.mark.parametrize("look", LOOKS)
def test_doors_are_for_everybody(browser: Browser, place: Place, look: str) -> None:
    """Log-in, a wrong password, the second step, its code, a page for another role."""
    email = hire(place.service.database, StaffRole.VIEWER, f"{look}@example.org")
    page = _context(browser, LOOKS[look]).new_page()
    page.goto(f"{place.address}/dashboard/login")
    is_fair(page)
    _say_who(page, email, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    is_fair(page)
    _say_who(page, email, PASSWORD)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    refused = page.goto(f"{place.address}/dashboard/staff")
    assert refused is not None
    assert refused.status == 403
    is_fair(page)
    page.goto(f"{place.address}/dashboard/account")
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator("svg.qr")).to_be_visible()
    is_fair(page)
    key = page.locator("li code").inner_text().replace(" ", "")
    secret = b32decode(key + "=" * (-len(key) % 8))
    page.get_by_label("Code").fill(code_at(secret, step_of(datetime.now(UTC))))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    is_fair(page)
    page.get_by_role("link", name="I have them").click()
    is_fair(page)
    page.get_by_role("button", name="Log out", exact=True).click()
    _say_who(page, email, PASSWORD)
    expect(page.get_by_role("heading", name="The code of your phone")).to_be_visible()
    is_fair(page)
    page.context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_who_tried_too_often_can_read_why(browser: Browser, place: Place, look: str) -> None:
    # Of this service nobody else remembers the wrong tries.
    service = open_service(place.service.settings)
    page = _context(browser, LOOKS[look]).new_page()
    with served(service) as address:
        page.goto(f"{address}/dashboard/login")
        while "Too many" not in page.locator("main").inner_text():
            with page.expect_navigation():
                _say_who(page, "nobody@example.org", "wrong")
        is_fair(page)
    page.context.close()
    service.database.engine.dispose()


@pytest.mark.parametrize("look", LOOKS)
def test_a_page_that_broke_can_be_read(browser: Browser, place: Place, look: str) -> None:
    app = create_app(place.service.settings, place.service)
    app.add_url_rule("/broken", view_func=lambda: str(1 // 0))
    page = _context(browser, LOOKS[look]).new_page()
    with served(place.service, app) as address:
        answer = page.goto(f"{address}/broken")
        assert answer is not None
        assert answer.status == 500
        expect(page.get_by_role("heading")).to_have_text("Something went wrong on our side")
        is_fair(page)
    page.context.close()


def test_the_first_key_leads_past_the_menu(desk: Page, place: Place) -> None:
    for path in ("/dashboard/prices", "/"):
        desk.goto(f"{place.address}{path}")
        desk.keyboard.press("Tab")
        skip = desk.locator("a.skip")
        expect(skip).to_be_focused()
        assert skip.bounding_box()["x"] >= 0  # type: ignore[index]
        desk.keyboard.press("Enter")
        assert desk.url.endswith("#main")
        desk.keyboard.press("Tab")
        assert desk.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_whatever_has_the_focus_shows_it(desk: Page, place: Place) -> None:
    for path in ("/dashboard/moderation", "/dashboard/groups/KIRIMA", "/map"):
        desk.goto(f"{place.address}{path}")
        passed = 0
        for _ in range(60):
            desk.keyboard.press("Tab")
            seen = desk.evaluate(SHOWS_FOCUS)
            if seen is None:  # through, and back at the browser's own
                break
            assert seen == "", f"{path}: {seen}"
            passed += 1
        assert passed > 10, path


def test_the_menu_is_walked_by_keys(desk: Page) -> None:
    menu = desk.get_by_role("navigation", name="Desk")
    bar = menu.bounding_box()
    assert bar is not None
    assert bar["height"] < 40  # one line of it, at 1280
    sending = menu.locator(".wide summary", has_text="Sending")
    sending.focus()
    desk.keyboard.press("Enter")
    costs = menu.get_by_role("link", name="Costs")
    expect(costs).to_be_visible()
    is_fair(desk)
    desk.keyboard.press("Escape")
    expect(costs).to_be_hidden()
    expect(sending).to_be_focused()
    desk.keyboard.press("Enter")
    for _ in range(4):
        desk.keyboard.press("Tab")
    expect(costs).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Costs")).to_be_visible()
    expect(costs).to_be_hidden()
    # It tells where one is, shut as well as open.
    assert sending.get_attribute("aria-current") == "true"
    sending.click()
    expect(costs).to_have_attribute("aria-current", "page")
    # Who goes on leaves no drawer open over what they read.
    menu.locator(".wide summary", has_text="Data").click()
    expect(costs).to_be_hidden()
    desk.locator("footer").click()
    expect(menu.get_by_role("link", name="Imports")).to_be_hidden()


def test_on_a_phone_the_menu_is_one_button(browser: Browser, place: Place) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = log_in(context, place.address, place.staffed.admin)
    menu = page.get_by_role("navigation", name="Desk")
    expect(menu.get_by_role("link")).to_have_count(0)
    menu.get_by_text("Menu").click()
    is_fair(page)
    menu.get_by_role("link", name="Radio").click()
    expect(page.get_by_role("heading", name="Radio stations")).to_be_visible()
    expect(menu.get_by_role("link")).to_have_count(0)
    context.close()


def test_without_a_script_the_menu_opens_all_the_same(browser: Browser, place: Place) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = log_in(context, place.address, place.staffed.viewer)
    menu = page.get_by_role("navigation", name="Desk")
    menu.locator(".wide summary", has_text="People").click()
    menu.get_by_role("link", name="Subscribers").click()
    expect(page.get_by_role("heading", name="Subscribers")).to_be_visible()
    # A viewer is led to nothing that is an admin's.
    menu.locator(".wide summary", has_text="Desk").click()
    expect(menu.get_by_role("link", name="Changes")).to_be_visible()
    expect(menu.get_by_role("link", name="Staff")).to_have_count(0)
    context.close()
