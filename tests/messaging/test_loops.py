"""Two machines that answer each other are stopped; a person who asks often is not."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from structlog.testing import capture_logs

from db.session import Database
from messaging.kinds import OutboundState
from messaging.models import OutboundMessage
from messaging.outbox import EQUAL_TEXTS, EQUAL_WITHIN, Loop, loops
from tests.cast import OTIENO, WANJIKU
from tests.messaging.stories import meet, promise
from tests.plans import plans_of

QUEUED, STOPPED = OutboundState.QUEUED, OutboundState.STOPPED
SECOND = timedelta(seconds=1)


def say(  # a promise in a transaction of its own
    database: Database, at: datetime, key: object, text: str = "Same", msisdn: str = WANJIKU
) -> OutboundState:
    with database.begin() as session:
        return promise(session, meet(session, msisdn, at), at, text, key=f"reply:{key}").state


def test_the_21st_equal_text_in_five_minutes_is_stopped(database: Database, now: datetime) -> None:
    states = [say(database, now + at * SECOND, at) for at in range(EQUAL_TEXTS + 1)]
    assert states == [QUEUED] * 20 + [STOPPED]
    with database.read() as session:
        stopped = session.scalars(
            select(OutboundMessage).where(OutboundMessage.state == STOPPED)
        ).one()
        assert stopped.final_at == now + 20 * SECOND
        assert stopped.detail == "20 equal texts before it in 5 minutes"


def test_it_stays_stopped_while_the_other_machine_goes_on(
    database: Database, now: datetime
) -> None:
    step = timedelta(seconds=10)
    with capture_logs() as logs:
        states = [say(database, now + at * step, at) for at in range(100)]
    assert states == [QUEUED] * 20 + [STOPPED] * 80
    assert [entry["event"] for entry in logs] == ["text_loop_stopped"], "told once"
    assert logs[0]["recipient"] == "+254711***001"
    with database.read() as session:
        assert loops(session, now - timedelta(days=7)) == [Loop(WANJIKU, 80)]
        assert loops(session, now + timedelta(days=7)) == []


def test_after_some_quiet_they_are_answered_again(database: Database, now: datetime) -> None:
    for at in range(30):
        say(database, now, at)
    assert say(database, now + EQUAL_WITHIN, "next") is QUEUED


def test_other_words_and_other_people_are_not_stopped(database: Database, now: datetime) -> None:
    for at in range(30):
        assert say(database, now, f"words {at}", f"MILK KES {at}") is QUEUED
        say(database, now, f"same {at}")
    assert say(database, now, "other", msisdn=OTIENO) is QUEUED


def test_slower_than_that_is_no_loop(database: Database, now: datetime) -> None:
    step = EQUAL_WITHIN / EQUAL_TEXTS
    assert {say(database, now + at * step, at) for at in range(60)} == {QUEUED}


def test_the_same_promise_again_is_no_second_text(database: Database, now: datetime) -> None:
    assert {say(database, now, "same key") for _ in range(30)} == {QUEUED}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(OutboundMessage)) == 1


def test_what_was_stopped_is_found_without_a_look_at_what_was_sent(
    database: Database, now: datetime
) -> None:
    for at in range(EQUAL_TEXTS + 1):
        say(database, now, at)
    plans = plans_of(database, lambda session: loops(session, now - timedelta(days=7)))
    assert "ix_outbound_message_stopped" in plans
    assert "ix_outbound_message_thread" not in plans


def test_who_was_stopped_most_comes_first(database: Database, now: datetime) -> None:
    for at in range(EQUAL_TEXTS + 2):
        say(database, now, f"otieno {at}", msisdn=OTIENO)
    for at in range(EQUAL_TEXTS + 3):
        say(database, now, at)
    with database.read() as session:
        assert loops(session, now - SECOND) == [Loop(WANJIKU, 3), Loop(OTIENO, 2)]
