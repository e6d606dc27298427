from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from twilio.request_validator import RequestValidator

import app.intake
from db.session import Database
from handlers import sms_taking
from messaging.claims import claim
from messaging.kinds import Lane, OutboundKind, OutboundState
from messaging.message import SendOutcome, SendResult
from messaging.models import (
    ConsentEvent,
    DeliveryReport,
    HeldQuestion,
    InboundMessage,
    OutboundMessage,
    Subscriber,
    UssdSession,
)
from messaging.phrases import languages, say
from messaging.results import record_result
from messaging.routes import Routes
from messaging.segments import measure
from messaging.sending_rules import SendingRules
from messaging.subscribers import find_subscriber
from tests.app.gateway_forms import AT, TEXTS, TWILIO
from tests.app.gateways import (
    PUBLIC,
    SECRET,
    TOKEN,
    Gateways,
    rows_in_every_table,
    serving,
    settings_with_gateways,
)
from tests.cast import OTIENO, WANJIKU
from tests.messaging.stories import Paid, meet, promise

HOP = {
    "sessionId": "ATUid_5d3b",
    "phoneNumber": WANJIKU,
    "networkCode": "63902",
    "serviceCode": "*384*123#",
    "text": "",
}


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    with serving(settings_with_gateways(database_url)) as opened:
        yield opened


@pytest.fixture
def gateways(client: FlaskClient) -> Gateways:
    return Gateways(client)


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# Texts


@pytest.mark.parametrize("hook", ["africastalking", "twilio"])
def test_a_text_is_kept_as_it_came(gateways: Gateways, database: Database, hook: str) -> None:
    for posted in TEXTS[hook]:
        assert gateways.text(hook, posted.form).status_code == 200, posted.label
        assert _kept_like(database, posted.row), posted.label
        with database.begin() as session:
            session.execute(delete(OutboundMessage))
            session.execute(delete(HeldQuestion))
            session.execute(delete(InboundMessage))


def _kept_like(database: Database, row: dict[str, Any] | None) -> bool:
    """Tell whether one text was kept with these values and acted upon, or none was."""
    with database.read() as session:
        stored = session.scalars(select(InboundMessage)).all()
        if row is None:
            return not stored
        (text,) = stored
        values = {name: getattr(text, name) for name in row}
        return values == row and text.handled_at is not None and text.error is None


@pytest.mark.parametrize(("gateway", "form"), [("africastalking", AT), ("twilio", TWILIO)])
def test_the_same_id_five_times_is_one_text_and_one_reply(
    gateways: Gateways, database: Database, gateway: str, form: dict[str, str]
) -> None:
    for _ in range(5):
        assert gateways.text(gateway, form).status_code == 200
    assert count(database, InboundMessage) == 1
    assert count(database, OutboundMessage) == 1


def test_no_number_stands_outside_the_subscriber_table(
    gateways: Gateways, database: Database
) -> None:
    gateways.text("africastalking", AT)
    gateways.text("twilio", TWILIO)
    with database.read() as session:
        kept = [str(payload) for payload in session.scalars(select(InboundMessage.payload))]
    assert len(kept) == 2
    assert not any("711000001" in payload for payload in kept)


def test_the_reply_leaves_through_the_outbox_and_not_in_the_answer(
    gateways: Gateways, database: Database
) -> None:
    response = gateways.text("twilio", TWILIO)
    assert response.mimetype == "text/xml"
    assert response.text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    with database.read() as session:
        (reply,) = session.scalars(select(OutboundMessage))
        assert (reply.gateway, reply.kind) == ("twilio", OutboundKind.REPLY)


def test_a_premium_text_is_answered_on_its_link(gateways: Gateways, database: Database) -> None:
    gateways.text("africastalking", AT)
    with database.read() as session:
        (reply,) = session.scalars(select(OutboundMessage))
        assert (reply.sender, reply.link_id) == ("21512", "03090445075804249226")


def test_a_label_gets_no_reply(gateways: Gateways, database: Database) -> None:
    gateways.text("africastalking", {**AT, "from": "MTN"})
    assert count(database, OutboundMessage) == 0
    assert count(database, Subscriber) == 0


