"""Every page that people open, found by the web application's own list of addresses.

A page that is neither among those to be looked at nor excused with a reason is a fault: whoever
adds one says here at which address it is seen, or why nobody looks.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.imports.models import ImportJob
from groups.models import BulletinList, Edition, Group, RadioStation
from messaging.hook_models import Hook
from messaging.models import InboundMessage, Subscriber
from prices.models import Place, PriceObservation

# What fills an address that takes something, from a service that was lived in.
Fill = Callable[[Session], str]


def _first(column: Any) -> Fill:
    return lambda session: str(session.scalars(select(column).order_by(column)).first())


def _chosen(column: Any, *which: Any) -> Fill:
    return lambda session: str(session.scalars(select(column).where(*which)).one())


_MARKET = ("code", lambda _: "ke-nakuru")
_KIRIMA = ("code", _chosen(Group.code, Group.code == "KIRIMA"))
_PERSON = ("subscriber_id", _first(Subscriber.id))
_DRAFT, _GONE = ("broadcast_id", lambda _: "2"), ("broadcast_id", lambda _: "1")
_GROUP_ID = (("kind", lambda _: "group"), ("audience_id", _first(Group.id)))
_LIST_ID = (("kind", lambda _: "list"), ("audience_id", _first(BulletinList.id)))

# The pages that take something: with what, once or several times.
FILLED: Mapping[str, tuple[Mapping[str, Fill], ...]] = {
    "board.commodity.show": ({"code": lambda _: "milk"}, {"code": lambda _: "beans"}),
    "board.market.show": (dict([_MARKET]), {"code": lambda _: "ke-county-nakuru"}),
    "board.market.show_one": (dict([_MARKET]) | {"commodity": lambda _: "milk"},),
    "board.sheet.show": (dict([_MARKET]),),
    "desk.prices.cell": (
        {
            "commodity": lambda _: "milk",
            "place": lambda _: "ke-kiambu-githunguri",
            "price_type": lambda _: "farm_gate",
        },
    ),
    "desk.reporters.person": ({"reporter_id": _first(PriceObservation.reporter_id)},),
    "desk.groups.show_one": (dict([_KIRIMA]),),
    "desk.groups.show_mode": (dict([_KIRIMA]),),
    "desk.books.show": (dict([_KIRIMA]),),
    "desk.books.check": (dict([_KIRIMA]),),
    "desk.books.audit": (dict([_KIRIMA]),),
    "desk.books.payment": (dict([_KIRIMA]),),
    "desk.books.payment_sheet": (dict([_KIRIMA]) | {"label": lambda _: "2026-11"},),
    "desk.bulletins.show_one": (dict(_GROUP_ID), dict(_LIST_ID)),
    "desk.editions.confirm": (dict(_GROUP_ID),),
    "desk.editions.show_one": ({"edition_id": _first(Edition.id)},),
    "desk.radio.show_one": ({"station_id": _first(RadioStation.id)},),
    "desk.messages.show_thread": (dict([_PERSON]),),
    "desk.messages.show_text": ({"inbound_id": _first(InboundMessage.id)},),
    "desk.subscribers.show_one": (dict([_PERSON]),),
    "desk.broadcasts.show_one": (dict([_DRAFT]), dict([_GONE])),
    "desk.broadcasts.show_confirm": (dict([_DRAFT]),),
    "desk.hooks.show_one": ({"hook_id": _first(Hook.id)},),
    "desk.imports.show_one": ({"job_id": _first(ImportJob.id)},),
    "desk.reference.show_table": ({"name": lambda _: "commodities"}, {"name": lambda _: "places"}),
    "desk.reference.show_new": ({"name": lambda _: "places"},),
    "desk.reference.show_row": (
        {"name": lambda _: "places", "pk": _chosen(Place.id, Place.code == "ke-nakuru")},
    ),
}
# Pages as they look when something was typed, chosen, or is wrong.
BESIDE = (
    "/?lang=sw",
    "/find?q=nakuru",
    "/find?q=xyzzy",
    "/no-such-page",
    "/market/no-such-market",
    "/dashboard/no-such-page",
    "/dashboard/groups/NOBODY",
    "/dashboard/prices?confidence=good",
    "/dashboard/groups/KIRIMA?q=nobody",
)
EXCUSED: Mapping[str, str] = {
    "web.static": "files that pages load",
    "phone.static": "files that pages load",
    "phone.people": "JSON",
    "phone.thread": "JSON",
    "api-docs.openapi_json": "JSON",
    "desk.coverage.counties": "JSON",
    "status.healthz": "a line of plain text",
    "status.readyz": "a line of plain text",
    "metrics.show": "figures for Prometheus",
    "twilio.text_from_twilio": "for a gateway",
    "desk.broadcasts.show_going": "a part, seen in its page",
    "desk.imports.show_state": "a part, seen in its page",
    "desk.books.payment_pdf": "PDF",
}
# JSON and CSV, whatever they are called.
_FOR_PROGRAMS = ("/api/v1/",)
_FILES = (".csv",)


def addresses(flask_app: Flask, session: Session) -> Iterator[str]:
    """Where every page is seen; KeyError names one that nobody said anything of."""
    yield from BESIDE
    urls = flask_app.url_map.bind("localhost")
    for rule in flask_app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or _is_for_programs(rule.rule):
            continue
        if rule.endpoint in EXCUSED:
            continue
        every = FILLED[rule.endpoint] if rule.arguments else ({},)
        for one in every:
            yield urls.build(rule.endpoint, {name: fill(session) for name, fill in one.items()})


def _is_for_programs(rule: str) -> bool:
    return rule.startswith(_FOR_PROGRAMS) or rule.endswith(_FILES)
