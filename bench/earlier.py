"""What was texted before: so that a database has seen work, and its statements are planned so."""

from datetime import datetime
from typing import Any

from messaging.gateways import africastalking
from messaging.kinds import PRIORITIES, OutboundKind, OutboundState


def earlier_text(number: int, person_id: int, at: datetime) -> dict[str, Any]:
    """The row of a text that asked for a price, and was answered."""
    return {
        "gateway": africastalking.NAME,
        "gateway_message_id": f"old-{number}",
        "subscriber_id": person_id,
        "recipient": "20880",
        "text": "bei maziwa",
        "received_at": at,
        "payload": {},
        "answered_by_gateway": False,
        "intent": "price_query",
        "handled_at": at,
        "attempts": 1,
    }


def earlier_reply(number: int, person_id: int, at: datetime) -> dict[str, Any]:
    """The row of its answer, which was delivered."""
    return {
        "dedupe_key": f"old-reply:{number}",
        "subscriber_id": person_id,
        "kind": OutboundKind.REPLY,
        "priority": PRIORITIES[OutboundKind.REPLY],
        "gateway": africastalking.NAME,
        "text": "Milk, farm gate: KES 45 (43-47) a litre, 20 reports, today.",
        "language": "en",
        "encoding": "GSM-7",
        "segments": 1,
        "state": OutboundState.DELIVERED,
        "created_at": at,
        "due_at": at,
        "sent_at": at,
        "final_at": at,
        "attempts": 1,
        "gateway_message_id": f"ATXid_old_{number}",
    }
