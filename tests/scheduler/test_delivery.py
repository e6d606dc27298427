import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import parse_qs

import pytest
import requests
import responses
from requests import PreparedRequest
from sqlalchemy import select

from db.session import Database
from messaging.gateways.africastalking import AfricasTalking
from messaging.gateways.gateway import SmsGateway
from messaging.gateways.simulator import Simulator
from messaging.gateways.twilio import Twilio
from messaging.kinds import OutboundKind, OutboundState
from messaging.message import SendResult, SmsToSend
from messaging.models import OutboundMessage
from scheduler.delivery import send_due
from tests.cast import KAMAU, NJERI, OTIENO, WANJIKU
from tests.messaging.stories import Paid, meet, promise

AT_URL = "https://api.africastalking.com/version1/messaging"
TWILIO_URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"

GATEWAYS: dict[str, SmsGateway] = {
    "africastalking": AfricasTalking("bei", "key"),
    "twilio": Twilio("AC1", "token", "+15005550006", "https://bei.example.org"),
}


def deliver(
    database: Database, now: datetime, gateways: dict[str, SmsGateway] | None = None
) -> int:
    gateways = gateways or GATEWAYS
    return send_due(
        database, gateways, default_gateway=next(iter(gateways)), worker="w", now=lambda: now
    )


def states(database: Database) -> dict[str, OutboundState]:
    with database.read() as session:
        rows = session.execute(select(OutboundMessage.text, OutboundMessage.state))
        return dict(rows.all())


def at_takes_all(status: str = "Success", code: int = 101) -> None:
    def take(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        numbers = parse_qs(str(request.body))["to"][0].split(",")
        told = [
            {"statusCode": code, "number": each, "status": status, "messageId": f"ATXid_{each}"}
            for each in numbers
        ]
        body = json.dumps({"SMSMessageData": {"Message": "", "Recipients": told}})
        return 201, {"Content-Type": "application/json"}, body

    responses.add_callback(responses.POST, AT_URL, callback=take)


@responses.activate
def test_a_reply_leaves_by_the_way_the_question_came(database: Database, now: datetime) -> None:
    at_takes_all()
    responses.post(TWILIO_URL, body='{"sid": "SM1", "status": "queued"}', status=201)
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now, "to Wanjiku", gateway="africastalking")
        promise(session, meet(session, OTIENO, now), now, "to Otieno", gateway="twilio")
        promise(session, meet(session, KAMAU, now), now, "to Kamau", gateway="gone")
        promise(session, meet(session, NJERI, now), now, "to Njeri")
    assert deliver(database, now) == 4
    assert deliver(database, now) == 0
    assert set(states(database).values()) == {OutboundState.SENT}
    with database.read() as session:
        rows = session.execute(select(OutboundMessage.text, OutboundMessage.gateway))
        assert dict(rows.all()) == {
            "to Wanjiku": "africastalking",
            "to Otieno": "twilio",
            "to Kamau": "africastalking",
            "to Njeri": "africastalking",
        }


@responses.activate
def test_a_bulletin_of_one_text_is_one_call(database: Database, now: datetime) -> None:
    at_takes_all()
    with database.begin() as session:
        for msisdn in (WANJIKU, OTIENO, KAMAU, NJERI):
            person = meet(session, msisdn, now)
            promise(session, person, now, "KIRIMA 23 Nov.", kind=OutboundKind.BULLETIN)
    assert deliver(database, now) == 4
    assert len(responses.calls) == 1


@responses.activate
def test_without_balance_one_call_tells_and_the_queue_rests(
    database: Database, now: datetime
) -> None:
    at_takes_all("InsufficientBalance", 405)
    with database.begin() as session:
        for number in range(30):
            promise(session, meet(session, WANJIKU, now), now, f"text {number}")
    deliver(database, now)
    # Each of the senders may have had one in its hand.
    assert len(responses.calls) <= 4
    assert set(states(database).values()) == {OutboundState.QUEUED}
    assert deliver(database, now + timedelta(minutes=4)) == 0
    responses.reset()
    at_takes_all()
    assert deliver(database, now + timedelta(minutes=5)) == 30
    assert set(states(database).values()) == {OutboundState.SENT}


@responses.activate
def test_a_read_time_out_is_never_sent_again(database: Database, now: datetime) -> None:
    responses.post(AT_URL, body=requests.ReadTimeout("too slow"))
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now)
    assert deliver(database, now) == 1
    assert deliver(database, now + timedelta(hours=6)) == 0
    assert set(states(database).values()) == {OutboundState.UNKNOWN}


@responses.activate
def test_after_an_outage_everything_goes(database: Database, now: datetime) -> None:
    responses.post(AT_URL, body=requests.ConnectionError("refused"))
    with database.begin() as session:
        for number in range(5):
            promise(session, meet(session, WANJIKU, now), now, f"text {number}")
    deliver(database, now)
    responses.reset()
    at_takes_all()
    assert deliver(database, now + timedelta(seconds=29)) == 0
    assert deliver(database, now + timedelta(minutes=1)) == 5
    assert set(states(database).values()) == {OutboundState.SENT}


class _Broken(Paid):
    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        raise ZeroDivisionError


class _Silent(Paid):
    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        return []


@pytest.mark.parametrize("gateway", [_Broken(), _Silent()])
def test_a_gateway_with_a_fault_leaves_it_open(
    database: Database, now: datetime, gateway: SmsGateway
) -> None:
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now)
    assert deliver(database, now, {"paid": gateway}) == 1
    assert set(states(database).values()) == {OutboundState.UNKNOWN}


def test_no_transaction_is_open_while_a_gateway_is_spoken_to(
    database: Database, now: datetime
) -> None:
    class Curious(Simulator):
        def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
            with database.begin() as session:  # would wait for ever if one were
                meet(session, OTIENO, now)
            return super().send_sms(messages)

    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now)
    assert deliver(database, now, {"simulator": Curious()}) == 1


def test_a_round_ends_though_the_queue_does_not(database: Database, now: datetime) -> None:
    """A worker that is told to stop must not send for hours before it does."""
    minutes = count()
    with database.begin() as session:
        for number in range(12):
            promise(session, meet(session, WANJIKU, now), now, f"text {number}")
    gateways: dict[str, SmsGateway] = {"paid": Paid()}
    sent = send_due(
        database,
        gateways,
        default_gateway="paid",
        worker="w",
        now=lambda: now + timedelta(minutes=next(minutes)),
    )
    assert 0 < sent < 12
    assert deliver(database, now + timedelta(hours=1), gateways) == 12 - sent


def test_a_long_queue_goes_out_once_each(database: Database, now: datetime) -> None:
    seen: list[int] = []

    class Counting(Paid):
        def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
            seen.extend(message.outbound_id for message in messages)
            return super().send_sms(messages)

    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        for number in range(60):
            promise(session, wanjiku, now, f"text {number}")
    assert deliver(database, now, {"paid": Counting()}) == 60
    assert len(seen) == len(set(seen)) == 60
