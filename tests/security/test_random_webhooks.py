"""Requests that nobody thought of, for every webhook: a sound answer, no trace of strangers, no
phone number in any line of the logs.

So many as take about a minute; BEI_RANDOM_WEBHOOKS=100000 makes it so many, on both databases
together.
"""

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app.logs import configure_logs
from tests.app.commandline import logs_as_they_were
from tests.app.gateways import PUBLIC, SECRET, TOKEN
from tests.security.doors import Door
from tests.security.hostile import WORDS
from tests.security.house import House
from tests.security.walking import walk

# Of ours and of strangers, on either database.
SHARE = int(os.environ.get("BEI_RANDOM_WEBHOOKS", "4000")) // 4  # noqa: TID251 – no setting of Bei's
HURRIED = settings(
    max_examples=SHARE,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
FIELDS = (
    "id", "from", "to", "text", "date", "linkId", "networkCode", "cost", "status", "phoneNumber",
    "failureReason", "retryCount", "senderId", "sessionId", "serviceCode", "input", "hops",
    "durationInMillis", "errorMessage", "lastAppResponse", "requestId", "transactionId", "amount",
    "currencyCode", "discount", "description", "sourceIpAddress", "isActive", "direction",
    "callerNumber", "destinationNumber", "dtmfDigits", "callSessionState", "durationInSeconds",
    "MessageSid", "SmsSid", "From", "To", "Body", "OptOutType", "MessageStatus", "ErrorCode",
    "AccountSid", "NumSegments", "value", "x",
)  # fmt: skip
SENT = (
    "price milk nakuru", "milk githunguri 45", "maziwa molo 47", "help", "stop", "start", "1", "2",
    "join kirima", "name Wanjiku", "language sw", "home nakuru", "1*2*1", "1*1", "0", "00", "#",
    "Success", "Sent", "Failed", "Rejected", "delivered", "undelivered", "1", "0", "KES 10.00",
    "UserInAccount", "*384*123#", "21512", "63902", "2026-11-24T09:00:00Z", "",
)  # fmt: skip
# Ninety thousand numbers, none of which anything else is.
PEOPLE = st.integers(10_000, 99_999).map(lambda tail: f"+2547559{tail}")
_APART = re.compile(r"%2B|%20|[\s+()./-]")


def as_written(msisdn: str) -> st.SearchStrategy[str]:
    """A number as gateways and people write it."""
    bare = msisdn.removeprefix("+254")
    spaced = f"{bare[:3]} {bare[3:6]} {bare[6:]}"
    return st.sampled_from(
        [msisdn, msisdn, msisdn, f" {msisdn[1:]}", msisdn[1:], f"0{bare}", f"+254 {spaced}",
         f"0{spaced}", f"join kirima 0{bare}", f"call me on {msisdn}", f"0{bare[:3]}-{bare[3:]}"]
    )  # fmt: skip


@dataclass(frozen=True)
class Wild:
    """What is posted."""

    hook: int
    fields: list[tuple[str, str]]
    numbers: list[str] = field(default_factory=list)
    is_json: bool = False
    is_get: bool = False
    address: int = 0  # of whoever brings it: strangers who guess are slowed down by theirs


@st.composite
def wild(draw: st.DrawFn) -> Wild:
    """A request of a gateway, or what looks a little like one."""
    numbers = draw(st.lists(PEOPLE, min_size=1, max_size=2))
    number = st.sampled_from(numbers).flatmap(as_written)
    words = st.sampled_from(sorted(WORDS.values()))
    value = st.one_of(number, number, st.sampled_from(SENT), words, st.text(max_size=30))
    names = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=14))
    fields = [(name, draw(value)) for name in names]
    # Whole enough to be taken, most of the time.
    if draw(st.integers(0, 4)):
        who, key = draw(number), f"ATid_{draw(st.integers(0, 5000))}"
        text = draw(st.sampled_from(SENT) | value)
        whole = {
            "id": key, "from": who, "text": text, "sessionId": key, "phoneNumber": who, "to": "21",
            "serviceCode": "*384*123#", "status": draw(st.sampled_from(SENT)), "requestId": key,
            "MessageSid": key, "From": who, "Body": text, "MessageStatus": "delivered",
            "callerNumber": who, "isActive": draw(st.sampled_from("01")), "senderId": "21512",
        }  # fmt: skip
        fields = [*whole.items(), *fields]
    return Wild(draw(st.integers(0, 99)), fields, numbers, draw(st.booleans()), draw(st.booleans()))


