"""Twilio as the stand-in plays it: one message a call, and its signed status callbacks."""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qs
from uuid import uuid4

from twilio.request_validator import RequestValidator

from tests.stand_in.calls import Answer, Call, Recipient, Refused, segments
from tests.stand_in.plan import Manner, Word

NAME = "twilio"
PATH_BEGINS, PATH_ENDS = "/2010-04-01/Accounts/", "/Messages.json"
# HTTP status, code and message of what they refuse.
SAID = {
    Word.NO_SUCH_NUMBER: (400, 21211, "Invalid 'To' Phone Number"),
    Word.BLACKLISTED: (400, 21610, "Attempt to send to unsubscribed recipient"),
    Word.INTERNAL: (503, 20503, "Service Unavailable"),
}


def read(body: str, headers: Mapping[str, str]) -> Call:
    """A call; Refused where they would not take it."""
    kind, _, key = headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        raise Refused(401, "Authenticate")
    account, _, token = b64decode(key).decode().partition(":")
    form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
    if missing := {"To", "From", "Body"} - form.keys():
        raise Refused(400, f"A '{min(missing)}' is required")
    return Call(
        NAME, (form["To"],), form["Body"], form.get("StatusCallback"), account=account, token=token
    )


def new_id() -> str:
    """An id of a message."""
    return f"SM{uuid4().hex}"


def answer(call: Call, recipients: Sequence[Recipient]) -> Answer:
    """What they answer to a call that was heard."""
    (one,) = recipients
    if one.id is None:
        return refusal(*SAID[one.word])
    said = {
        "sid": one.id,
        "account_sid": call.account,
        "status": "queued",
        "to": one.number,
        "body": call.text,
        "num_segments": str(segments(call.text)),
        "direction": "outbound-api",
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "error_message": None,
    }
    return Answer(201, json.dumps(said))


def no_balance() -> Answer:
    """An account that is not paid."""
    return refusal(403, 30002, "Account suspended")


def too_many(retry_after: int) -> Answer:
    """Too fast."""
    return refusal(429, 20429, "Too Many Requests", {"Retry-After": str(retry_after)})


def error(status: int) -> Answer:
    """Something broke at their end."""
    return refusal(status, 20500, "Internal Server Error")


def refusal(
    status: int, code: int, message: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """An error as they put it."""
    said = {"code": code, "message": message, "more_info": "", "status": status}
    return Answer(status, json.dumps(said), headers=headers)


def reports(call: Call, number: str, id_: str, manner: Manner) -> Iterator[dict[str, str]]:
    """The forms of the status callbacks of one message, in the order in which they come."""
    for status in _statuses(manner):
        yield {
            "MessageSid": id_,
            "SmsSid": id_,
            "MessageStatus": status,
            "SmsStatus": status,
            "To": number,
            "From": "+15005550006",
            "AccountSid": call.account,
            "ApiVersion": "2010-04-01",
        }


def signed(call: Call, form: Mapping[str, str]) -> dict[str, str]:
    """The header that shows it is them: with the token the client itself came with."""
    signature = RequestValidator(call.token).compute_signature(call.callback, form)
    return {"X-Twilio-Signature": signature}


def _statuses(manner: Manner) -> tuple[str, ...]:
    match manner:
        case Manner.TWICE:
            return ("sent", "delivered", "sent", "delivered")
        case Manner.BACKWARDS:
            return ("delivered", "sent", "queued")
        case Manner.ODD:
            return ("teleported", "delivered")
        case _:
            return ("sent", "delivered")
