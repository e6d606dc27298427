"""Airtime that stories begin with: a report of Otieno's, and what it earned."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from messaging.airtime import AirtimeOffer, claim_airtime, promise_airtime, record_airtime
from messaging.message import AirtimeOutcome, AirtimeResult, AirtimeToSend
from messaging.models import AirtimeGrant
from tests.cast import OTIENO
from tests.groups.stories import meet
from tests.prices.stories import kenya, report_price

GATEWAY = "africastalking"
KES_5 = AirtimeOffer(Decimal(5), "KES", per_person_day=1, a_day=Decimal(500))


def earns(
    session: Session, now: datetime, msisdn: str = OTIENO, offer: AirtimeOffer = KES_5
) -> bool:
    """Somebody tells a price and is promised airtime for it, or is not."""
    words = kenya(session)
    kept = report_price(session, words, msisdn, "milk", "Molo", 45, now)
    return promise_airtime(
        session,
        meet(session, msisdn, now),
        offer,
        observation_id=kept.observation_id,
        on=now.date(),
        now=now,
    )


def handed_over(session: Session, now: datetime, msisdn: str = OTIENO) -> AirtimeToSend:
    """Airtime that a worker has in its hands."""
    assert earns(session, now, msisdn)
    payout = claim_airtime(session, GATEWAY, worker="w", now=now)
    assert payout is not None
    return payout


def record(
    session: Session,
    payout: AirtimeToSend,
    outcome: AirtimeOutcome,
    now: datetime,
    request_id: str | None = "ATQid_1",
) -> AirtimeGrant:
    """What the gateway made of it."""
    result = AirtimeResult(
        payout.grant_id, outcome, GATEWAY, gateway_request_id=request_id, status="told"
    )
    return record_airtime(session, result, now)


def grants(session: Session) -> list[AirtimeGrant]:
    """All that was promised so far, oldest first."""
    return list(session.scalars(select(AirtimeGrant).order_by(AirtimeGrant.id)))
