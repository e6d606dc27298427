"""The simulator: the phone page and the command line as a gateway that sends nothing anywhere."""

from collections.abc import Sequence
from uuid import uuid4

from messaging.message import InboundSms, SendOutcome, SendResult, SmsToSend, UssdRequest

NAME = "simulator"
# What simulated phones write to.
SHORT_CODE = "BEI"


def inbound_sms(*, sender: str, text: str) -> InboundSms:
    """A text as a phone would have sent it just now."""
    return InboundSms(
        gateway=NAME,
        gateway_message_id=f"simulator-{uuid4()}",
        sender=sender,
        recipient=SHORT_CODE,
        text=text,
    )


def ussd_request(
    *, msisdn: str, session_id: str, service_code: str, transcript: str
) -> UssdRequest:
    """One hop of a simulated session."""
    return UssdRequest(
        gateway=NAME,
        gateway_session_id=session_id,
        msisdn=msisdn,
        service_code=service_code,
        transcript=transcript,
    )


class Simulator:
    """Takes every text: the phone page shows it from the outbox."""

    name = NAME
    repeats_are_safe = True
    phones_per_call = 100

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        """Accept all."""
        return [
            SendResult(
                message.outbound_id,
                SendOutcome.ACCEPTED,
                gateway_message_id=f"simulator-{message.outbound_id}",
                status="Simulated",
            )
            for message in messages
        ]
