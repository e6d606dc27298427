"""What came and went, and what waits."""

from datetime import datetime, timedelta

import pytest

from db.session import Database
from messaging import traffic as module
from messaging.airtime_reads import grants_of
from messaging.kinds import OutboundKind, OutboundState
from messaging.masking import masked_numbers
from messaging.models import InboundMessage, OutboundMessage, Subscriber, UssdSession
from messaging.outbox import enqueue
from messaging.traffic import Backlog, backlog, traffic
from tests.cast import OTIENO
from tests.prices.stories import reporter


def receive(person: int, at: datetime, number: int, handled_at: datetime | None) -> InboundMessage:
    return InboundMessage(
        gateway="simulator", gateway_message_id=str(number), subscriber_id=person,
        recipient="40100", text="bei", received_at=at, payload={}, handled_at=handled_at,
    )  # fmt: skip


def fill(database: Database, now: datetime) -> None:
    """Yesterday one of each, today three texts in, two out, one call."""
    yesterday = now - timedelta(days=1)
    with database.begin() as session:
        id_ = reporter(session, OTIENO, "KE", now)
        person = session.get_one(Subscriber, id_)
        for number, at in enumerate((yesterday, now, now, now)):
            session.add(receive(id_, at, number, at))
        for number, (at, kind) in enumerate(
            (
                (yesterday, OutboundKind.BULLETIN),
                (now, OutboundKind.REPLY),
                (now, OutboundKind.NUDGE),
            )
        ):
            enqueue(
                session, recipient=person, text=f"{number}", language="en", kind=kind,
                dedupe_key=f"{number}", now=at,
            )  # fmt: skip
        for number, at in enumerate((yesterday, now)):
            session.add(
                UssdSession(
                    gateway="simulator", gateway_session_id=str(number), subscriber_id=id_,
                    service_code="*384#", transcript="", state={}, answer="", started_at=at,
                    updated_at=at,
                )
            )  # fmt: skip
        session.flush()
        session.query(OutboundMessage).filter_by(dedupe_key="1").update({"state": "delivered"})


def test_a_day_is_counted_from_its_first_moment(database: Database, now: datetime) -> None:
    fill(database, now)
    with database.read() as session:
        found = traffic(session, now)
        assert (found.texts_in, found.calls, found.sent) == (3, 1, 1)
        assert found.texts_out == {OutboundState.DELIVERED: 1, OutboundState.QUEUED: 1}
        assert traffic(session, now + timedelta(hours=1)).texts_in == 0


def test_a_busy_day_is_counted_no_farther(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_COUNTED", 2)
    fill(database, now)
    with database.read() as session:
        assert traffic(session, now).texts_in == 2


def test_what_waits_is_told_by_its_oldest(database: Database, now: datetime) -> None:
    with database.read() as session:
        assert backlog(session, now) == Backlog(None, None)
    fill(database, now)
    with database.begin() as session:
        session.add(receive(reporter(session, OTIENO, "KE", now), now, 9, None))
    with database.read() as session:
        assert backlog(session, now) == Backlog(now - timedelta(days=1), now)
        early = now - timedelta(days=2)
        assert backlog(session, early).due_since is None


def test_people_are_named_by_masked_numbers(database: Database, now: datetime) -> None:
    with database.begin() as session:
        id_ = reporter(session, OTIENO, "KE", now)
        assert masked_numbers(session, [id_, 999]) == {id_: "+254722***002"}
        assert masked_numbers(session, []) == {}
        assert grants_of(session, id_, 5) == []
