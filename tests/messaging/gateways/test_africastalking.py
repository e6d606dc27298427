import json
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses
from responses import matchers
from urllib3.exceptions import ProtocolError

from messaging.gateways.africastalking import AfricasTalking, is_secret, render_ussd
from messaging.message import SendOutcome, SendResult, SmsToSend, UssdAnswer
from tests.cast import KAMAU, OTIENO, WANJIKU

LIVE = "https://api.africastalking.com/version1/messaging"
PREMIUM = "https://content.africastalking.com/version1/messaging"
SANDBOX = "https://api.sandbox.africastalking.com/version1/messaging"

BEI = AfricasTalking(username="bei", api_key="key", sender="BEI")


def to(msisdn: str, outbound_id: int = 1, text: str = "KES 47/L", **more: Any) -> SmsToSend:
    return SmsToSend(outbound_id=outbound_id, msisdn=msisdn, text=text, **more)


def recipient(msisdn: str, code: int = 101, status: str = "Success", **more: str) -> dict[str, Any]:
    told = {"statusCode": code, "number": msisdn, "status": status}
    return {**told, "cost": "KES 0.8000", "messageId": f"ATXid_{msisdn[-1]}", **more}


def answer(*recipients: dict[str, Any], message: str = "Sent to 1/1") -> str:
    return json.dumps({"SMSMessageData": {"Message": message, "Recipients": list(recipients)}})


def at_answers(body: str, url: str = LIVE, status: int = 201, **more: Any) -> None:
    more.setdefault("content_type", "application/json")
    responses.post(url, body=body, status=status, **more)


def send_one(gateway: AfricasTalking = BEI, **more: Any) -> SendResult:
    (result,) = gateway.send_sms([to(WANJIKU, **more)])
    return result


@responses.activate
def test_a_text_goes_as_their_documents_say() -> None:
    at_answers(
        answer(recipient(WANJIKU)),
        match=[
            matchers.urlencoded_params_matcher(
                {
                    "username": "bei",
                    "to": WANJIKU,
                    "message": "KES 47/L",
                    "bulkSMSMode": "1",
                    "from": "BEI",
                    "enqueue": "1",
                }
            ),
            matchers.header_matcher({"apiKey": "key", "Accept": "application/json"}),
            matchers.request_kwargs_matcher({"timeout": (3.05, 9.05)}),
        ],
    )
    assert send_one() == SendResult(
        outbound_id=1,
        outcome=SendOutcome.ACCEPTED,
        gateway_message_id="ATXid_1",
        status="Success",
        detail="101 Success",
        cost=Decimal("0.8000"),
        cost_currency="KES",
    )


@responses.activate
def test_a_reply_on_somebodys_link_goes_the_premium_way() -> None:
    at_answers(
        answer(recipient(WANJIKU)),
        PREMIUM,
        match=[
            matchers.urlencoded_params_matcher(
                {
                    "username": "bei",
                    "to": WANJIKU,
                    "message": "KES 47/L",
                    "bulkSMSMode": "0",
                    "from": "21512",
                    "linkId": "link-1",
                }
            )
        ],
    )
    assert send_one(sender="21512", link_id="link-1").outcome is SendOutcome.ACCEPTED


@responses.activate
def test_the_sandbox_has_its_own_host() -> None:
    at_answers(answer(recipient(WANJIKU)), SANDBOX)
    sandbox = AfricasTalking(username="sandbox", api_key="key")
    assert send_one(sandbox).outcome is SendOutcome.ACCEPTED
    assert "from=" not in str(responses.calls[0].request.body)


@responses.activate
@pytest.mark.parametrize("path", ["", "/", "/version1"])
@pytest.mark.parametrize("link_id", [None, "link-1"])
def test_a_stand_in_on_loopback_gets_everything(path: str, link_id: str | None) -> None:
    at_answers(answer(recipient(WANJIKU)), "http://127.0.0.1:9999/version1/messaging")
    stand_in = AfricasTalking("bei", "key", "BEI", base_url=f"http://127.0.0.1:9999{path}")
    assert send_one(stand_in, link_id=link_id).outcome is SendOutcome.ACCEPTED


@responses.activate
@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "text/html"]
)
def test_json_is_read_whatever_it_is_called(content_type: str) -> None:
    at_answers(answer(recipient(WANJIKU)), content_type=content_type)
    assert send_one().outcome is SendOutcome.ACCEPTED


STATUS_CODES = [
    (100, "Processed", SendOutcome.ACCEPTED, None),
    (101, "Success", SendOutcome.ACCEPTED, None),
    (102, "Queued", SendOutcome.ACCEPTED, None),
    (401, "RiskHold", SendOutcome.PAUSE, None),
    (402, "InvalidSenderId", SendOutcome.PAUSE, 300),
    (403, "InvalidPhoneNumber", SendOutcome.PERMANENT, None),
    (404, "UnsupportedNumberType", SendOutcome.PERMANENT, None),
    (405, "InsufficientBalance", SendOutcome.PAUSE, 300),
    (406, "UserInBlacklist", SendOutcome.SUPPRESS, None),
    (407, "CouldNotRoute", SendOutcome.PERMANENT, None),
    (409, "DoNotDisturbRejection", SendOutcome.RETRY, None),
    (500, "InternalServerError", SendOutcome.RETRY, None),
    (501, "GatewayError", SendOutcome.RETRY, None),
    (502, "RejectedByGateway", SendOutcome.RETRY, None),
    (999, "NeverHeardOf", SendOutcome.UNKNOWN, None),
]


