"""Africa's Talking's airtime: what we send, what each of their answers means."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses
from responses import matchers
from urllib3.exceptions import ProtocolError

from messaging.gateways.africastalking_airtime import (
    AfricasTalkingAirtime,
    parse_airtime_check,
    parse_airtime_report,
    render_airtime_check,
)
from messaging.gateways.gateway import GatewayError
from messaging.kinds import AirtimeState
from messaging.message import AirtimeOutcome, AirtimeResult, AirtimeToSend
from tests.cast import ACHIENG, OTIENO

LIVE = "https://api.africastalking.com/version1/airtime/send"
BEI = AfricasTalkingAirtime("bei", "key")
FIVE = AirtimeToSend(1, OTIENO, Decimal("5.0000"), "KES", key="bei-1-20261124090000")

SENT = {
    "phoneNumber": OTIENO,
    "errorMessage": "None",
    "amount": "KES 5.0000",
    "status": "Sent",
    "requestId": "ATQid_1",
    "discount": "KES 0.2000",
}


def answer(*told: dict[str, str], reason: str = "None") -> str:
    return json.dumps(
        {
            "errorMessage": reason,
            "numSent": len(told),
            "totalAmount": "KES 5.0000",
            "totalDiscount": "KES 0.2000",
            "responses": list(told),
        }
    )


def at_answers(body: str, status: int = 201, url: str = LIVE, **more: Any) -> None:
    responses.post(url, body=body, status=status, **more)


@responses.activate
def test_it_goes_as_their_documents_say() -> None:
    at_answers(
        answer(SENT),
        match=[
            matchers.urlencoded_params_matcher(
                {
                    "username": "bei",
                    "recipients": json.dumps([{"phoneNumber": OTIENO, "amount": "KES 5.00"}]),
                }
            ),
            matchers.header_matcher({"apiKey": "key", "Idempotency-Key": "bei-1-20261124090000"}),
            matchers.request_kwargs_matcher({"timeout": (3.05, 9.05)}),
        ],
    )
    assert BEI.send_airtime(FIVE) == AirtimeResult(
        1, AirtimeOutcome.ACCEPTED, "africastalking", gateway_request_id="ATQid_1", status="Sent"
    )


@responses.activate
def test_each_payout_has_a_key_of_its_own() -> None:
    at_answers(answer(SENT))
    for key in ("first", "second"):
        BEI.send_airtime(replace(FIVE, key=key))
    keys = [call.request.headers["Idempotency-Key"] for call in responses.calls]
    assert keys == ["first", "second"]


@responses.activate
@pytest.mark.parametrize("path", ["", "/", "/version1"])
def test_a_stand_in_on_loopback_pays(path: str) -> None:
    at_answers(answer(SENT), url="http://127.0.0.1:9999/version1/airtime/send")
    stand_in = replace(BEI, base_url=f"http://127.0.0.1:9999{path}")
    assert stand_in.send_airtime(FIVE).outcome is AirtimeOutcome.ACCEPTED


@responses.activate
def test_the_sandbox_has_its_own_host() -> None:
    at_answers(answer(SENT), url="https://api.sandbox.africastalking.com/version1/airtime/send")
    assert replace(BEI, username="sandbox").send_airtime(FIVE).outcome is AirtimeOutcome.ACCEPTED


DUPLICATE = "A duplicate request was received within the last 5 minutes"
ANSWERS = [
    ("sent", answer(SENT), AirtimeOutcome.ACCEPTED, None),
    ("no id", answer({**SENT, "requestId": "None"}), AirtimeOutcome.ACCEPTED, None),
    (
        "a number that will never do",
        answer({**SENT, "status": "Failed", "errorMessage": "Invalid phone number"}),
        AirtimeOutcome.REFUSED,
        None,
    ),
    (
        "the same a minute ago",
        answer({**SENT, "status": "Failed", "errorMessage": DUPLICATE}),
        AirtimeOutcome.RETRY,
        None,
    ),
    ("the same, told of the whole", answer(reason=DUPLICATE), AirtimeOutcome.RETRY, None),
    ("no balance", answer(reason="Insufficient Balance"), AirtimeOutcome.RETRY, 300),
    ("airtime is closed", answer(reason="Airtime is disabled"), AirtimeOutcome.RETRY, 300),
    ("refused as a whole", answer(reason="Invalid amount"), AirtimeOutcome.REFUSED, None),
    ("a status of tomorrow", answer({**SENT, "status": "Odd"}), AirtimeOutcome.UNKNOWN, None),
    ("another's number", answer({**SENT, "phoneNumber": ACHIENG}), AirtimeOutcome.UNKNOWN, None),
    ("nothing at all", answer(), AirtimeOutcome.UNKNOWN, None),
    ("a hotel's page", "<html>Log in</html>", AirtimeOutcome.UNKNOWN, None),
    ("half an answer", '{"responses": [{"sta', AirtimeOutcome.UNKNOWN, None),
    ("another shape", '{"responses": "none"}', AirtimeOutcome.UNKNOWN, None),
    ("a list", "[]", AirtimeOutcome.UNKNOWN, None),
]


@responses.activate
@pytest.mark.parametrize(
    ("body", "outcome", "rest"),
    [told[1:] for told in ANSWERS],
    ids=[told[0] for told in ANSWERS],
)
def test_an_answer_means(body: str, outcome: AirtimeOutcome, rest: float | None) -> None:
    at_answers(body)
    result = BEI.send_airtime(FIVE)
    assert (result.outcome, result.gateway_rests_seconds) == (outcome, rest)
    assert (result.gateway_request_id is not None) is (body == answer(SENT))


@responses.activate
def test_a_duplicate_waits_until_it_is_none() -> None:
    at_answers(answer(reason=DUPLICATE))
    assert (BEI.send_airtime(FIVE).retry_after_seconds or 0) > 300


@responses.activate
@pytest.mark.parametrize(
    ("http_status", "outcome", "rest"),
    [
        (400, AirtimeOutcome.REFUSED, None),
        (401, AirtimeOutcome.RETRY, 300),
        (404, AirtimeOutcome.RETRY, 300),
        (429, AirtimeOutcome.RETRY, 30),
        # Texts go again then; money does not.
        (500, AirtimeOutcome.UNKNOWN, None),
        (504, AirtimeOutcome.UNKNOWN, None),
    ],
)
def test_an_http_status_means(
    http_status: int, outcome: AirtimeOutcome, rest: float | None
) -> None:
    at_answers("not now", http_status)
    result = BEI.send_airtime(FIVE)
    assert (result.outcome, result.gateway_rests_seconds) == (outcome, rest)
    assert (result.status, result.detail) == (f"HTTP {http_status}", "not now")


@responses.activate
@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (requests.ReadTimeout("too slow"), AirtimeOutcome.UNKNOWN),
        (requests.ConnectionError(ProtocolError("aborted")), AirtimeOutcome.UNKNOWN),
        (requests.ConnectTimeout("nobody there"), AirtimeOutcome.RETRY),
        (requests.ConnectionError("refused"), AirtimeOutcome.RETRY),
    ],
)
def test_a_line_that_fails(error: requests.RequestException, outcome: AirtimeOutcome) -> None:
    """What never reached them may go again; what may have reached them never does."""
    responses.post(LIVE, body=error)
    assert BEI.send_airtime(FIVE).outcome is outcome


def test_a_number_the_sdk_refuses_is_no_crash() -> None:
    result = BEI.send_airtime(replace(FIVE, msisdn="0711000001"))
    assert result.outcome is AirtimeOutcome.REFUSED


def test_the_key_stays_out_of_sight() -> None:
    assert "key='" not in repr(BEI)


def test_a_status_callback() -> None:
    notice = parse_airtime_report(
        {
            "requestId": "ATQid_1",
            "status": "Success",
            "phoneNumber": OTIENO,
            "description": "Airtime Delivered Successfully",
            "value": "KES 5.0000",
        }
    )
    assert (notice.state, notice.msisdn) == (AirtimeState.DELIVERED, OTIENO)
    assert notice.detail == "Airtime Delivered Successfully"
    assert OTIENO not in str(notice.payload)
    bare = parse_airtime_report({"requestId": "ATQid_1", "status": "Odd"})
    assert (bare.state, bare.msisdn) == (None, None)


CHECK = {
    "transactionId": "ATTid_1",
    "phoneNumber": OTIENO,
    "sourceIpAddress": "127.0.0.1",
    "currencyCode": "KES",
    "amount": "5.00",
}


@pytest.mark.parametrize("amount", ["5", "5.0000", "KES 5.00"])
def test_the_question_before_they_pay(amount: str) -> None:
    check = parse_airtime_check({**CHECK, "amount": amount})
    assert (check.gateway_transaction_id, check.msisdn) == ("ATTid_1", OTIENO)
    assert (check.amount, check.currency) == (5, "KES")


@pytest.mark.parametrize("missing", ["transactionId", "phoneNumber", "currencyCode", "amount"])
def test_a_question_that_names_no_payout(missing: str) -> None:
    with pytest.raises(GatewayError):
        parse_airtime_check({**CHECK, missing: ""})
    with pytest.raises(GatewayError):
        parse_airtime_check({**CHECK, "amount": "much"})


def test_the_answer_to_it() -> None:
    assert render_airtime_check(True) == {"status": "Validated"}
    assert render_airtime_check(False) == {"status": "Failed"}
