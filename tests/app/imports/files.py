"""Files that are brought in at the desk in stories, and the worker that takes care of them."""

import io
import re
from datetime import datetime
from threading import Event

from werkzeug.test import TestResponse

from app.imports.running import import_files
from app.service import Service
from tests.app.dashboard.desk import Desk
from tests.conftest import NOON

IMPORTS = "/dashboard/imports"
REPORTS = "reported_at,reporter,commodity,market,price,unit\n"


def bring(desk: Desk, form: str, content: str | bytes, name: str = "prices.csv") -> TestResponse:
    """Choose a file and send it."""
    data = content.encode() if isinstance(content, str) else content
    sent = desk.browser.post(
        IMPORTS,
        data={"csrf_token": desk.token(IMPORTS), "form": form, "file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
    )
    # The browser of stories puts what is large into a file, and leaves it open.
    sent.request.environ["wsgi.input"].close()
    return sent


def work(service: Service, now: datetime = NOON) -> int:
    """A worker passes by."""
    return import_files(service, lambda: now, Event())


def brought(desk: Desk, service: Service, form: str, content: str | bytes, **more: str) -> str:
    """Send a file and let it be looked at; tells where its page is."""
    sent = bring(desk, form, content, **more)
    assert sent.status_code == 302, sent.text
    work(service)
    return sent.location


def apply(desk: Desk, service: Service, page: str, now: datetime = NOON) -> str:
    """Apply what was looked at; tells what the page says then."""
    sent = desk.send(f"{page}/apply", page=page)
    assert sent.status_code == 302, sent.text
    work(service, now)
    return desk.open(page).text


def tiles(page: str) -> dict[str, str]:
    """The numbers on a page, by their words."""
    found = re.findall(r"<h3>([^<]+)</h3><p class=\"big\">([^<]+)</p>", page)
    return dict(found)
