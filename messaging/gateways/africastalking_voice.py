"""Africa's Talking, calls: what they post at each step, and the XML that says what comes next.

They tell the keys of one step only. So each answer says in the address where they bring the next
ones which input that will be, and a step that comes twice is known by it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, tostring

from messaging.gateways.africastalking import NAME, figure, impersonal_payload, phone_if_any
from messaging.gateways.forms import optional, phone, required
from messaging.kinds import Channel, SessionOutcome
from messaging.message import LastInput, SessionEnd, UssdRequest

# What they call a call that ended as calls do. Their documents list no words; another one is kept.
OUTCOMES = {"Completed": SessionOutcome.FINISHED}
HUNG_UP = "NORMAL_CLEARING"
# A slow finger on a dark phone; their own example waits as long.
WAIT_SECONDS = 30
# Everything is said once more to somebody who pressed nothing, then the call is over.
MOST_SILENCES = 1
# Fields that hold somebody's number or what they pressed: the session knows both.
PERSONAL = ("callerNumber", "destinationNumber", "clientDialedNumber", "dtmfDigits", "recordingUrl")

_COUNT = re.compile(r"[0-9]{1,4}", re.ASCII)


@dataclass(frozen=True)
class VoiceHop:
    """One step of a call; `silences` counts how often no key came since the last one that did."""

    request: UssdRequest
    silences: int = 0

    @property
    def is_over(self) -> bool:
        """True where nobody seems to be there any more."""
        return self.silences > MOST_SILENCES


def parse_voice(form: Mapping[str, str], query: Mapping[str, str]) -> VoiceHop | SessionEnd:
    """A step of a call, or its end; GatewayError where call or caller is missing."""
    if optional(form, "isActive", 10) == "0":
        return _call_end(form)
    keys, step = optional(form, "dtmfDigits", 20) or "", _step(query)
    is_silent = bool(step) and not keys
    request = UssdRequest(
        gateway=NAME,
        gateway_session_id=required(form, "sessionId", 120),
        msisdn=phone(form, "callerNumber"),
        service_code=optional(form, "destinationNumber", 40) or "",
        typed=_typed(keys, step),
        channel=Channel.VOICE,
    )
    return VoiceHop(request, silences=_number(query, "silences") + 1 if is_silent else 0)


def callback_url(address: str, *, next_input: int, silences: int) -> str:
    """Where they bring the next keys."""
    query = {"step": next_input} | ({"silences": silences} if silences else {})
    return f"{address}?{urlencode(query)}"


def render_voice(
    text: str, *, farewell: str = "", keys_to: str | None = None, most_keys: int = 1
) -> str:
    """Say a text and wait for a key, which they bring to `keys_to`; where none comes, hang up.

    Of several keys the last one is #, unless there are as many as there may be. They hang up after
    the last thing they are told.
    """
    response = Element("Response")
    if keys_to is None:
        SubElement(response, "Say").text = text
    else:
        keys = SubElement(
            response,
            "GetDigits",
            timeout=str(WAIT_SECONDS),
            finishOnKey="#",
            numDigits=str(most_keys),
            callbackUrl=keys_to,
        )
        SubElement(keys, "Say").text = text
        SubElement(response, "Say").text = farewell
    return f'<?xml version="1.0" encoding="UTF-8"?>{tostring(response, encoding="unicode")}'


def _typed(keys: str, step: int | None) -> LastInput:
    """The keys of a step; no key is no input: what was said last is said once more."""
    if keys:
        return LastInput(keys, number=step)
    return LastInput("", number=max((step or 0) - 1, 0))


def _step(query: Mapping[str, str]) -> int | None:
    """Which input this is; None where the address they called does not say."""
    return _number(query, "step") if "step" in query else None


def _call_end(form: Mapping[str, str]) -> SessionEnd:
    """What a call took and cost."""
    cost, currency = figure(form, "amount")
    seconds, _ = figure(form, "durationInSeconds")
    status, cause = optional(form, "callSessionState", 40), optional(form, "hangupCause", 80)
    return SessionEnd(
        gateway=NAME,
        gateway_session_id=required(form, "sessionId", 120),
        channel=Channel.VOICE,
        status=status or (cause or "")[:40],
        outcome=OUTCOMES.get(status or ""),
        cost=cost,
        cost_currency=currency or _currency(form),
        duration_seconds=seconds,
        error=None if cause == HUNG_UP else cause,
        msisdn=phone_if_any(form, "callerNumber"),
        payload=impersonal_payload(form, without=PERSONAL),
    )


def _currency(form: Mapping[str, str]) -> str | None:
    written = optional(form, "currencyCode", 10) or ""
    return written if re.fullmatch(r"[A-Z]{3}", written) else None


def _number(query: Mapping[str, str], name: str) -> int:
    """A number of ours that came back; 0 where somebody else wrote it."""
    written = query.get(name, "")
    return int(written) if _COUNT.fullmatch(written) else 0
