"""Take the README's pictures, of a service that was lived in for a morning.

    python -m docs.screenshots

It fills a database of its own – the real price history, the demo people, what texts and staff did –
and serves it while it looks: no service has to run, and no real one is touched. Writes
docs/images/*.png, each with 256 colours.
"""

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.config import Settings
from app.service import Service, open_service
from db.upgrade import upgrade
from prices.importers.reference import load_reference
from tests.app.dashboard.desk import PASSWORD
from tests.e2e.conftest import ARGUMENTS, NAMES, Running, served
from tests.e2e.lived_in import live_in

IMAGES = Path(__file__).parent / "images"
PATIENCE_MS = 15_000
COLOURS = 256
MOST_BYTES = 200_000


@dataclass(frozen=True)
class Picture:
    """A page as its visitor meets it, as far down as it is of use."""

    name: str
    path: str
    width: int = 1000
    height: int = 640


BOARD = (
    Picture("board", "/", height=600),
    Picture("market", "/market/ke-nakuru/milk", height=700),
    Picture("map", "/map", height=820),
    Picture("chalkboard", "/chalkboard/ke-nakuru", width=700, height=500),
    Picture("api", "/api/docs", height=700),
)
DESK = (
    Picture("desk-today", "/dashboard/", height=600),
    Picture("desk-moderation", "/dashboard/moderation", height=760),
    Picture("desk-price", "/dashboard/prices/milk/ke-kiambu-githunguri/farm_gate", height=760),
    Picture("desk-coverage", "/dashboard/coverage", height=860),
    Picture("desk-group", "/dashboard/groups/KIRIMA", height=1150),
    Picture("desk-bulletin", "/dashboard/bulletins/group/1", height=700),
)


def take() -> None:
    """Every picture."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        sys.exit("no Chromium on this machine: install the package `chromium`")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bei-pictures-") as folder:
        service = _new_service(Path(folder) / "bei.db")
        admin = live_in(service).admin
        with served(service) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
            running = Running(address, service)
            running.start_worker()
            try:
                _take_phone(browser, address)
            finally:
                running.stop_worker()
            _take_pages(browser, address, admin)
            browser.close()
        service.database.engine.dispose()


def _new_service(path: Path) -> Service:
    service = open_service(Settings(_env_file=None, DATABASE_URL=f"sqlite:///{path}"))
    upgrade(service.database)
    with service.database.begin() as session:
        load_reference(session)
    return service


def _take_phone(browser: Browser, address: str) -> None:
    texts = _phone(browser, address, 1280, 980)
    _text(texts)
    _keep(texts, "phone")
    call = _phone(browser, address, 390, 716)
    _dial(call)
    _keep(call, "phone-narrow")


def _phone(browser: Browser, address: str, width: int, height: int) -> Page:
    page = _context(browser, width, height).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/phone")
    page.wait_for_selector("[data-ready]")
    return page


def _text(page: Page) -> None:
    """An asked price and a told one, each with its reply."""
    for words in ("bei maziwa nakuru", "report milk githunguri 45"):
        before = page.locator(".theirs").count()
        page.locator(f".try[data-text='{words}']").click()
        expect(page.locator(".theirs")).to_have_count(before + 1, timeout=PATIENCE_MS)
    page.mouse.move(0, 0)


def _dial(page: Page) -> None:
    page.locator(".try-code").click()
    page.wait_for_selector("#reply:not([disabled])")
    page.evaluate("scrollTo(0, document.getElementById('handset').offsetTop - 14)")


def _take_pages(browser: Browser, address: str, admin: str) -> None:
    page = _context(browser, 1000, 640).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/dashboard/login")
    page.get_by_label("Address").fill(admin)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Today").wait_for()
    for picture in (*BOARD, *DESK):
        page.set_viewport_size({"width": picture.width, "height": picture.height})
        page.goto(f"{address}{picture.path}", wait_until="networkidle")
        _keep(page, picture.name)


def _context(browser: Browser, width: int, height: int) -> BrowserContext:
    return browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=1.5,
        color_scheme="light",
        reduced_motion="reduce",
        locale="en-GB",
    )


def _keep(page: Page, name: str) -> None:
    """As a PNG of few colours: whoever reads the README on a slow line waits for it."""
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as taken:
        taken.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name}: {size:,} bytes")  # noqa: T201 – whoever runs it looks on
    if size > MOST_BYTES:
        sys.exit(f"{path.name} has more than {MOST_BYTES:,} bytes: give it fewer colours or points")


if __name__ == "__main__":
    take()
