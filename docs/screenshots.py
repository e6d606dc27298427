"""Take the README's pictures of the phone page from a service that runs.

    BASE_URL=http://127.0.0.1:8000 python docs/screenshots.py

Writes docs/images/phone.png and docs/images/phone-narrow.png. It texts and dials as the page's
newcomer, so let it look at a service with the demo people, never at a real one.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

IMAGES = Path(__file__).parent / "images"
BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000")  # noqa: TID251 – a tool's own
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
PATIENCE_MS = 15_000


def take() -> None:
    """Both pictures."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        sys.exit("no Chromium on this machine: install the package `chromium`")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        texts = _open(browser, 1280, 980)
        _text(texts)
        texts.screenshot(path=IMAGES / "phone.png")
        call = _open(browser, 390, 716)
        _dial(call)
        call.screenshot(path=IMAGES / "phone-narrow.png")
        browser.close()


def _open(browser: Browser, width: int, height: int) -> Page:
    page = browser.new_page(
        viewport={"width": width, "height": height},
        device_scale_factor=1.5,
        color_scheme="light",
        reduced_motion="reduce",
    )
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{BASE_URL}/phone")
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


if __name__ == "__main__":
    take()
