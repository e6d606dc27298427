"""Twilio: its forms, its signature, its status words and error codes."""

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from messaging.gateways.forms import optional, payload_of, phone, required
from messaging.gateways.network import OPERATOR_SECONDS, REST_SECONDS, broken_off, turned_away
from messaging.kinds import OutboundState
from messaging.message import DeliveryNotice, InboundSms, SendOutcome, SendResult, SmsToSend
from messaging.msisdn import read_sender

NAME = "twilio"
# To an incoming text we answer nothing here: the reply leaves through the outbox. Any other type
# of content is an error to Twilio, and a plain text would be texted to the sender.
EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

STATES = {
    "accepted": OutboundState.SENT,
    "scheduled": OutboundState.SENT,
    "queued": OutboundState.SENT,
    "sending": OutboundState.SENT,
    "sent": OutboundState.SENT,
    "partially_delivered": OutboundState.SENT,
    "delivered": OutboundState.DELIVERED,
    "read": OutboundState.DELIVERED,
    "undelivered": OutboundState.FAILED,
    "failed": OutboundState.FAILED,
    "canceled": OutboundState.FAILED,
}
OPTED_OUT_CODE = "21610"

OUTCOMES = {
    21610: SendOutcome.SUPPRESS,
    21211: SendOutcome.PERMANENT,  # no such number
    21614: SendOutcome.PERMANENT,  # a landline
    30005: SendOutcome.PERMANENT,
    30006: SendOutcome.PERMANENT,
    30004: SendOutcome.PERMANENT,  # blocked
    30007: SendOutcome.PERMANENT,  # filtered
    21617: SendOutcome.PERMANENT,  # more than 1,600 characters
    21408: SendOutcome.PAUSE,  # no permission for that country
    21606: SendOutcome.PAUSE,  # not our number
    21612: SendOutcome.PAUSE,  # no way from our number to theirs
    20003: SendOutcome.PAUSE,  # wrong key
    30002: SendOutcome.PAUSE,  # account suspended
    20429: SendOutcome.RETRY,  # too fast: never processed
    21611: SendOutcome.RETRY,  # queue full
    30001: SendOutcome.RETRY,  # queue full
    30003: SendOutcome.RETRY,  # unreachable
    30008: SendOutcome.RETRY,  # unknown
    63018: SendOutcome.RETRY,  # channel throttled
}
# After these every other message would fail as well; the rest concern one number or one country.
RESTS_SECONDS = {
    21606: OPERATOR_SECONDS,
    20003: OPERATOR_SECONDS,
    30002: OPERATOR_SECONDS,
    21611: REST_SECONDS,
    30001: REST_SECONDS,
}

# Twilio blocks the sender of these, tells them so, and still calls us.
STOP_WORDS = {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}

LONGEST_VALIDITY_SECONDS = 36_000
TIMEOUT_SECONDS = 10


def is_signed(auth_token: str, url: str, form: Mapping[str, str], signature: str | None) -> bool:
    """Tell whether Twilio itself sent this form to this address (of a GET, the form is empty)."""
    return bool(RequestValidator(auth_token).validate(url, form, signature or ""))


def parse_inbound_sms(form: Mapping[str, str]) -> InboundSms:
    """An incoming text; GatewayError where id or sender is missing."""
    text = form.get("Body", "").replace("\0", "")
    told = optional(form, "OptOutType", 10)
    stops = told == "STOP" or text.strip().upper() in STOP_WORDS
    return InboundSms(
        gateway=NAME,
        gateway_message_id=_message_sid(form),
        sender=read_sender(required(form, "From", 20)),
        recipient=optional(form, "To", 20) or "",
        # Whatever word Twilio takes for a stop has stopped us: the payload keeps the word itself.
        text="STOP" if stops else text,
        answered_by_gateway=stops or told is not None,
        payload=payload_of(form),
    )


def parse_delivery_report(form: Mapping[str, str]) -> DeliveryNotice:
    """A later word on a text of ours; a status we never heard of is kept as it is."""
    status = optional(form, "MessageStatus", 40) or required(form, "SmsStatus", 40)
    code = optional(form, "ErrorCode", 80)
    return DeliveryNotice(
        gateway=NAME,
        gateway_message_id=_message_sid(form),
        status=status,
        state=STATES.get(status),
        reason=code,
        opted_out=code == OPTED_OUT_CODE,
        msisdn=phone(form, "To"),
        payload=payload_of(form, without="To"),
    )


