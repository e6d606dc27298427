"""Who sends more than any hand: what is counted, where, and that no farmer's text is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from limits.storage import MemoryStorage
from sqlalchemy import func, select

from app.config import Settings
from app.limits import REDIS_REST, Here, Limits, Rule, Together, limits_by
from app.service import Service, open_service
from db.session import Database
from handlers.floods import answer_calmly, keep_sms
from messaging.consent import opt_out
from messaging.gateways import africastalking
from messaging.inbox import KEPT_FOR_LATER
from messaging.kinds import Channel
from messaging.message import InboundSms
from messaging.models import (
    HeldQuestion,
    InboundMessage,
    OutboundMessage,
    Subscriber,
    UssdSession,
)
from messaging.phrases import languages, say
from messaging.segments import measure
from messaging.subscribers import find_subscriber
from prices.catalogue import Catalogue
from prices.models import PriceObservation
from tests.app.gateway_forms import AT, TWILIO
from tests.app.gateways import (
    SECRET,
    Gateways,
    rows_in_every_table,
    serving,
    settings_with_gateways,
)
from tests.cast import OTIENO, WANJIKU
from tests.conftest import NOON

FEW = Rule("texts", 3, 60)
HOP = {"sessionId": "ATUid_1", "phoneNumber": WANJIKU, "serviceCode": "*384*123#", "text": ""}
AWAY = {"REMOTE_ADDR": "203.0.113.7"}


def limits_of(counts: Any) -> Limits:
    return Limits(counts, texts=FEW, hops=Rule("hops", 3, 60))


# Counting


def test_so_many_are_taken_in_a_window_and_then_none_until_the_next() -> None:
    limits = limits_of(Here())
    assert [limits.takes_text(WANJIKU, NOON) for _ in range(5)] == [True] * 3 + [False] * 2
    assert limits.takes_text(OTIENO, NOON)
    assert limits.takes_hop(WANJIKU, NOON)  # each kind has a count of its own, and each number
    assert limits.takes_text(WANJIKU, NOON + timedelta(minutes=1))


def test_a_limit_of_none_takes_all_and_counts_nothing() -> None:
    settings = Settings(_env_file=None, texts_per_minute=0)
    limits = limits_by(settings)
    assert all(limits.takes_text(WANJIKU, NOON) for _ in range(1000))
    assert limits.counts.seen(limits.texts, WANJIKU, NOON) == 0


def test_two_processes_count_together_in_redis() -> None:
    storage = MemoryStorage()
    one, other = (limits_of(Together(storage, "k")) for _ in range(2))
    taken = [limits.takes_text(WANJIKU, NOON) for limits in (one, other, one, other)]
    assert taken == [True, True, True, False]
    assert other.counts.seen(FEW, "x", NOON) == 0


def test_no_number_stands_in_redis() -> None:
    storage = MemoryStorage()
    limits_of(Together(storage, "k")).takes_text(WANJIKU, NOON)
    (name,) = storage.storage
    assert "711000001" not in name
    again = MemoryStorage()
    limits_of(Together(again, "another key")).takes_text(WANJIKU, NOON)
    assert name not in again.storage


class Away(MemoryStorage):
    """Redis that is out of reach."""

    asked = 0

    def incr(self, *_: object, **__: object) -> int:
        self.asked += 1
        raise ConnectionError("redis is away")


def test_with_redis_away_each_process_counts_by_itself_and_seldom_asks() -> None:
    storage = Away()
    limits = limits_of(Together(storage, "k"))
    assert [limits.takes_text(WANJIKU, NOON) for _ in range(4)] == [True] * 3 + [False]
    assert storage.asked == 1
    limits.takes_text(WANJIKU, NOON + REDIS_REST)
    assert storage.asked == 2


def test_a_redis_that_is_not_there_stops_nobody() -> None:
    limits = limits_by(Settings(_env_file=None, redis_url="redis://127.0.0.1:1"))
    assert limits.takes_text(WANJIKU, NOON)
    assert limits.bears_login("203.0.113.7", NOON)


# At the door


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    settings = settings_with_gateways(database_url)
    few = settings.model_copy(update={"texts_per_minute": 3, "hops_per_minute": 3})
    with serving(few) as opened:
        stop_the_clock(opened)
        yield opened


def stop_the_clock(client: FlaskClient) -> None:
    """No window ends in the midst of a story: one of them lasts for centuries."""
    service: Service = client.application.extensions["bei"]
    limits = service.limits
    rules = {name: getattr(limits, name) for name in ("texts", "hops", "strangers", "logins")}
    service.__dict__["limits"] = replace(
        limits, **{name: replace(rule, seconds=10**10) for name, rule in rules.items()}
    )


@pytest.fixture
def gateways(client: FlaskClient) -> Gateways:
    return Gateways(client)


def texts(database: Database) -> list[InboundMessage]:
    with database.read() as session:
        return list(session.scalars(select(InboundMessage).order_by(InboundMessage.id)))


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(("gateway", "form"), [("africastalking", AT), ("twilio", TWILIO)])
def test_a_flood_is_kept_and_said_so_once(
    gateways: Gateways, database: Database, gateway: str, form: dict[str, str]
) -> None:
    for number in range(8):
        of_its_own = {"id": f"id-{number}", "MessageSid": f"SM{number}", "SmsSid": f"SM{number}"}
        own = {name: of_its_own.get(name, value) for name, value in form.items()}
        assert gateways.text(gateway, own).status_code == 200
    kept = texts(database)
    assert len(kept) == 8
    assert [text.handled_at is not None for text in kept] == [True] * 3 + [False] * 5
    assert {text.error for text in kept[3:]} == {KEPT_FOR_LATER}
    with database.read() as session:
        replies = session.scalars(select(OutboundMessage).order_by(OutboundMessage.id)).all()
    assert len(replies) == 4
    assert replies[3].in_reply_to_id == kept[3].id
    # Somebody else is answered as ever.
    gateways.text(gateway, {**own, "from": OTIENO, "From": OTIENO, "id": "o", "MessageSid": "o"})
    assert texts(database)[-1].handled_at is not None


def test_who_keys_faster_than_a_hand_waits_a_minute(gateways: Gateways, database: Database) -> None:
    assert all(gateways.africastalking("ussd", HOP).text.startswith("CON ") for _ in range(3))
    ways = ({}, {"content_type": "multipart/form-data"})  # the short way, and Flask's
    before = rows_in_every_table(database)
    for way in ways:
        path = f"/webhooks/africastalking/{SECRET}/ussd"
        answer = gateways.client.post(path, data=HOP, **way)  # type: ignore[arg-type]
        assert answer.status_code == 200
        assert answer.text.startswith("END Too fast. Please wait a minute.")
        assert measure(answer.text).segments == 1
        assert all(
            say(one, "Too fast. Please wait a minute.") in answer.text for one in languages()
        )
    assert rows_in_every_table(database) == before
    other = {**HOP, "sessionId": "ATUid_2", "phoneNumber": OTIENO}
    assert gateways.africastalking("ussd", other).text.startswith("CON ")
    assert count(database, UssdSession) == 2


def test_strangers_are_told_to_wait_and_a_gateway_from_there_is_not(
    client: FlaskClient, database: Database
) -> None:
    most = client.application.extensions["bei"].limits.strangers.most
    before = rows_in_every_table(database)

    def knock(**environ: str) -> int:
        path = "/webhooks/africastalking/wrong/sms"
        return client.post(path, data=AT, environ_overrides=environ).status_code

    assert {knock(**AWAY) for _ in range(most)} == {404}
    refused = client.post("/webhooks/twilio/sms", data=TWILIO, environ_overrides=AWAY)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "default-src 'self'" in refused.headers["Content-Security-Policy"]
    assert knock() == 404  # from elsewhere
    assert rows_in_every_table(database) == before
    # Behind a proxy that nobody named, a farmer's text comes from where the stranger is.
    path = f"/webhooks/africastalking/{SECRET}/sms"
    assert client.post(path, data=AT, environ_overrides=AWAY).status_code == 200
    assert count(database, InboundMessage) == 1


@pytest.mark.parametrize("content_type", [None, "multipart/form-data"])
def test_where_gateways_have_addresses_the_secret_alone_opens_nothing(
    database_url: str, database: Database, content_type: str | None
) -> None:
    named = "africastalking=192.0.2.0/24; twilio=198.51.100.0/24"
    settings = settings_with_gateways(database_url).model_copy(
        update={"gateway_addresses": named, "proxies": 1}
    )
    path = f"/webhooks/africastalking/{SECRET}/ussd"
    with serving(settings) as client:

        def hop(address: str) -> tuple[int, str]:
            headers = {"X-Forwarded-For": address}
            answer = client.post(path, data=HOP, headers=headers, content_type=content_type)
            return answer.status_code, answer.text[:4]

        before = rows_in_every_table(database)
        assert hop("198.51.100.7")[0] == 404
        assert hop("192.0.2.7, 203.0.113.1")[0] == 404  # what a stranger says of themselves
        signed = Gateways(client).twilio("sms", TWILIO)  # from this machine, and rightly signed
        assert signed.status_code == 403
        assert rows_in_every_table(database) == before
        assert hop("192.0.2.7") == (200, "CON ")


# Later


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    opened = open_service(Settings(_env_file=None, DATABASE_URL=database_url, secret_key="k"))
    yield opened
    opened.database.engine.dispose()


def flood(database: Database, *words: str, sender: str = WANJIKU) -> None:
    """Texts that are kept for later."""
    for text in words:
        _keep(database, text, sender)


def _keep(database: Database, text: str, sender: str = WANJIKU) -> OutboundMessage | None:
    sms = InboundSms(
        gateway=africastalking.NAME,
        gateway_message_id=f"{sender}-{len(texts(database))}",
        sender=sender,
        recipient="21512",
        text=text,
        gateway_sent_at=None,
        link_id=None,
        network_code=None,
        payload={},
    )
    with database.begin() as session:
        return keep_sms(session, sms, catalogue=Catalogue("KE"), default_country="KE", now=NOON)


def a_round(database: Database, minutes: int = 1) -> int:
    """What the worker does every minute."""
    with database.begin() as session:
        now = NOON + timedelta(minutes=minutes)
        return answer_calmly(session, catalogue=Catalogue("KE"), now=now)


def test_the_worker_acts_on_them_in_their_order_and_replies_to_none(database: Database) -> None:
    flood(database, "report milk nakuru 50", "report milk nakuru 51", "bei maziwa nakuru")
    assert count(database, OutboundMessage) == 1
    assert a_round(database) == 3
    assert all(text.handled_at is not None and text.error is None for text in texts(database))
    assert [text.intent for text in texts(database)] == ["price_report"] * 2 + ["price_query"]
    with database.read() as session:
        told = session.scalars(select(PriceObservation.price).order_by(PriceObservation.id)).all()
    assert [int(price) for price in told] == [50, 51]
    assert count(database, OutboundMessage) == 1
    assert a_round(database) == 0


def test_what_is_unclear_is_asked_back_all_the_same(database: Database) -> None:
    flood(database, "report milk nakuru 50", "report milk nakuru 5000")
    a_round(database)
    with database.read() as session:
        (held,) = session.scalars(select(HeldQuestion))
        replies = session.scalars(select(OutboundMessage).order_by(OutboundMessage.id)).all()
    assert len(replies) == 2
    assert replies[1].in_reply_to_id == held.inbound_message_id == texts(database)[1].id


def test_one_number_holds_up_no_other(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.floods.MOST_OF_ONE", 3)
    flood(database, *["bei maziwa nakuru"] * 7)
    flood(database, "bei maziwa nakuru", sender=OTIENO)
    assert a_round(database) == 4  # three of hers, and his
    assert texts(database)[-1].handled_at is not None
    assert [a_round(database, minutes) for minutes in (2, 3, 4)] == [3, 1, 0]


def test_stop_is_heard_at_once(database: Database) -> None:
    flood(database, "bei maziwa nakuru", "STOP", "bei maziwa nakuru")
    with database.read() as session:
        wanjiku = find_subscriber(session, WANJIKU)
    assert wanjiku is not None
    assert wanjiku.opted_out_at == NOON
    assert [text.handled_at is not None for text in texts(database)] == [False, True, False]


def test_who_said_stop_hears_nothing_of_a_flood(database: Database) -> None:
    _keep(database, "bei maziwa nakuru")
    with database.begin() as session:
        person = session.scalars(select(Subscriber)).one()
        opt_out(session, person, channel=Channel.SMS, wording="STOP", now=NOON)
        session.execute(OutboundMessage.__table__.delete())
    assert _keep(database, "bei mahindi") is None
    assert count(database, OutboundMessage) == 0


def test_a_repeat_and_a_label_are_kept_as_ever(database: Database) -> None:
    flood(database, "sale now on", sender="MTN")
    (label,) = texts(database)
    assert label.handled_at == NOON
    assert count(database, OutboundMessage) == 0


def test_what_fails_later_is_tried_again_and_holds_up_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    flood(database, "bei maziwa nakuru")
    flood(database, "bei mahindi nakuru", sender=OTIENO)

    def stumble(session: Any, inbound: InboundMessage, **_: object) -> None:
        if inbound.text == "bei maziwa nakuru":
            raise ZeroDivisionError("handlers are only human")
        inbound.handled_at = NOON

    monkeypatch.setattr("handlers.sms.answer", stumble)
    assert a_round(database) == 1
    first, second = texts(database)
    assert (first.attempts, first.handled_at) == (1, None)
    assert first.error == "ZeroDivisionError: handlers are only human"
    assert second.handled_at == NOON
    assert a_round(database, 2) == 0  # it is among those that failed now
