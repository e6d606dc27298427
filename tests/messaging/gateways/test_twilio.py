import json
from typing import Any

import pytest
import requests
import responses
from responses import matchers
from urllib3.exceptions import ProtocolError

from messaging.gateways.twilio import Twilio, is_signed
from messaging.message import SendOutcome, SendResult, SmsToSend
from tests.cast import OTIENO, WANJIKU

LIVE = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
SENDER = "+15005550006"


def gateway(sender: str = SENDER, base_url: str | None = None) -> Twilio:
    return Twilio("AC1", "token", sender, "https://bei.example.org/", base_url)


def to(msisdn: str = WANJIKU, outbound_id: int = 1, **more: Any) -> SmsToSend:
    return SmsToSend(outbound_id=outbound_id, msisdn=msisdn, text="KES 47/L", **more)


def created(**more: Any) -> str:
    return json.dumps({"sid": "SM1", "status": "queued", "num_segments": "1", **more})


def refused(code: int, status: int) -> str:
    return json.dumps({"code": code, "message": "No.", "status": status})


def send_one(twilio: Twilio | None = None, **more: Any) -> SendResult:
    (result,) = (twilio or gateway()).send_sms([to(**more)])
    return result


@responses.activate
def test_a_text_goes_as_their_documents_say() -> None:
    responses.post(
        LIVE,
        body=created(),
        status=201,
        match=[
            matchers.urlencoded_params_matcher(
                {
                    "To": WANJIKU,
                    "From": SENDER,
                    "Body": "KES 47/L",
                    "StatusCallback": "https://bei.example.org/webhooks/twilio/status",
                    "ValidityPeriod": "3600",
                }
            ),
            matchers.header_matcher({"Authorization": "Basic QUMxOnRva2Vu"}),
            matchers.request_kwargs_matcher({"timeout": 10}),
        ],
    )
    assert send_one(valid_for_seconds=3600) == SendResult(
        outbound_id=1,
        outcome=SendOutcome.ACCEPTED,
        gateway_message_id="SM1",
        status="queued",
    )


@responses.activate
@pytest.mark.parametrize(("seconds", "sent"), [(0, "1"), (90_000, "36000")])
def test_a_text_is_valid_within_their_bounds(seconds: int, sent: str) -> None:
    responses.post(LIVE, body=created(), status=201)
    send_one(valid_for_seconds=seconds)
    assert f"ValidityPeriod={sent}" in str(responses.calls[0].request.body)


@responses.activate
def test_a_messaging_service_chooses_its_number() -> None:
    responses.post(LIVE, body=created(status="accepted", num_segments="0"), status=201)
    assert send_one(gateway(sender="MG1")).outcome is SendOutcome.ACCEPTED
    body = str(responses.calls[0].request.body)
    assert "MessagingServiceSid=MG1" in body
    assert "From=" not in body


@responses.activate
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_stand_in_on_loopback_gets_everything(slash: str) -> None:
    responses.post(
        "http://127.0.0.1:9998/2010-04-01/Accounts/AC1/Messages.json", body=created(), status=201
    )
    stand_in = gateway(base_url=f"http://127.0.0.1:9998{slash}")
    assert send_one(stand_in).outcome is SendOutcome.ACCEPTED


@responses.activate
def test_each_message_has_its_own_outcome() -> None:
    responses.post(LIVE, body=created(), status=201)
    responses.post(LIVE, body=refused(21610, 400), status=400)
    results = gateway().send_sms([to(WANJIKU, 1), to(OTIENO, 2)])
    assert [(result.outbound_id, result.outcome) for result in results] == [
        (1, SendOutcome.ACCEPTED),
        (2, SendOutcome.SUPPRESS),
    ]


