"""What gateways say of airtime: before they pay it, and what became of it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from messaging.kinds import AirtimeState
from messaging.message import AirtimeCheck, AirtimeNotice
from messaging.models import AirtimeGrant, AirtimeReport, Subscriber
from messaging.subscribers import find_subscriber

# What a gateway may have and has not told the end of.
UNDER_WAY = (AirtimeState.SENDING, AirtimeState.SENT, AirtimeState.UNKNOWN)
# A payout that was handed over longer ago than this is no longer about to be paid.
ASKED_WITHIN = timedelta(days=1)


def approve_airtime(session: Session, check: AirtimeCheck, now: datetime) -> bool:
    """Tell whether a payout that a gateway is about to make is one of ours; each is approved once.

    Asked again about the same transaction the answer is the same.
    """
    person = find_subscriber(session, check.msisdn)
    if person is None:
        return False
    payout = _asked_before(session, check) or _pending(session, check, person, now)
    if payout is None or not _is_meant(payout, check, person):
        return False
    payout.gateway_transaction_id = check.gateway_transaction_id
    return True


def record_airtime_notice(session: Session, notice: AirtimeNotice, now: datetime) -> bool:
    """Keep a callback and let it act on its payout; False while that payout is not known.

    Where it names a number, it only touches airtime for that number: a guessed id does nothing.
    """
    person = None if notice.msisdn is None else find_subscriber(session, notice.msisdn)
    if person is None and notice.msisdn is not None:
        return False  # somebody we never met: nothing of ours
    report = _kept(session, notice, person) or _keep(session, notice, person, now)
    if report.airtime_grant_id is not None:
        return True
    grant = _by_id(session, report) or _by_phone(session, report)
    if grant is None:
        return False
    _apply(report, grant, now)
    return True


def apply_waiting_reports(session: Session, grant: AirtimeGrant, now: datetime) -> None:
    """Let callbacks act that were faster than our own note of what the gateway answered."""
    session.flush()
    for report in _waiting_by_id(session, grant) or _waiting_by_phone(session, grant):
        _apply(report, grant, now)


def _asked_before(session: Session, check: AirtimeCheck) -> AirtimeGrant | None:
    grant = AirtimeGrant
    return session.scalar(
        select(grant).where(grant.gateway_transaction_id == check.gateway_transaction_id)
    )


def _is_meant(payout: AirtimeGrant, check: AirtimeCheck, person: Subscriber) -> bool:
    ours = (payout.gateway, payout.subscriber_id, payout.amount, payout.currency)
    return ours == (check.gateway, person.id, check.amount, check.currency)


def _pending(
    session: Session, check: AirtimeCheck, person: Subscriber, now: datetime
) -> AirtimeGrant | None:
    grant = AirtimeGrant
    return session.scalars(
        select(grant)
        .where(grant.gateway == check.gateway, grant.subscriber_id == person.id)
        .where(grant.amount == check.amount, grant.currency == check.currency)
        .where(grant.state.in_(UNDER_WAY), grant.gateway_transaction_id.is_(None))
        .where(grant.claimed_at > now - ASKED_WITHIN)
        .order_by(grant.id)
        .limit(1)
        .with_for_update()
    ).first()


def _kept(
    session: Session, notice: AirtimeNotice, person: Subscriber | None
) -> AirtimeReport | None:
    """The same callback from before: gateways repeat."""
    report = AirtimeReport
    return session.scalars(
        select(report)
        .where(
            report.gateway == notice.gateway,
            report.gateway_request_id == notice.gateway_request_id,
            report.status == notice.status,
            report.subscriber_id == (None if person is None else person.id),
        )
        .order_by(report.id)
        .limit(1)
    ).first()


def _keep(
    session: Session, notice: AirtimeNotice, person: Subscriber | None, now: datetime
) -> AirtimeReport:
    report = AirtimeReport(
        gateway=notice.gateway,
        gateway_request_id=notice.gateway_request_id,
        subscriber_id=None if person is None else person.id,
        status=notice.status,
        state=notice.state,
        detail=notice.detail,
        payload=dict(notice.payload),
        received_at=now,
    )
    session.add(report)
    session.flush()
    return report


def _by_id(session: Session, report: AirtimeReport) -> AirtimeGrant | None:
    grant = AirtimeGrant
    query = select(grant).where(
        grant.gateway == report.gateway, grant.gateway_request_id == report.gateway_request_id
    )
    if report.subscriber_id is not None:
        query = query.where(grant.subscriber_id == report.subscriber_id)
    return session.scalars(query.with_for_update()).first()


def _by_phone(session: Session, report: AirtimeReport) -> AirtimeGrant | None:
    """The one payout to this phone of which only a callback can tell.

    Not while another is in a worker's hands: the callback may be for that one.
    """
    if report.subscriber_id is None:
        return None
    grant = AirtimeGrant
    open_ = session.scalars(
        select(grant)
        .where(
            grant.gateway == report.gateway,
            grant.subscriber_id == report.subscriber_id,
            grant.state.in_([AirtimeState.SENDING, AirtimeState.UNKNOWN]),
            grant.gateway_request_id.is_(None),
        )
        .with_for_update()
    ).all()
    if len(open_) != 1 or open_[0].state is not AirtimeState.UNKNOWN:
        return None
    return open_[0]


def _waiting_by_id(session: Session, grant: AirtimeGrant) -> list[AirtimeReport]:
    if grant.gateway_request_id is None:
        return []
    return _waiting(session, grant, grant.gateway_request_id)


def _waiting_by_phone(session: Session, grant: AirtimeGrant) -> list[AirtimeReport]:
    """Callbacks for the phone of a payout whose answer was lost, if they speak of one only."""
    if grant.state is not AirtimeState.UNKNOWN or grant.claimed_at is None:
        return []
    report = AirtimeReport
    ids = session.scalars(
        select(report.gateway_request_id)
        .distinct()
        .where(report.gateway == grant.gateway, report.airtime_grant_id.is_(None))
        .where(report.subscriber_id == grant.subscriber_id)
        .where(report.received_at >= grant.claimed_at)
    ).all()
    return _waiting(session, grant, ids[0]) if len(ids) == 1 else []


def _waiting(session: Session, grant: AirtimeGrant, request_id: str) -> list[AirtimeReport]:
    report = AirtimeReport
    found = session.scalars(
        select(report)
        .where(report.gateway == grant.gateway, report.gateway_request_id == request_id)
        .where(report.airtime_grant_id.is_(None))
        .order_by(report.received_at, report.id)
    )
    return [each for each in found if each.subscriber_id in {None, grant.subscriber_id}]


def _apply(report: AirtimeReport, grant: AirtimeGrant, now: datetime) -> None:
    report.airtime_grant_id = grant.id
    grant.gateway_request_id = report.gateway_request_id
    if report.state is None or grant.state.is_final:
        return
    grant.gateway_status, grant.detail = report.status, report.detail
    grant.sent_at = grant.sent_at or grant.claimed_at
    # Callbacks come in any order: what ended stays ended.
    grant.state = report.state
    if report.state.is_final:
        grant.final_at = now
