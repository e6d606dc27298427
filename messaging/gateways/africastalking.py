"""Africa's Talking: its forms, its answers, its status words."""

import hmac
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

import requests
from africastalking.Service import DEFAULT_TIMEOUT_S
from africastalking.SMS import SMSService

from messaging.gateways.forms import optional, payload_of, phone, required
from messaging.gateways.gateway import GatewayError
from messaging.gateways.network import OPERATOR_SECONDS, broken_off, turned_away
from messaging.kinds import Channel, OutboundState, SessionOutcome
from messaging.message import (
    DeliveryNotice,
    InboundSms,
    SendOutcome,
    SendResult,
    SessionEnd,
    SmsToSend,
    Transcript,
    UssdAnswer,
    UssdRequest,
)
from messaging.msisdn import read_sender

NAME = "africastalking"

STATES = {
    "Sent": OutboundState.SENT,
    "Submitted": OutboundState.SENT,
    "Buffered": OutboundState.SENT,
    "Success": OutboundState.DELIVERED,
    "Rejected": OutboundState.FAILED,
    "Failed": OutboundState.FAILED,
    "AbsentSubscriber": OutboundState.FAILED,  # the phone was off
    "Expired": OutboundState.FAILED,  # the network threw it away
}
# How a session ended. "Success" says that the menu came to its end, no more.
SESSION_OUTCOMES = {
    "Success": SessionOutcome.FINISHED,
    "Incomplete": SessionOutcome.DROPPED,
    "Failed": SessionOutcome.FAILED,
}
# What they add to the end of a session of what was typed and shown: names, prices, places. All of
# it stands with the session already, which belongs to its person; here it would be a second copy.
SAID_IN_SESSION = ("input", "lastAppResponse")
# A figure as they write one, with its currency or without: "KES 0.8000", "0.8", "48213".
FIGURE = re.compile(r"(?:([A-Z]{3}) ?)?(\d{1,9}(?:\.\d{1,20})?)", re.ASCII)
# Somebody's number, in whatever field; no other field than an id has so many digits in a row.
NUMBER = re.compile(r"\+?\d{9,}", re.ASCII)
# Their documents spell it both ways.
OPTED_OUT = {"UserInBlackList", "UserInBlacklist"}

OUTCOMES = {
    100: SendOutcome.ACCEPTED,  # Processed
    101: SendOutcome.ACCEPTED,  # Sent
    102: SendOutcome.ACCEPTED,  # Queued
    401: SendOutcome.PAUSE,  # RiskHold
    402: SendOutcome.PAUSE,  # InvalidSenderId
    403: SendOutcome.PERMANENT,  # InvalidPhoneNumber
    404: SendOutcome.PERMANENT,  # UnsupportedNumberType
    405: SendOutcome.PAUSE,  # InsufficientBalance
    406: SendOutcome.SUPPRESS,  # UserInBlacklist
    407: SendOutcome.PERMANENT,  # CouldNotRoute
    409: SendOutcome.RETRY,  # DoNotDisturbRejection
    500: SendOutcome.RETRY,  # InternalServerError
    501: SendOutcome.RETRY,  # GatewayError
    502: SendOutcome.RETRY,  # RejectedByGateway
}
# A refusal of the whole call names its reason in words, with no recipients beside it.
OUTCOMES_BY_NAME = {
    "InvalidSenderId": SendOutcome.PAUSE,
    "InsufficientBalance": SendOutcome.PAUSE,
    "RiskHold": SendOutcome.PAUSE,
    "InvalidPhoneNumber": SendOutcome.PERMANENT,
    "UnsupportedNumberType": SendOutcome.PERMANENT,
    "UserInBlacklist": SendOutcome.SUPPRESS,
    "CouldNotRoute": SendOutcome.PERMANENT,
}
# Of these every other message would die as well.
CONCERNS_ALL = {402, 405}
# The next hour in which a promotional sender may write: looked for every few hours.
DO_NOT_DISTURB_SECONDS = 4 * 3600


def is_secret(given: str, expected: str) -> bool:
    """Tell whether a webhook's address holds our secret, in a time that tells nothing of it."""
    return hmac.compare_digest(given.encode(), expected.encode())


def parse_inbound_sms(form: Mapping[str, str]) -> InboundSms:
    """An incoming text; GatewayError where id or sender is missing."""
    return InboundSms(
        gateway=NAME,
        gateway_message_id=required(form, "id", 120),
        sender=read_sender(required(form, "from", 20)),
        recipient=optional(form, "to", 20) or "",
        text=form.get("text", "").replace("\0", ""),
        gateway_sent_at=_moment(form.get("date", "")),
        link_id=optional(form, "linkId", 80),
        network_code=optional(form, "networkCode", 10),
        payload=payload_of(form),
    )


def parse_delivery_report(form: Mapping[str, str]) -> DeliveryNotice:
    """A later word on a text of ours; a status we never heard of is kept as it is."""
    status = required(form, "status", 40)
    reason = optional(form, "failureReason", 80)
    return DeliveryNotice(
        gateway=NAME,
        gateway_message_id=required(form, "id", 120),
        status=status,
        state=STATES.get(status),
        reason=reason,
        opted_out=reason in OPTED_OUT,
        msisdn=phone(form, "phoneNumber"),
        payload=payload_of(form, without="phoneNumber"),
    )


