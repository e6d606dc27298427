from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db.session import Database
from messaging.claims import CLAIM_LASTS, claim, release_dead_claims
from messaging.delivery_reports import record_delivery_notice
from messaging.gateways.gateway import SmsGateway
from messaging.kinds import Lane, OutboundKind, OutboundState
from messaging.message import DeliveryNotice, SendOutcome, SendResult
from messaging.models import ConsentEvent, OutboundMessage, Subscriber
from messaging.results import HELD_FOR, MOST_ATTEMPTS, record_result, record_results
from messaging.sms_budget import afford, spending
from messaging.sms_prices import SmsLimit, SmsLimits, SmsPrice
from tests.cast import WANJIKU
from tests.messaging.stories import BY_PAID, PAID, Paid, claim_paid, meet, promise, state_of


class Many(Paid):
    phones_per_call = 100


MANY: dict[str, SmsGateway] = {"paid": Many()}


@pytest.fixture
def claimed_id(database: Database, now: datetime) -> int:
    """A reply to Wanjiku, claimed."""
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now)
        claimed = claim_paid(session, now)
        assert claimed is not None
        return claimed.messages[0].outbound_id


def record(session: Session, outbound_id: int, outcome: SendOutcome, now: datetime) -> None:
    result = SendResult(outbound_id, outcome, gateway_message_id="id-1", status="told")
    record_result(session, result, now)


@pytest.mark.parametrize(
    ("outcome", "state", "is_final"),
    [
        (SendOutcome.ACCEPTED, OutboundState.SENT, False),
        (SendOutcome.PERMANENT, OutboundState.FAILED, True),
        (SendOutcome.RETRY, OutboundState.QUEUED, False),
        (SendOutcome.PAUSE, OutboundState.QUEUED, False),
        (SendOutcome.SUPPRESS, OutboundState.SUPPRESSED, True),
        (SendOutcome.UNKNOWN, OutboundState.UNKNOWN, False),
    ],
)
def test_an_outcome_becomes_a_state(
    database: Database,
    now: datetime,
    claimed_id: int,
    outcome: SendOutcome,
    state: OutboundState,
    is_final: bool,
) -> None:
    with database.begin() as session:
        record(session, claimed_id, outcome, now)
    with database.read() as session:
        message = session.get_one(OutboundMessage, claimed_id)
        assert message.state is state
        assert message.gateway_status == "told"
        assert (message.final_at is not None) is is_final
        assert message.gateway_message_id == ("id-1" if state is OutboundState.SENT else None)


def test_a_retry_waits_longer_each_time_and_ends(
    database: Database, now: datetime, claimed_id: int
) -> None:
    waits, moment = [], now
    for _ in range(MOST_ATTEMPTS - 1):
        with database.begin() as session:
            record(session, claimed_id, SendOutcome.RETRY, moment)
        with database.begin() as session:
            due_at = session.get_one(OutboundMessage, claimed_id).due_at
            assert claim_paid(session, due_at - timedelta(seconds=1)) is None
            assert claim_paid(session, due_at) is not None
        waits.append(due_at - moment)
        moment = due_at
    assert waits == sorted(waits)
    assert timedelta(seconds=30) <= waits[0] <= timedelta(seconds=40)
    assert waits[-1] <= timedelta(minutes=75)
    with database.begin() as session:
        record(session, claimed_id, SendOutcome.RETRY, moment)
    assert state_of(database, claimed_id) is OutboundState.FAILED


def test_a_pause_costs_no_attempt(database: Database, now: datetime, claimed_id: int) -> None:
    with database.begin() as session:
        record(session, claimed_id, SendOutcome.PAUSE, now)
        message = session.get_one(OutboundMessage, claimed_id)
        assert (message.attempts, message.due_at) == (0, now + HELD_FOR)


def test_a_wait_the_gateway_asked_for_is_kept(
    database: Database, now: datetime, claimed_id: int
) -> None:
    with database.begin() as session:
        record_result(
            session, SendResult(claimed_id, SendOutcome.RETRY, retry_after_seconds=7200), now
        )
        message = session.get_one(OutboundMessage, claimed_id)
        assert message.due_at == now + timedelta(hours=2)


def test_an_opt_out_at_the_gateway_is_written_down_once(
    database: Database, now: datetime, claimed_id: int
) -> None:
    for _ in range(2):
        with database.begin() as session:
            record(session, claimed_id, SendOutcome.SUPPRESS, now)
    with database.read() as session:
        (event,) = session.scalars(select(ConsentEvent))
        assert (event.opted_in, event.wording) == (False, "paid: told")


def test_a_finished_message_stays_finished(
    database: Database, now: datetime, claimed_id: int
) -> None:
    with database.begin() as session:
        record(session, claimed_id, SendOutcome.PERMANENT, now)
        record(session, claimed_id, SendOutcome.RETRY, now)
    assert state_of(database, claimed_id) is OutboundState.FAILED


def test_what_may_have_been_sent_is_never_sent_again(
    database: Database, now: datetime, claimed_id: int
) -> None:
    with database.begin() as session:
        record(session, claimed_id, SendOutcome.UNKNOWN, now)
    with database.begin() as session:
        assert claim_paid(session, now + timedelta(hours=1)) is None
        assert release_dead_claims(session, PAID, now + timedelta(hours=1)) == 0


