"""The floor of `bench.sms`: the same server and framework, and raw SQL that writes the same rows.

`python -m bench.sms_floor` serves it by the settings that web knows. It reads the form that web
reads, finds who wrote by a key, and keeps the text, the reply that is promised, and of a report the
price and what is now published: in one transaction that is on the disk before 200 is said.
"""

import re
from collections.abc import Iterable

from flask import Flask, Response, request

from app.cli.serving import serve
from app.config import load_settings
from bench.ussd_floor import CALLER, CALLERS, FIND, Raw, make_tables

# As long as a reply is.
REPLY = (
    "Milk, Githunguri, per litre, 24 Nov: farm gate KES 47 (45-49), 6 reports, today. Co-op 45,"
    " trader 50. Usual for November 44. Best: Nakuru 52 after transport. Reply BEST MILK"
)
PAYLOAD = '{"id": "%s", "from": "subscriber", "to": "20880", "networkCode": "63902", "text": ""}'
PLACES = 500

TABLES = (
    CALLER,
    "CREATE TABLE inbound (id {key}, gateway_id text NOT NULL UNIQUE, caller_id integer NOT NULL,"
    " text text NOT NULL, payload text NOT NULL, intent text)",
    "CREATE TABLE outbound (id {key}, dedupe_key text NOT NULL UNIQUE, caller_id integer NOT NULL,"
    " text text NOT NULL, state text NOT NULL, segments integer NOT NULL)",
    "CREATE TABLE report (id {key}, source_key text NOT NULL UNIQUE, caller_id integer NOT NULL,"
    " place_id integer NOT NULL, price integer NOT NULL)",
    "CREATE TABLE published (place_id integer PRIMARY KEY, price integer NOT NULL)",
)
PUBLISHED = "INSERT INTO published (place_id, price) VALUES ({marks})"
TEXT = (
    "INSERT INTO inbound (gateway_id, caller_id, text, payload, intent) VALUES ({marks})"
    " ON CONFLICT DO NOTHING RETURNING id"
)
ANSWER = "INSERT INTO outbound (dedupe_key, caller_id, text, state, segments) VALUES ({marks})"
REPORT = "INSERT INTO report (source_key, caller_id, place_id, price) VALUES ({marks})"
PUBLISH = "UPDATE published SET price = {mark} WHERE place_id = {mark}"
_PRICE = re.compile(r" (\d+)$")


def create_floor() -> Flask:
    """The floor as a web application, by the settings of the environment."""
    return floor_of(load_settings(env_file=None).database_url)


def floor_of(url: str) -> Flask:
    """The floor on a database that `fill_floor` filled."""
    store = Store(url)
    flask_app = Flask(__name__, static_folder=None)
    flask_app.extensions["floor"] = store

    @flask_app.post("/webhooks/africastalking/<_secret>/sms")
    def text(_secret: str) -> Response:
        form = request.form
        told = _PRICE.search(form["text"])
        store.keep(form["id"], form["from"], form["text"], None if told is None else int(told[1]))
        return Response("", mimetype="text/plain")

    return flask_app


class Store(Raw):
    """What is kept of texts."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.find, self.publish = FIND.format(mark=self.mark), PUBLISH.format(mark=self.mark)
        self.text, self.answer, self.report = (
            statement.format(marks=self.marks(width))
            for statement, width in ((TEXT, 5), (ANSWER, 5), (REPORT, 4))
        )

    def keep(self, gateway_id: str, msisdn: str, text: str, price: int | None) -> None:
        """Keep a text and all that comes of it, in one transaction."""
        with self.transaction() as bare:
            caller_id, _ = bare.execute(self.find, (msisdn,)).fetchone()
            row = (gateway_id, caller_id, text, PAYLOAD % gateway_id, "price_query")
            kept = bare.execute(self.text, row).fetchone()
            if kept is None:
                return
            bare.execute(self.answer, (f"reply:{kept[0]}", caller_id, REPLY, "queued", 2))
            if price is not None:
                place_id = caller_id % PLACES
                bare.execute(self.report, (f"sms:{kept[0]}", caller_id, place_id, price))
                bare.execute(self.publish, (price, place_id))


def fill_floor(url: str, msisdns: Iterable[str]) -> None:
    """Make the floor's tables, who texts, and what is published."""
    callers = [(msisdn, "Wanjiku") for msisdn in msisdns]
    published = [(place_id, 47) for place_id in range(PLACES)]
    make_tables(url, TABLES, {CALLERS: callers, PUBLISHED: published})


if __name__ == "__main__":
    serve("bench.sms_floor:create_floor", load_settings(env_file=None))
