"""Africa's Talking's airtime: its own interface and callbacks beside those for texts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import requests
from africastalking.Airtime import AirtimeService

from messaging.gateways.africastalking import NAME, HttpRefusalError, KeepsStatus, version1
from messaging.gateways.forms import optional, payload_of, phone, required
from messaging.gateways.gateway import GatewayError
from messaging.gateways.network import (
    OPERATOR_SECONDS,
    REST_SECONDS,
    never_arrived,
    seconds_to_rest,
)
from messaging.kinds import AirtimeState
from messaging.message import (
    AirtimeCheck,
    AirtimeNotice,
    AirtimeOutcome,
    AirtimeResult,
    AirtimeToSend,
)

STATES = {
    "Sent": AirtimeState.SENT,
    "Success": AirtimeState.DELIVERED,
    "Failed": AirtimeState.FAILED,
}
# They refuse the same number and amount within five minutes; nothing was paid by the second.
DUPLICATE_SECONDS = 360
# Of their reasons only these words are relied on: the sentences around them have changed before.
CONCERNS_US = ("balance", "authentication", "disabled", "limit")


def parse_airtime_report(form: Mapping[str, str]) -> AirtimeNotice:
    """A later word on airtime; GatewayError where its id or status is missing."""
    status = required(form, "status", 40)
    return AirtimeNotice(
        gateway=NAME,
        gateway_request_id=required(form, "requestId", 120),
        status=status,
        state=STATES.get(status),
        detail=optional(form, "description", 500),
        msisdn=phone(form, "phoneNumber") if optional(form, "phoneNumber", 20) else None,
        payload=payload_of(form, without="phoneNumber"),
    )


def parse_airtime_check(form: Mapping[str, str]) -> AirtimeCheck:
    """Their question before they pay; GatewayError where it does not name one payout."""
    written = required(form, "amount", 40)
    amount = _amount(written)
    if amount is None:
        raise GatewayError(f"{written!r} is no amount")
    return AirtimeCheck(
        gateway=NAME,
        gateway_transaction_id=required(form, "transactionId", 120),
        msisdn=phone(form, "phoneNumber"),
        amount=amount,
        currency=required(form, "currencyCode", 3),
    )


def render_airtime_check(is_ours: bool) -> dict[str, str]:
    """The answer they wait for, as JSON."""
    return {"status": "Validated" if is_ours else "Failed"}


class _Airtime(KeepsStatus, AirtimeService):  # type: ignore[misc]
    pass


@dataclass(frozen=True)
class AfricasTalkingAirtime:
    """Pays airtime through Africa's Talking."""

    username: str
    api_key: str = field(repr=False)
    base_url: str | None = None

    name = NAME

    def send_airtime(self, payout: AirtimeToSend) -> AirtimeResult:
        """Hand one payout over."""
        try:
            answer = self._post(payout)
        except HttpRefusalError as refusal:
            return _turned_away(payout, refusal)
        except requests.RequestException as error:
            return _broken_off(payout, error)
        except ValueError as error:  # the SDK does not take the number or the amount
            return _result(payout, AirtimeOutcome.REFUSED, "not sent", str(error))
        return _understood(payout, answer)

    def _post(self, payout: AirtimeToSend) -> str:
        # One service a call: it would send a key again with every later payout, and it changes the
        # list it is given.
        service = _Airtime(self.username, self.api_key)
        if self.base_url is not None:
            # The SDK has no setting for it.
            service._baseUrl = f"{version1(self.base_url)}/airtime"
        recipient = {
            "phoneNumber": payout.msisdn,
            "amount": f"{payout.amount:.2f}",
            "currency_code": payout.currency,
        }
        answer: str = service.send(recipients=[recipient], idempotency_key=payout.key)
        return answer


