"""A third gateway in one file, unlike Africa's Talking: JSON, and only what was typed last.

Several aggregators are like it: the session begins with `type` "initiation", goes on with
"response" and ends with "release"; some number their calls by `sequence`, from 1, and others not.
"""

from collections.abc import Mapping
from typing import Any

from messaging.gateways.forms import optional, phone, required
from messaging.gateways.gateway import GatewayError
from messaging.message import LastInput, UssdAnswer, UssdRequest

NAME = "aggregator"


def parse_ussd(form: Mapping[str, str]) -> UssdRequest:
    """One hop; GatewayError where session, caller or type is missing."""
    match required(form, "type", 20):
        case "initiation":
            typed = ""  # what was dialled is our own code
        case "response":
            typed = form.get("message", "")
        case other:
            raise GatewayError(f"{other} is no hop")
    return UssdRequest(
        gateway=NAME,
        gateway_session_id=required(form, "session", 120),
        msisdn=phone(form, "mobile"),
        service_code=optional(form, "code", 40) or "",
        typed=LastInput(typed, _number(form)),
        network_code=optional(form, "operator", 10),
    )


def render_ussd(answer: UssdAnswer) -> dict[str, Any]:
    """The JSON to answer with."""
    return {"type": "release" if answer.ends else "response", "message": answer.text}


def _number(form: Mapping[str, str]) -> int | None:
    """How many inputs there were before: the dial is their first call."""
    sequence = optional(form, "sequence", 6)
    if sequence is None or not sequence.isascii() or not sequence.isdecimal():
        return None
    return int(sequence) - 1
