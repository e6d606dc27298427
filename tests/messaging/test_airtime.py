"""Airtime is promised within its limits, and paid once or never again."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest

from db.session import Database
from messaging.airtime import (
    claim_airtime,
    earned_airtime,
    postpone_airtime,
    promise_airtime,
    release_dead_payouts,
)
from messaging.kinds import AirtimeState
from messaging.message import AirtimeOutcome
from tests.cast import ACHIENG, KAMAU, OTIENO
from tests.groups.stories import meet
from tests.messaging.airtime import GATEWAY, KES_5, earns, grants, handed_over, record

DAY = timedelta(days=1)
ACCEPTED, RETRY = AirtimeOutcome.ACCEPTED, AirtimeOutcome.RETRY


def test_so_many_a_person_and_day(database: Database, now: datetime) -> None:
    with database.begin() as session:
        two = replace(KES_5, per_person_day=2)
        assert [earns(session, now, offer=two) for _ in range(3)] == [True, True, False]
        assert earns(session, now, ACHIENG, two)
        assert earns(session, now + DAY, offer=two)


def test_so_much_a_day_for_everybody(database: Database, now: datetime) -> None:
    with database.begin() as session:
        ten = replace(KES_5, a_day=Decimal("14.99"))
        people = (OTIENO, ACHIENG, KAMAU)
        assert [earns(session, now, who, ten) for who in people] == [True, True, False]
        assert earns(session, now + DAY, KAMAU, ten)


def test_a_report_earns_once(database: Database, now: datetime) -> None:
    many = replace(KES_5, per_person_day=9)
    with database.begin() as session:
        assert earns(session, now, offer=many)
        (grant,) = grants(session)
        again = promise_airtime(
            session,
            meet(session, OTIENO, now),
            many,
            observation_id=grant.observation_id,
            on=now.date(),
            now=now,
        )
        assert not again
        assert len(grants(session)) == 1


def test_many_earn_at_once_and_the_limits_hold(database: Database, now: datetime) -> None:
    start, earned = Barrier(8), list[bool]()
    twenty = replace(KES_5, a_day=Decimal(20))
    with database.begin() as session:
        for number in range(4):
            meet(session, f"+25472200010{number}", now)

    def earn(msisdn: str) -> None:
        start.wait(timeout=10)
        with database.begin() as session:
            earned.append(earns(session, now, msisdn, twenty))

    # Two reports each: one of them earns.
    threads = [Thread(target=earn, args=(f"+25472200010{number % 4}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(earned) == 4
    with database.read() as session:
        assert len({grant.subscriber_id for grant in grants(session)}) == 4


def test_what_a_person_earned(database: Database, now: datetime) -> None:
    with database.begin() as session:
        otieno = meet(session, OTIENO, now)
        for days in (40, 3, 2, 1):
            assert earns(session, now - days * DAY)
        _, _, lost, _ = grants(session)
        lost.state = AirtimeState.UNKNOWN
        session.flush()
        assert earned_airtime(session, otieno.id, since=now.date() - 30 * DAY) == {"KES": 10}
        assert earned_airtime(session, meet(session, KAMAU, now).id, since=now.date()) == {}


def test_a_payout_is_claimed_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        payout = handed_over(session, now)
        assert (payout.msisdn, payout.amount, payout.currency) == (OTIENO, 5, "KES")
        assert claim_airtime(session, GATEWAY, worker="other", now=now) is None


def test_workers_at_once_take_different_ones(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for msisdn in (OTIENO, ACHIENG, KAMAU):
            earns(session, now, msisdn)
    start, taken = Barrier(3), list[str]()

    def take() -> None:
        start.wait(timeout=10)
        while True:
            with database.begin() as session:
                payout = claim_airtime(session, GATEWAY, worker="w", now=now)
            if payout is None:
                return
            taken.append(payout.msisdn)

    threads = [Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(taken) == sorted([OTIENO, ACHIENG, KAMAU])


@pytest.mark.parametrize(
    ("outcome", "state", "is_final"),
    [
        (AirtimeOutcome.ACCEPTED, AirtimeState.SENT, False),
        (AirtimeOutcome.REFUSED, AirtimeState.FAILED, True),
        (AirtimeOutcome.RETRY, AirtimeState.PROMISED, False),
        (AirtimeOutcome.UNKNOWN, AirtimeState.UNKNOWN, False),
    ],
)
def test_what_the_gateway_made_of_it(
    database: Database, now: datetime, outcome: AirtimeOutcome, state: AirtimeState, is_final: bool
) -> None:
    with database.begin() as session:
        grant = record(session, handed_over(session, now), outcome, now)
        assert (grant.state, grant.final_at is not None) == (state, is_final)
        assert grant.gateway_status == "told"


def test_what_was_not_paid_for_sure_is_tried_again_with_the_same_key(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        first = handed_over(session, now)
        record(session, first, RETRY, now)
        assert claim_airtime(session, GATEWAY, worker="w", now=now) is None
        later = now + timedelta(minutes=1)
        again = claim_airtime(session, GATEWAY, worker="w", now=later)
        assert again is not None
        assert again.key == first.key


def test_after_a_day_it_is_given_up(database: Database, now: datetime) -> None:
    with database.begin() as session:
        record(session, handed_over(session, now), RETRY, now)
        assert claim_airtime(session, GATEWAY, worker="w", now=now + DAY) is None
        (grant,) = grants(session)
        assert grant.state is AirtimeState.EXPIRED


def test_to_a_phone_that_takes_none_none_is_promised_for_a_month(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        record(session, handed_over(session, now), AirtimeOutcome.REFUSED, now)
        assert not earns(session, now + DAY)
        assert not earns(session, now + 29 * DAY)
        assert earns(session, now + 29 * DAY, ACHIENG)
        assert earns(session, now + 30 * DAY)


@pytest.mark.parametrize("outcome", [AirtimeOutcome.UNKNOWN, AirtimeOutcome.ACCEPTED])
def test_what_may_have_been_paid_is_never_paid_again(
    database: Database, now: datetime, outcome: AirtimeOutcome
) -> None:
    with database.begin() as session:
        record(session, handed_over(session, now), outcome, now)
        for hours in range(48):
            at = now + timedelta(hours=hours)
            assert claim_airtime(session, GATEWAY, worker="w", now=at) is None


def test_a_worker_dies_between_claim_and_record(database: Database, now: datetime) -> None:
    with database.begin() as session:
        payout = handed_over(session, now)
        assert release_dead_payouts(session, now + timedelta(minutes=1)) == 0
        assert release_dead_payouts(session, now + timedelta(minutes=2)) == 1
        (grant,) = grants(session)
        assert grant.state is AirtimeState.UNKNOWN
        assert claim_airtime(session, GATEWAY, worker="w", now=now + timedelta(hours=1)) is None
        # It was only slow, and knows more than we do.
        record(session, payout, ACCEPTED, now + timedelta(minutes=3))
        assert grants(session)[0].state is AirtimeState.SENT


def test_behind_a_closed_door_all_of_them_rest(database: Database, now: datetime) -> None:
    with database.begin() as session:
        earns(session, now)
        postpone_airtime(session, now + timedelta(minutes=5))
        for minutes, is_due in ((4, False), (5, True)):
            at = now + timedelta(minutes=minutes)
            assert (claim_airtime(session, GATEWAY, worker="w", now=at) is not None) is is_due