def _message_sid(form: Mapping[str, str]) -> str:
    return optional(form, "MessageSid", 120) or required(form, "SmsSid", 120)


class _Http(TwilioHttpClient):  # type: ignore[misc]
    """The SDK's own client, with a time-out, to another host where one is set."""

    def __init__(self, base_url: str | None) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        self.base_url = base_url
        # The SDK's exceptions drop it.
        self.retry_after: str | None = None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self.base_url is not None:
            url = self.base_url.rstrip("/") + urlsplit(url).path
        self.retry_after = None
        response = super().request(method, url, *args, **kwargs)
        self.retry_after = (response.headers or {}).get("Retry-After")
        return response


class Twilio:
    """Sends texts through Twilio."""

    name = NAME
    # They know no key by which a repeat would be one.
    repeats_are_safe = False
    phones_per_call = 1

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        public_base_url: str,
        base_url: str | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.sender = sender
        self.status_callback = f"{public_base_url.rstrip('/')}/webhooks/twilio/status"
        self.base_url = base_url
        self._own = threading.local()

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        """Hand texts over one by one: Twilio takes one phone per call."""
        return [self._send_one(message) for message in messages]

    def _send_one(self, message: SmsToSend) -> SendResult:
        http, client = self._clients()
        try:
            sent = client.messages.create(**self._fields(message))
        except (TwilioRestException, TwilioServiceException) as refusal:
            return _refused(message, refusal, http.retry_after)
        except requests.RequestException as error:
            return broken_off(message, error)
        except (TwilioException, json.JSONDecodeError, TypeError, AttributeError) as error:
            return _unknown(message, f"{type(error).__name__}: {error}")
        return _result(message, sent)

    def _fields(self, message: SmsToSend) -> dict[str, Any]:
        sender = message.sender or self.sender
        # A messaging service chooses its number itself.
        by = "messaging_service_sid" if sender.startswith("MG") else "from_"
        fields = {
            "to": message.msisdn,
            "body": message.text,
            by: sender,
            "status_callback": self.status_callback,
        }
        if message.valid_for_seconds is None:
            return fields
        validity = min(max(message.valid_for_seconds, 1), LONGEST_VALIDITY_SECONDS)
        return {**fields, "validity_period": validity}

    def _clients(self) -> tuple[_Http, Client]:
        """This thread's own client: whether one may be shared is written nowhere."""
        if not hasattr(self._own, "client"):
            self._own.http = _Http(self.base_url)
            self._own.client = Client(self.account_sid, self.auth_token, http_client=self._own.http)
        return self._own.http, self._own.client


def _result(message: SmsToSend, sent: MessageInstance) -> SendResult:
    if not sent.sid:
        return _unknown(message, "an answer without a sid")
    status = str(sent.status or "")
    outcome = SendOutcome.ACCEPTED
    if STATES.get(status) is OutboundState.FAILED:
        outcome = OUTCOMES.get(sent.error_code or 0, SendOutcome.PERMANENT)
    return SendResult(
        message.outbound_id,
        outcome,
        gateway_message_id=sent.sid,
        status=status,
        detail=None if sent.error_code is None else f"{sent.error_code} {sent.error_message}",
    )


def _refused(
    message: SmsToSend,
    refusal: TwilioRestException | TwilioServiceException,
    retry_after: str | None,
) -> SendResult:
    words = refusal.msg if isinstance(refusal, TwilioRestException) else refusal.title
    detail = f"{refusal.code} {words}"
    outcome = OUTCOMES.get(refusal.code or 0)
    if outcome is None or refusal.status == 429:
        return turned_away(message, refusal.status, detail, retry_after)
    return SendResult(
        message.outbound_id,
        outcome,
        status=str(refusal.code),
        detail=detail[:500],
        gateway_rests_seconds=RESTS_SECONDS.get(refusal.code or 0),
    )


def _unknown(message: SmsToSend, detail: str) -> SendResult:
    return SendResult(
        message.outbound_id,
        SendOutcome.UNKNOWN,
        status="answer not understood",
        detail=detail[:500],
        call_failed=True,
    )
