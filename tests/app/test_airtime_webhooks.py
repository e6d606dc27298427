"""What Africa's Talking tells us of airtime: as a form or JSON, twice, for others, by strangers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from db.session import Database
from messaging.kinds import AirtimeState
from messaging.message import AirtimeOutcome
from messaging.models import AirtimeReport
from tests.app.gateways import SECRET, rows_in_every_table, serving, settings_with_gateways
from tests.cast import ACHIENG, OTIENO
from tests.groups.stories import meet
from tests.messaging.airtime import grants, handed_over, record

STATUS = {
    "requestId": "ATQid_1",
    "status": "Success",
    "phoneNumber": OTIENO,
    "description": "Airtime Delivered Successfully",
    "value": "KES 5.0000",
    "discount": "KES 0.2000",
}
CHECK = {
    "transactionId": "ATTid_1",
    "phoneNumber": OTIENO,
    "sourceIpAddress": "127.0.0.1",
    "currencyCode": "KES",
    "amount": 5.0,
}


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    with serving(settings_with_gateways(database_url)) as opened:
        yield opened


@pytest.fixture
def paid(database: Database) -> None:
    """Airtime for Otieno that the gateway took."""
    now = datetime.now(UTC)
    with database.begin() as session:
        meet(session, ACHIENG, now)
        record(session, handed_over(session, now), AirtimeOutcome.ACCEPTED, now)


def post(
    client: FlaskClient, hook: str, fields: dict[str, Any], how: str = "form", secret: str = SECRET
) -> TestResponse:
    path = f"/webhooks/africastalking/{secret}/{hook}"
    if how == "json":
        return client.post(path, json=fields)
    return client.post(path, data={name: str(value) for name, value in fields.items()})


def state(database: Database) -> AirtimeState:
    with database.read() as session:
        (grant,) = grants(session)
        return grant.state


@pytest.mark.parametrize("how", ["form", "json"])
def test_it_arrived(client: FlaskClient, database: Database, paid: None, how: str) -> None:
    for _ in range(3):
        assert post(client, "airtime", STATUS, how).status_code == 200
    assert state(database) is AirtimeState.DELIVERED
    with database.read() as session:
        (report,) = session.scalars(select(AirtimeReport))
        assert report.payload["value"] == "KES 5.0000"
        assert "722000002" not in str(report.payload)


def test_it_failed_and_the_reason_is_kept(
    client: FlaskClient, database: Database, paid: None
) -> None:
    post(client, "airtime", {**STATUS, "status": "Failed", "description": "Invalid number"})
    with database.read() as session:
        (grant,) = grants(session)
        assert (grant.state, grant.detail) == (AirtimeState.FAILED, "Invalid number")


@pytest.mark.parametrize(
    "changed",
    [
        {"requestId": "ATQid_guessed"},
        {"phoneNumber": ACHIENG},
        {"phoneNumber": "+254799999999"},
        {"status": ""},
        {"requestId": ""},
        {"phoneNumber": "nobody"},
    ],
)
def test_a_forged_one_changes_nothing(
    client: FlaskClient, database: Database, paid: None, changed: dict[str, str]
) -> None:
    assert post(client, "airtime", STATUS | changed).status_code == 200
    assert state(database) is AirtimeState.SENT


@pytest.mark.parametrize("body", ["", "not json", "[]", "null", '"x"', '{"requestId": {"a": 1}}'])
def test_json_that_is_none_is_ignored(
    client: FlaskClient, database: Database, paid: None, body: str
) -> None:
    for hook in ("airtime", "airtime/validation"):
        path = f"/webhooks/africastalking/{SECRET}/{hook}"
        response = client.post(path, data=body, content_type="application/json")
        assert response.status_code == 200
    assert state(database) is AirtimeState.SENT


@pytest.mark.parametrize("how", ["form", "json"])
def test_our_own_payout_is_approved(client: FlaskClient, paid: None, how: str) -> None:
    for _ in range(2):
        response = post(client, "airtime/validation", CHECK, how)
        assert (response.status_code, response.json) == (200, {"status": "Validated"})
    again = post(client, "airtime/validation", CHECK | {"transactionId": "another"}, how)
    assert again.json == {"status": "Failed"}


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 500},
        {"amount": "nothing"},
        {"currencyCode": "UGX"},
        {"phoneNumber": ACHIENG},
        {"phoneNumber": "+254799999999"},
        {"transactionId": ""},
    ],
)
def test_a_payout_that_is_not_ours_is_not(
    client: FlaskClient, paid: None, changed: dict[str, Any]
) -> None:
    response = post(client, "airtime/validation", CHECK | changed)
    assert (response.status_code, response.json) == (200, {"status": "Failed"})


@pytest.mark.parametrize("hook", ["airtime", "airtime/validation"])
@pytest.mark.parametrize("secret", ["wrong", SECRET[:-1], SECRET + "x"])
def test_a_wrong_secret_is_not_found_and_leaves_no_row(
    client: FlaskClient, database: Database, paid: None, hook: str, secret: str
) -> None:
    before = rows_in_every_table(database)
    assert post(client, hook, STATUS | CHECK, secret=secret).status_code == 404
    assert rows_in_every_table(database) == before


def test_what_nobody_knows_is_kept_without_its_number(
    client: FlaskClient, database: Database, paid: None
) -> None:
    post(client, "airtime", STATUS | {"requestId": "ATQid_2"})
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AirtimeReport)) == 1
        assert not any(
            "722000002" in str(each) for each in session.scalars(select(AirtimeReport.payload))
        )
