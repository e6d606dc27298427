import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event, Thread
from urllib.parse import parse_qs

import pytest
import requests
import responses
from requests import PreparedRequest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db.session import Database
from messaging.gateways.africastalking import AfricasTalking
from messaging.gateways.gateway import SmsGateway
from messaging.gateways.network import REST_SECONDS, turned_away
from messaging.gateways.simulator import Simulator
from messaging.gateways.twilio import Twilio
from messaging.kinds import Lane, OutboundKind, OutboundState
from messaging.message import SendResult, SmsToSend
from messaging.models import OutboundMessage
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from scheduler.delivery import FAILED_IN_A_ROW, SENDERS, recover_shares, send_due
from tests.cast import KAMAU, NJERI, OTIENO, WANJIKU
from tests.messaging.stories import BY_PAID, Paid, meet, promise
from tests.scheduler.sending import send_all

AT_URL = "https://api.africastalking.com/version1/messaging"
TWILIO_URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"

GATEWAYS: dict[str, SmsGateway] = {
    "africastalking": AfricasTalking("bei", "key"),
    "twilio": Twilio("AC1", "token", "+15005550006", "https://bei.example.org"),
}


def deliver(
    database: Database,
    now: datetime,
    gateways: dict[str, SmsGateway] | None = None,
    rules: SendingRules | None = None,
) -> int:
    gateways = gateways or GATEWAYS
    rules = rules or SendingRules(Routes(next(iter(gateways))))
    return send_all(database, gateways, rules, lambda: now)


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
    """What went wrong in one of its senders must not stay untold for hours."""
    minutes = count()
    with database.begin() as session:
        for number in range(12):
            promise(session, meet(session, WANJIKU, now), now, f"text {number}")
    gateways: dict[str, SmsGateway] = {"paid": Paid()}
    sent = send_due(
        database,
        gateways,
        BY_PAID,
        lane=Lane.URGENT,
        worker="w",
        now=lambda: now + timedelta(minutes=next(minutes)),
    )
    assert 0 < sent < 12
    assert deliver(database, now + timedelta(hours=1), gateways) == 12 - sent


def test_told_to_stop_it_finishes_what_is_under_way(database: Database, now: datetime) -> None:
    stopping, speaking = Event(), []

    class Slow(Paid):
        def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
            speaking.extend(messages)
            stopping.set()  # somebody sends SIGTERM just now
            return super().send_sms(messages)

    def round_() -> int:
        return send_due(
            database,
            {"paid": Slow()},
            BY_PAID,
            lane=Lane.URGENT,
            worker="w",
            now=lambda: now,
            stopping=stopping,
        )

    with database.begin() as session:
        for number in range(30):
            promise(session, meet(session, WANJIKU, now), now, f"text {number}")
    assert round_() == len(speaking) <= SENDERS
    assert Counter(states(database).values()) == {
        OutboundState.SENT: len(speaking),
        OutboundState.QUEUED: 30 - len(speaking),
    }
    assert round_() == 0


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


# Two lanes


def test_a_gateway_that_hangs_on_a_bulletin_holds_up_no_reply(
    database: Database, now: datetime
) -> None:
    answers, hangs = Event(), Event()

    class Hanging(Paid):
        def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
            if messages[0].text.startswith("KIRIMA"):
                hangs.set()
                assert answers.wait(20)
            return super().send_sms(messages)

    gateways: dict[str, SmsGateway] = {"paid": Hanging()}
    with database.begin() as session:
        for number in range(2 * SENDERS):
            person = meet(session, f"+25471100{number:04d}", now)
            promise(session, person, now, f"KIRIMA {number}", kind=OutboundKind.BULLETIN)

    def lane(lane: Lane) -> int:
        return send_due(database, gateways, BY_PAID, lane=lane, worker="w", now=lambda: now)

    bulletin = Thread(target=lane, args=[Lane.BULK])
    bulletin.start()
    assert hangs.wait(20)
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now, "reply")
    assert lane(Lane.URGENT) == 1
    assert states(database)["reply"] is OutboundState.SENT
    answers.set()
    bulletin.join()
    assert set(states(database).values()) == {OutboundState.SENT}


# Trouble


class _Failing(Paid):
    """Answers 500 to everything, until it is well again."""

    is_well = False

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        self.calls += 1
        if self.is_well:
            return super().send_sms(messages)
        return [turned_away(message, 500, "out of order") for message in messages]


class _Second(Paid):
    name = "second"


TWO_WAYS = SendingRules(Routes("paid", {"+254": ("paid", "second")}))


