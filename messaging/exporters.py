"""The outbox as rows for other programs: what was promised to whom, and what became of it."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from messaging.models import OutboundMessage, Subscriber
from messaging.msisdn import mask

Value: TypeAlias = str | int | Decimal | None

BATCH = 1_000
_NUMBER = re.compile(r"(?<![\w.-])\+?\d{9,15}(?![\w-])")

OUTBOX_COLUMNS = (
    "id", "created_at", "due_at", "sent_at", "final_at", "recipient", "kind", "state", "gateway",
    "gateway_status", "detail", "attempts", "language", "encoding", "segments", "cost",
    "cost_currency", "text",
)  # fmt: skip


def outbox(session: Session, until: datetime) -> Iterator[Sequence[Value]]:
    """Every message promised until a moment; phone numbers are masked, in the texts too."""
    row = OutboundMessage
    found = session.execute(
        select(row, Subscriber.msisdn)
        .join(Subscriber, Subscriber.id == row.subscriber_id)
        .where(row.created_at <= until)
        .order_by(row.id)
        .execution_options(yield_per=BATCH)
    )
    for message, msisdn in found:
        yield _row(message, msisdn)


def _row(message: OutboundMessage, msisdn: str) -> Sequence[Value]:
    return (
        message.id,
        message.created_at.isoformat(),
        message.due_at.isoformat(),
        _time(message.sent_at),
        _time(message.final_at),
        mask(msisdn),
        message.kind.value,
        message.state.value,
        message.gateway,
        message.gateway_status,
        _masked(message.detail),
        message.attempts,
        message.language,
        message.encoding,
        message.segments,
        message.cost,
        message.cost_currency,
        _masked(message.text),
    )


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _masked(text: str | None) -> str | None:
    return None if text is None else _NUMBER.sub(lambda number: mask(number[0]), text)