@pytest.mark.parametrize("word", ["STOP", "stop ", "UNSUBSCRIBE", "Cancel", "QUIT"])
def test_a_stop_at_twilio_is_recorded_and_not_answered(
    gateways: Gateways, database: Database, word: str
) -> None:
    assert gateways.text("twilio", {**TWILIO, "Body": word}).status_code == 200
    assert count(database, OutboundMessage) == 0
    with database.read() as session:
        wanjiku = find_subscriber(session, WANJIKU)
        assert wanjiku is not None
        assert wanjiku.opted_out_at is not None
        (event,) = session.scalars(select(ConsentEvent))
        assert event.opted_in is False


def test_twilio_may_call_by_get(gateways: Gateways, database: Database) -> None:
    assert gateways.twilio_by_get("sms", {**TWILIO, "Body": "bei ya mahindi?"}).status_code == 200
    with database.read() as session:
        assert session.scalars(select(InboundMessage.text)).all() == ["bei ya mahindi?"]


# Strangers


def test_a_wrong_secret_is_not_found_and_leaves_no_row(
    client: FlaskClient, database: Database
) -> None:
    before = rows_in_every_table(database)
    secrets = ["wrong", SECRET[:-1], SECRET + "x", quote("é/x", safe=""), "%00"]
    for hook, secret in product(["sms", "delivery", "opt-out", "ussd"], secrets):
        response = client.post(f"/webhooks/africastalking/{secret}/{hook}", data={**AT, **HOP})
        assert response.status_code == 404, (hook, secret)
    assert rows_in_every_table(database) == before


def test_a_wrong_signature_is_refused_and_leaves_no_row(
    client: FlaskClient, database: Database
) -> None:
    before = rows_in_every_table(database)
    signatures = [None, "", "wrong", "é", "RSOYDt4T1cUTdK1PDd93/VVr8B8="]
    for hook, signature in product(["sms", "status"], signatures):
        headers = {} if signature is None else {"X-Twilio-Signature": signature}
        response = client.post(f"/webhooks/twilio/{hook}", data=TWILIO, headers=headers)
        assert response.status_code == 403, (hook, signature)
    assert rows_in_every_table(database) == before


def test_a_signature_holds_for_its_own_form_and_address_only(client: FlaskClient) -> None:
    address = f"{PUBLIC}/webhooks/twilio/sms?lang=sw&x=a%20b"
    signature = RequestValidator(TOKEN).compute_signature(address, TWILIO)
    headers = {"X-Twilio-Signature": signature}
    path = address.removeprefix(PUBLIC)
    assert client.post(path, data=TWILIO, headers=headers).status_code == 200
    assert client.post(path + "&y=1", data=TWILIO, headers=headers).status_code == 403
    changed = {**TWILIO, "Body": "report milk nakuru 1"}
    assert client.post(path, data=changed, headers=headers).status_code == 403