def test_a_gateway_that_fails_again_and_again_rests(database: Database, now: datetime) -> None:
    """Each call that fails may leave a hundred messages behind that nobody knows the end of."""
    gateway = _Failing()
    with database.begin() as session:
        for number in range(40):
            promise(session, meet(session, WANJIKU, now), now, f"text {number}")
    with capture_logs() as logs:
        deliver(database, now, {"paid": gateway})
    assert gateway.calls < FAILED_IN_A_ROW + SENDERS
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == [
        "gateway_rests"
    ]
    assert deliver(database, now + timedelta(seconds=29), {"paid": gateway}) == 0
    gateway.is_well = True
    later = now + timedelta(minutes=2)
    assert deliver(database, later, {"paid": gateway}) == 40


def test_replies_go_on_where_bulletins_fail(database: Database, now: datetime) -> None:
    class Overburdened(Paid):
        def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
            if messages[0].text.startswith("KIRIMA"):
                return [turned_away(message, 500, "out of order") for message in messages]
            return super().send_sms(messages)

    gateways: dict[str, SmsGateway] = {"paid": Overburdened()}
    with database.begin() as session:
        for number in range(40):
            person = meet(session, f"+25471100{number:04d}", now)
            promise(session, person, now, f"KIRIMA {number}", kind=OutboundKind.BULLETIN)
    deliver(database, now, gateways)
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now, "MILK Nakuru 47")
    assert deliver(database, now + timedelta(seconds=5), gateways) == 1
    assert states(database)["MILK Nakuru 47"] is OutboundState.SENT


def test_an_outage_moves_bulletins_to_the_second_way_and_back(
    database: Database, now: datetime
) -> None:
    first, second = _Failing(), _Second()
    gateways: dict[str, SmsGateway] = {"paid": first, "second": second}
    with capture_logs() as logs:
        for step in range(60):
            # It rests for half a minute after each three calls that fail, and is tried again.
            moment = now + step * timedelta(seconds=REST_SECONDS + 1)
            with database.begin() as session:
                for number in range(8):
                    person = meet(session, f"+25471100{number:04d}", now)
                    text = f"bulletin {step} {number}"
                    promise(session, person, moment, text, kind=OutboundKind.BULLETIN)
            deliver(database, moment, gateways, TWO_WAYS)
            recover_shares(database, moment)
            first.is_well = step >= 24
    moves = [entry["after"] for entry in logs if entry["event"] == "gateway_share_moved"]
    assert min(moves) < 50
    assert moves == sorted(moves[: moves.index(min(moves)) + 1], reverse=True) + sorted(
        moves[moves.index(min(moves)) + 1 :]
    )
    deliver(database, now + timedelta(hours=3), gateways, TWO_WAYS)
    assert set(states(database).values()) == {OutboundState.SENT}
    with database.read() as session:
        rows = session.execute(select(OutboundMessage.gateway, func.count()).group_by("gateway"))
        by_gateway = dict(rows.all())
    assert by_gateway["second"] > 20
    assert by_gateway["paid"] > 20


def test_the_senders_wait_for_a_gateways_pace(database: Database) -> None:
    """A hundred a second: the rest goes in the same round, as soon as those are through."""

    class Many(Paid):
        phones_per_call = 100

    rules = SendingRules(Routes("paid"), rates={"paid": 100})
    begun = datetime.now(UTC)
    with database.begin() as session:
        for number in range(130):
            person = meet(session, f"+25471100{number:04d}", begun)
            promise(session, person, begun, "KIRIMA", kind=OutboundKind.BULLETIN)
    sent = send_due(
        database,
        {"paid": Many()},
        rules,
        lane=Lane.BULK,
        worker="w",
        now=lambda: datetime.now(UTC),
    )
    assert sent == 130
    assert datetime.now(UTC) - begun >= timedelta(seconds=1)


class _Restarting(Database):
    """A database that is gone for a moment, just when the gateway has answered."""

    def __init__(self, database: Database, spoken: Event) -> None:
        super().__init__(database.engine, turn=database.turn)
        object.__setattr__(self, "spoken", spoken)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        if self.spoken.is_set():  # type: ignore[attr-defined]
            self.spoken.clear()  # type: ignore[attr-defined]
            raise OperationalError("COMMIT", None, Exception("the server closes"))
        with super().begin() as session:
            yield session


def test_an_answer_outlives_a_restart_of_the_database(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.delivery.WRITTEN_AGAIN_AFTER", (0, 0))
    spoken = Event()

    class Speaking(Paid):
        def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
            spoken.set()
            return super().send_sms(messages)

    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now, "text")
    sent = send_due(
        _Restarting(database, spoken),
        {"paid": Speaking()},
        BY_PAID,
        lane=Lane.URGENT,
        worker="w",
        now=lambda: now,
    )
    assert sent == 1
    assert states(database) == {"text": OutboundState.SENT}
