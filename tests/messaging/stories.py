"""Small things that happen in many stories of the outbox."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.session import Database
from messaging.claims import Claim, claim
from messaging.gateways.simulator import Simulator
from messaging.kinds import Lane, OutboundKind, OutboundState
from messaging.models import OutboundMessage, Subscriber
from messaging.outbox import enqueue
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from messaging.subscribers import get_or_create_subscriber


class Paid(Simulator):
    """A gateway at which each text costs money, one phone per call."""

    name = "paid"
    repeats_are_safe = False
    phones_per_call = 1


PAID = {"paid": Paid()}
BY_PAID = SendingRules(Routes("paid"))


def meet(session: Session, msisdn: str, now: datetime) -> Subscriber:
    return get_or_create_subscriber(session, msisdn, default_country="KE", now=now)


def promise(
    session: Session,
    recipient: Subscriber,
    now: datetime,
    text: str = "MILK Nakuru KES 47/L",
    *,
    key: str | None = None,
    kind: OutboundKind = OutboundKind.REPLY,
    gateway: str | None = None,
    sender: str | None = None,
    link_id: str | None = None,
    due_at: datetime | None = None,
    valid_for: timedelta | None = None,
) -> OutboundMessage:
    return enqueue(
        session,
        recipient=recipient,
        text=text,
        language="en",
        kind=kind,
        dedupe_key=key or f"{kind}:{recipient.id}:{text}",
        now=now,
        gateway=gateway,
        sender=sender,
        link_id=link_id,
        due_at=due_at,
        valid_for=valid_for,
    )


def claim_paid(session: Session, now: datetime, worker: str = "w") -> Claim | None:
    """What a worker would take next, the urgent first."""
    for lane in Lane:
        if claimed := claim(session, PAID, BY_PAID, lane=lane, worker=worker, now=now):
            return claimed
    return None


def state_of(database: Database, outbound_id: int) -> OutboundState:
    with database.read() as session:
        return session.get_one(OutboundMessage, outbound_id).state
