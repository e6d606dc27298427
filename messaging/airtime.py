"""Airtime for reports: promised within limits, paid by workers, and what a gateway made of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import assert_never

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from messaging.airtime_reports import apply_waiting_reports
from messaging.budgets import hold_budget
from messaging.kinds import AirtimeState
from messaging.message import AirtimeOutcome, AirtimeResult, AirtimeToSend
from messaging.models import AirtimeGrant, Subscriber

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
# "On its way" was said: what cannot be paid in this time is not paid out of the blue later.
WORTH_PAYING_FOR = timedelta(days=1)
# People change their network, and networks what they take.
TRIED_AGAIN_AFTER = timedelta(days=30)
# No call to a gateway lasts this long: the worker that claimed it is dead.
CLAIM_LASTS = timedelta(minutes=2)
# What a person may count on.
EARNED = {
    AirtimeState.PROMISED,
    AirtimeState.SENDING,
    AirtimeState.SENT,
    AirtimeState.DELIVERED,
}


@dataclass(frozen=True)
class AirtimeOffer:
    """What a report earns where few are known, and how much at most."""

    amount: Decimal  # of `currency`, for one report
    currency: str
    per_person_day: int  # reports that earn
    a_day: Decimal  # of `currency`, for everybody together


def promise_airtime(
    session: Session,
    person: Subscriber,
    offer: AirtimeOffer,
    *,
    observation_id: int,
    on: date,
    now: datetime,
) -> bool:
    """Promise airtime for a report; False where a limit is reached, or this report earned before.

    Nor is anything promised to a phone that lately took none. The day's budget is held meanwhile,
    so no limit is passed however many reports come at once.
    """
    budget = hold_budget(session, f"airtime {offer.currency}", on)
    if budget.spent + offer.amount > offer.a_day:
        return False
    if _granted(session, person, on) >= offer.per_person_day or _earned(session, observation_id):
        return False
    if _takes_none(session, person, on):
        return False
    budget.spent += offer.amount
    session.add(
        AirtimeGrant(
            subscriber_id=person.id,
            observation_id=observation_id,
            granted_on=on,
            amount=offer.amount,
            currency=offer.currency,
            created_at=now,
            due_at=now,
        )
    )
    session.flush()
    return True


def earned_airtime(session: Session, subscriber_id: int, *, since: date) -> dict[str, Decimal]:
    """What a person's reports earned since a day, paid or on its way, by currency."""
    grant = AirtimeGrant
    rows = session.execute(
        select(grant.currency, func.sum(grant.amount))
        .where(grant.subscriber_id == subscriber_id, grant.granted_on >= since)
        .where(grant.state.in_(EARNED))
        .group_by(grant.currency)
        .order_by(grant.currency)
    )
    return {currency: Decimal(amount) for currency, amount in rows}


def _granted(session: Session, person: Subscriber, on: date) -> int:
    grant = AirtimeGrant
    query = select(func.count()).where(grant.subscriber_id == person.id, grant.granted_on == on)
    return session.scalar(query) or 0


def _earned(session: Session, observation_id: int) -> bool:
    query = select(AirtimeGrant.id).where(AirtimeGrant.observation_id == observation_id)
    return session.scalar(query) is not None


def _takes_none(session: Session, person: Subscriber, on: date) -> bool:
    """Whether the last airtime that came to an end did not arrive on their phone."""
    grant = AirtimeGrant
    last = session.scalar(
        select(grant.state)
        .where(grant.subscriber_id == person.id, grant.granted_on > on - TRIED_AGAIN_AFTER)
        .where(grant.state.in_([AirtimeState.DELIVERED, AirtimeState.FAILED]))
        .order_by(grant.id.desc())
        .limit(1)
    )
    return last is AirtimeState.FAILED