def test_a_stranger_never_reaches_the_database(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reach(*_: object, **__: object) -> None:
        raise AssertionError("the database was touched")

    for way in ("begin", "read", "look"):
        monkeypatch.setattr(Database, way, reach)
    assert client.post("/webhooks/africastalking/wrong/sms", data=AT).status_code == 404
    assert client.post("/webhooks/twilio/sms", data=TWILIO).status_code == 403


def test_without_a_gateway_its_webhooks_are_not_there(database_url: str) -> None:
    settings = settings_with_gateways(database_url).model_copy(
        update={"twilio_auth_token": None, "at_webhook_secret": None}
    )
    with serving(settings) as client:
        assert client.post("/webhooks/twilio/sms", data=TWILIO).status_code == 404
        assert client.post("/webhooks/africastalking//sms", data=AT).status_code == 404
        assert client.post(f"/webhooks/africastalking/{SECRET}/sms", data=AT).status_code == 404


def test_a_huge_form_is_refused(gateways: Gateways, database: Database) -> None:
    assert gateways.text("africastalking", {**AT, "text": "a" * 100_000}).status_code == 413
    assert count(database, InboundMessage) == 0


# When we fail


def fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError("handlers are only human")


@pytest.mark.parametrize(("gateway", "form"), [("africastalking", AT), ("twilio", TWILIO)])
def test_a_text_we_cannot_handle_is_kept_for_later(
    gateways: Gateways,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    gateway: str,
    form: dict[str, str],
) -> None:
    with monkeypatch.context() as today:
        today.setattr(sms_taking, "handle_sms", fail)
        assert gateways.text(gateway, form).status_code == 200
    with database.read() as session:
        (kept,) = session.scalars(select(InboundMessage))
        assert (kept.text, kept.handled_at) == ("BEI mahindi", None)
        assert kept.error == "ZeroDivisionError: handlers are only human"
    assert count(database, OutboundMessage) == 0


def test_what_a_failed_handler_did_is_undone(
    gateways: Gateways, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sms_taking.handle_sms

    def handle_and_fail(*args: object, **named: object) -> None:
        real(*args, **named)  # type: ignore[arg-type]
        fail()

    monkeypatch.setattr(sms_taking, "handle_sms", handle_and_fail)
    assert gateways.text("africastalking", AT).status_code == 200
    assert count(database, OutboundMessage) == 0
    assert count(database, InboundMessage) == 1


# USSD


def test_a_caller_sees_the_menu(gateways: Gateways) -> None:
    response = gateways.africastalking("ussd", HOP)
    assert response.status_code == 200
    assert response.mimetype == "text/plain"
    assert response.text.startswith("CON ")


def test_a_hop_that_fails_ends_in_a_kind_sentence(
    gateways: Gateways, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.intake, "handle_ussd", fail)
    response = gateways.africastalking("ussd", HOP)
    assert response.status_code == 200
    assert response.mimetype == "text/plain"
    sorry = "Sorry, something went wrong. Please dial again."
    assert response.text.startswith(f"END {sorry}")
    assert all(say(language, sorry) in response.text for language in languages())
    assert measure(response.text).segments == 1
    assert count(database, UssdSession) == 0


@pytest.mark.parametrize("missing", ["sessionId", "phoneNumber"])
def test_a_hop_without_its_fields_ends_in_a_kind_sentence(gateways: Gateways, missing: str) -> None:
    response = gateways.africastalking("ussd", {**HOP, missing: ""})
    assert response.status_code == 200
    assert response.text.startswith("END ")


def test_whatever_is_keyed_in_the_caller_gets_a_screen(gateways: Gateways) -> None:
    for text in ["\0", "*", "1**2", "1*" * 500, "é🐄", "98", "00"]:
        call = {**HOP, "sessionId": f"ATUid_{text}"}
        gateways.africastalking("ussd", call)
        response = gateways.africastalking("ussd", {**call, "text": text})
        assert response.status_code == 200
        assert response.text[:4] in {"CON ", "END "}, text


# Delivery reports


def sent(database: Database, gateway: str, gateway_id: str = "id-1") -> int:
    """A reply to Wanjiku that the gateway took under this id."""
    now = datetime.now(UTC)
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now, gateway_id, gateway=gateway)
    with database.begin() as session:
        rules = SendingRules(Routes(gateway))
        claimed = claim(session, {gateway: Paid()}, rules, lane=Lane.URGENT, worker="w", now=now)
        assert claimed is not None
        outbound_id = claimed.messages[0].outbound_id
        record_result(session, SendResult(outbound_id, SendOutcome.ACCEPTED, gateway_id), now)
    return outbound_id


def report(gateways: Gateways, gateway: str, status: str, **more: str) -> int:
    if gateway == "twilio":
        form = {"MessageSid": "id-1", "MessageStatus": status, "To": WANJIKU, **more}
        return gateways.twilio("status", form).status_code
    form = {"id": "id-1", "status": status, "phoneNumber": WANJIKU, **more}
    return gateways.africastalking("delivery", form).status_code


def state_of(database: Database, outbound_id: int) -> OutboundState:
    with database.read() as session:
        return session.get_one(OutboundMessage, outbound_id).state


SENT, DELIVERED, FAILED = OutboundState.SENT, OutboundState.DELIVERED, OutboundState.FAILED


REPORTS = {
    "africastalking": [
        (["Sent"], SENT),
        (["Submitted"], SENT),
        (["Buffered"], SENT),
        (["Success"], DELIVERED),
        (["Rejected"], FAILED),
        (["Failed"], FAILED),
        (["AbsentSubscriber"], FAILED),
        (["Expired"], FAILED),
        (["NeverHeardOf"], SENT),
        (["Success", "Buffered", "Failed"], DELIVERED),
    ],
    "twilio": [
        (["accepted"], SENT),
        (["sent"], SENT),
        (["delivered"], DELIVERED),
        (["read"], DELIVERED),
        (["undelivered"], FAILED),
        (["failed"], FAILED),
        (["canceled"], FAILED),
        (["partially_delivered"], SENT),
        (["never_heard_of"], SENT),
        (["delivered", "sent", "undelivered"], DELIVERED),
    ],
}


@pytest.mark.parametrize("gateway", REPORTS)
def test_a_report_moves_its_message_forward(
    gateways: Gateways, database: Database, gateway: str
) -> None:
    name = "MessageSid" if gateway == "twilio" else "id"
    for statuses, state in REPORTS[gateway]:
        gateway_id = "-".join(statuses)
        outbound_id = sent(database, gateway, gateway_id)
        for status in statuses:
            assert report(gateways, gateway, status, **{name: gateway_id}) == 200
        assert state_of(database, outbound_id) is state, statuses
    with database.read() as session:
        kept = session.scalars(select(DeliveryReport).order_by(DeliveryReport.id)).all()
        told = [status for statuses, _ in REPORTS[gateway] for status in statuses]
        assert [each.status for each in kept] == told
        assert not any("711000001" in str(each.payload) for each in kept)


@pytest.mark.parametrize(
    ("gateway", "status", "reason"),
    [
        ("africastalking", "Failed", {"failureReason": "UserInBlackList"}),
        ("twilio", "undelivered", {"ErrorCode": "21610"}),
    ],
)
def test_a_report_tells_that_somebody_left(
    gateways: Gateways, database: Database, gateway: str, status: str, reason: dict[str, str]
) -> None:
    sent(database, gateway)
    for _ in range(2):
        assert report(gateways, gateway, status, **reason) == 200
    with database.read() as session:
        wanjiku = find_subscriber(session, WANJIKU)
        assert wanjiku is not None
        assert wanjiku.opted_out_at is not None
    assert count(database, ConsentEvent) == 1


@pytest.mark.parametrize("gateway", ["africastalking", "twilio"])
def test_a_report_on_anothers_message_touches_nothing(
    gateways: Gateways, database: Database, gateway: str
) -> None:
    outbound_id = sent(database, gateway)
    somebody_else = {"To" if gateway == "twilio" else "phoneNumber": OTIENO}
    status = "failed" if gateway == "twilio" else "Failed"
    assert report(gateways, gateway, status, **somebody_else) == 200
    assert state_of(database, outbound_id) is SENT


@pytest.mark.parametrize("missing", ["id", "status", "phoneNumber"])
def test_a_report_without_its_fields_is_answered_and_ignored(
    gateways: Gateways, database: Database, missing: str
) -> None:
    form = {"id": "id-1", "status": "Success", "phoneNumber": WANJIKU, missing: ""}
    assert gateways.africastalking("delivery", form).status_code == 200
    assert count(database, DeliveryReport) == 0


# Opting out at the network


def test_a_farmer_leaves_through_her_networks_menu(gateways: Gateways, database: Database) -> None:
    form = {"senderId": "BEI", "phoneNumber": WANJIKU}
    for _ in range(2):
        assert gateways.africastalking("opt-out", form).status_code == 200
    with database.read() as session:
        wanjiku = find_subscriber(session, WANJIKU)
        assert wanjiku is not None
        assert wanjiku.opted_out_at is not None
    assert count(database, ConsentEvent) == 1
    assert gateways.africastalking("opt-out", {"senderId": "BEI"}).status_code == 200