def parse_opt_out(form: Mapping[str, str]) -> str:
    """The phone (E.164) whose owner left us through their network's menu."""
    return phone(form, "phoneNumber")


def parse_ussd(form: Mapping[str, str]) -> UssdRequest:
    """One hop of a session; GatewayError where session or caller is missing."""
    return UssdRequest(
        gateway=NAME,
        gateway_session_id=required(form, "sessionId", 120),
        msisdn=phone(form, "phoneNumber"),
        service_code=optional(form, "serviceCode", 40) or "",
        typed=Transcript(form.get("text", "").replace("\0", "")),
        network_code=optional(form, "networkCode", 10),
    )


def parse_session_end(form: Mapping[str, str]) -> SessionEnd:
    """How a session ended; GatewayError where it names none, all else may be missing or odd."""
    status = optional(form, "status", 40) or ""
    cost, currency = figure(form, "cost")
    millis, _ = figure(form, "durationInMillis")
    hops, _ = figure(form, "hopsCount")
    return SessionEnd(
        gateway=NAME,
        gateway_session_id=required(form, "sessionId", 120),
        channel=Channel.USSD,
        status=status,
        outcome=SESSION_OUTCOMES.get(status),
        cost=cost,
        cost_currency=currency,
        duration_seconds=None if millis is None else millis / 1000,
        hops=None if hops is None else int(hops),
        error=impersonal(optional(form, "errorMessage", 500)),
        msisdn=phone_if_any(form, "phoneNumber"),
        payload=impersonal_payload(form, without=("phoneNumber", *SAID_IN_SESSION)),
    )


def figure(form: Mapping[str, str], name: str) -> tuple[Decimal | None, str | None]:
    """A figure and its currency, where it has one; nothing for a field that holds none."""
    found = FIGURE.fullmatch(optional(form, name, 40) or "")
    return (None, None) if found is None else (Decimal(found[2]), found[1])


def phone_if_any(form: Mapping[str, str], name: str) -> str | None:
    """The phone (E.164) in a field that may hold none, or a caller who hides theirs."""
    try:
        return phone(form, name)
    except GatewayError:
        return None


def impersonal_payload(form: Mapping[str, str], *, without: Collection[str]) -> dict[str, str]:
    """The form as it came, but for personal fields and for numbers that stand in others."""
    kept = {name: value for name, value in payload_of(form).items() if name not in without}
    return {
        name: value if name == "sessionId" else NUMBER.sub("***", value)
        for name, value in kept.items()
    }


def impersonal(text: str | None) -> str | None:
    """The text without anybody's number."""
    return None if text is None else NUMBER.sub("***", text)


def render_ussd(answer: UssdAnswer) -> str:
    """The body of the HTTP answer; it must begin exactly so, as text/plain."""
    return f"{'END' if answer.ends else 'CON'} {answer.text}"


class HttpRefusalError(Exception):
    """An HTTP error with its status, which the SDK's own exception drops."""

    def __init__(self, http_status: int, text: str, retry_after: str | None) -> None:
        super().__init__(text)
        self.http_status = http_status
        self.text = text
        self.retry_after = retry_after


class KeepsStatus:
    """The SDK's requests, with the answer's status kept: 401, 409 and 500 differ for us."""

    def _make_request(
        self,
        url: str,
        method: str,
        headers: dict[str, str],
        data: dict[str, Any] | None,
        params: dict[str, Any] | None,
        callback: object = None,
        timeout: tuple[float, float] = DEFAULT_TIMEOUT_S,
    ) -> str:
        answer = requests.request(
            method, url, headers=headers, data=data, params=params, timeout=timeout
        )
        if not answer.ok:
            raise HttpRefusalError(
                answer.status_code, answer.text, answer.headers.get("Retry-After")
            )
        return answer.text


class _Sms(KeepsStatus, SMSService):  # type: ignore[misc]
    pass


@dataclass(frozen=True)
class AfricasTalking:
    """Sends texts through Africa's Talking."""

    username: str
    api_key: str = field(repr=False)
    sender: str | None = None
    base_url: str | None = None

    name = NAME
    # They know no key by which a repeat would be one.
    repeats_are_safe = False
    # Their limit is not documented; nobody was seen in trouble with this many.
    phones_per_call = 100

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        """Hand texts over, one call for each text and up to a hundred phones."""
        return [result for call in _calls(messages) for result in self._send_together(call)]

    def _send_together(self, call: Sequence[SmsToSend]) -> list[SendResult]:
        try:
            answer = self._post(call)
        except HttpRefusalError as refusal:
            return [_refused(message, refusal) for message in call]
        except requests.RequestException as error:
            return [broken_off(message, error) for message in call]
        except ValueError as error:  # the SDK does not take the number
            return [_failed(message, str(error)) for message in call]
        return _results(call, answer)

    def _post(self, call: Sequence[SmsToSend]) -> str:
        first, service = call[0], self._service()
        numbers = [message.msisdn for message in call]
        sender = first.sender or self.sender
        if first.link_id is not None and sender is not None:
            answer: str = service.send_premium(first.text, sender, numbers, link_id=first.link_id)
        else:
            answer = service.send(first.text, numbers, sender_id=sender, enqueue=True)
        return answer

    def _service(self) -> _Sms:
        service = _Sms(self.username, self.api_key)
        if self.base_url is not None:
            # The SDK has no setting for it.
            service._baseUrl = service._contentUrl = version1(self.base_url)
        return service


