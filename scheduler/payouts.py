"""Pay the airtime that was promised: claim, speak to the gateway, write down what it made of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from db.session import Database
from messaging.airtime import (
    claim_airtime,
    postpone_airtime,
    record_airtime,
    release_dead_payouts,
)
from messaging.gateways.gateway import AirtimeGateway
from messaging.message import AirtimeOutcome, AirtimeResult, AirtimeToSend

# Then the worker looks up: it may have been told to stop.
ROUND_LASTS = timedelta(seconds=5)

LOOK_IT_UP = "look it up in the gateway's dashboard; it is never paid again by itself"
WHAT_TO_DO = {
    AirtimeOutcome.ACCEPTED: "nothing",
    AirtimeOutcome.REFUSED: "nothing; this person gets none for this report",
    AirtimeOutcome.RETRY: "it is tried again by itself; check the gateway's balance and key",
    AirtimeOutcome.UNKNOWN: LOOK_IT_UP,
}

log = structlog.get_logger()


def pay_due(
    database: Database, gateway: AirtimeGateway, *, worker: str, now: Callable[[], datetime]
) -> int:
    """Pay what is due, one by one, and count what was handed over, accepted or not.

    No transaction is open while the gateway is spoken to.
    """
    ends_at, handed_over = now() + ROUND_LASTS, 0
    while now() < ends_at:
        with database.begin() as session:
            payout = claim_airtime(session, gateway.name, worker=worker, now=now())
        if payout is None:
            break
        result = _speak(gateway, payout)
        with database.begin() as session:
            record_airtime(session, result, now())
            if result.gateway_rests_seconds:
                postpone_airtime(session, now() + timedelta(seconds=result.gateway_rests_seconds))
        _tell(result)
        handed_over += 1
    return handed_over


def leave_dead_payouts_open(database: Database, now: datetime) -> int:
    """Take payouts from workers that died while they paid, and have the operator look them up."""
    with database.begin() as session:
        dead = release_dead_payouts(session, now)
    if dead:
        log.error("airtime_unknown", payouts=dead, what_to_do=LOOK_IT_UP)
    return dead


def _speak(gateway: AirtimeGateway, payout: AirtimeToSend) -> AirtimeResult:
    """A result, whatever the gateway's code does."""
    try:
        return gateway.send_airtime(payout)
    except Exception:
        log.exception("gateway_failed", gateway=gateway.name)
        # It may have been paid: what nobody knows is never paid twice.
        return AirtimeResult(payout.grant_id, AirtimeOutcome.UNKNOWN, gateway.name, status="fault")


def _tell(result: AirtimeResult) -> None:
    is_well = result.outcome is AirtimeOutcome.ACCEPTED
    (log.info if is_well else log.error)(
        "airtime_handed_over",
        gateway=result.gateway,
        grant_id=result.grant_id,
        outcome=result.outcome.value,
        status=result.status,
        what_to_do=WHAT_TO_DO[result.outcome],
    )
