"""The worker pays what was promised: once, whatever goes wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
import requests
import responses
from structlog.testing import capture_logs

from db.session import Database
from messaging.airtime_reports import approve_airtime, record_airtime_notice
from messaging.gateways.africastalking_airtime import AfricasTalkingAirtime
from messaging.gateways.simulator import Simulator
from messaging.kinds import AirtimeState
from messaging.message import (
    AirtimeCheck,
    AirtimeNotice,
    AirtimeOutcome,
    AirtimeResult,
    AirtimeToSend,
)
from scheduler.payouts import leave_dead_payouts_open, pay_due
from tests.cast import ACHIENG, KAMAU, OTIENO
from tests.messaging.airtime import GATEWAY, earns, grants, handed_over

URL = "https://api.africastalking.com/version1/airtime/send"
BEI = AfricasTalkingAirtime("bei", "key")


class Till(Simulator):
    """Pays, and writes down whom; what else happens meanwhile can be said."""

    def __init__(self, meanwhile: Callable[[AirtimeToSend], None] = lambda _: None) -> None:
        super().__init__(GATEWAY)
        self.paid: list[str] = []
        self.meanwhile = meanwhile

    def send_airtime(self, payout: AirtimeToSend) -> AirtimeResult:
        self.paid.append(payout.msisdn)
        self.meanwhile(payout)
        return super().send_airtime(payout)


def pay(database: Database, now: datetime, gateway=BEI) -> int:
    return pay_due(database, gateway, worker="w", now=lambda: now)


def promise(database: Database, now: datetime, *people: str) -> None:
    with database.begin() as session:
        for msisdn in people or (OTIENO,):
            assert earns(session, now, msisdn)


def states(database: Database) -> list[AirtimeState]:
    with database.read() as session:
        return [grant.state for grant in grants(session)]


def test_what_was_promised_is_paid_once(database: Database, now: datetime) -> None:
    promise(database, now, OTIENO, ACHIENG)
    till = Till()
    assert pay(database, now, till) == 2
    assert pay(database, now + timedelta(hours=1), till) == 0
    assert till.paid == [OTIENO, ACHIENG]
    assert states(database) == [AirtimeState.SENT] * 2


def test_two_workers_pay_once_each(database: Database, now: datetime) -> None:
    people = [f"+2547220003{number:02}" for number in range(12)]
    promise(database, now, *people)
    till, start = Till(), Barrier(3)

    def work() -> None:
        start.wait(timeout=10)
        pay(database, now, till)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(till.paid) == people


@responses.activate
def test_after_a_time_out_it_is_never_paid_again(database: Database, now: datetime) -> None:
    responses.post(URL, body=requests.ReadTimeout("too slow"))
    promise(database, now)
    with capture_logs() as logs:
        assert pay(database, now) == 1
    assert logs[-1]["log_level"] == "error"
    for hours in range(1, 30):
        assert pay(database, now + timedelta(hours=hours)) == 0
    assert states(database) == [AirtimeState.UNKNOWN]
    assert len(responses.calls) == 1


@responses.activate
def test_without_balance_the_others_rest_too(database: Database, now: datetime) -> None:
    responses.post(URL, json={"errorMessage": "Insufficient Balance", "responses": []})
    promise(database, now, OTIENO, ACHIENG, KAMAU)
    assert pay(database, now) == 1
    assert states(database) == [AirtimeState.PROMISED] * 3
    assert pay(database, now + timedelta(minutes=4)) == 0
    till = Till()
    assert pay(database, now + timedelta(minutes=5), till) == 3
    assert sorted(till.paid) == sorted([OTIENO, ACHIENG, KAMAU])


def test_a_gateway_with_a_fault_leaves_it_open(database: Database, now: datetime) -> None:
    def fail(_: AirtimeToSend) -> None:
        raise ZeroDivisionError

    promise(database, now)
    till = Till(fail)
    pay(database, now, till)
    pay(database, now + timedelta(hours=1), till)
    assert till.paid == [OTIENO]
    assert states(database) == [AirtimeState.UNKNOWN]


def test_the_power_goes_between_claim_and_record(database: Database, now: datetime) -> None:
    with database.begin() as session:
        handed_over(session, now)
    till, later = Till(), now + timedelta(minutes=3)
    with capture_logs() as logs:
        assert leave_dead_payouts_open(database, later) == 1
    assert [entry["event"] for entry in logs] == ["airtime_unknown"]
    assert pay(database, later, till) == 0
    assert till.paid == []
    assert states(database) == [AirtimeState.UNKNOWN]


def test_callbacks_come_while_the_gateway_is_spoken_to(database: Database, now: datetime) -> None:
    """No transaction is open then: they ask, they say it arrived, and only then answer us."""

    def call_back(payout: AirtimeToSend) -> None:
        check = AirtimeCheck(GATEWAY, "ATTid_1", payout.msisdn, payout.amount, payout.currency)
        request_id = f"{GATEWAY}-airtime-{payout.grant_id}"
        arrived = AirtimeNotice(
            GATEWAY, request_id, "Success", AirtimeState.DELIVERED, msisdn=payout.msisdn
        )
        with database.begin() as session:
            assert approve_airtime(session, check, now)
            assert not record_airtime_notice(session, arrived, now)

    promise(database, now)
    pay(database, now, Till(call_back))
    assert states(database) == [AirtimeState.DELIVERED]


def test_a_round_ends_though_the_queue_does_not(database: Database, now: datetime) -> None:
    people = [f"+2547220003{number:02}" for number in range(6)]
    promise(database, now, *people)
    seconds = iter(range(1000))

    def clock() -> datetime:
        return now + timedelta(seconds=next(seconds))

    assert 0 < pay_due(database, Till(), worker="w", now=clock) < 6


@pytest.mark.parametrize("outcome", AirtimeOutcome)
def test_every_outcome_tells_what_to_do(
    database: Database, now: datetime, outcome: AirtimeOutcome
) -> None:
    class Told(Simulator):
        def send_airtime(self, payout: AirtimeToSend) -> AirtimeResult:
            return AirtimeResult(payout.grant_id, outcome, self.name)

    promise(database, now)
    with capture_logs() as logs:
        pay(database, now, Told())
    assert logs[-1]["what_to_do"]
    assert OTIENO not in str(logs)
