from datetime import datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from db.session import Database
from messaging.kinds import OutboundState
from messaging.models import OutboundMessage, Subscriber
from tests.cast import WANJIKU
from tests.messaging.stories import meet, promise


def test_a_promise_is_measured_and_written_for_the_air(database: Database, now: datetime) -> None:
    with database.begin() as session:
        message = promise(session, meet(session, WANJIKU, now), now, "Maziwa – KES 47 “leo”")
        assert message.text == 'Maziwa - KES 47 "leo"'
        assert (message.encoding, message.segments) == ("GSM-7", 1)
        assert message.state is OutboundState.QUEUED
        assert message.due_at == now


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
