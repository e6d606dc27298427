"""Every page that a browser or a program can open, and the addresses it is asked under."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.web_world import BIG_GROUP
from db.session import Database
from prices.reference_tables import TABLES

# What stands in braces is something that is there, another one each time.
PAGES: Mapping[str, Sequence[str]] = {
    "board.home.show": ("/", "/?county={county}", "/?lang=sw"),
    "board.home.table": ("/prices.csv", "/prices.csv?county={county}"),
    "board.commodity.show": (
        "/commodity/{commodity}",
        "/commodity/{commodity}?county={county}&sort=-price",
        "/commodity/{commodity}?sort=newest&after=200",
    ),
    "board.commodity.table": ("/commodity/{commodity}.csv", "/commodity/{commodity}.csv?after=50"),
    "board.market.show": ("/market/{place}", "/market/{county}"),
    "board.market.table": ("/market/{place}.csv", "/market/{county}.csv"),
    "board.market.show_one": (
        "/market/{cell.place}/{cell.commodity}",
        "/market/{county}/{commodity}",
    ),
    "board.market.table_of_one": ("/market/{cell.place}/{cell.commodity}.csv",),
    "board.map.show": ("/map", "/map?commodity={commodity}"),
    "board.map.table": ("/map.csv?commodity={commodity}",),
    "board.sheet.show": ("/chalkboard/{place}",),
    "board.find.show": ("/find?q=nakuru", "/find?q=mahindi", "/find?q=maziwa+nakuru"),
    "api_docs.read": ("/api/docs",),
    "api-docs.openapi_json": ("/api/openapi.json",),
    "bulletins.Bulletins": ("/api/v1/bulletins", "/api/v1/bulletins?commodity=milk"),
    "commodities.Commodities": ("/api/v1/commodities", "/api/v1/commodities?format=csv"),
    "coverage.CoverageView": ("/api/v1/coverage", "/api/v1/coverage?commodity={commodity}"),
    "markets.Markets": ("/api/v1/markets", "/api/v1/markets?county={county}"),
    "observations.Observations": (
        "/api/v1/observations",
        "/api/v1/observations?commodity={commodity}",
        "/api/v1/observations?commodity={cell.commodity}&place={cell.place}",
        "/api/v1/observations?place={county}",
        "/api/v1/observations?place={ward}",
        "/api/v1/observations?format=csv&limit=200",
    ),
    "prices.Prices": (
        "/api/v1/prices",
        "/api/v1/prices?commodity={commodity}",
        "/api/v1/prices?place={county}",
        "/api/v1/prices?commodity={commodity}&at={past_day}",
        "/api/v1/prices?format=csv&confidence=good",
    ),
    "desk.today.show": ("/dashboard/",),
    "desk.moderation.show": (
        "/dashboard/moderation",
        "/dashboard/moderation?commodity={commodity}&county={county}",
        "/dashboard/moderation?status=held&report={held}",
    ),
    "desk.prices.show": (
        "/dashboard/prices",
        "/dashboard/prices?commodity={commodity}&sort=-price",
        "/dashboard/prices?county={county}&confidence=good",
        "/dashboard/prices?commodity=milk&parts=1&after=100",
    ),
    "desk.prices.cell": (
        "/dashboard/prices/{cell.commodity}/{cell.place}/{cell.price_type}",
        "/dashboard/prices/{cell.commodity}/{cell.place}/{cell.price_type}?after=100",
    ),
    "desk.coverage.show": (
        "/dashboard/coverage",
        "/dashboard/coverage?commodity={commodity}",
        "/dashboard/coverage?county={county}",
        "/dashboard/coverage?all=1",
    ),
    "desk.coverage.counties": ("/dashboard/coverage/counties.json",),
    "desk.reporters.show": ("/dashboard/reporters", "/dashboard/reporters?doubted=1"),
    "desk.reporters.person": ("/dashboard/reporters/{reporter}",),
    "desk.groups.show": (
        "/dashboard/groups",
        "/dashboard/groups?q=place+7",
        "/dashboard/groups?sort=-name",
    ),
    "desk.groups.show_one": (
        f"/dashboard/groups/{BIG_GROUP}",
        f"/dashboard/groups/{BIG_GROUP}?after=200",
        "/dashboard/groups/{group}",
    ),
    "desk.groups.show_mode": (
        f"/dashboard/groups/{BIG_GROUP}/mode",
        "/dashboard/groups/{group}/mode",
    ),
    "desk.books.show": (
        f"/dashboard/groups/{BIG_GROUP}/book",
        f"/dashboard/groups/{BIG_GROUP}/book?member=7",
        f"/dashboard/groups/{BIG_GROUP}/book?kind=sale",
    ),
    "desk.books.export": (f"/dashboard/groups/{BIG_GROUP}/book.csv",),
    "desk.books.check": (
        f"/dashboard/groups/{BIG_GROUP}/book/chain",
        f"/dashboard/groups/{BIG_GROUP}/book/chain?after=2000",
    ),
    "desk.books.audit": (f"/dashboard/groups/{BIG_GROUP}/audit",),
    "desk.books.payment": (f"/dashboard/groups/{BIG_GROUP}/payment",),
    "desk.books.payment_csv": (f"/dashboard/groups/{BIG_GROUP}/payment/{{period}}.csv",),
    "desk.books.payment_sheet": (f"/dashboard/groups/{BIG_GROUP}/payment/{{period}}.html",),
    "desk.books.payment_pdf": (f"/dashboard/groups/{BIG_GROUP}/payment/{{period}}.pdf",),
    "desk.bulletins.show": ("/dashboard/bulletins", "/dashboard/bulletins?kind=list&sort=next"),
    "desk.bulletins.show_one": (
        "/dashboard/bulletins/group/{group_id}",
        "/dashboard/bulletins/list/{list_id}",
    ),
    "desk.editions.confirm": (
        "/dashboard/bulletins/group/{group_id}/send",
        "/dashboard/bulletins/list/{list_id}/send",
    ),
    "desk.editions.show": (
        "/dashboard/bulletins/editions",
        "/dashboard/bulletins/editions?kind=group&of={group_id}",
    ),
    "desk.editions.show_one": ("/dashboard/bulletins/editions/{edition}",),
    "desk.radio.show": ("/dashboard/radio",),
    "desk.radio.show_one": ("/dashboard/radio/{station}",),
    "desk.messages.show": (
        "/dashboard/messages",
        "/dashboard/messages?intent=unknown",
        "/dashboard/messages?unhandled=1",
    ),
    "desk.messages.show_thread": ("/dashboard/messages/of/{writer}",),
    "desk.messages.show_text": ("/dashboard/messages/texts/{text}",),
    "desk.messages.show_read": ("/dashboard/messages/read",),
    "desk.subscribers.show": (
        "/dashboard/subscribers",
        "/dashboard/subscribers?standing=out",
        "/dashboard/subscribers?county={county}&language=sw",
        f"/dashboard/subscribers?group={BIG_GROUP}",
    ),
    "desk.subscribers.show_one": ("/dashboard/subscribers/{subscriber}",),
    "desk.broadcasts.show": ("/dashboard/broadcasts",),
    "desk.broadcasts.show_new": ("/dashboard/broadcasts/new",),
    "desk.broadcasts.show_one": (
        "/dashboard/broadcasts/{draft}",
        "/dashboard/broadcasts/{broadcast}",
    ),
    "desk.broadcasts.show_confirm": ("/dashboard/broadcasts/{draft}/confirm",),
    "desk.broadcasts.show_going": ("/dashboard/broadcasts/{broadcast}/going",),
    "desk.costs.show": ("/dashboard/costs", "/dashboard/costs?month={past_month}"),
    "desk.settings.show": ("/dashboard/settings",),
    "desk.reference.show": ("/dashboard/reference",),
    "desk.reference.show_table": (
        "/dashboard/reference/{table}",
        "/dashboard/reference/places?q=nakuru",
        "/dashboard/reference/places?after=5000",
    ),
    "desk.reference.export": (
        "/dashboard/reference/{table}.csv",
        "/dashboard/reference/places.csv",
    ),
    "desk.reference.show_new": ("/dashboard/reference/{table}/add",),
    "desk.reference.show_row": (
        "/dashboard/reference/places/row/{place_id}",
        "/dashboard/reference/commodities/row/{commodity}",
    ),
    "desk.imports.show": ("/dashboard/imports",),
    "desk.imports.show_one": ("/dashboard/imports/{import_job}",),
    "desk.imports.show_state": ("/dashboard/imports/{import_job}/state",),
    "desk.imports.left_out": ("/dashboard/imports/{import_job}/left-out.csv",),
    "desk.hooks.show": ("/dashboard/hooks",),
    "desk.hooks.show_one": (
        "/dashboard/hooks/{hook}",
        "/dashboard/hooks/{hook}?state=delivered",
        "/dashboard/hooks/{hook}?state=given_up",
    ),
    "desk.log.show": ("/dashboard/log", "/dashboard/log?about=report+7"),
    "desk.staff.show": ("/dashboard/staff",),
    "desk.account.show": ("/dashboard/account",),
    "desk.account.show_second": ("/dashboard/account/second",),
    "phone.page": ("/phone",),
    "phone.people": ("/phone/people",),
    "phone.thread": ("/phone/thread?msisdn=%2B254711000001",),
    "status.readyz": ("/readyz",),
    "metrics.show": ("/metrics",),
}
FLOOR, FLOOR_ADDRESS = "status.healthz", "/healthz"
LEFT_OUT: Mapping[str, str] = {
    FLOOR: "it is the floor that the others are held against",
    "web.static": "a file, kept by browsers for ever",
    "phone.static": "a file",
    "desk.log_in": "who is in is not asked again; a password takes its 30 ms on purpose",
    "desk.code": "it stands between a password and a code",
    "desk.prove": "it asks for a password, and shows nothing else",
    "desk.settings.show_doctor": "it calls the gateways and takes its time, as it says",
    "twilio.text_from_twilio": "a webhook",
}
API_MS, PAGE_MS = 100, 300
# What is no page but a file that somebody keeps, as large as what it is of.
FILES: Mapping[str, int] = {
    "desk.books.export": 1_000,  # some 23,000 lines
    "desk.books.payment_pdf": 3_000,  # some 28 sheets of paper
}


def goal_of(endpoint: str) -> int:
    """How many milliseconds 95 of 100 requests may take at most."""
    page = API_MS if PAGES[endpoint][0].startswith("/api") else PAGE_MS
    return FILES.get(endpoint, page)


def forgotten(flask_app: Flask) -> list[str]:
    """Pages that are neither measured nor left out for a reason; and named ones that are gone."""
    rules = flask_app.url_map.iter_rules()
    there = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    return sorted(there ^ (PAGES.keys() | LEFT_OUT.keys()))


def address(template: str, known: Mapping[str, Sequence[Any]], chance: Random) -> str:
    """The address with something that is there in each pair of braces."""
    return template.format_map({name: chance.choice(found) for name, found in known.items()})


def known_in(database: Database) -> Mapping[str, Sequence[Any]]:
    """What may stand in an address."""
    with database.read() as session:
        found = {name: _rows(session, query) for name, query in KNOWN.items()}
    return {
        **{name: [row[0] for row in rows] if name != "cell" else rows
           for name, rows in found.items()},
        "table": [table.name for table in TABLES],
    }  # fmt: skip


def _rows(session: Session, query: str) -> Sequence[Any]:
    rows = session.execute(text(query)).all()
    if not rows:
        raise LookupError(f"nothing is there of this: {query}")
    return rows


KNOWN: Mapping[str, str] = {
    "county": "SELECT code FROM place WHERE country = 'KE' AND kind = 'admin1'",
    "ward": "SELECT code FROM place WHERE country = 'KE' AND kind = 'ward'",  # nobody told there
    "place": "SELECT DISTINCT code FROM place JOIN price_cell c ON c.place_id = place.id",
    "place_id": "SELECT DISTINCT place_id FROM price_cell",
    "commodity": "SELECT DISTINCT commodity_code FROM price_cell",
    "cell": "SELECT commodity_code AS commodity, code AS place, price_type FROM price_cell"
    " JOIN place ON place.id = place_id WHERE buyer = ''",
    "held": "SELECT id FROM price_observation WHERE status = 'held' LIMIT 500",
    "reporter": "SELECT DISTINCT reporter_id FROM price_observation WHERE id <= 500",
    "group": "SELECT code FROM farmer_group WHERE code LIKE 'GROUP%'",
    "group_id": "SELECT id FROM farmer_group",
    "list_id": "SELECT id FROM bulletin_list",
    "edition": "SELECT id FROM edition ORDER BY due_at DESC LIMIT 500",
    "station": "SELECT id FROM radio_station",
    "text": "SELECT id FROM inbound_message ORDER BY id DESC LIMIT 500",
    "writer": "SELECT subscriber_id FROM inbound_message ORDER BY id DESC LIMIT 500",
    "subscriber": "SELECT id FROM subscriber ORDER BY id DESC LIMIT 500",
    "draft": "SELECT id FROM broadcast WHERE confirmed_at IS NULL",
    "broadcast": "SELECT id FROM broadcast WHERE confirmed_at IS NOT NULL",
    "import_job": "SELECT id FROM import_job",
    "hook": "SELECT id FROM hook",
    "past_day": "SELECT to_char(now() - d * interval '1 day', 'YYYY-MM-DD')"
    " FROM generate_series(2, 30) d",
    "past_month": "SELECT to_char(now() - m * interval '1 month', 'YYYY-MM')"
    " FROM generate_series(1, 6) m",
    # The half month before the one that is running.
    "period": "SELECT CASE WHEN extract(day FROM now()) > 15 THEN to_char(now(), 'YYYY-MM') || 'a'"
    " ELSE to_char(now() - interval '1 month', 'YYYY-MM') || 'b' END",
}
