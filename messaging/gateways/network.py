"""What a failed call to a gateway means for the message: all gateways share one Internet."""

from requests import RequestException
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import ProtocolError

from messaging.message import SendOutcome, SendResult, SmsToSend

# While the line is down or the gateway is overrun, every other message would fail as well.
REST_SECONDS = 30
# No balance, a wrong key, a wrong address: until the operator acts there is no hurry.
OPERATOR_SECONDS = 300
LONGEST_REST_SECONDS = 3600


def broken_off(message: SmsToSend, error: RequestException) -> SendResult:
    """The result of a call that brought no answer.

    A line that was never there carried nothing, so the message may go again; after a line that
    broke, or an answer that did not come in time, nobody knows.
    """
    if never_arrived(error):
        return SendResult(
            message.outbound_id,
            SendOutcome.RETRY,
            status="no connection",
            detail=_in_short(error),
            gateway_rests_seconds=REST_SECONDS,
            call_failed=True,
        )
    return SendResult(
        message.outbound_id,
        SendOutcome.UNKNOWN,
        status="no answer",
        detail=_in_short(error),
        call_failed=True,
    )


def never_arrived(error: RequestException) -> bool:
    """True where a line was never there: whatever was to go over it has not been heard."""
    cause = error.args[0] if error.args else None
    never_there = isinstance(error, (ConnectTimeout, NoConnection))
    return never_there and not isinstance(cause, ProtocolError)


def turned_away(
    message: SmsToSend, http_status: int, detail: str, retry_after: str | None = None
) -> SendResult:
    """The result of a call that the gateway answered with an HTTP error."""
    outcome = _outcome_of(http_status)
    rest: float | None = None
    if outcome is SendOutcome.PAUSE:
        rest = OPERATOR_SECONDS
    elif http_status == 429 or retry_after is not None:
        rest = seconds_to_rest(retry_after)
    return SendResult(
        message.outbound_id,
        outcome,
        status=f"HTTP {http_status}",
        detail=detail[:500],
        gateway_rests_seconds=rest,
        call_failed=http_status == 429 or http_status >= 500,
    )


def _outcome_of(http_status: int) -> SendOutcome:
    if http_status == 504:
        # A proxy of theirs waited in vain, as we do when no answer comes: it may have been heard.
        return SendOutcome.UNKNOWN
    if http_status == 429 or http_status >= 500:
        return SendOutcome.RETRY
    # A wrong key, an unpaid account, a wrong address: the fault lies in our settings.
    if http_status < 400 or http_status in {401, 402, 403, 404, 405, 407}:
        return SendOutcome.PAUSE
    return SendOutcome.PERMANENT


def seconds_to_rest(retry_after: str | None) -> float:
    """How long a gateway that is overrun wants to be left alone."""
    if retry_after is None or not retry_after.strip().isdecimal():
        return REST_SECONDS
    return min(float(retry_after), LONGEST_REST_SECONDS)


def _in_short(error: RequestException) -> str:
    return f"{type(error).__name__}: {error}"[:500]
