from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.session import Database
from messaging.claims import CLAIM_LASTS, claim, postpone, release_dead_claims
from messaging.consent import opt_out
from messaging.gateways.simulator import Simulator
from messaging.kinds import Channel, OutboundKind, OutboundState
from messaging.message import SendOutcome, SendResult
from messaging.models import ConsentEvent, OutboundMessage, Subscriber
from messaging.outbox import enqueue_to_all
from messaging.results import HELD_FOR, MOST_ATTEMPTS, record_result
from tests.cast import ACHIENG, KAMAU, OTIENO, WANJIKU
from tests.messaging.stories import PAID, Paid, claim_paid, meet, promise

MINUTE = timedelta(minutes=1)


def state_of(database: Database, outbound_id: int) -> OutboundState:
    with database.read() as session:
        return session.get_one(OutboundMessage, outbound_id).state


# Promising


def test_a_promise_is_measured_and_written_for_the_air(database: Database, now: datetime) -> None:
    with database.begin() as session:
        message = promise(session, meet(session, WANJIKU, now), now, "Maziwa – KES 47 “leo”")
        assert message.text == 'Maziwa - KES 47 "leo"'
        assert (message.encoding, message.segments) == ("GSM-7", 1)
        assert message.state is OutboundState.QUEUED
        assert message.due_at == now


def test_many_are_promised_one_text_at_once(database: Database, now: datetime) -> None:
    def promise_all(session: Session) -> None:
        people = [meet(session, WANJIKU, now), meet(session, OTIENO, now)]
        people[1].gateway = "paid"
        enqueue_to_all(
            session,
            recipients=people,
            text="Maziwa – KES 47",
            language="sw",
            kind=OutboundKind.BULLETIN,
            dedupe_prefix="edition:7",
            now=now,
        )

    with database.begin() as session:
        promise_all(session)
    with database.read() as session:
        texts = session.scalars(select(OutboundMessage).order_by(OutboundMessage.id)).all()
        assert [text.gateway for text in texts] == [None, "paid"]
        for text in texts:
            assert text.dedupe_key == f"edition:7:{text.subscriber_id}"
            assert (text.text, text.encoding, text.segments) == ("Maziwa - KES 47", "GSM-7", 1)
            assert (text.state, text.priority, text.attempts) == (OutboundState.QUEUED, 2, 0)
            assert text.expires_at == now + timedelta(hours=24)
    with pytest.raises(IntegrityError), database.begin() as session:
        promise_all(session)


def test_the_same_promise_twice_is_one(database: Database, now: datetime) -> None:
    ids = []
    for text in ("first words", "other words"):
        with database.begin() as session:
            wanjiku = meet(session, WANJIKU, now)
            ids.append(promise(session, wanjiku, now, text, key="reply:1").id)
    assert ids[0] == ids[1]
    with database.read() as session:
        assert session.scalars(select(OutboundMessage.text)).all() == ["first words"]


