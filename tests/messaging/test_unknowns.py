"""Texts of which nobody knows whether they went: once more where the operator says so."""

from datetime import datetime, timedelta

import pytest

from db.session import Database
from messaging.delivery_reports import record_delivery_notice, rematch_reports
from messaging.kinds import OutboundKind, OutboundState
from messaging.message import DeliveryNotice
from messaging.models import OutboundMessage
from messaging.outbox import WORTH_SENDING_FOR
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from messaging.unknowns import REPORTS_TAKE, count_unknown, resend_unknown
from tests.cast import OTIENO, WANJIKU
from tests.messaging.stories import meet, promise

BULLETIN, REPLY = OutboundKind.BULLETIN, OutboundKind.REPLY
UNKNOWN, QUEUED = OutboundState.UNKNOWN, OutboundState.QUEUED
BULLETINS = SendingRules(Routes("paid"), resends=frozenset({BULLETIN}))
MINUTE = timedelta(minutes=1)
HALF_AN_HOUR = timedelta(minutes=30)


def lose(
    database: Database,
    now: datetime,
    text: str = "MILK",
    *,
    kind: OutboundKind = BULLETIN,
    msisdn: str = WANJIKU,
) -> int:
    """A text whose sending broke off before the gateway answered."""
    with database.begin() as session:
        message = promise(session, meet(session, msisdn, now), now, text, kind=kind, gateway="paid")
        break_off(message, now)
        session.flush()
        return message.id


def break_off(message: OutboundMessage, now: datetime) -> None:
    message.state, message.attempts = UNKNOWN, message.attempts + 1
    message.claimed_at, message.claimed_by = now, "w"


def resend(database: Database, now: datetime, rules: SendingRules = BULLETINS) -> int:
    with database.begin() as session:
        return resend_unknown(session, rules, now)


def hear(
    database: Database, now: datetime, state: OutboundState | None, gateway_id: str = "G-1"
) -> bool:
    notice = DeliveryNotice(
        gateway="paid", gateway_message_id=gateway_id, status="x", state=state, msisdn=WANJIKU
    )
    with database.begin() as session:
        return record_delivery_notice(session, notice, now)


def message(database: Database, outbound_id: int) -> OutboundMessage:
    with database.read() as session:
        return session.get_one(OutboundMessage, outbound_id)


def test_what_no_report_told_of_is_sent_once_more(database: Database, now: datetime) -> None:
    outbound_id = lose(database, now)
    assert resend(database, now + HALF_AN_HOUR - MINUTE) == 0, "a report may come"
    later = now + HALF_AN_HOUR
    assert resend(database, later) == 1
    found = message(database, outbound_id)
    assert (found.state, found.due_at, found.resent_at) == (QUEUED, later, later)
    assert (found.claimed_at, found.claimed_by) == (None, None)


def test_never_a_second_time(database: Database, now: datetime) -> None:
    outbound_id = lose(database, now)
    assert resend(database, now + HALF_AN_HOUR) == 1
    with database.begin() as session:
        break_off(session.get_one(OutboundMessage, outbound_id), now + HALF_AN_HOUR)
    assert resend(database, now + 3 * HALF_AN_HOUR) == 0
    assert message(database, outbound_id).state is UNKNOWN


def test_by_default_nothing_is(database: Database, now: datetime) -> None:
    lose(database, now)
    assert resend(database, now + HALF_AN_HOUR, SendingRules(Routes("paid"))) == 0


def test_only_the_kinds_that_were_named(database: Database, now: datetime) -> None:
    reply = lose(database, now, kind=REPLY)
    bulletin = lose(database, now, kind=BULLETIN)
    assert resend(database, now + HALF_AN_HOUR) == 1
    assert message(database, reply).state is UNKNOWN
    assert message(database, bulletin).state is QUEUED


def test_what_is_worth_nothing_any_more_stays(database: Database, now: datetime) -> None:
    outbound_id = lose(database, now)
    assert resend(database, now + WORTH_SENDING_FOR[BULLETIN]) == 0
    assert message(database, outbound_id).state is UNKNOWN


def test_reports_have_their_time_while_a_text_is_worth_something() -> None:
    assert min(WORTH_SENDING_FOR.values()) > REPORTS_TAKE


@pytest.mark.parametrize("state", [OutboundState.DELIVERED, OutboundState.SENT, None])
def test_not_where_a_report_has_told_of_it(
    database: Database, now: datetime, state: OutboundState | None
) -> None:
    lose(database, now)
    hear(database, now + MINUTE, state)
    assert resend(database, now + HALF_AN_HOUR) == 0, "it waits to be matched, which is later"
    with database.begin() as session:
        assert rematch_reports(session, now + HALF_AN_HOUR) == 1
    assert resend(database, now + 2 * HALF_AN_HOUR) == 0


def test_not_where_a_report_is_of_one_of_two(database: Database, now: datetime) -> None:
    lose(database, now, "one")
    lose(database, now, "two")
    elsewhere = lose(database, now, msisdn=OTIENO)
    hear(database, now + MINUTE, OutboundState.DELIVERED)
    with database.begin() as session:
        assert rematch_reports(session, now + HALF_AN_HOUR) == 0
    assert resend(database, now + HALF_AN_HOUR) == 1
    assert message(database, elsewhere).state is QUEUED


def test_a_report_from_before_it_was_sent_is_not_its_own(database: Database, now: datetime) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, now)
    hear(database, now - MINUTE, OutboundState.DELIVERED)
    lose(database, now)
    assert resend(database, now + HALF_AN_HOUR) == 1


def test_a_report_after_it_was_sent_once_more_finds_it(database: Database, now: datetime) -> None:
    outbound_id = lose(database, now)
    resend(database, now + HALF_AN_HOUR)
    with database.begin() as session:
        again = session.get_one(OutboundMessage, outbound_id)
        again.state, again.gateway_message_id = OutboundState.SENT, "G-2"
    assert hear(database, now + HALF_AN_HOUR, OutboundState.DELIVERED, "G-2")
    assert message(database, outbound_id).state is OutboundState.DELIVERED
    assert not hear(database, now + HALF_AN_HOUR, OutboundState.FAILED, "G-1"), "kept, no more"
    assert message(database, outbound_id).state is OutboundState.DELIVERED


def test_they_are_counted_by_kind(database: Database, now: datetime) -> None:
    for text in ("one", "two"):
        lose(database, now, text)
    lose(database, now, kind=REPLY)
    with database.read() as session:
        assert list(count_unknown(session).items()) == [(REPLY, 1), (BULLETIN, 2)]
