"""What every gateway can do, whatever its name."""

from collections.abc import Sequence
from typing import Protocol

from messaging.message import AirtimeResult, AirtimeToSend, SendResult, SmsToSend


class GatewayError(Exception):
    """A gateway's request cannot be understood; the message says which field is wrong."""


class SmsGateway(Protocol):
    """A way out for texts. Implementations also turn their webhooks' forms into our values."""

    name: str
    # True where sending the same message twice does no harm, as in the simulator: then a message
    # that a killed worker was about to send is sent again instead of being marked unknown.
    repeats_are_safe: bool
    # How many phones one call can send the same text to. A worker claims no more than one call's
    # worth: whatever it claimed when it was killed can never be sent again.
    phones_per_call: int

    def send_sms(self, messages: Sequence[SmsToSend]) -> Sequence[SendResult]:
        """Hand texts over, one result per message; never raises for what a network can do."""
        ...


class AirtimeGateway(Protocol):
    """A way to give people airtime."""

    name: str

    def send_airtime(self, payout: AirtimeToSend) -> AirtimeResult:
        """Hand one payout over; never raises for what a network can do."""
        ...