def _understood(payout: AirtimeToSend, answer: str) -> AirtimeResult:
    try:
        told = json.loads(answer)
        reason = str(told.get("errorMessage") or "None")
        responses = {str(each["phoneNumber"]): each for each in told.get("responses") or []}
    except (ValueError, KeyError, TypeError, AttributeError):
        # A page of HTML with status 200, half an answer: it may have been paid.
        return _result(payout, AirtimeOutcome.UNKNOWN, "answer not understood", answer)
    ours = responses.get(payout.msisdn)
    if ours is not None:
        return _response(payout, ours)
    if reason != "None":
        return _refused(payout, reason, reason)
    return _result(payout, AirtimeOutcome.UNKNOWN, "not a word on it", answer)


def _response(payout: AirtimeToSend, told: Mapping[str, Any]) -> AirtimeResult:
    status, reason = str(told.get("status", ""))[:40], str(told.get("errorMessage") or "None")
    request_id = str(told.get("requestId") or "None")[:120]
    if STATES.get(status) in {AirtimeState.SENT, AirtimeState.DELIVERED}:
        is_told = request_id not in {"", "None"}
        return AirtimeResult(
            payout.grant_id,
            AirtimeOutcome.ACCEPTED,
            gateway=NAME,
            gateway_request_id=request_id if is_told else None,
            status=status,
            detail=None if reason == "None" else reason[:500],
        )
    if STATES.get(status) is AirtimeState.FAILED:
        return _refused(payout, status, reason)
    return _result(payout, AirtimeOutcome.UNKNOWN, status or "no status", reason)


def _refused(payout: AirtimeToSend, status: str, reason: str) -> AirtimeResult:
    """What they say they did not pay, and why."""
    words = reason.casefold()
    if "duplicate" in words:
        return _result(
            payout, AirtimeOutcome.RETRY, status, reason, retry_after_seconds=DUPLICATE_SECONDS
        )
    if any(word in words for word in CONCERNS_US):
        return _result(
            payout, AirtimeOutcome.RETRY, status, reason, gateway_rests_seconds=OPERATOR_SECONDS
        )
    return _result(payout, AirtimeOutcome.REFUSED, status, reason)


def _turned_away(payout: AirtimeToSend, refusal: HttpRefusalError) -> AirtimeResult:
    status, http_status = f"HTTP {refusal.http_status}", refusal.http_status
    if http_status == 429:
        rest = seconds_to_rest(refusal.retry_after)
        return _result(
            payout, AirtimeOutcome.RETRY, status, refusal.text, gateway_rests_seconds=rest
        )
    if http_status >= 500:
        # Texts are tried again then; money is not: nobody knows how far they had come.
        return _result(payout, AirtimeOutcome.UNKNOWN, status, refusal.text)
    if http_status in {400, 409, 422}:
        return _refused(payout, status, refusal.text)
    # A wrong key, a wrong address: the fault lies in our settings.
    return _result(
        payout, AirtimeOutcome.RETRY, status, refusal.text, gateway_rests_seconds=OPERATOR_SECONDS
    )


def _broken_off(payout: AirtimeToSend, error: requests.RequestException) -> AirtimeResult:
    detail = f"{type(error).__name__}: {error}"
    if never_arrived(error):
        return _result(
            payout,
            AirtimeOutcome.RETRY,
            "no connection",
            detail,
            gateway_rests_seconds=REST_SECONDS,
        )
    return _result(payout, AirtimeOutcome.UNKNOWN, "no answer", detail)


def _result(
    payout: AirtimeToSend,
    outcome: AirtimeOutcome,
    status: str,
    detail: str,
    *,
    retry_after_seconds: float | None = None,
    gateway_rests_seconds: float | None = None,
) -> AirtimeResult:
    return AirtimeResult(
        payout.grant_id,
        outcome,
        gateway=NAME,
        status=status[:40],
        detail=detail[:500],
        retry_after_seconds=retry_after_seconds,
        gateway_rests_seconds=gateway_rests_seconds,
    )


def _amount(written: str) -> Decimal | None:
    """The figure in "5", "5.0000" or "KES 5.0000"."""
    try:
        amount = Decimal(written.split()[-1])
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
