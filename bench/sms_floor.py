"""The floor of `bench.sms`: the same server and framework, and raw SQL that writes the same rows.

`python -m bench.sms_floor` serves it by the settings that web knows, on a database like ours: the
same tables with their keys and indexes, the same people and prices. It reads the form that web
reads, finds who wrote by their number, and keeps the text, the reply that is promised, and what is
counted of a question; of a report the price, what is believed now and what is published: in one
transaction that is on the disk before 200 is said. Words and figures are always the same.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any

from flask import Flask, Response, request

from app.cli.serving import serve
from app.config import load_settings
from bench.sms_texts import KINDS, PRICE, Kind
from bench.ussd_floor import Raw
from prices.filter import VERSION, around, pack

# As long as a reply is.
REPLY = (
    "Milk, Githunguri, per litre, 24 Nov: farm gate KES 47 (45-49), 6 reports, today. Co-op 45,"
    " trader 50. Usual for November 44. Best: Nakuru 52 after transport. Reply BEST MILK"
)
WORTH_SENDING_FOR = timedelta(hours=12)
BELIEF = pack(around(log(47), 0.1))
_FIGURES = re.compile(r"\d+$")
_KINDS = {words: kind for kind in KINDS for words in kind.wordings}

CALLER = (
    "CREATE TABLE caller (id integer PRIMARY KEY, msisdn text NOT NULL UNIQUE,"
    " home_place_id integer)"
)
CALLERS = "INSERT INTO caller (id, msisdn, home_place_id) VALUES ({marks})"
FIND = "SELECT id, home_place_id FROM caller WHERE msisdn = {mark}"
TEXT = (
    "INSERT INTO inbound_message (gateway, gateway_message_id, subscriber_id, sender_label,"
    " recipient, text, link_id, network_code, gateway_sent_at, received_at, payload,"
    " answered_by_gateway, intent, handled_at, attempts, error) VALUES ({marks})"
    " ON CONFLICT (gateway, gateway_message_id) DO NOTHING RETURNING id"
)
ANSWER = (
    "INSERT INTO outbound_message (dedupe_key, subscriber_id, kind, priority, gateway, sender,"
    " link_id, text, language, encoding, segments, in_reply_to_id, state, created_at, due_at,"
    " expires_at, attempts, final_at, detail) VALUES ({marks})"
)
ASKED = (
    "INSERT INTO cell_query_count (commodity_code, place_id, price_type, day, asked, unanswered)"
    " VALUES ({marks}) ON CONFLICT (commodity_code, place_id, price_type, day)"
    " DO UPDATE SET asked = cell_query_count.asked + excluded.asked"
)
REPORT = (
    "INSERT INTO price_observation (source_key, reporter_id, commodity_code, place_id, price_type,"
    " buyer, grade, currency, price, unit_code, unit_factor_id, price_per_base_unit, quantity,"
    " reported_at, reported_on, raw_text, status, is_confirmed, is_demo, error, error_deviation,"
    " slip_probability, reporter_bias, reporter_noise, reporter_slip_share, side)"
    " VALUES ({marks})"
)
PUBLISH = (
    "UPDATE price_cell SET estimated_on = {mark}, price = {mark}, low = {mark}, high = {mark},"
    " reports = {mark}, reporters = {mark}, newest_at = {mark}, hearings = hearings + 1"
    " WHERE commodity_code = 'milk' AND place_id = {mark} AND price_type = 'farm_gate'"
    " AND buyer = '' AND grade = '' RETURNING id"
)
BELIEVE = (
    "INSERT INTO cell_belief (cell_id, day, version, belief) VALUES ({marks})"
    " ON CONFLICT (cell_id, day) DO UPDATE SET belief = excluded.belief"
)


def create_floor() -> Flask:
    """The floor as a web application, by the settings of the environment."""
    return floor_of(load_settings(env_file=None).database_url)


def floor_of(url: str) -> Flask:
    """The floor on a database that is filled as ours is, with its callers beside."""
    store = Store(url)
    flask_app = Flask(__name__, static_folder=None)
    flask_app.extensions["floor"] = store

    @flask_app.post("/webhooks/africastalking/<_secret>/sms")
    def text(_secret: str) -> Response:
        store.keep(request.form, datetime.now(UTC))
        return Response("", mimetype="text/plain")

    return flask_app


class Store(Raw):
    """What is kept of texts."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._whole = 10_000 if self.is_sqlite else 1  # of money, which SQLite keeps in parts
        self.find, self.publish = FIND.format(mark=self.mark), PUBLISH.format(mark=self.mark)
        self.text, self.answer, self.asked, self.report, self.believe = (
            statement.format(marks=self.marks(width))
            for statement, width in (
                (TEXT, 16),
                (ANSWER, 19),
                (ASKED, 6),
                (REPORT, 26),
                (BELIEVE, 4),
            )
        )

    def keep(self, form: Mapping[str, str], now: datetime) -> None:
        """Keep a text and all that comes of it, in one transaction."""
        kind, price = _meant(form["text"])
        at, day = f"{now:%Y-%m-%d %H:%M:%S.%f}", f"{now:%Y-%m-%d}"
        with self.transaction() as bare:
            person_id, home_id = bare.execute(self.find, (form["from"],)).fetchone()
            kept = bare.execute(self.text, _text(form, person_id, kind.name[:20], at)).fetchone()
            if kept is None:
                return
            if kind.asks_a_price:
                bare.execute(self.asked, ("milk", home_id, "farm_gate", day, 1, 0))
            if price is not None:
                told = self._report(form["text"], price, (kept[0], person_id, home_id), at, day)
                bare.execute(self.report, told)
                believed = bare.execute(self.publish, self._published(price, home_id, at, day))
                bare.execute(self.believe, (believed.fetchone()[0], day, VERSION, BELIEF))
            until = f"{now + WORTH_SENDING_FOR:%Y-%m-%d %H:%M:%S.%f}"
            bare.execute(self.answer, _answer(kept[0], person_id, at, until))

    def _report(
        self, text: str, price: int, ids: tuple[int, int, int], at: str, day: str
    ) -> Sequence[Any]:
        text_id, person_id, home_id = ids
        paid, no, how_it_looks = price * self._whole, False, (0.02, 0.03, 0.01, 0.0, 0.095, 0.17)
        key = f"sms:{text_id}:1", person_id, "milk", home_id, "farm_gate", None, None
        what = "KES", paid, "litre", None, paid, None
        return (*key, *what, at, day, text, "accepted", no, no, *how_it_looks, None)

    def _published(self, price: int, home_id: int, at: str, day: str) -> Sequence[Any]:
        paid = price * self._whole
        return (day, paid, paid, paid, 6, 6, at, home_id)