@dataclass
class Gate:
    """All webhooks, and the lines that were logged about them."""

    house: House
    lines: io.StringIO

    def post(self, wild: Wild, *, is_known: bool) -> TestResponse:
        """Bring a request, as a gateway or as a stranger."""
        rules = [rule for rule, _ in walk(self.house, *GATEWAYS, methods=("POST",))]
        rule = rules[wild.hook % len(rules)]
        address = self.house.address_of(rule, **({} if is_known else {"secret": "guess"}))
        more = self._as_twilio(address, wild, is_known) if "twilio" in address else {}
        if wild.is_json and not more:
            told = json.dumps(dict(wild.fields))
            more = {"data": told, "content_type": "application/json"}
        more = more or {"data": urlencode(_bytes(wild.fields)), "content_type": FORM}
        caller = f"10.7.{wild.address // 256}.{wild.address % 256}"
        more["environ_base"] = {"REMOTE_ADDR": caller}
        return self.house.nobody.open(address, **{"method": "POST", **more})

    def _as_twilio(self, address: str, wild: Wild, is_known: bool) -> dict[str, Any]:
        form = {name: value.encode("utf-8", "replace").decode() for name, value in wild.fields}
        is_get = wild.is_get and address.endswith("/sms")
        query = f"?{urlencode(form)}" if is_get else ""
        signed = RequestValidator(TOKEN if is_known else "guess")
        signature = signed.compute_signature(PUBLIC + address + query, {} if is_get else form)
        more = {"headers": {"X-Twilio-Signature": signature}}
        if is_get:
            return {**more, "method": "GET", "query_string": query[1:]}
        return {**more, "data": urlencode(form), "content_type": FORM}

    def told(self) -> str:
        """What was logged since the last look."""
        told = self.lines.getvalue()
        self.lines.seek(0)
        self.lines.truncate()
        return told


GATEWAYS = (Door.SECRET, Door.SIGNATURE)
FORM = "application/x-www-form-urlencoded"


def _bytes(fields: list[tuple[str, str]]) -> list[tuple[str, bytes]]:
    return [(name, value.encode("utf-8", "surrogatepass")) for name, value in fields]


@pytest.fixture(scope="module")
def gate(house: House) -> Iterator[Gate]:
    """The webhooks, with the logs as a service keeps them."""
    lines = io.StringIO()
    with pytest.MonkeyPatch.context() as patched, logs_as_they_were():
        patched.setattr(sys, "stderr", lines)
        configure_logs()
        yield Gate(house, lines)


def names_nobody(told: str, wild: Wild) -> None:
    """No number of a request stands in the logs, however it was written."""
    bare = _APART.sub("", told)
    for number in wild.numbers:
        assert number[-9:] not in bare, told
    assert SECRET not in told


def test_whatever_a_gateway_brings_is_answered_and_no_number_is_logged(gate: Gate) -> None:
    logged = 0

    @HURRIED
    @given(wild())
    def bring(request: Wild) -> None:
        nonlocal logged
        answer = gate.post(request, is_known=True)
        told = gate.told()
        logged += bool(told)
        names_nobody(told, request)
        assert answer.status_code < 500, told
        assert "Traceback" not in answer.text

    bring()
    assert logged > SHARE / 10  # there were lines to be looked at


def test_whatever_a_stranger_brings_leaves_no_trace(gate: Gate) -> None:
    before = gate.house.seal()

    @HURRIED
    @given(wild())
    def bring(request: Wild) -> None:
        answer = gate.post(request, is_known=False)
        assert answer.status_code in {403, 404, 429}
        names_nobody(gate.told(), request)

    bring()
    assert gate.house.seal() == before
