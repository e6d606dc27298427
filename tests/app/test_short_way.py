"""Plain hops and texts are answered before Flask is asked, as Flask would have answered them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import app.webhooks
from app.short_way import FORM
from db.session import Database
from messaging.models import InboundMessage, UssdSession
from tests.app.gateway_forms import AT
from tests.app.gateways import SECRET, serving, settings_with_gateways
from tests.cast import WANJIKU

ADDRESS = f"/webhooks/africastalking/{SECRET}/ussd"
TEXTS = f"/webhooks/africastalking/{SECRET}/sms"
HOP = {
    "sessionId": "ATUid_5d3b",
    "phoneNumber": WANJIKU,
    "networkCode": "63902",
    "serviceCode": "*384*123#",
    "text": "",
}


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    with serving(settings_with_gateways(database_url)) as opened:
        yield opened


@pytest.fixture
def asked_of_flask(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The methods of the requests that Flask was given."""
    asked: list[str] = []
    dispatch = Flask.full_dispatch_request

    def count(flask_app: Flask) -> Response:
        asked.append(request.method)
        return dispatch(flask_app)

    monkeypatch.setattr(Flask, "full_dispatch_request", count)
    return asked


def seen(response: TestResponse) -> tuple[str, dict[str, str], str]:
    return response.status, dict(response.headers), response.text


def sessions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(UssdSession.transcript)))


def test_both_ways_lead_to_the_same_answer(client: FlaskClient, asked_of_flask: list[str]) -> None:
    shortly = client.post(ADDRESS, data=HOP)
    assert not asked_of_flask
    assert shortly.text.startswith("CON ")
    # Nobody posts a hop in this form, but Flask reads it.
    at_length = client.post(ADDRESS, data=HOP, content_type="multipart/form-data")
    assert asked_of_flask
    assert seen(shortly) == seen(at_length)


def test_a_form_that_lacks_its_caller_is_answered_alike(client: FlaskClient) -> None:
    form = {**HOP, "phoneNumber": ""}
    shortly = client.post(ADDRESS, data=form)
    assert shortly.text.startswith("END ")
    assert seen(shortly) == seen(
        client.post(ADDRESS, data=form, content_type="multipart/form-data")
    )


@pytest.mark.parametrize(
    ("body", "typed"),
    [
        (f"sessionId=1&phoneNumber=%2B{WANJIKU[1:]}&text=1&text=2", "1"),  # the first of two
        (f"sessionId=1&phoneNumber=%2B{WANJIKU[1:]}&text=%FF", "%FF"),  # no letter at all
        (f"sessionId=1&phoneNumber=%2B{WANJIKU[1:]}&text", ""),
    ],
)
def test_odd_forms_are_read_as_flask_reads_them(
    client: FlaskClient, database: Database, asked_of_flask: list[str], body: str, typed: str
) -> None:
    answer = client.post(ADDRESS, data=body, content_type=f"{FORM}; charset=UTF-8")
    assert answer.status_code == 200
    assert not asked_of_flask
    assert sessions(database) == [typed]


def test_what_is_no_hop_goes_to_flask(client: FlaskClient, asked_of_flask: list[str]) -> None:
    assert client.get(ADDRESS).status_code == 405
    assert client.post("/webhooks/africastalking/wrong/ussd", data=HOP).status_code == 404
    assert client.post(f"{ADDRESS}/", data=HOP).status_code == 404
    assert client.post(ADDRESS, data={**HOP, "text": "1" * 70_000}).status_code == 413
    assert client.post(ADDRESS, json=HOP).text.startswith("END ")
    assert len(asked_of_flask) == 5


def test_half_a_form_does_nothing(client: FlaskClient, database: Database) -> None:
    body = f"sessionId=1&phoneNumber=%2B{WANJIKU[1:]}&text=1*1*4".encode()
    longer = {"CONTENT_LENGTH": str(len(body) + 1)}
    answer = client.post(ADDRESS, data=body, content_type=FORM, environ_overrides=longer)
    assert answer.text.startswith("END ")
    assert sessions(database) == []


def test_bytes_that_are_no_text_end_in_a_kind_sentence(
    client: FlaskClient, database: Database
) -> None:
    answer = client.post(ADDRESS, data=b"sessionId=1&text=\xff", content_type=FORM)
    assert answer.text.startswith("END ")
    assert sessions(database) == []


# Texts


def words(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(InboundMessage.text).order_by(InboundMessage.id)))


def test_a_text_goes_the_short_way(
    client: FlaskClient, database: Database, asked_of_flask: list[str]
) -> None:
    shortly = client.post(TEXTS, data=AT)
    assert not asked_of_flask
    at_length = client.post(TEXTS, data=AT, content_type="multipart/form-data")
    assert asked_of_flask
    assert seen(shortly) == seen(at_length)
    assert (shortly.status_code, shortly.text) == (200, "")
    assert len(words(database)) == 1  # the second one repeats it


def test_a_text_that_is_none_is_ignored_alike(client: FlaskClient) -> None:
    form = {key: value for key, value in AT.items() if key != "from"}
    shortly = client.post(TEXTS, data=form)
    assert shortly.text.startswith("Ignored: ")
    at_length = client.post(TEXTS, data=form, content_type="multipart/form-data")
    assert seen(shortly) == seen(at_length)


def test_what_can_be_kept_nowhere_is_tried_again_by_flask_which_says_so(
    client: FlaskClient,
    database: Database,
    asked_of_flask: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    really, failed = app.webhooks.receive, []

    def fail_at_first(*arguments: Any) -> None:
        if len(failed) < most:
            failed.append(1)
            raise OSError("No space left on device")
        really(*arguments)

    monkeypatch.setattr(app.webhooks, "receive", fail_at_first)
    most = 2
    answer = client.post(TEXTS, data={**AT, "text": "BEI maziwa & mahindi"})
    assert answer.status_code == 500  # so that the gateway comes again
    assert asked_of_flask == ["POST"]
    assert words(database) == []
    failed, most = [], 1
    assert client.post(TEXTS, data={**AT, "text": "BEI maziwa & mahindi"}).status_code == 200
    assert words(database) == ["BEI maziwa & mahindi"]


def test_a_text_to_a_wrong_address_goes_to_flask(
    client: FlaskClient, database: Database, asked_of_flask: list[str]
) -> None:
    assert client.post("/webhooks/africastalking/wrong/sms", data=AT).status_code == 404
    assert client.get(TEXTS).status_code == 405
    assert len(asked_of_flask) == 2
    assert words(database) == []


def test_half_a_text_is_not_acknowledged(
    client: FlaskClient, database: Database, asked_of_flask: list[str]
) -> None:
    """Its gateway has to bring it again, whole."""
    body = urlencode(AT).encode()
    longer = {"CONTENT_LENGTH": str(len(body) + 1)}
    answer = client.post(TEXTS, data=body, content_type=FORM, environ_overrides=longer)
    assert answer.status_code == 400
    assert asked_of_flask
    assert words(database) == []


def test_bytes_that_are_no_text_are_ignored_as_flask_does(
    client: FlaskClient, database: Database, asked_of_flask: list[str]
) -> None:
    answer = client.post(TEXTS, data=b"id=1&text=\xff", content_type=FORM)
    assert (answer.status_code, answer.text[:7]) == (200, "Ignored")
    assert asked_of_flask
    assert words(database) == []
