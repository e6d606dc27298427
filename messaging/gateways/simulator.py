"""The phone page and the command line as gateways: they take every text and send none anywhere."""

from collections.abc import Sequence
from uuid import uuid4

from messaging.message import (
    AirtimeOutcome,
    AirtimeResult,
    AirtimeToSend,
    InboundSms,
    SendOutcome,
    SendResult,
    SmsToSend,
    Transcript,
    UssdRequest,
)

NAME = "simulator"
# The operator at the command line, in the name of any number: the reply is printed.
CONSOLE = "console"
# What simulated phones write to.
SHORT_CODE = "BEI"


def inbound_sms(*, sender: str, text: str, gateway: str = NAME) -> InboundSms:
    """A text as a phone would have sent it just now."""
    return InboundSms(
        gateway=gateway,
        gateway_message_id=f"{gateway}-{uuid4()}",
        sender=sender,
        recipient=SHORT_CODE,
        text=text,
        leads_back=gateway != CONSOLE,
    )


def ussd_request(
    *, msisdn: str, session_id: str, service_code: str, transcript: str, gateway: str = NAME
) -> UssdRequest:
    """One hop of a simulated session."""
    return UssdRequest(
        gateway=gateway,
        gateway_session_id=session_id,
        msisdn=msisdn,
        service_code=service_code,
        typed=Transcript(transcript),
        leads_back=gateway != CONSOLE,
    )


class Simulator:
    """Takes every text: the phone page reads it from the outbox, the operator has seen it."""

    repeats_are_safe = True
    phones_per_call = 100

    def __init__(self, name: str = NAME) -> None:
        self.name = name

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        """Accept all."""
        return [
            SendResult(
                message.outbound_id,
                SendOutcome.ACCEPTED,
                gateway_message_id=f"{self.name}-{message.outbound_id}",
                status="Simulated",
            )
            for message in messages
        ]

    def send_airtime(self, payout: AirtimeToSend) -> AirtimeResult:
        """Take it, and pay nothing."""
        return AirtimeResult(
            payout.grant_id,
            AirtimeOutcome.ACCEPTED,
            gateway=self.name,
            gateway_request_id=f"{self.name}-airtime-{payout.grant_id}",
            status="Simulated",
        )
