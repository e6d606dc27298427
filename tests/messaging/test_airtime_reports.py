"""Callbacks of airtime: early, late, twice, for others; and the question before it is paid."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.session import Database
from messaging.airtime import release_dead_payouts
from messaging.airtime_reports import approve_airtime, record_airtime_notice
from messaging.kinds import AirtimeState
from messaging.message import AirtimeCheck, AirtimeNotice, AirtimeOutcome
from messaging.models import AirtimeReport
from tests.cast import ACHIENG, OTIENO
from tests.groups.stories import meet
from tests.messaging.airtime import GATEWAY, earns, grants, handed_over, record

ACCEPTED, UNKNOWN = AirtimeOutcome.ACCEPTED, AirtimeOutcome.UNKNOWN
ARRIVED = AirtimeNotice(
    GATEWAY, "ATQid_1", "Success", AirtimeState.DELIVERED, detail="Airtime Delivered", msisdn=OTIENO
)
FAILED = replace(ARRIVED, status="Failed", state=AirtimeState.FAILED)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("notices", "state"),
    [
        ([ARRIVED], AirtimeState.DELIVERED),
        ([FAILED], AirtimeState.FAILED),
        ([replace(ARRIVED, msisdn=None)], AirtimeState.DELIVERED),
        ([ARRIVED, FAILED], AirtimeState.DELIVERED),
        ([FAILED, ARRIVED, ARRIVED], AirtimeState.FAILED),
        ([replace(ARRIVED, status="NeverHeardOf", state=None)], AirtimeState.SENT),
        ([replace(ARRIVED, gateway_request_id="ATQid_guessed")], AirtimeState.SENT),
        ([replace(ARRIVED, msisdn=ACHIENG)], AirtimeState.SENT),
        ([replace(ARRIVED, msisdn="+254799999999")], AirtimeState.SENT),
        ([replace(ARRIVED, gateway="simulator")], AirtimeState.SENT),
    ],
)
def test_a_callback_touches_its_own_payout_alone(
    database: Database, now: datetime, notices: list[AirtimeNotice], state: AirtimeState
) -> None:
    with database.begin() as session:
        meet(session, ACHIENG, now)
        record(session, handed_over(session, now), ACCEPTED, now)
        for notice in notices:
            record_airtime_notice(session, notice, now + MINUTE)
        (grant,) = grants(session)
        assert grant.state is state
        assert (grant.final_at == now + MINUTE) is state.is_final


def test_a_repeat_is_kept_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        record(session, handed_over(session, now), ACCEPTED, now)
        assert [record_airtime_notice(session, ARRIVED, now) for _ in range(3)] == [True] * 3
        assert len(session.scalars(select(AirtimeReport)).all()) == 1


@pytest.mark.parametrize("msisdn", [OTIENO, None])
def test_a_callback_may_beat_our_own_note(
    database: Database, now: datetime, msisdn: str | None
) -> None:
    with database.begin() as session:
        payout = handed_over(session, now)
        assert not record_airtime_notice(session, replace(ARRIVED, msisdn=msisdn), now)
        assert grants(session)[0].state is AirtimeState.SENDING
        grant = record(session, payout, ACCEPTED, now)
        assert grant.state is AirtimeState.DELIVERED


def test_after_a_time_out_the_callback_finds_its_payout_by_the_phone(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        record(session, handed_over(session, now), UNKNOWN, now, request_id=None)
        assert record_airtime_notice(session, ARRIVED, now + MINUTE)
        (grant,) = grants(session)
        assert (grant.state, grant.gateway_request_id) == (AirtimeState.DELIVERED, "ATQid_1")


def test_a_callback_that_came_before_the_time_out_was_noticed(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        handed_over(session, now)
        assert not record_airtime_notice(session, ARRIVED, now + MINUTE)
        release_dead_payouts(session, now + 3 * MINUTE)
        assert grants(session)[0].state is AirtimeState.DELIVERED


def test_of_two_open_payouts_nobody_can_tell_which(database: Database, now: datetime) -> None:
    yesterday = now - timedelta(days=1)
    with database.begin() as session:
        for at in (yesterday, now):
            record(session, handed_over(session, at), UNKNOWN, at, request_id=None)
        assert not record_airtime_notice(session, ARRIVED, now + MINUTE)
        assert [grant.state for grant in grants(session)] == [AirtimeState.UNKNOWN] * 2


def test_a_callback_is_not_given_to_an_older_payout_while_one_is_under_way(
    database: Database, now: datetime
) -> None:
    yesterday = now - timedelta(days=1)
    with database.begin() as session:
        record(session, handed_over(session, yesterday), UNKNOWN, yesterday, request_id=None)
        payout = handed_over(session, now)
        assert not record_airtime_notice(session, ARRIVED, now)
        record(session, payout, ACCEPTED, now)
        states = [grant.state for grant in grants(session)]
        assert states == [AirtimeState.UNKNOWN, AirtimeState.DELIVERED]


# The question before it is paid

CHECK = AirtimeCheck(GATEWAY, "ATTid_1", OTIENO, Decimal("5.00"), "KES")


def test_our_own_payout_is_approved_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        handed_over(session, now)
        assert approve_airtime(session, CHECK, now)
        assert approve_airtime(session, CHECK, now)  # they repeat
        assert not approve_airtime(session, replace(CHECK, gateway_transaction_id="2"), now)


@pytest.mark.parametrize(
    "check",
    [
        replace(CHECK, amount=Decimal(500)),
        replace(CHECK, currency="UGX"),
        replace(CHECK, msisdn=ACHIENG),
        replace(CHECK, msisdn="+254799999999"),
        replace(CHECK, gateway="simulator"),
    ],
)
def test_what_is_not_ours_is_not_approved(
    database: Database, now: datetime, check: AirtimeCheck
) -> None:
    with database.begin() as session:
        meet(session, ACHIENG, now)
        handed_over(session, now)
        assert not approve_airtime(session, check, now)
        assert approve_airtime(session, CHECK, now)
        assert not approve_airtime(session, check, now)  # under the same transaction neither


def test_what_nobody_handed_over_is_not_approved(database: Database, now: datetime) -> None:
    with database.begin() as session:
        earns(session, now)
        assert not approve_airtime(session, CHECK, now)


@pytest.mark.parametrize("outcome", [ACCEPTED, UNKNOWN])
def test_the_question_may_come_after_their_answer(
    database: Database, now: datetime, outcome: AirtimeOutcome
) -> None:
    with database.begin() as session:
        record(session, handed_over(session, now), outcome, now)
        assert not approve_airtime(session, CHECK, now + timedelta(days=1))
        assert approve_airtime(session, CHECK, now + MINUTE)
