"""A service in which every page has something to show, and the browsers of everybody who may come.

Everything an address can name is in `NAMED`: a new page that names something new says here what.
"""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import travel
from werkzeug.routing import Rule

from app import create_app
from app.api.keys import give_key
from app.api.models import Scope
from app.demo import seed_demo
from app.imports.running import import_files
from app.service import Service, open_service
from app.staff.models import Staff, StaffRole
from groups.models import Edition, GroupMember
from messaging.models import InboundMessage, Subscriber
from prices.models import PriceObservation
from scheduler.bulletins import publish_now
from tests.app.board.readers import a_market_day
from tests.app.dashboard.desk import Desk, hire
from tests.app.gateway_forms import AT
from tests.app.gateways import SECRET, Gateways, settings_with_gateways
from tests.cast import WANJIKU
from tests.conftest import NOON
from tests.prices.wfp_files import HEADER, line
from tests.security.seal import Seal, watching

ROLES = tuple(StaffRole)
LEAVER = "leaver@example.org"  # whose account may be changed: nobody sits at it
STATION = {
    "name": "Nakuru FM", "place": "nakuru town", "language": "sw", "commodities": "maziwa",
    "email": "news@example.org", "rhythm": "week", "days": "thu", "month_day": "", "hour": "6",
    "timezone": "Africa/Nairobi",
}  # fmt: skip
HOOK = {"name": "Co-op union", "url": "https://example.org/prices"}
BROADCAST = {"reach": "group", "group": "kirima", "language": "en"}
TEXTS = {"text_en": "Market day is Tuesday.", "text_sw": "Soko ni Jumanne."}

# What stands in an address, by its name there; by the page's name before it where that differs.
NAMED: Mapping[str, str | int] = {
    "secret": SECRET,
    "code": "ke-nakuru",
    "commodity": "milk",
    "board.commodity:code": "milk",
    "desk.groups:code": "KIRIMA",
    "desk.books:code": "KIRIMA",
    "label": "2026-11a",
    "kind": "group",
    "audience_id": 1,
    "place": "ke-nakuru",
    "price_type": "farm_gate",
    "name": "commodities",
    "pk": "milk",
    "filename": "bei.css",
    "phone.static:filename": "page.css",
    "broadcast_id": 1,  # a draft; the second went out
    "desk.broadcasts.show_going:broadcast_id": 2,
    "job_id": 1,
    "station_id": 1,
    "hook_id": 1,
}

# What a page has to be asked to show anything.
ASKED: Mapping[str, Mapping[str, str]] = {
    "board.find.show": {"q": "milk nakuru"},
    "phone.thread": {"msisdn": WANJIKU},
}


@dataclass(repr=False)
class House:
    """A service, and whoever stands before its doors."""

    service: Service
    web: Flask
    seal: Seal
    browsers: Mapping[StaffRole | None, FlaskClient] = field(default_factory=dict)
    found: dict[str, str | int] = field(default_factory=dict)
    key: str = ""  # for telling prices by program

    @cached_property
    def rules(self) -> list[Rule]:
        """Every address of the service."""
        return sorted(self.web.url_map.iter_rules(), key=str)

    @property
    def nobody(self) -> FlaskClient:
        """Somebody who is not logged in."""
        return self.browsers[None]

    def address_of(self, rule: Rule, **other: Any) -> str:
        """Where a page is, about something that is there."""
        values = {name: self._named(rule, name) for name in rule.arguments}
        values |= ASKED.get(rule.endpoint, {}) | other
        with self.web.test_request_context():
            return self.web.url_for(rule.endpoint, **values)

    def token(self, role: StaffRole) -> str:
        """What the forms of somebody's pages carry."""
        return Desk(self.browsers[role]).token("/dashboard/")

    def _named(self, rule: Rule, name: str) -> str | int:
        known = {**NAMED, **self.found}
        page = rule.endpoint.rpartition(".")[0]
        for key in (f"{rule.endpoint}:{name}", f"{page}:{name}", name):
            if key in known:
                return known[key]
        raise AssertionError(f"{rule}: say in tests/security/house.py what {name} may be")