def make_callers(url: str, callers: Sequence[tuple[Any, ...]]) -> None:
    """Beside the tables of ours one of the people: their id, number and home."""
    raw = Raw(url)
    with raw.transaction() as bare:
        bare.execute(CALLER)
        bare.cursor().executemany(CALLERS.format(marks=raw.marks(3)), callers)
    raw.close()


def _meant(text: str) -> tuple[Kind, int | None]:
    told = _FIGURES.search(text)
    if told is None:
        return _KINDS[text], None
    return _KINDS[f"{text[: told.start()]}{PRICE}"], int(told[0])


def _text(form: Mapping[str, str], person_id: int, intent: str, at: str) -> Sequence[Any]:
    known = "africastalking", form["id"], person_id, None, form["to"], form["text"], None
    came = form["networkCode"], form["date"], at
    return (*known, *came, json.dumps({**form, "from": "x"}), False, intent, at, 0, None)


def _answer(text_id: int, person_id: int, at: str, until: str) -> Sequence[Any]:
    promise = f"reply:{text_id}", person_id, "reply", 0, "africastalking", None, None
    words = REPLY, "en", "GSM-7", 2, text_id, "queued"
    return (*promise, *words, at, at, until, 0, None, None)


if __name__ == "__main__":
    serve("bench.sms_floor:create_floor", load_settings(env_file=None))
