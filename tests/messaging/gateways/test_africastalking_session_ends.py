"""What Africa's Talking says when a session is over, as data, and what must come of it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.gateways.africastalking import parse_session_end
from messaging.gateways.gateway import GatewayError
from messaging.kinds import Channel, SessionOutcome
from messaging.message import SessionEnd
from tests.cast import WANJIKU

FORM = {
    "date": "2026-11-24 09:00:00",
    "sessionId": "ATUid_5d3b",
    "serviceCode": "*384*123#",
    "networkCode": "63902",
    "phoneNumber": WANJIKU,
    "status": "Success",
    "cost": "KES 0.8000",
    "durationInMillis": "48213",
    "hopsCount": "4",
    "hopsMetadata": "",
    "input": "1*Wanjiku*2",
    "lastAppResponse": "END Wanjiku: 188.5 L",
}
PAYLOAD = {
    "date": "2026-11-24 09:00:00",
    "sessionId": "ATUid_5d3b",
    "serviceCode": "*384*123#",
    "networkCode": "63902",
    "status": "Success",
    "cost": "KES 0.8000",
    "durationInMillis": "48213",
    "hopsCount": "4",
    "hopsMetadata": "",
}
AS_DOCUMENTED = SessionEnd(
    gateway="africastalking",
    gateway_session_id="ATUid_5d3b",
    channel=Channel.USSD,
    status="Success",
    outcome=SessionOutcome.FINISHED,
    cost=Decimal("0.8"),
    cost_currency="KES",
    duration_seconds=Decimal("48.213"),
    hops=4,
    error=None,
    msisdn=WANJIKU,
    payload=PAYLOAD,
)
NO_COST: dict[str, Any] = {"cost": None, "cost_currency": None}
IN_SHILLINGS = {"cost": Decimal("0.8"), "cost_currency": "KES"}
OUTCOME = "outcome"

# What is posted instead, and what becomes of it.
ENDS: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({}, {}),
    ({"status": "Incomplete"}, {"status": "Incomplete", OUTCOME: SessionOutcome.DROPPED}),
    ({"status": "Failed"}, {"status": "Failed", OUTCOME: SessionOutcome.FAILED}),
    ({"status": "NeverHeardOf"}, {"status": "NeverHeardOf", OUTCOME: None}),
    ({"status": ""}, {"status": "", OUTCOME: None}),
    ({"status": "x" * 300}, {"status": "x" * 40, OUTCOME: None}),
    ({"sessionId": "28374"}, {"gateway_session_id": "28374"}),
    ({"sessionId": "9" * 500}, {"gateway_session_id": "9" * 120}),
    ({"sessionId": "AT\0Uid_\ud83d1"}, {"gateway_session_id": "ATUid_?1"}),
    ({"cost": "0.8"}, {"cost": Decimal("0.8"), "cost_currency": None}),
    ({"cost": "KES0.80"}, IN_SHILLINGS),
    ({"cost": " KES 0.8000 "}, IN_SHILLINGS),
    ({"cost": "0"}, {"cost": Decimal(0), "cost_currency": None}),
    ({"cost": "0." + "1" * 20}, {"cost": Decimal("0." + "1" * 20), "cost_currency": None}),
    ({"cost": ""}, NO_COST),
    ({"cost": "None"}, NO_COST),
    ({"cost": "KES"}, NO_COST),
    ({"cost": "KES -0.8"}, NO_COST),
    ({"cost": "SHILLINGS 0.8"}, NO_COST),
    ({"cost": "NaN"}, NO_COST),
    ({"cost": "1e400"}, NO_COST),
    ({"cost": "9" * 30}, NO_COST),
    ({"cost": "1_000"}, NO_COST),
    ({"cost": "٠.٨"}, NO_COST),
    ({"durationInMillis": "0"}, {"duration_seconds": Decimal(0)}),
    ({"durationInMillis": "48213.5"}, {"duration_seconds": Decimal("48.2135")}),
    ({"durationInMillis": ""}, {"duration_seconds": None}),
    ({"durationInMillis": "-1"}, {"duration_seconds": None}),
    ({"durationInMillis": "Infinity"}, {"duration_seconds": None}),
    ({"durationInMillis": "9" * 12}, {"duration_seconds": None}),
    ({"hopsCount": "four"}, {"hops": None}),
    ({"hopsCount": "9" * 12}, {"hops": None}),
    ({"phoneNumber": WANJIKU.replace("+", " ")}, {"msisdn": WANJIKU}),
    ({"phoneNumber": WANJIKU.removeprefix("+")}, {"msisdn": WANJIKU}),
    ({"phoneNumber": ""}, {"msisdn": None}),
    ({"phoneNumber": "anonymous"}, {"msisdn": None}),
    ({"phoneNumber": "21512"}, {"msisdn": None}),
    ({"errorMessage": "Timed out"}, {"error": "Timed out"}),
    ({"errorMessage": "e" * 900}, {"error": "e" * 500}),
    ({"errorMessage": "No way to +254711000001"}, {"error": "No way to ***"}),
]


@pytest.mark.parametrize(("posted", "becomes"), ENDS)
def test_an_end_means(posted: dict[str, str], becomes: dict[str, Any]) -> None:
    read = parse_session_end(FORM | posted)
    assert replace(read, payload=PAYLOAD) == replace(AS_DOCUMENTED, **becomes)


def test_what_came_is_kept_but_for_what_is_personal() -> None:
    assert parse_session_end(FORM).payload == PAYLOAD


@pytest.mark.parametrize(
    "posted",
    [
        {"somethingNew": WANJIKU},
        {"somethingNew": "0711000001"},
        {"errorMessage": "to +254711000001, not 254711000001"},
        {"hopsMetadata": "711000001"},
    ],
)
def test_a_number_is_kept_in_no_field(posted: dict[str, str]) -> None:
    payload = parse_session_end(FORM | posted).payload
    assert "711000001" not in str(payload)
    assert set(payload) == {*PAYLOAD, *posted}


@pytest.mark.parametrize("name", ["input", "in\0put", "lastAppResponse"])
def test_what_was_typed_and_shown_is_not_kept_twice(name: str) -> None:
    assert "Wanjiku" not in str(parse_session_end(FORM | {name: "Wanjiku"}).payload)


def test_an_id_of_many_digits_stays_what_it_is() -> None:
    assert parse_session_end(FORM | {"sessionId": "254711000001"}).payload["sessionId"] == (
        "254711000001"
    )


@pytest.mark.parametrize(
    "form", [{}, {"sessionId": ""}, {"sessionId": " \0"}, {"status": "Failed"}]
)
def test_an_end_of_no_session_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(GatewayError, match="sessionId"):
        parse_session_end(form)


@given(st.fixed_dictionaries({}, optional={name: st.text() for name in FORM}))
def test_rubbish_is_no_crash(form: dict[str, str]) -> None:
    read = parse_session_end({**form, "sessionId": "ATUid_1"})
    assert read.cost is None or 0 <= read.cost < 1_000_000_000
    assert read.duration_seconds is None or read.duration_seconds < 1_000_000
    assert not {"phoneNumber", "input", "lastAppResponse"} & set(read.payload)
