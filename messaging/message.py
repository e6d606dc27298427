"""What passes between a gateway and the rest of Bei: plain values, no gateway's own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from messaging.kinds import AirtimeState, Channel, OutboundState, SessionOutcome


@dataclass(frozen=True)
class InboundSms:
    """A text somebody sent us; `sender` is E.164, or a label such as "MTN" that none can answer."""

    gateway: str
    gateway_message_id: str
    sender: str
    recipient: str
    text: str
    gateway_sent_at: datetime | None = None
    link_id: str | None = None
    network_code: str | None = None
    # The gateway has told this person already that they are out (Twilio does): say nothing more.
    answered_by_gateway: bool = False
    # What we start later goes out the way they came; False where that leads to no phone.
    leads_back: bool = True
    payload: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Transcript:
    """All that was typed since the session began, joined by `*`; empty on the dial."""

    text: str


@dataclass(frozen=True)
class LastInput:
    """Only what was typed last; empty on the dial.

    `number` counts the inputs from 1, 0 being the dial, and tells a repeat from the same key
    again; None where the gateway does not count them.
    """

    text: str
    number: int | None = None


Typed = Transcript | LastInput


@dataclass(frozen=True)
class UssdRequest:
    """One hop of a session on USSD, or of a call whose keys are pressed (`channel`)."""

    gateway: str
    gateway_session_id: str
    msisdn: str
    service_code: str
    typed: Typed
    network_code: str | None = None
    leads_back: bool = True  # as for a text
    channel: Channel = Channel.USSD


@dataclass(frozen=True)
class UssdAnswer:
    """The screen to show; `ends` hangs up after it."""

    text: str
    ends: bool = False


@dataclass(frozen=True)
class DeliveryNotice:
    """A gateway's later word on a message; `state` is None for a status we do not know."""

    gateway: str
    gateway_message_id: str
    status: str
    state: OutboundState | None
    reason: str | None = None
    # The reason says that this person does not want our messages.
    opted_out: bool = False
    msisdn: str | None = None
    payload: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SmsToSend:
    """One text for one phone, as the worker hands it to a gateway."""

    outbound_id: int
    msisdn: str
    text: str
    sender: str | None = None
    link_id: str | None = None
    valid_for_seconds: int | None = None


class SendOutcome(StrEnum):
    """What a gateway made of a message we handed over."""

    ACCEPTED = "accepted"
    PERMANENT = "permanent"  # this number or text will never do
    RETRY = "retry"  # try again later, with growing patience
    PAUSE = "pause"  # no balance, wrong key: the operator must act before anything goes
    SUPPRESS = "suppress"  # the person opted out at the gateway
    UNKNOWN = "unknown"  # it may have been sent; only a delivery report can tell


@dataclass(frozen=True)
class SendResult:
    """One message's outcome, with the gateway's own words kept beside it."""

    outbound_id: int
    outcome: SendOutcome
    gateway_message_id: str | None = None
    status: str | None = None
    detail: str | None = None
    cost: Decimal | None = None
    cost_currency: str | None = None
    # This message may be tried again then, not earlier.
    retry_after_seconds: float | None = None
    # Nothing at all should go through this gateway for so long: no line, no balance, too fast.
    gateway_rests_seconds: float | None = None
    # The call itself failed, whatever it carried: many of these move texts to another gateway.
    call_failed: bool = False


@dataclass(frozen=True)
class AirtimeToSend:
    """Airtime for one phone, as the worker hands it to a gateway."""

    grant_id: int
    msisdn: str
    amount: Decimal
    currency: str
    key: str  # the same for every try: a gateway that knows such keys pays once


class AirtimeOutcome(StrEnum):
    """What a gateway made of airtime we handed over."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # this phone or amount will never do
    RETRY = "retry"  # surely not paid: try again later
    UNKNOWN = "unknown"  # it may have been paid; only a callback can tell


@dataclass(frozen=True)
class AirtimeResult:
    """One payout's outcome, with the gateway's own words kept beside it."""

    grant_id: int
    outcome: AirtimeOutcome
    gateway: str
    gateway_request_id: str | None = None
    status: str | None = None
    detail: str | None = None
    # This payout may be tried again then, not earlier.
    retry_after_seconds: float | None = None
    # No other payout would fare better for so long: no balance, a wrong key, no line.
    gateway_rests_seconds: float | None = None


@dataclass(frozen=True)
class AirtimeNotice:
    """A gateway's later word on airtime; `state` is None for a status we do not know."""

    gateway: str
    gateway_request_id: str
    status: str
    state: AirtimeState | None
    detail: str | None = None
    msisdn: str | None = None  # older callbacks do not name it
    payload: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OptOut:
    """Somebody (E.164) left us through their network's menu."""

    gateway: str
    msisdn: str


@dataclass(frozen=True)
class AirtimeCheck:
    """A gateway asks whether a payout is ours before it pays."""

    gateway: str
    gateway_transaction_id: str
    msisdn: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class SessionEnd:
    """A gateway's later word on a session on USSD, or on a call: how it ended, what it took.

    `outcome` is None for a status we do not know, and a figure for one that makes no sense.
    """

    gateway: str
    gateway_session_id: str
    channel: Channel
    status: str
    outcome: SessionOutcome | None
    cost: Decimal | None = None
    cost_currency: str | None = None  # None where the cost is told without one
    duration_seconds: Decimal | None = None
    hops: int | None = None
    error: str | None = None
    msisdn: str | None = None
    # Neither the number nor what was typed or shown.
    payload: Mapping[str, str] = field(default_factory=dict)