def claim_airtime(
    session: Session, gateway: str, *, worker: str, now: datetime
) -> AirtimeToSend | None:
    """Take the payout that has waited longest; None when nothing is due. Late ones are given up."""
    while due := _due(session, now):
        grant, person = due
        if grant.created_at <= now - WORTH_PAYING_FOR:
            _finish(grant, AirtimeState.EXPIRED, now)
            continue
        grant.state = AirtimeState.SENDING
        grant.gateway = gateway
        grant.claimed_at, grant.claimed_by = now, worker
        grant.attempts += 1
        return AirtimeToSend(
            grant_id=grant.id,
            msisdn=person.msisdn,
            amount=grant.amount,
            currency=grant.currency,
            # With its moment: another database of the same account counts from one as well.
            key=f"bei-{grant.id}-{grant.created_at:%Y%m%d%H%M%S}",
        )
    return None


def _due(session: Session, now: datetime) -> tuple[AirtimeGrant, Subscriber] | None:
    """The next payout, locked: another worker looks past it."""
    found = session.execute(
        select(AirtimeGrant, Subscriber)
        .join(Subscriber, Subscriber.id == AirtimeGrant.subscriber_id)
        .where(AirtimeGrant.state == AirtimeState.PROMISED, AirtimeGrant.due_at <= now)
        .order_by(AirtimeGrant.due_at, AirtimeGrant.id)
        .limit(1)
        .with_for_update(of=AirtimeGrant, skip_locked=True)
    ).first()
    return None if found is None else (found[0], found[1])


def record_airtime(session: Session, result: AirtimeResult, now: datetime) -> AirtimeGrant:
    """Write down what a gateway made of a payout."""
    grant = session.get_one(AirtimeGrant, result.grant_id, with_for_update=True)
    if grant.state not in {AirtimeState.SENDING, AirtimeState.UNKNOWN}:
        return grant  # a callback was faster
    grant.gateway_status, grant.detail = result.status, result.detail
    match result.outcome:
        case AirtimeOutcome.ACCEPTED:
            grant.state, grant.sent_at = AirtimeState.SENT, now
            grant.gateway_request_id = result.gateway_request_id
            apply_waiting_reports(session, grant, now)
        case AirtimeOutcome.REFUSED:
            _finish(grant, AirtimeState.FAILED, now)
        case AirtimeOutcome.RETRY:
            grant.state = AirtimeState.PROMISED
            grant.due_at = now + _patience(grant, result)
            grant.claimed_at = grant.claimed_by = None
        case AirtimeOutcome.UNKNOWN:
            _leave_open(session, grant, now)
        case _:
            assert_never(result.outcome)
    return grant


def postpone_airtime(session: Session, until: datetime) -> None:
    """Let every payout rest until then: it would meet the same closed door."""
    grant = AirtimeGrant
    waiting = (
        select(grant.id)
        .where(grant.state == AirtimeState.PROMISED, grant.due_at < until)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(grant)
        .where(grant.id.in_(waiting))
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


def release_dead_payouts(session: Session, now: datetime) -> int:
    """Leave open what workers held that died while they paid: it may have been paid."""
    grant = AirtimeGrant
    dead = session.scalars(
        select(grant)
        .where(
            grant.state == AirtimeState.SENDING,
            # In the future: a clock was wrong, as in `release_dead_claims`.
            or_(grant.claimed_at <= now - CLAIM_LASTS, grant.claimed_at > now + CLAIM_LASTS),
        )
        .with_for_update(skip_locked=True)
    ).all()
    for each in dead:
        each.detail = "the worker died while it spoke to the gateway"
        _leave_open(session, each, now)
    return len(dead)


def _leave_open(session: Session, grant: AirtimeGrant, now: datetime) -> None:
    grant.state = AirtimeState.UNKNOWN
    apply_waiting_reports(session, grant, now)


def _finish(grant: AirtimeGrant, state: AirtimeState, now: datetime) -> None:
    grant.state, grant.final_at = state, now


def _patience(grant: AirtimeGrant, result: AirtimeResult) -> timedelta:
    doubled = FIRST_WAIT * (1 << min(grant.attempts - 1, 10))
    asked = max(result.retry_after_seconds or 0, result.gateway_rests_seconds or 0)
    return max(min(doubled, LONGEST_WAIT), timedelta(seconds=asked))
