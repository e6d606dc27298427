"""What somebody got for their reports, for the operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from messaging.kinds import AirtimeState
from messaging.models import AirtimeGrant


@dataclass(frozen=True)
class Grant:
    """Airtime promised for a report, and what became of it."""

    observation_id: int
    created_at: datetime
    amount: Decimal
    currency: str
    state: AirtimeState
    detail: str | None


def grants_of(session: Session, subscriber_id: int, limit: int) -> Sequence[Grant]:
    """The last airtime of a person, the newest first."""
    row = AirtimeGrant
    found = session.execute(
        select(row.observation_id, row.created_at, row.amount, row.currency, row.state, row.detail)
        .where(row.subscriber_id == subscriber_id)
        .order_by(row.granted_on.desc(), row.id.desc())
        .limit(limit)
    )
    return [Grant(*one) for one in found]