def test_two_processes_promise_the_same_at_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
    ready, promised = Barrier(4, timeout=20), []

    def promise_it() -> None:
        ready.wait()
        with database.begin() as session:
            promised.append(promise(session, wanjiku, now, key="edition:1:1").id)

    processes = [Thread(target=promise_it) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert len(promised) == 4
    assert len(set(promised)) == 1


def test_what_we_start_goes_the_way_they_came(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        wanjiku.gateway = "twilio"
        assert promise(session, wanjiku, now, "a").gateway == "twilio"
        assert promise(session, wanjiku, now, "b", gateway="paid").gateway == "paid"


def test_a_promise_dies_with_its_transaction(database: Database, now: datetime) -> None:
    def handle() -> None:
        with database.begin() as session:
            promise(session, meet(session, WANJIKU, now), now)
            raise RuntimeError("the handler failed")

    with pytest.raises(RuntimeError):
        handle()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(OutboundMessage)) == 0
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 0


# Claiming


def test_the_most_urgent_goes_first(database: Database, now: datetime) -> None:
    early = now - timedelta(hours=1)
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        promise(session, wanjiku, early, "nudge", kind=OutboundKind.NUDGE)
        promise(session, wanjiku, early, "bulletin", kind=OutboundKind.BULLETIN)
        promise(session, wanjiku, now, "reply", kind=OutboundKind.REPLY)
    order = []
    for _ in range(3):
        with database.begin() as session:
            claimed = claim_paid(session, now)
            assert claimed is not None
            order += [message.text for message in claimed.messages]
    assert order == ["reply", "bulletin", "nudge"]


def test_a_message_waits_for_its_time(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        promise(session, wanjiku, now, due_at=now + MINUTE)
        assert claim_paid(session, now) is None
        assert claim_paid(session, now + MINUTE) is not None
        assert claim_paid(session, now + MINUTE) is None, "it is claimed already"


def test_a_stale_price_is_not_sent(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        stale = promise(session, wanjiku, now, "old", valid_for=timedelta(hours=1))
        fresh = promise(session, wanjiku, now, "new", valid_for=timedelta(hours=3))
        claimed = claim_paid(session, now + timedelta(hours=2))
        assert claimed is not None
        assert [message.outbound_id for message in claimed.messages] == [fresh.id]
        assert claimed.messages[0].valid_for_seconds == 3600
    assert state_of(database, stale.id) is OutboundState.EXPIRED


def test_after_a_stop_the_queued_bulletin_stays_behind(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        bulletin = promise(session, wanjiku, now, "bulletin", kind=OutboundKind.BULLETIN)
        opt_out(session, wanjiku, channel=Channel.SMS, wording="STOP", now=now)
        reply = promise(session, wanjiku, now, "You will get no more messages.")
    with database.begin() as session:
        claimed = claim_paid(session, now)
        assert claimed is not None
        assert [message.outbound_id for message in claimed.messages] == [reply.id]
        assert claim_paid(session, now) is None
    assert state_of(database, bulletin.id) is OutboundState.SUPPRESSED


def test_equal_texts_share_a_call_up_to_what_the_gateway_takes(
    database: Database, now: datetime
) -> None:
    class Three(Paid):
        phones_per_call = 3

    with database.begin() as session:
        people = [meet(session, each, now) for each in (WANJIKU, OTIENO, KAMAU, ACHIENG)]
        for person in people:
            promise(session, person, now, "bulletin", kind=OutboundKind.BULLETIN)
        promise(session, people[0], now, "bulletin", kind=OutboundKind.BULLETIN, key="again")
        promise(session, people[1], now, "other words", kind=OutboundKind.BULLETIN)
    calls = []
    for _ in range(4):
        with database.begin() as session:
            claimed = claim(session, {"paid": Three()}, default_gateway="paid", worker="w", now=now)
            if claimed is not None:
                calls.append({(each.msisdn, each.text) for each in claimed.messages})
    assert calls == [
        {(WANJIKU, "bulletin"), (OTIENO, "bulletin"), (KAMAU, "bulletin")},
        {(ACHIENG, "bulletin"), (WANJIKU, "bulletin")},
        {(OTIENO, "other words")},
    ]


def test_nobody_gets_one_call_twice(database: Database, now: datetime) -> None:
    """Answers name numbers: two messages to one number in one call could not be told apart."""
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        for key in ("a", "b"):
            promise(session, wanjiku, now, "same words", key=key)
        claimed = claim(session, {"sim": Simulator()}, default_gateway="sim", worker="w", now=now)
        assert claimed is not None
        assert len(claimed.messages) == 1


def test_a_message_of_a_gateway_that_is_gone_takes_the_default(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        promise(session, wanjiku, now, gateway="gone", sender="21512", link_id="link")
        claimed = claim_paid(session, now)
        assert claimed is not None
        assert claimed.gateway == "paid"
        assert (claimed.messages[0].sender, claimed.messages[0].link_id) == (None, None)


def test_two_workers_never_take_the_same_message(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        for number in range(40):
            promise(session, wanjiku, now, f"text {number}")
    ready, taken = Barrier(4, timeout=20), []

    def work(name: str) -> None:
        ready.wait()
        while True:
            with database.begin() as session:
                claimed = claim(session, PAID, default_gateway="paid", worker=name, now=now)
            if claimed is None:
                return
            taken.extend(message.outbound_id for message in claimed.messages)

    workers = [Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == 40
    assert len(set(taken)) == 40


def test_a_locked_message_does_not_hold_up_the_others(database: Database, now: datetime) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("writers on SQLite come one by one")
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        promise(session, wanjiku, now, "first")
        promise(session, wanjiku, now, "second")
    with database.begin() as one, database.begin() as other:
        claims = [claim_paid(one, now), claim_paid(other, now)]
        texts = [each.messages[0].text for each in claims if each is not None]
    assert texts == ["first", "second"]


# Results


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


def test_the_rest_of_a_closed_gateways_queue_is_spared(database: Database, now: datetime) -> None:
    until = now + timedelta(minutes=5)
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        mine = promise(session, wanjiku, now, "mine", gateway="paid")
        later = promise(session, wanjiku, now, "later", gateway="paid", due_at=until + MINUTE)
        nobodys = promise(session, wanjiku, now, "nobody's")
        other = promise(session, wanjiku, now, "other", gateway="other")
    with database.begin() as session:
        postpone(session, "paid", is_default=True, until=until)
    with database.read() as session:
        due = [
            session.get_one(OutboundMessage, each.id).due_at
            for each in (mine, later, nobodys, other)
        ]
    assert due == [until, until + MINUTE, until, now]


# Workers that died


@pytest.mark.parametrize(
    ("is_safe", "state"), [(False, OutboundState.UNKNOWN), (True, OutboundState.QUEUED)]
)
def test_a_worker_was_killed_while_it_sent(
    database: Database, now: datetime, claimed_id: int, is_safe: bool, state: OutboundState
) -> None:
    class Gateway(Paid):
        repeats_are_safe = is_safe

    gateways = {"paid": Gateway()}
    with database.begin() as session:
        assert release_dead_claims(session, gateways, now + CLAIM_LASTS - MINUTE) == 0
        assert release_dead_claims(session, gateways, now + CLAIM_LASTS) == 1
        assert release_dead_claims(session, gateways, now + CLAIM_LASTS) == 0
    assert state_of(database, claimed_id) is state


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
