"""A service that was lived in: the real price history, the demo, and a morning's work on it.

Whatever stands on a page came the way it always does: by text, through a form of the desk, by the
worker. Nothing of it is written into a table by hand.
"""

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event

from app import create_app
from app.demo import demo_msisdn, seed_demo
from app.first_run import price_history_of
from app.imports.running import import_files
from app.intake import take_text
from app.service import Service
from app.staff.models import StaffRole
from messaging.gateways import simulator
from prices.importers.wfp import import_wfp
from scheduler.broadcasts import send_broadcasts
from tests.app.dashboard.desk import Desk, hire
from tests.scheduler.sending import send_all

SECRETARY, CHAIR, TREASURER, COLLECTOR = (demo_msisdn(position) for position in (0, 1, 2, 9))
WANGUI, ODHIAMBO, JOYCE, PETER = (f"+25471100000{last}" for last in range(1, 5))
TEXTS = (
    (SECRETARY, "ORDER OPEN FEED 30 AT 1850 BY SAT"),
    (CHAIR, "ORDER FEED 3"),
    (TREASURER, "ORDER FEED 5"),
    (COLLECTOR, "ORDER FEED 10"),
    (WANGUI, "bei maziwa nakuru"),
    (WANGUI, "milk githunguri 450"),
    (ODHIAMBO, "milk nakuru 4"),
    (JOYCE, "milk nakuru 96"),
    (JOYCE, "milk githunguri 44"),
    (PETER, "bei ya makaa mwea"),
    (PETER, "please what of the cow i told you of"),
    (ODHIAMBO, "subscribe milk nakuru"),
    (JOYCE, "join kirima"),
    (JOYCE, "alert milk nakuru above 60"),
    (PETER, "STOP"),
)
FILE = (
    "date,country,market,commodity,unit,price_type,price,currency,source\n"
    "2026-10-15,KE,Nakuru,beans,kg,retail,142,KES,County survey\n"
    "2026-10-15,KE,Molo,beans,heap,retail,60,KES,County survey\n"
    "2026-10-15,KE,Nakuru,beans,kg,retail,-4,KES,County survey\n"
)
_HIDDEN = re.compile(r'type="hidden" name="(?!csrf_token)([^"]+)" value="([^"]*)"')


@dataclass(frozen=True)
class Staffed:
    """Who may log in: an admin and a viewer."""

    admin: str
    viewer: str


def live_in(service: Service) -> Staffed:
    """Let a service with its reference data be used for a while."""
    history = price_history_of("KE")
    assert history is not None
    import_wfp(service.database, history)
    seed_demo(service, _now())
    for msisdn, words in TEXTS:
        sms = simulator.inbound_sms(sender=msisdn, text=words)
        take_text(service, sms, _now())
    staffed = Staffed(
        hire(service.database, StaffRole.ADMIN), hire(service.database, StaffRole.VIEWER)
    )
    desk = Desk(create_app(service.settings, service).test_client())
    assert desk.log_in(staffed.admin).status_code == 302
    _work(desk, service)
    return staffed


def _work(desk: Desk, service: Service) -> None:
    """A morning at the desk, and the worker behind it."""
    for words in ("Market day moves to Tuesday.", "The vet is at the dip on Friday from 8."):
        _broadcast(desk, words)
    _confirm(desk, "/dashboard/broadcasts/1/confirm", "count", r"It goes to <strong>(\d+)<")
    send_broadcasts(service.database, _now())
    _confirm(desk, "/dashboard/bulletins/group/1/send")
    station = {"name": "Nakuru FM", "place": "nakuru", "language": "en", "rhythm": "week"}
    _done(desk, "/dashboard/radio", **station, days="mon", hour="6", timezone="Africa/Nairobi")
    hooks = "/dashboard/hooks"
    hook = {"name": "Co-op union", "url": "https://example.org/prices"}
    assert desk.send(hooks, page=hooks, **hook).status_code == 200  # with its secret
    _bring(desk, "survey.csv", FILE)
    import_files(service, _now, Event())
    database = service.database
    send_all(database, service.gateways, service.rules, _now)


def _broadcast(desk: Desk, words: str) -> None:
    new = "/dashboard/broadcasts/new"
    draft = desk.send(new, page=new, reach="group", group="kirima", language="en").location
    _done(desk, f"{draft}/texts", page=draft, text_en=words)


def _confirm(desk: Desk, path: str, name: str = "", of: str = "") -> None:
    """Send a page's form as the page fills it in, and the number that it asks to be typed."""
    page = desk.open(path).text
    typed = {name: found[1]} if name and (found := re.search(of, page)) else {}
    _done(desk, path, **dict(_HIDDEN.findall(page)), **typed)


def _bring(desk: Desk, name: str, content: str) -> None:
    """Drop a file."""
    page = "/dashboard/imports"
    form = {"csrf_token": desk.token(page), "form": "bei"}
    sent = desk.browser.post(page, data=form | {"file": (io.BytesIO(content.encode()), name)})
    assert sent.status_code == 302, sent.text


def _done(desk: Desk, path: str, page: str | None = None, **form: str) -> None:
    sent = desk.send(path, page=page or path, **form)
    assert sent.status_code == 302, f"{path}: {sent.text}"


def _now() -> datetime:
    return datetime.now(UTC)
