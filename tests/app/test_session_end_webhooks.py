"""Africa's Talking tells how a USSD session ended: twice, early, of others, by strangers."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from db.session import Database
from messaging.kinds import SessionOutcome
from messaging.models import SessionEndReport, UssdSession
from tests.app.gateways import (
    SECRET,
    Gateways,
    rows_in_every_table,
    serving,
    settings_with_gateways,
)
from tests.cast import OTIENO, WANJIKU

HOP = {
    "sessionId": "ATUid_5d3b",
    "phoneNumber": WANJIKU,
    "networkCode": "63902",
    "serviceCode": "*384*123#",
    "text": "",
}
END = {
    "date": "2026-11-24 09:00:00",
    "sessionId": "ATUid_5d3b",
    "serviceCode": "*384*123#",
    "networkCode": "63902",
    "phoneNumber": WANJIKU,
    "status": "Incomplete",
    "cost": "KES 0.8000",
    "durationInMillis": "48213",
    "hopsCount": "2",
    "input": "1*Wanjiku",
    "lastAppResponse": "CON What is your name?",
}


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    with serving(settings_with_gateways(database_url)) as opened:
        yield opened


@pytest.fixture
def gateways(client: FlaskClient) -> Gateways:
    return Gateways(client)


def reports(database: Database) -> list[SessionEndReport]:
    with database.read() as session:
        return list(session.scalars(select(SessionEndReport).order_by(SessionEndReport.id)))


def test_a_call_and_its_end(gateways: Gateways, database: Database) -> None:
    assert gateways.africastalking("ussd", HOP).text.startswith("CON ")
    for _ in range(3):
        response = gateways.africastalking("ussd-end", END)
        assert (response.status_code, response.text) == (200, "")
    [report] = reports(database)
    with database.read() as session:
        [held] = session.scalars(select(UssdSession))
    assert (report.ussd_session_id, report.outcome) == (held.id, SessionOutcome.DROPPED)
    assert held.ended is False, "what we said is not changed by what they say"
    kept = f"{report.payload} {report.error} {report.dedupe_key}"
    assert not any(word in kept for word in ("711000001", "Wanjiku", "your name"))


def test_the_call_may_go_on_after_a_notice_about_it(gateways: Gateways) -> None:
    gateways.africastalking("ussd", HOP)
    gateways.africastalking("ussd-end", END)
    assert gateways.africastalking("ussd", HOP | {"text": "1"}).text.startswith("CON ")


@pytest.mark.parametrize(
    "changed",
    [
        {"phoneNumber": OTIENO},
        {"phoneNumber": ""},
        {"phoneNumber": "anonymous"},
        {"sessionId": "ATUid_guessed"},
    ],
)
def test_one_that_is_not_the_callers_own_is_kept_aside(
    gateways: Gateways, database: Database, changed: dict[str, str]
) -> None:
    gateways.africastalking("ussd", HOP)
    assert gateways.africastalking("ussd-end", END | changed).status_code == 200
    assert [report.ussd_session_id for report in reports(database)] == [None]


@pytest.mark.parametrize(
    ("changed", "rows"),
    [
        ({"status": "NeverHeardOf"}, 1),
        ({"status": "", "cost": "1e400", "durationInMillis": "\0", "hopsCount": "🐄"}, 1),
        ({"cost": "9" * 100, "errorMessage": "x\0" * 5_000, "\0": "\0"}, 1),
        ({"sessionId": "\0" * 10}, 0),
        ({"sessionId": ""}, 0),
    ],
)
def test_rubbish_is_answered(
    gateways: Gateways, database: Database, changed: dict[str, str], rows: int
) -> None:
    gateways.africastalking("ussd", HOP)
    assert gateways.africastalking("ussd-end", END | changed).status_code == 200
    assert len(reports(database)) == rows


def test_nothing_posted_is_answered(gateways: Gateways, database: Database) -> None:
    assert gateways.africastalking("ussd-end", {}).status_code == 200
    assert reports(database) == []


@pytest.mark.parametrize("secret", ["wrong", SECRET[:-1], SECRET + "x"])
def test_a_wrong_secret_is_not_found_and_leaves_no_row(
    client: FlaskClient, database: Database, secret: str
) -> None:
    before = rows_in_every_table(database)
    response = client.post(f"/webhooks/africastalking/{secret}/ussd-end", data=END)
    assert response.status_code == 404
    assert rows_in_every_table(database) == before