def version1(base_url: str) -> str:
    """Where their interface begins on another host."""
    return f"{base_url.rstrip('/').removesuffix('/version1')}/version1"


def _calls(messages: Sequence[SmsToSend]) -> list[list[SmsToSend]]:
    """Messages that one call can carry: the same words, no number twice (answers name numbers)."""

    def words(message: SmsToSend) -> tuple[str, str, str]:
        return message.text, message.sender or "", message.link_id or ""

    calls = []
    for _, alike in groupby(sorted(messages, key=words), words):
        waiting = list(alike)
        while waiting:
            by_number: dict[str, SmsToSend] = {}
            for message in waiting:
                if len(by_number) < AfricasTalking.phones_per_call:
                    by_number.setdefault(message.msisdn, message)
            call = list(by_number.values())
            calls.append(call)
            waiting = [message for message in waiting if message not in call]
    return calls


def _results(call: Sequence[SmsToSend], answer: str) -> list[SendResult]:
    """One result per message, found by its number: the order of the answer means nothing."""
    try:
        told = json.loads(answer)["SMSMessageData"]
        recipients = {str(each["number"]): each for each in told["Recipients"]}
        summary = str(told.get("Message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        # A page of HTML with status 200, half an answer: it may have been sent.
        return [_unknown(message, answer, call_failed=True) for message in call]
    if not recipients:
        return [_refused_by_name(message, summary) for message in call]
    return [
        _result(message, recipients[message.msisdn])
        if message.msisdn in recipients
        else _unknown(message, summary)
        for message in call
    ]


def _result(message: SmsToSend, recipient: Mapping[str, Any]) -> SendResult:
    code, status = recipient.get("statusCode"), str(recipient.get("status", ""))[:40]
    by_word = SendOutcome.ACCEPTED if status == "Success" else SendOutcome.UNKNOWN
    outcome = OUTCOMES.get(code, by_word) if isinstance(code, int) else by_word
    gateway_id = str(recipient.get("messageId") or "None")[:120]
    cost, currency = _cost(str(recipient.get("cost", "")))
    return SendResult(
        message.outbound_id,
        outcome,
        gateway_message_id=None if gateway_id == "None" else gateway_id,
        status=status,
        detail=f"{code} {status}",
        cost=cost,
        cost_currency=currency,
        retry_after_seconds=DO_NOT_DISTURB_SECONDS if code == 409 else None,
        gateway_rests_seconds=OPERATOR_SECONDS if code in CONCERNS_ALL else None,
    )


def _refused_by_name(message: SmsToSend, summary: str) -> SendResult:
    # Nobody is on the list of recipients, so nothing was sent and a repeat costs nothing.
    outcome = OUTCOMES_BY_NAME.get(summary.strip(), SendOutcome.RETRY)
    return SendResult(
        message.outbound_id,
        outcome,
        status=summary[:40],
        detail=summary[:500],
        gateway_rests_seconds=OPERATOR_SECONDS if outcome is SendOutcome.PAUSE else None,
    )


def _refused(message: SmsToSend, refusal: HttpRefusalError) -> SendResult:
    if refusal.http_status == 409:  # do not disturb, told as an HTTP status
        return SendResult(
            message.outbound_id,
            SendOutcome.RETRY,
            status="HTTP 409",
            detail=refusal.text[:500],
            retry_after_seconds=DO_NOT_DISTURB_SECONDS,
        )
    return turned_away(message, refusal.http_status, refusal.text, refusal.retry_after)


def _unknown(message: SmsToSend, detail: str, *, call_failed: bool = False) -> SendResult:
    return SendResult(
        message.outbound_id,
        SendOutcome.UNKNOWN,
        status="answer not understood",
        detail=detail[:500],
        call_failed=call_failed,
    )


def _failed(message: SmsToSend, detail: str) -> SendResult:
    return SendResult(
        message.outbound_id, SendOutcome.PERMANENT, status="not sent", detail=detail[:500]
    )


def _cost(told: str) -> tuple[Decimal | None, str | None]:
    """The cost in "KES 0.8000"; a bare "0" has no currency, so it says nothing."""
    currency, _, amount = told.partition(" ")
    if len(currency) != 3:
        return None, None
    try:
        cost = Decimal(amount)
    except InvalidOperation:
        return None, None
    return (cost, currency) if cost.is_finite() else (None, None)


def _moment(written: str) -> datetime | None:
    """When the text was written: `2017-05-03T06:04:45Z`, with milliseconds, or bare UTC."""
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
