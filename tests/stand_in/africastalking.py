"""Africa's Talking as the stand-in plays it: the classic bulk send, and its delivery reports."""

import json
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qs
from uuid import uuid4

from tests.stand_in.calls import Answer, Call, Recipient, Refused, segments
from tests.stand_in.plan import Manner, Word

NAME = "africastalking"
PATH = "/version1/messaging"
# statusCode, status and whether it costs, as they tell it of one recipient.
SAID = {
    Word.TAKEN: (101, "Success"),
    Word.LEFT_OUT: (101, "Success"),
    Word.NO_SUCH_NUMBER: (403, "InvalidPhoneNumber"),
    Word.BLACKLISTED: (406, "UserInBlacklist"),
    Word.INTERNAL: (500, "InternalServerError"),
}


def read(body: str, headers: Mapping[str, str]) -> Call:
    """A call; Refused where they would not take it."""
    if not headers.get("apiKey"):
        raise Refused(401, "The supplied authentication is invalid")
    form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
    if missing := {"username", "to", "message"} - form.keys():
        raise Refused(400, f"Request is missing required form field '{min(missing)}'")
    return Call(NAME, tuple(form["to"].split(",")), form["message"])


def new_id() -> str:
    """An id of a message."""
    return f"ATXid_{uuid4().hex}"


def answer(call: Call, recipients: Sequence[Recipient]) -> Answer:
    """What they answer to a call that was taken."""
    named = [each for each in recipients if each.word is not Word.LEFT_OUT]
    parts = segments(call.text)
    taken = sum(each.id is not None for each in recipients)
    summary = f"Sent to {taken}/{len(recipients)} Total Cost: KES {0.8 * parts * taken:.4f}"
    told = [_told(each, parts) for each in named]
    return _said(summary, told)


def no_balance() -> Answer:
    """A whole call refused by name, with no recipient beside it."""
    return _said("InsufficientBalance", [])


def too_many(retry_after: int) -> Answer:
    """Too fast."""
    return Answer(429, "Too Many Requests", "text/plain", {"Retry-After": str(retry_after)})


def error(status: int) -> Answer:
    """Something broke at their end."""
    return Answer(status, "Internal Server Error", "text/plain")


def _said(summary: str, recipients: Sequence[Mapping[str, object]]) -> Answer:
    said = {"SMSMessageData": {"Message": summary, "Recipients": recipients}}
    return Answer(201, json.dumps(said))


def _told(each: Recipient, parts: int) -> dict[str, object]:
    code, status = SAID[each.word]
    return {
        "statusCode": code,
        "number": each.number,
        "status": status,
        "cost": "0" if each.id is None else f"KES {0.8 * parts:.4f}",
        "messageId": each.id or "None",
        "messageParts": parts,
    }


def reports(number: str, id_: str, manner: Manner) -> Iterator[dict[str, str]]:
    """The forms of the delivery reports of one message, in the order in which they come."""
    for status in _statuses(manner):
        yield {
            "id": id_,
            "status": status,
            "phoneNumber": number,
            "networkCode": "63902",
            "retryCount": "0",
        }


def _statuses(manner: Manner) -> tuple[str, ...]:
    match manner:
        case Manner.TWICE:
            return ("Success", "Success")
        case Manner.BACKWARDS:
            return ("Success", "Buffered", "Sent")
        case Manner.ODD:
            return ("Teleported", "Success")
        case _:
            return ("Success",)
