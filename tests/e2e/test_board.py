"""The board in a real browser: on the narrowest phone, on paper, with and without its script."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.board.readers import tell
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO
from tests.e2e.conftest import Running

NARROWEST = 320
SHEET = "/chalkboard/ke-nakuru?lang=sw"
THINGS = (
    "milk", "maize", "beans", "potatoes", "tomatoes", "onions", "cabbage", "kale", "sweet_potatoes",
    "green_grams", "pigeon_peas", "milk_camel",
)  # fmt: skip


@pytest.fixture
def address(running: Running) -> str:
    """A board on which a market tells more than a sheet can hold."""
    now = datetime.now(UTC)
    for ago in (6, 4, 2, 0):
        tell(
            running.service.database,
            now - timedelta(days=ago),
            *((who, "milk", "Nakuru", 47) for who in (OTIENO, ACHIENG, MUTISO)),
        )
    tell(running.service.database, now, *((KAMAU, thing, "Nakuru", 1250) for thing in THINGS[1:]))
    tell(running.service.database, now, (KAMAU, "milk", "Mosoriot", 46), is_demo=True)
    return running.address


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The narrowest phone; a story ends without a complaint in the console."""
    context = browser.new_context(viewport={"width": NARROWEST, "height": 560}, locale="en-GB")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


@pytest.mark.parametrize("language", ["en", "sw"])
def test_no_page_scrolls_sideways_on_the_narrowest_phone(
    phone: Page, address: str, language: str
) -> None:
    for path in (
        "/", "/commodity/milk", "/market/ke-nakuru", "/market/ke-county-nakuru",
        "/market/ke-nakuru/milk", "/map", "/chalkboard/ke-nakuru", "/find?q=nakuru",
    ):  # fmt: skip
        phone.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        wide = phone.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROWEST, path


def test_a_chart_stands_without_a_script_and_answers_the_pointer_with_one(
    browser: Browser, address: str
) -> None:
    without = browser.new_page(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    without.goto(f"{address}/market/ke-nakuru/milk")
    expect(without.locator("figure.chart svg")).to_be_visible()
    expect(without.locator("figure.chart polyline")).to_have_count(1)
    without.locator("summary").first.click()
    expect(without.locator("table.figures tbody tr")).to_have_count(4)
    without.close()
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page.goto(f"{address}/market/ke-nakuru/milk")
    expect(page.locator("figure.chart .uplot canvas")).to_be_visible()
    expect(page.locator("figure.chart svg")).to_be_hidden()
    page.locator("figure.chart .u-over").hover()
    expect(page.locator(".u-legend .u-value").nth(1)).to_contain_text("47")
    page.close()


def test_a_phone_does_not_load_what_draws_the_chart_anew(phone: Page, address: str) -> None:
    loaded: list[str] = []
    phone.on("request", lambda request: loaded.append(request.url))
    phone.goto(f"{address}/market/ke-nakuru/milk")
    phone.wait_for_load_state("networkidle")
    assert any("chart.js" in url for url in loaded)
    assert not any("uplot" in url for url in loaded)


def test_the_sheet_for_the_chalkboard_fits_one_page(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    page = browser.new_page()
    page.goto(f"{address}{SHEET}")
    expect(page.locator("tbody tr")).to_have_count(10)
    sheet = tmp_path / "sheet.pdf"
    page.pdf(path=sheet, prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page[^s]", sheet.read_bytes())) == 1


def test_the_map_leads_to_a_county_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="en-GB")
    page.goto(f"{address}/map")
    county = page.get_by_role("link", name=re.compile("^Nakuru: KES"))
    county.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/market/ke-county-nakuru")
    page.close()
