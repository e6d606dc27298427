"""A real browser before the real web application, with a worker that sends what is promised."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from app import create_app
from app.config import Settings
from app.service import Service, open_service
from tests.scheduler.sending import send_all

ROUND_SECONDS = 0.1
# A busy machine is slow; a story that fails waits this long before it says so.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
ARGUMENTS = (
    "--no-sandbox",  # Chromium refuses to start as root with it, and CI is root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium. In CI a missing one is a fault, elsewhere a reason to skip."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        reason = "no Chromium on this machine: install the package `chromium` to run these stories"
        if os.environ.get("CI") == "true":  # noqa: TID251 – no setting of Bei's
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@dataclass
class Running:
    """The service as a newcomer meets it; the worker can be sent home and called back."""

    address: str
    service: Service
    _stop: Event = field(default_factory=Event)
    _worker: Thread | None = None

    def start_worker(self) -> None:
        """Send what is due, over and over."""
        self._stop.clear()
        self._worker = Thread(target=self._work, name="worker")
        self._worker.start()

    def stop_worker(self) -> None:
        """Nothing leaves from now on."""
        self._stop.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    def _work(self) -> None:
        while not self._stop.wait(ROUND_SECONDS):
            service = self.service
            send_all(service.database, service.gateways, service.rules, lambda: datetime.now(UTC))


@pytest.fixture
def running(sqlite_template: Path, tmp_path: Path) -> Iterator[Running]:
    """Web and worker on a free port, over a copy of the filled database."""
    shutil.copy(sqlite_template, tmp_path / "bei.db")
    settings = Settings(_env_file=None, DATABASE_URL=f"sqlite:///{tmp_path / 'bei.db'}")
    service = open_service(settings)
    with served(service) as address:
        place = Running(address, service)
        place.start_worker()
        yield place
        place.stop_worker()
    service.database.engine.dispose()


@contextmanager
def served(service: Service, flask_app: Flask | None = None) -> Iterator[str]:
    """The web on a free port; its address."""
    flask_app = flask_app or create_app(service.settings, service)
    server = make_server("127.0.0.1", 0, flask_app, threaded=True)
    web = Thread(target=server.serve_forever, name="web")
    web.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        web.join()
        server.server_close()


@pytest.fixture
def page(browser: Browser, running: Running) -> Iterator[Page]:
    """The phone page, freshly opened; a story ends without a complaint in the console."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="en-GB"
    )
    complaints: list[str] = []
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{running.address}/phone")
    opened.wait_for_selector("[data-ready]")
    yield opened
    context.close()
    assert complaints == []
