"""Stories of what is put right behind dead workers, early reports and failed handling."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db.session import Database
from messaging.claims import claim
from messaging.delivery_reports import record_delivery_notice
from messaging.gateways.simulator import Simulator
from messaging.kinds import OutboundState
from messaging.message import DeliveryNotice, SendOutcome, SendResult
from messaging.models import DeliveryReport, OutboundMessage, Subscriber
from messaging.results import record_result
from scheduler.upkeep import match_reports, retry_texts, take_back_claims
from tests.cast import WANJIKU
from tests.messaging.stories import PAID, claim_paid, meet, promise

LATER = timedelta(minutes=5)


def test_a_dead_workers_texts_are_taken_back_where_a_repeat_does_no_harm(
    database: Database, now: datetime
) -> None:
    gateways = {"simulator": Simulator()}
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now)
        assert claim(session, gateways, default_gateway="simulator", worker="dead", now=now)
    assert take_back_claims(database, gateways, now + timedelta(seconds=30)) == 0
    with capture_logs() as logs:
        assert take_back_claims(database, gateways, now + LATER) == 1
    assert [entry["event"] for entry in logs] == ["claims_taken_back"]
    assert state_of_the_text(database) is OutboundState.QUEUED


def test_a_paid_text_that_may_have_gone_is_never_sent_again(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now)
        assert claim_paid(session, now)
    take_back_claims(database, PAID, now + LATER)
    assert state_of_the_text(database) is OutboundState.UNKNOWN


def test_a_delivery_report_that_came_too_early_finds_its_text(
    database: Database, now: datetime
) -> None:
    notice = DeliveryNotice(
        gateway="paid",
        gateway_message_id="m-1",
        status="Success",
        state=OutboundState.DELIVERED,
        msisdn=WANJIKU,
    )
    with database.begin() as session:
        text = promise(session, meet(session, WANJIKU, now), now)
        claim_paid(session, now)
        record_delivery_notice(session, notice, now)
        text_id = text.id
    assert match_reports(database, now) == 0
    with database.begin() as session:
        sent = SendResult(text_id, SendOutcome.UNKNOWN)
        record_result(session, sent, now)
    assert match_reports(database, now + LATER) == 1
    assert state_of_the_text(database) is OutboundState.DELIVERED
    with database.read() as session:
        assert session.scalar(select(DeliveryReport.outbound_message_id)) == text_id


def test_texts_whose_handling_failed_are_tried_again(database: Database, now: datetime) -> None:
    def meet_wanjiku(session: Session, at: datetime) -> int:
        meet(session, WANJIKU, at)
        return 1

    with capture_logs() as logs:
        assert retry_texts(database, meet_wanjiku, now) == 1
    assert [entry["event"] for entry in logs] == ["texts_handled_late"]
    with database.read() as session:
        assert session.scalar(select(Subscriber.created_at)) == now


def test_a_retry_that_fails_leaves_nothing_behind(database: Database, now: datetime) -> None:
    def fail(session: Session, at: datetime) -> int:
        meet(session, WANJIKU, at)
        raise RuntimeError("still broken")

    with pytest.raises(RuntimeError, match="still broken"):
        retry_texts(database, fail, now)
    with database.read() as session:
        assert session.scalars(select(Subscriber)).all() == []


def state_of_the_text(database: Database) -> OutboundState:
    with database.read() as session:
        return session.scalars(select(OutboundMessage.state)).one()
