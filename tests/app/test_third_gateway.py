"""A gateway that sends the last input only takes one file: the same calls through it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import jsonify, request
from flask.testing import FlaskClient
from sqlalchemy import func, select

import app.webhooks
from app import create_app
from app.service import open_service
from app.webhooks import answer_hop
from db.session import Database
from messaging.models import UssdSession
from messaging.subscribers import get_or_create_subscriber
from prices.catalogue import load_vocabulary
from prices.models import PriceObservation
from tests.app.gateways import settings_with_gateways
from tests.cast import KAMAU, WANJIKU
from tests.conftest import NOON
from tests.messaging.gateways import aggregator
from tests.prices.stories import place_named

_sessions = count(1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    moments = [NOON]
    monkeypatch.setattr(app.webhooks, "_now", lambda: moments[-1])
    return moments


@pytest.fixture
def client(database: Database, database_url: str, clock: list[datetime]) -> Iterator[FlaskClient]:
    """A service to which the aggregator's route was added."""
    with database.begin() as session:
        person = get_or_create_subscriber(session, WANJIKU, default_country="KE", now=NOON)
        person.language = "en"
        person.home_place_id = place_named(load_vocabulary(session, "KE"), "Nakuru").id
    service = open_service(settings_with_gateways(database_url))
    flask_app = create_app(service=service)

    @flask_app.post("/webhooks/aggregator/ussd")
    def hop() -> Any:
        sent = {name: str(value) for name, value in request.get_json().items()}
        return jsonify(aggregator.render_ussd(answer_hop(aggregator.parse_ussd, sent)))

    yield flask_app.test_client()
    service.database.engine.dispose()


@dataclass
class Call:
    """A call as the aggregator passes it on; `numbered` where it counts its hops."""

    client: FlaskClient
    clock: list[datetime]
    numbered: bool = True
    msisdn: str = WANJIKU
    session: str = field(default_factory=lambda: f"s{next(_sessions)}")
    sequence: int = 0

    def dial(self) -> dict[str, str]:
        return self._next("initiation", "*920*55#")

    def press(self, *inputs: str) -> dict[str, str]:
        for typed in inputs:
            answer = self._next("response", typed)
        return answer

    def again(self, typed: str) -> dict[str, str]:
        """The same hop once more, as carriers do."""
        return self._send("response", typed)

    def _next(self, kind: str, message: str) -> dict[str, str]:
        self.sequence += 1
        self.clock.append(self.clock[-1] + timedelta(seconds=5))
        return self._send(kind, message)

    def _send(self, kind: str, message: str) -> dict[str, str]:
        sent = {
            "type": kind,
            "session": self.session,
            "mobile": self.msisdn,
            "code": "*920*55#",
            "message": message,
        }
        if self.numbered:
            sent["sequence"] = str(self.sequence)
        answer = self.client.post("/webhooks/aggregator/ussd", json=sent)
        assert answer.status_code == 200
        found: dict[str, str] = answer.get_json()
        return found


def observations(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count(PriceObservation.id))) or 0


@pytest.fixture(params=[True, False], ids=["numbered", "unnumbered"])
def call(request: pytest.FixtureRequest, client: FlaskClient, clock: list[datetime]) -> Call:
    return Call(client, clock, numbered=request.param)


def test_a_report_key_by_key(database: Database, call: Call) -> None:
    assert call.dial()["message"].startswith("Bei - Nakuru\n1 Prices")
    assert call.press("3")["message"].startswith("Which product?")
    asked = call.press("1", "1")
    assert asked["type"] == "response"
    assert asked["message"].startswith("Milk, Nakuru\nAt the farm, 1 litre")
    thanks = call.press("47")
    assert thanks["type"] == "release"
    assert thanks["message"].startswith("Thank you. Milk Nakuru KES 47/L")
    with database.read() as session:
        kept = session.scalars(select(PriceObservation)).one()
        held = session.scalars(select(UssdSession)).one()
    assert kept.raw_text == "3*1*1*47"
    assert (held.transcript, held.inputs, held.ended) == ("3*1*1*47", 4, True)


def test_the_same_key_twice_is_no_repeat(call: Call) -> None:
    call.dial()
    assert call.press("1")["message"].startswith("Prices, Nakuru\n")
    assert call.press("1")["message"].startswith("Milk, Nakuru, 1 litre\n")


def test_a_repeat_changes_nothing(database: Database, call: Call) -> None:
    call.dial()
    call.press("3", "1", "1")
    first = call.press("47")
    for _ in range(3):
        assert call.again("47") == first
    assert observations(database) == 1


def test_a_repeated_dial_is_no_key(call: Call) -> None:
    first = call.dial()
    assert call._send("initiation", "*920*55#") == first
    assert call.press("1")["message"].startswith("Prices, Nakuru\n")


def test_an_earlier_hop_that_comes_late_changes_nothing(
    database: Database, client: FlaskClient, clock: list[datetime]
) -> None:
    call = Call(client, clock)
    call.dial()
    call.press("3", "1", "1")
    thanks = call.press("47")
    call.sequence = 3
    assert call.again("1") == thanks
    assert observations(database) == 1


def test_a_hop_that_was_lost_on_the_way_begins_anew(
    database: Database, client: FlaskClient, clock: list[datetime]
) -> None:
    call = Call(client, clock)
    call.dial()
    call.press("3", "1", "1")
    call.sequence += 1  # one never reached us
    assert call.press("47")["message"].startswith("Bei")
    assert observations(database) == 0
    assert call.press("1")["message"].startswith("Prices, Nakuru\n")


def test_without_numbers_the_same_key_counts_once_somebody_had_time_to_read(
    client: FlaskClient, clock: list[datetime]
) -> None:
    call = Call(client, clock, numbered=False)
    call.dial()
    first = call.press("1")
    clock.append(clock[-1] + timedelta(seconds=1))
    assert call.again("1") == first
    clock.append(clock[-1] + timedelta(seconds=3))
    assert call.again("1") != first


def test_a_star_that_was_typed_is_no_separator(call: Call) -> None:
    call.dial()
    assert "Press a number" in call.press("3*1*1*47")["message"]


def test_another_number_cannot_step_in(
    database: Database, client: FlaskClient, clock: list[datetime]
) -> None:
    call = Call(client, clock)
    call.dial()
    call.press("3", "1", "1")
    stranger = Call(client, clock, msisdn=KAMAU, session=call.session, sequence=call.sequence)
    assert stranger.press("47")["type"] == "release"
    assert observations(database) == 0


def test_what_is_no_hop_gets_a_sentence(client: FlaskClient, clock: list[datetime]) -> None:
    call = Call(client, clock)
    assert call._next("timeout", "")["type"] == "release"
    call.msisdn = "nobody"
    assert call.dial()["message"].startswith("Sorry, something went wrong.")
