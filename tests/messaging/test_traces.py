"""The way of a message is found by any of its names, and told with nobody's number."""

from datetime import datetime, timedelta

import pytest

from db.session import Database
from handlers.sms import handle_sms
from messaging.claims import claim
from messaging.delivery_reports import record_delivery_notice
from messaging.gateways.gateway import SmsGateway
from messaging.inbox import store_inbound
from messaging.kinds import Channel, Lane, OutboundKind, OutboundState
from messaging.message import DeliveryNotice, InboundSms, SendOutcome, SendResult
from messaging.models import OutboundMessage, SessionEndReport, UssdSession
from messaging.results import record_results
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from messaging.traces import trace_in, trace_of_report, ways
from prices.catalogue import Catalogue
from tests.app.commandline import bei
from tests.cast import KAMAU, WANJIKU
from tests.messaging.stories import PAID, meet, promise

SECOND = timedelta(seconds=1)
GATEWAYS = ["africastalking", "paid"]


def text(words: str, id_: str = "ATXid_in") -> InboundSms:
    return InboundSms(
        gateway="paid",
        gateway_message_id=id_,
        sender=WANJIKU,
        recipient="21512",
        text=words,
        payload={},
    )


def report(id_: str, msisdn: str = WANJIKU) -> DeliveryNotice:
    return DeliveryNotice(
        gateway="paid",
        gateway_message_id=id_,
        msisdn=msisdn,
        status="Success",
        state=OutboundState.DELIVERED,
        reason=None,
        payload={},
    )


@pytest.fixture
def answered(database: Database, now: datetime) -> OutboundMessage:
    """Wanjiku asked, and has the answer on her phone."""
    gateways: dict[str, SmsGateway] = {**PAID}
    with database.begin() as session:
        reply = handle_sms(
            session,
            text(f"bei maziwa nakuru {KAMAU}"),
            catalogue=Catalogue(),
            default_country="KE",
            now=now,
        )
    assert reply is not None
    with database.begin() as session:
        claimed = claim(
            session,
            gateways,
            SendingRules(Routes("paid")),
            lane=Lane.URGENT,
            worker="host:1",
            now=now + SECOND,
        )
        assert claimed is not None
    with database.begin() as session:
        result = SendResult(
            reply.id, SendOutcome.ACCEPTED, status="Success", gateway_message_id="ATXid_out"
        )
        record_results(session, [result], now + 2 * SECOND)
    with database.begin() as session:
        assert record_delivery_notice(session, report("ATXid_out"), now + 3 * SECOND)
    return reply


@pytest.mark.parametrize("name", ["ATXid_in", "ATXid_out", "reply", "text"])
def test_any_of_its_names_leads_to_the_whole_way(
    database: Database, answered: OutboundMessage, now: datetime, name: str
) -> None:
    mine, its = f"m{answered.id}", trace_in(answered.in_reply_to_id)
    with database.read() as session:
        (way,) = ways(session, {"reply": mine, "text": str(its)}.get(name, name), GATEWAYS)
    assert way.trace == its
    told = [(step.at - now, step.what) for step in way.steps]
    assert [at // SECOND for at, _ in told] == [0, 0, 0, 1, 2, 3, 3]
    words = [what for _, what in told]
    assert words[0].startswith(f"{its} came through paid as ATXid_in from +254711***001: ")
    assert words[1].startswith(f"{its} was acted upon: ")
    assert words[2].startswith(f"{mine} was promised to +254711***001: reply, 1 segment")
    assert words[3] == f"{mine} was claimed by host:1 for paid, try 1"
    assert words[4].startswith(f"{mine} was taken as ATXid_out")
    assert words[5] == f"{mine} has a report of paid: Success"
    assert words[6] == f"{mine} is delivered: Success"


def test_no_number_is_told(database: Database, answered: OutboundMessage) -> None:
    with database.read() as session:
        (way,) = ways(session, "ATXid_in", GATEWAYS)
    told = " ".join(step.what for step in way.steps)
    assert "711000001" not in told
    assert "711000004" not in told  # somebody else's, in what she wrote
    assert "bei maziwa nakuru" in told


def test_a_text_that_failed_says_why(database: Database, now: datetime) -> None:
    with database.begin() as session:
        store_inbound(
            session, text("bei"), default_country="KE", now=now, error=f"KeyError: {WANJIKU}"
        )
        (way,) = ways(session, "ATXid_in", GATEWAYS)
    assert [step.what for step in way.steps][1:] == [
        "t1 failed at the first try: KeyError: +254711***001"
    ]


def test_a_bulletin_has_no_question_before_it(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kamau = meet(session, KAMAU, now)
        sent = promise(session, kamau, now, kind=OutboundKind.BULLETIN)
        sent.state, sent.detail = OutboundState.SUPPRESSED, "opted out"
        sent.final_at = now + SECOND
        session.flush()
        (way,) = ways(session, f"m{sent.id}", GATEWAYS)
        assert way.trace == f"m{sent.id}"
    assert [step.what.partition(": ")[0] for step in way.steps] == [
        f"m{sent.id} was promised to +254711***004",
        f"m{sent.id} is suppressed",
    ]


def test_a_report_that_came_alone_is_told_too(database: Database, now: datetime) -> None:
    with database.begin() as session:
        assert not record_delivery_notice(session, report("ATXid_x"), now)
        (way,) = ways(session, "ATXid_x", GATEWAYS)
        assert trace_of_report(session, "paid", "ATXid_x") is None
    assert [step.what for step in way.steps] == [
        "paid reports Success of a text that we know nothing of"
    ]


def test_a_call_tells_nothing_that_was_typed(database: Database, now: datetime) -> None:
    with database.begin() as session:
        call = UssdSession(
            gateway="africastalking", gateway_session_id="ATUid_1",
            subscriber_id=meet(session, WANJIKU, now).id, service_code="*384#",
            transcript="7*1234", state={}, answer="CON", hops=2, started_at=now,
            updated_at=now + SECOND, ended=True, screen="price",
        )  # fmt: skip
        session.add(call)
        session.flush()
        session.add(
            SessionEndReport(
                dedupe_key="1", gateway="africastalking", gateway_session_id="ATUid_1",
                channel=Channel.USSD, status="Success", payload={}, received_at=now + 2 * SECOND,
                ussd_session_id=call.id,
            )
        )  # fmt: skip
        session.flush()
        for name in ("ATUid_1", f"c{call.id}"):
            (way,) = ways(session, name, GATEWAYS)
            told = [step.what for step in way.steps]
            assert told == [
                f"c{call.id} began through africastalking as ATUid_1: ussd, by +254711***001",
                f"c{call.id} has 2 hops, ended at price",
                f"c{call.id} has a word of africastalking on its end: Success",
            ]


@pytest.mark.parametrize(
    "name", ["t999", "m999", "c999", "ATXid_none", "", "t", "t-1", "t" + "9" * 40]
)
def test_what_nobody_knows_has_no_way(database: Database, name: str) -> None:
    with database.read() as session:
        assert ways(session, name, GATEWAYS) == []


def test_the_operator_asks_by_a_gateways_id(
    database_url: str, database: Database, answered: OutboundMessage
) -> None:
    ran = bei("trace", f"m{answered.id}", database_url=database_url)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "t1"
    assert lines[1].startswith("  2026-11-24 09:00:00.000  t1 came through paid as ATXid_in")
    assert len(lines) == 8
    nothing = bei("trace", "ATXid_none", database_url=database_url)
    assert nothing.code == 1
    assert nothing.err.startswith("bei: nothing is known of ATXid_none")
