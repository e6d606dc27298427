"""Stories of what is put right behind dead workers, early reports and failed handling."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db.session import Database
from messaging.delivery_reports import record_delivery_notice
from messaging.kinds import OutboundKind, OutboundState
from messaging.message import DeliveryNotice, SendOutcome, SendResult
from messaging.models import DeliveryReport, OutboundMessage, Subscriber
from messaging.results import record_result
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from scheduler.upkeep import match_reports, retry_texts, settle_unknown, take_back_claims
from tests.cast import WANJIKU
from tests.messaging.stories import PAID, Paid, claim_paid, meet, promise

LATER = timedelta(minutes=5)


def test_a_dead_workers_texts_are_taken_back_where_a_repeat_does_no_harm(
    database: Database, now: datetime
) -> None:
    class Safe(Paid):
        repeats_are_safe = True

    gateways = {"paid": Safe()}
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now)
        assert claim_paid(session, now, worker="dead")
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


def test_unknown_texts_are_sent_once_more_where_the_operator_said_so(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        for number in range(7):
            text = promise(session, meet(session, WANJIKU, now), now, f"text {number}")
            text.state, text.claimed_at = OutboundState.UNKNOWN, now
    later, never = now + timedelta(hours=1), SendingRules(Routes("paid"))
    assert settle_unknown(database, never, later) == 0
    rules = SendingRules(Routes("paid"), resends=frozenset({OutboundKind.REPLY}))
    with capture_logs() as logs:
        assert settle_unknown(database, rules, later) == 7
        assert settle_unknown(database, rules, later) == 0
    assert [(entry["event"], entry["texts"]) for entry in logs] == [("texts_sent_once_more", 7)]


def test_more_reports_than_are_taken_at_once_are_all_matched(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messaging.delivery_reports.REPORTS_AT_A_TIME", 2)
    for number in range(7):
        with database.begin() as session:
            wanjiku = meet(session, WANJIKU, now)
            notice = DeliveryNotice(
                "paid", f"m-{number}", "Sent", OutboundState.SENT, msisdn=WANJIKU
            )
            record_delivery_notice(session, notice, now)
            text = promise(session, wanjiku, now, f"text {number}", gateway="paid")
            text.gateway_message_id = f"m-{number}"
    assert match_reports(database, now) == 7