CODES = [
    (21610, 400, SendOutcome.SUPPRESS, None),
    (21211, 400, SendOutcome.PERMANENT, None),
    (21614, 400, SendOutcome.PERMANENT, None),
    (30005, 400, SendOutcome.PERMANENT, None),
    (30006, 400, SendOutcome.PERMANENT, None),
    (30004, 400, SendOutcome.PERMANENT, None),
    (30007, 400, SendOutcome.PERMANENT, None),
    (21617, 400, SendOutcome.PERMANENT, None),
    (21408, 400, SendOutcome.PAUSE, None),
    (21606, 400, SendOutcome.PAUSE, 300),
    (21612, 400, SendOutcome.PAUSE, None),
    (20003, 401, SendOutcome.PAUSE, 300),
    (30002, 400, SendOutcome.PAUSE, 300),
    (20429, 429, SendOutcome.RETRY, 30),
    (21611, 400, SendOutcome.RETRY, 30),
    (30001, 400, SendOutcome.RETRY, 30),
    (30003, 400, SendOutcome.RETRY, None),
    (30008, 400, SendOutcome.RETRY, None),
    (63018, 400, SendOutcome.RETRY, None),
    (99999, 400, SendOutcome.PERMANENT, None),
    (99999, 500, SendOutcome.RETRY, None),
    (20404, 404, SendOutcome.PAUSE, 300),
]


@responses.activate
@pytest.mark.parametrize(("code", "http_status", "outcome", "rest"), CODES)
def test_an_error_code_means(
    code: int, http_status: int, outcome: SendOutcome, rest: float | None
) -> None:
    responses.post(LIVE, body=refused(code, http_status), status=http_status)
    result = send_one()
    assert (result.outcome, result.gateway_rests_seconds) == (outcome, rest)
    assert str(code) in (result.detail or "")


@responses.activate
def test_an_error_in_their_newer_form_means_the_same() -> None:
    problem = {"type": "about:blank", "title": "Opted out", "status": 400, "code": 21610}
    responses.post(LIVE, body=json.dumps(problem), status=400)
    assert send_one().outcome is SendOutcome.SUPPRESS


@responses.activate
def test_too_fast_waits_as_long_as_they_say() -> None:
    responses.post(LIVE, body=refused(20429, 429), status=429, headers={"Retry-After": "12"})
    assert send_one().gateway_rests_seconds == 12


@responses.activate
def test_a_text_that_failed_at_once() -> None:
    responses.post(LIVE, body=created(status="failed", error_code=30006), status=201)
    assert send_one().outcome is SendOutcome.PERMANENT


@responses.activate
@pytest.mark.parametrize(
    ("http_status", "outcome"), [(502, SendOutcome.RETRY), (200, SendOutcome.UNKNOWN)]
)
def test_a_page_of_html(http_status: int, outcome: SendOutcome) -> None:
    responses.post(LIVE, body="<html>Bad gateway</html>", status=http_status)
    assert send_one().outcome is outcome


@responses.activate
@pytest.mark.parametrize("body", ["", "{}", "[]", "null"])
def test_an_answer_that_is_none_leaves_it_open(body: str) -> None:
    responses.post(LIVE, body=body, status=201)
    assert send_one().outcome is SendOutcome.UNKNOWN


@responses.activate
@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (requests.ReadTimeout("too slow"), SendOutcome.UNKNOWN),
        (requests.ConnectionError(ProtocolError("Connection aborted.")), SendOutcome.UNKNOWN),
        (requests.ConnectTimeout("nobody there"), SendOutcome.RETRY),
        (requests.ConnectionError("refused"), SendOutcome.RETRY),
    ],
)
def test_a_line_that_fails(error: requests.RequestException, outcome: SendOutcome) -> None:
    responses.post(LIVE, body=error)
    result = send_one()
    assert (result.outcome, result.call_failed) == (outcome, True)


# Twilio's own example.
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    ("token", "url", "form", "signature", "holds"),
    [
        ("12345", URL, FORM, SIGNATURE, True),
        ("12345", URL.replace(".com/", ".com:443/"), FORM, SIGNATURE, True),
        ("54321", URL, FORM, SIGNATURE, False),
        ("12345", URL + "&baz=3", FORM, SIGNATURE, False),
        ("12345", URL, {**FORM, "Digits": "4321"}, SIGNATURE, False),
        ("12345", URL, FORM, "", False),
        ("12345", URL, FORM, None, False),
        ("12345", URL, FORM, "é" * 28, False),
    ],
)
def test_signature(
    token: str, url: str, form: dict[str, str], signature: str | None, holds: bool
) -> None:
    assert is_signed(token, url, form, signature) is holds