@contextmanager
def house_on(database_url: str) -> Iterator[House]:
    """A furnished house with a browser for everybody, at Tuesday noon."""
    with _opened(database_url) as house:
        # The browser of stories speaks no https.
        house.web.config["SESSION_COOKIE_SECURE"] = False
        house.browsers = {
            None: house.web.test_client(),
            **{role: _logged_in(house, f"{role}@example.org").browser for role in ROLES},
        }
        _look_up(house)
        yield house


@contextmanager
def _opened(database_url: str) -> Iterator[House]:
    settings = settings_with_gateways(database_url).model_copy(update={"simulator": True})
    service = open_service(settings)
    with travel(NOON, tick=False), watching(service.database) as seal:
        yield House(service, create_app(settings, service), seal)
    service.database.engine.dispose()


def _logged_in(house: House, email: str) -> Desk:
    desk = Desk(house.web.test_client())
    assert desk.log_in(email).status_code == 302
    return desk


def furnish(database_url: str) -> None:
    """Prices, people, groups with their books; and one of all that is made at the desk."""
    with _opened(database_url) as house:
        house.web.config["SESSION_COOKIE_SECURE"] = False
        service, database = house.service, house.service.database
        seed_demo(service, NOON)
        a_market_day(database, NOON)  # what is made up is in no open data
        for role in ROLES:
            hire(database, role)
        hire(database, StaffRole.VIEWER, LEAVER)
        sent = Gateways(house.web.test_client()).africastalking("sms", {**AT, "from": WANJIKU})
        assert sent.status_code == 200
        _work_at_the_desk(_logged_in(house, f"{StaffRole.ADMIN}@example.org"))
        import_files(service, lambda: NOON, Event())
        publish_now(database, service.catalogue, "KIRIMA", NOON)


def _work_at_the_desk(desk: Desk) -> None:
    _made(desk, "/dashboard/radio", STATION)
    # Its secret is told in the answer itself.
    assert desk.send("/dashboard/hooks", page="/dashboard/hooks", **HOOK).status_code == 200
    for number in (1, 2):
        page = f"/dashboard/broadcasts/{number}"
        _made(desk, "/dashboard/broadcasts/new", BROADCAST)
        _made(desk, page, TEXTS, "texts")
    asked = re.search(r"It goes to <strong>(\d+)</strong>", desk.open(f"{page}/confirm").text)
    assert asked is not None
    _made(desk, f"{page}/confirm", {"count": asked[1]})
    _bring(desk, "\n".join([HEADER, line("42"), line("none", day="2026-03-15"), ""]))


def _made(desk: Desk, page: str, form: Mapping[str, str], what: str = "") -> None:
    sent = desk.send(f"{page}/{what}".rstrip("/"), page=page, **form)
    assert sent.status_code == 302, sent.text


def _bring(desk: Desk, content: str) -> None:
    file = (io.BytesIO(content.encode()), "prices.csv")
    form = {"csrf_token": desk.token("/dashboard/imports"), "form": "wfp", "file": file}
    sent = desk.browser.post("/dashboard/imports", data=form, content_type="multipart/form-data")
    assert sent.status_code == 302, sent.text


_FIRST: Mapping[str, Any] = {
    "subscriber_id": Subscriber.id,
    "inbound_id": InboundMessage.id,
    "report_id": PriceObservation.id,
    "reporter_id": PriceObservation.reporter_id,
    "member_id": GroupMember.id,
    "edition_id": Edition.id,
}


def _look_up(house: House) -> None:
    with house.service.database.begin() as session:
        for name, column in _FIRST.items():
            house.found[name] = session.scalars(select(column).order_by(column).limit(1)).one()
        leaver = select(Staff.id).where(Staff.email == LEAVER)
        house.found["staff_id"] = session.scalars(leaver).one()
        _, house.key = give_key(
            session, name="a newspaper", scopes=[Scope.WRITE_OBSERVATIONS], per_minute=60, now=NOON
        )
