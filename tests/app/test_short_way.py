"""A plain hop is answered before Flask is asked; it is the answer that Flask would have given."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.short_way import FORM
from db.session import Database
from messaging.models import UssdSession
from tests.app.gateways import SECRET, serving, settings_with_gateways
from tests.cast import WANJIKU

ADDRESS = f"/webhooks/africastalking/{SECRET}/ussd"
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