def test_a_slow_worker_still_tells_the_truth_after_it_was_given_up(
    database: Database, now: datetime, claimed_id: int
) -> None:
    later = now + 2 * CLAIM_LASTS
    with database.begin() as session:
        release_dead_claims(session, PAID, later)
    with database.begin() as session:
        record(session, claimed_id, SendOutcome.ACCEPTED, later)
    assert state_of(database, claimed_id) is OutboundState.SENT


# A whole call at once


def claimed_call(database: Database, now: datetime, count: int) -> list[int]:
    """A bulletin to so many people, claimed for one call."""
    with database.begin() as session:
        for number in range(count):
            person = meet(session, f"+2547110{number:05d}", now)
            promise(session, person, now, "KIRIMA", kind=OutboundKind.BULLETIN)
    with database.begin() as session:
        claimed = claim(session, MANY, BY_PAID, lane=Lane.BULK, worker="w", now=now)
    assert claimed is not None
    return [message.outbound_id for message in claimed.messages]


def test_each_of_a_call_has_its_own_end(database: Database, now: datetime) -> None:
    ids = claimed_call(database, now, 6)
    outcomes = dict(zip(ids, SendOutcome, strict=True))
    results = [
        SendResult(id_, outcome, gateway_message_id=f"id-{id_}", status=outcome.value)
        for id_, outcome in outcomes.items()
    ]
    with database.begin() as session:
        record_results(session, results, now)
    with database.read() as session:
        rows = session.scalars(select(OutboundMessage).order_by(OutboundMessage.id)).all()
    assert {row.id: row.gateway_status for row in rows} == outcomes
    assert [row.state for row in rows] == [
        OutboundState.SENT,
        OutboundState.FAILED,
        OutboundState.QUEUED,
        OutboundState.QUEUED,
        OutboundState.SUPPRESSED,
        OutboundState.UNKNOWN,
    ]
    assert [row.gateway_message_id for row in rows if row.gateway_message_id] == [f"id-{ids[0]}"]
    assert [row.claimed_by for row in rows] == ["w", "w", None, None, "w", "w"]


def test_a_hundred_results_are_a_handful_of_statements(database: Database, now: datetime) -> None:
    ids = claimed_call(database, now, 100)
    results = [SendResult(id_, SendOutcome.ACCEPTED, f"id-{id_}") for id_ in ids]
    said: list[str] = []

    def listen(_: object, __: object, statement: str, *___: object) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", listen)
    with database.begin() as session:
        record_results(session, results, now)
    event.remove(database.engine, "before_cursor_execute", listen)
    assert len([each for each in said if each != "BEGIN"]) <= 3
    assert state_of(database, ids[-1]) is OutboundState.SENT


def test_what_a_faster_report_has_moved_stays(database: Database, now: datetime) -> None:
    """The phone has it before we wrote down that the gateway took it, under its number."""
    first, second = claimed_call(database, now, 2)
    with database.begin() as session:
        message = session.get_one(OutboundMessage, first)
        message.state, message.final_at = OutboundState.DELIVERED, now
    with database.begin() as session:
        accepted = [SendResult(id_, SendOutcome.ACCEPTED, f"id-{id_}") for id_ in (first, second)]
        record_results(session, accepted, now)
    assert state_of(database, first) is OutboundState.DELIVERED
    assert state_of(database, second) is OutboundState.SENT


def test_a_report_that_waited_acts_at_once(database: Database, now: datetime) -> None:
    first, second = claimed_call(database, now, 2)
    with database.begin() as session:
        phone = session.get_one(
            Subscriber, session.get_one(OutboundMessage, second).subscriber_id
        ).msisdn
        notice = DeliveryNotice("paid", "id-2", "Success", OutboundState.DELIVERED, msisdn=phone)
        record_delivery_notice(session, notice, now)
    with database.begin() as session:
        accepted = [
            SendResult(first, SendOutcome.ACCEPTED, "id-1"),
            SendResult(second, SendOutcome.ACCEPTED, "id-2"),
        ]
        record_results(session, accepted, now)
    assert state_of(database, first) is OutboundState.SENT
    assert state_of(database, second) is OutboundState.DELIVERED


def test_the_budget_gets_back_what_was_not_taken(database: Database, now: datetime) -> None:
    limits = SmsLimits(
        "Africa/Nairobi",
        day=SmsLimit(segments=100, money=Decimal(100)),
        price=SmsPrice("KES", Decimal("0.80")),
    )
    ids = claimed_call(database, now, 6)
    with database.begin() as session:
        assert afford(session, limits, OutboundKind.BULLETIN, 1, 6, now) == 6
        results = [
            SendResult(id_, outcome, cost=Decimal("1.50"), cost_currency="KES")
            if outcome is SendOutcome.ACCEPTED
            else SendResult(id_, outcome)
            for id_, outcome in zip(ids, SendOutcome, strict=True)
        ]
        record_results(session, results, now, limits=limits)
    with database.read() as session:
        day = spending(session, limits, now).day
    # The one that was taken, at its own price, and the one of which nobody knows.
    assert (day.segments, day.money) == (2, Decimal("2.30"))


def test_a_number_that_does_not_exist_counts_against_it(
    database: Database, now: datetime, claimed_id: int
) -> None:
    with database.begin() as session:
        gone = SendResult(claimed_id, SendOutcome.PERMANENT, status="InvalidPhoneNumber")
        record_results(session, [gone], now)
    with database.read() as session:
        assert session.scalars(select(Subscriber.failures_in_a_row)).one() == 1