@responses.activate
@pytest.mark.parametrize(("code", "status", "outcome", "rest"), STATUS_CODES)
def test_a_status_code_means(
    code: int, status: str, outcome: SendOutcome, rest: float | None
) -> None:
    at_answers(answer(recipient(WANJIKU, code, status, messageId="None", cost="0")))
    result = send_one()
    assert (result.outcome, result.gateway_rests_seconds) == (outcome, rest)
    assert (result.gateway_message_id, result.cost) == (None, None)
    assert result.status == status


@responses.activate
def test_results_are_found_by_number_not_by_position() -> None:
    at_answers(
        answer(
            recipient(KAMAU, 406, "UserInBlacklist", messageId="None"),
            recipient(WANJIKU),
            recipient("+254799999999"),
        )
    )
    results = BEI.send_sms([to(WANJIKU, 1), to(OTIENO, 2), to(KAMAU, 3)])
    assert [(result.outbound_id, result.outcome) for result in results] == [
        (1, SendOutcome.ACCEPTED),
        (2, SendOutcome.UNKNOWN),  # not a word on it: it may have been sent
        (3, SendOutcome.SUPPRESS),
    ]
    assert len(responses.calls) == 1


@responses.activate
def test_one_call_carries_one_text_to_a_hundred_phones() -> None:
    phones = [f"+2547110{number:05}" for number in range(120)]
    at_answers(answer(*[recipient(phone) for phone in phones]))
    messages = [to(phone, number) for number, phone in enumerate(phones)]
    results = BEI.send_sms([*messages, to(phones[0], 500), to(phones[0], 501, text="other")])
    assert {result.outcome for result in results} == {SendOutcome.ACCEPTED}
    assert {result.outbound_id for result in results} == {*range(120), 500, 501}
    assert len(responses.calls) == 3


@responses.activate
@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("InvalidSenderId", SendOutcome.PAUSE),
        ("InsufficientBalance", SendOutcome.PAUSE),
        ("Sent to 0/1 Total Cost: 0", SendOutcome.RETRY),
    ],
)
def test_a_call_refused_as_a_whole(reason: str, outcome: SendOutcome) -> None:
    at_answers(answer(message=reason))
    assert send_one().outcome is outcome


@responses.activate
@pytest.mark.parametrize(
    ("http_status", "outcome", "rest"),
    [
        (400, SendOutcome.PERMANENT, None),
        (401, SendOutcome.PAUSE, 300),
        (404, SendOutcome.PAUSE, 300),
        (409, SendOutcome.RETRY, None),
        (429, SendOutcome.RETRY, 30),
        (500, SendOutcome.RETRY, None),
        (503, SendOutcome.RETRY, None),
        # A proxy of theirs waited in vain: it may have been heard, as after a time-out of ours.
        (504, SendOutcome.UNKNOWN, None),
    ],
)
def test_an_http_status_means(http_status: int, outcome: SendOutcome, rest: float | None) -> None:
    at_answers("The supplied authentication is invalid", status=http_status)
    result = send_one()
    assert (result.outcome, result.gateway_rests_seconds) == (outcome, rest)
    assert result.detail == "The supplied authentication is invalid"
    # Our own mistakes say nothing of how the gateway fares.
    assert result.call_failed is (http_status == 429 or http_status >= 500)


@responses.activate
def test_too_fast_waits_as_long_as_they_say() -> None:
    at_answers("slow down", status=429, headers={"Retry-After": "77"})
    assert send_one().gateway_rests_seconds == 77


@responses.activate
@pytest.mark.parametrize(
    "body",
    ["<html>Log in to the hotel's network</html>", "", "[]", "null", '{"SMSMessageData": null}'],
)
def test_an_answer_that_is_none_leaves_it_open(body: str) -> None:
    at_answers(body, status=200, content_type="text/html")
    result = send_one()
    assert (result.outcome, result.call_failed) == (SendOutcome.UNKNOWN, True)


@responses.activate
@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (requests.ReadTimeout("too slow"), SendOutcome.UNKNOWN),
        (requests.ConnectionError(ProtocolError("Connection aborted.")), SendOutcome.UNKNOWN),
        (requests.exceptions.ChunkedEncodingError("half an answer"), SendOutcome.UNKNOWN),
        (requests.ConnectTimeout("nobody there"), SendOutcome.RETRY),
        (requests.ConnectionError("refused"), SendOutcome.RETRY),
    ],
)
def test_a_line_that_fails(error: requests.RequestException, outcome: SendOutcome) -> None:
    """What never reached them may go again; what may have reached them never does."""
    responses.post(LIVE, body=error)
    result = send_one()
    assert result.outcome is outcome
    assert (result.gateway_rests_seconds is not None) is (outcome is SendOutcome.RETRY)
    assert result.call_failed


def test_a_number_the_sdk_refuses_is_no_crash() -> None:
    (result,) = BEI.send_sms([to("0711000001")])
    assert result.outcome is SendOutcome.PERMANENT


def test_the_key_stays_out_of_sight() -> None:
    assert "key='" not in repr(BEI)


@pytest.mark.parametrize(
    ("given", "lets_in"), [("right", True), ("wrong", False), ("", False), ("righté", False)]
)
def test_secret(given: str, lets_in: bool) -> None:
    assert is_secret(given, "right") is lets_in


def test_a_screen_begins_as_they_want_it() -> None:
    assert render_ussd(UssdAnswer("Bei\n1 Prices")) == "CON Bei\n1 Prices"
    assert render_ussd(UssdAnswer("Asante.", ends=True)) == "END Asante."
