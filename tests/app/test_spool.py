"""What comes while the database is away is on disk before its sender hears 200, and then in order.

The real outages are in tests/chaos/test_faults_*.py; here the database only looks away.
"""

import errno
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DataError

import app.intake
import app.receiving
from app import create_app
from app.health.kept import kept_in_words
from app.logs import configure_logs
from app.outage import LOOK_AGAIN_SECONDS, AwayError, Outage
from app.receiving import MOST_TRIES, Came, receive, take_in, take_in_kept
from app.replaying import Replaying
from app.service import Service, open_service
from app.spool import Apart, Spool
from db.sealed import seal_with
from db.session import Database
from messaging.consent import opt_in
from messaging.delivery_reports import record_delivery_notice
from messaging.gateways import africastalking
from messaging.kinds import AirtimeState, Channel, OutboundState, SessionOutcome
from messaging.message import AirtimeNotice, DeliveryNotice, InboundSms, OptOut, SessionEnd
from messaging.models import (
    ConsentEvent,
    DeliveryReport,
    HeldQuestion,
    InboundMessage,
    OutboundMessage,
    SessionEndReport,
)
from messaging.subscribers import find_subscriber, get_or_create_subscriber
from tests.app.commandline import bei, logs_as_they_were, sealed_as_before
from tests.app.gateway_forms import AT, TWILIO
from tests.app.gateways import Gateways, settings_with_gateways
from tests.app.outages import away, outage
from tests.app.test_session_end_webhooks import END, HOP
from tests.cast import NUMBER_KEY, OTIENO, WANJIKU

OTHER_KEY = "another key, of thirty-two letters and more"
DELIVERY = {"id": "ATXid_1", "status": "Success", "phoneNumber": WANJIKU}


@pytest.fixture(autouse=True)
def logs_in_one_line() -> Iterator[None]:
    """A traceback for a screen takes a second to draw, and outages have many."""
    with logs_as_they_were(), sealed_as_before():
        configure_logs()
        yield


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[Service]:
    settings = settings_with_gateways(database_url, spool_dir=str(tmp_path / "spool"))
    opened = open_service(settings)
    yield opened
    opened.database.engine.dispose()


@pytest.fixture
def gateways(service: Service) -> Gateways:
    return Gateways(client_of(service))


def client_of(service: Service) -> FlaskClient:
    return create_app(service=service).test_client()


def sms(number: int, words: str = "BEI mahindi", sender: str = WANJIKU) -> InboundSms:
    return InboundSms(africastalking.NAME, f"id-{number}", sender, "21512", words)


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def texts(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(InboundMessage.text).order_by(InboundMessage.id)))


def replies(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(OutboundMessage.text).order_by(OutboundMessage.id)))


def moment() -> datetime:
    return datetime.now(UTC)


# Kept, and taken in


@pytest.mark.parametrize(("gateway", "form"), [("africastalking", AT), ("twilio", TWILIO)])
def test_a_text_waits_on_disk_and_is_answered_when_the_database_is_back(
    gateways: Gateways, service: Service, gateway: str, form: dict[str, str]
) -> None:
    before = moment()
    with outage():
        assert gateways.text(gateway, form).status_code == 200
    after = moment()
    assert len(service.spool.names()) == 1
    assert texts(service.database) == []
    assert take_in_kept(service, moment()) == 1
    with service.database.read() as session:
        (kept,) = session.scalars(select(InboundMessage))
        assert before <= kept.received_at <= after, "the moment it came is the moment it came"
        assert (kept.text, kept.attempts, kept.error) == ("BEI mahindi", 0, None)
    assert len(replies(service.database)) == 1
    assert service.spool.names() == []
    assert not service.spool.is_waiting


def test_it_is_for_nobody_elses_eyes_and_gone_when_it_is_in(
    gateways: Gateways, service: Service
) -> None:
    with outage():
        gateways.text("africastalking", AT)
    (file,) = service.spool.folder.glob("*.json")
    assert "711000001" not in file.read_text()
    assert "mahindi" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(service.spool.folder.stat().st_mode) == 0o700
    take_in_kept(service, moment())
    assert [file.name for file in service.spool.folder.iterdir()] == ["turn"]
    assert "711000001" not in (service.spool.folder / "turn").read_text()


def test_where_there_is_no_key_it_lies_in_the_clear_and_one_is_set_later(
    gateways: Gateways, service: Service
) -> None:
    seal_with(None)
    with outage():
        gateways.text("africastalking", AT)
    seal_with(NUMBER_KEY)
    (file,) = service.spool.folder.glob("*.json")
    assert "711000001" in file.read_text()
    assert take_in_kept(service, moment()) == 1


def test_what_was_kept_before_the_key_became_another_is_taken_in_after_it(
    gateways: Gateways, service: Service, database_url: str
) -> None:
    """Also on a second machine: there the database has the new key already."""
    other = {"database_url": database_url, "BEI_NUMBER_KEY": OTHER_KEY}
    folder = {"BEI_SPOOL_DIR": str(service.spool.folder)}
    with outage():
        gateways.text("africastalking", AT)
        gateways.text("twilio", TWILIO)
    first = service.spool.names()[0]
    service.spool.set_apart(first, "for somebody to look at")
    reseal = ("numbers", "reseal", "--old-key")
    assert bei(*reseal, NUMBER_KEY, **other).out.startswith("0 phone numbers")
    wrong = bei(*reseal, "a guess", **other, **folder)
    assert "nothing was changed" in wrong.err
    assert "2 kept on disk" in bei(*reseal, NUMBER_KEY, **other, **folder).out
    assert "kept on disk" not in bei(*reseal, NUMBER_KEY, **other, **folder).out
    (service.spool.folder / "apart" / first).rename(service.spool.folder / first)
    seal_with(OTHER_KEY)
    assert take_in_kept(service, moment()) == 2


def test_what_another_key_sealed_is_set_apart_and_not_lost(
    gateways: Gateways, service: Service
) -> None:
    with outage():
        gateways.text("africastalking", AT)
    name = service.spool.names()[0]
    seal_with(OTHER_KEY)
    for _ in range(MOST_TRIES):
        assert take_in_kept(service, moment()) == 0
    seal_with(NUMBER_KEY)
    (apart,) = service.spool.apart()
    assert apart.name == name
    assert "another key" in apart.why


def test_file_and_folder_are_on_the_disk_before_the_answer(
    gateways: Gateways, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def noted(held: int) -> None:
        real(held)
        synced.append(Path(os.readlink(f"/proc/self/fd/{held}")).suffix)

    monkeypatch.setattr(os, "fsync", noted)
    with outage():
        assert gateways.text("africastalking", AT).status_code == 200
    assert synced == ["", ".part", ""], "its parent for the folder, the file, the folder for it"


@pytest.mark.parametrize(("gateway", "form"), [("africastalking", AT), ("twilio", TWILIO)])
def test_nothing_is_acknowledged_before_it_is_on_the_disk(
    gateways: Gateways, service: Service, gateway: str, form: dict[str, str]
) -> None:
    """Committed, but the disk of the database took it not: it is kept on the other one as well."""
    fault = OSError(errno.EIO, "Input/output error")
    with patch.object(Database, "sync", side_effect=fault):
        assert gateways.text(gateway, form).status_code == 200
        assert len(service.spool.names()) == 1
    assert take_in_kept(service, moment()) == 1
    # Where there was no power cut the database knows it again: one text, one reply.
    assert len(texts(service.database)) == len(replies(service.database)) == 1


def test_a_screen_is_not_shown_before_it_is_on_the_disk(
    gateways: Gateways, service: Service
) -> None:
    with patch.object(Database, "sync", side_effect=OSError(errno.EIO, "Input/output error")):
        assert gateways.africastalking("ussd", HOP).text.startswith("END Sorry")
    service.outage.over()
    # The carrier repeats what it heard no answer to; the call goes on.
    assert gateways.africastalking("ussd", HOP).text.startswith("CON ")


def test_nothing_is_written_and_nobody_asks_the_disk_while_all_is_well(
    gateways: Gateways, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateways.text("africastalking", AT)  # whatever is read once is read
    look = os.stat

    def look_elsewhere(path: Any, **more: Any) -> os.stat_result:
        assert not str(path).startswith(str(service.spool.folder))
        return look(path, **more)

    monkeypatch.setattr(os, "scandir", away)
    monkeypatch.setattr(os, "stat", look_elsewhere)
    assert gateways.text("africastalking", {**AT, "id": "another"}).status_code == 200
    monkeypatch.undo()
    assert not service.spool.folder.exists()
    assert len(texts(service.database)) == 2


def test_everything_that_is_brought_waits(gateways: Gateways, service: Service) -> None:
    voice = {
        "isActive": "0",
        "sessionId": "ATVId_1",
        "callerNumber": WANJIKU,
        "destinationNumber": "+254711082000",
        "durationInSeconds": "12",
        "currencyCode": "KES",
        "amount": "2.5",
    }
    airtime = {"requestId": "ATQid_1", "status": "Success", "phoneNumber": WANJIKU}
    with service.database.begin() as session:
        get_or_create_subscriber(session, WANJIKU, default_country="KE", now=moment())
    with outage():
        for hook, form in [
            ("sms", AT),
            ("delivery", DELIVERY),
            ("ussd-end", END),
            ("voice", voice),
            ("airtime", airtime),
            ("opt-out", {"phoneNumber": WANJIKU}),
        ]:
            assert gateways.africastalking(hook, form).status_code == 200, hook
        status = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": WANJIKU}
        assert gateways.twilio("status", status).status_code == 200
    assert len(service.spool.names()) == 7
    assert take_in_kept(service, moment()) == 7
    database = service.database
    assert len(texts(database)) == 1
    assert count(database, DeliveryReport) == 2
    assert count(database, SessionEndReport) == 2
    with database.read() as session:
        wanjiku = find_subscriber(session, WANJIKU)
        assert wanjiku is not None
        assert wanjiku.opted_out_at is not None


NOTICES: list[Came] = [
    InboundSms(
        "twilio",
        "SM1",
        WANJIKU,
        "21512",
        "ማሳ ŋ 🐄 ' \n",
        gateway_sent_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        link_id="l",
        network_code="63902",
        answered_by_gateway=True,
        leads_back=False,
        payload={"a": "b"},
    ),
    DeliveryNotice("twilio", "SM1", "odd", OutboundState.FAILED, "why", True, WANJIKU, {"a": "b"}),
    DeliveryNotice("africastalking", "1", "odd", None),
    SessionEnd(
        "africastalking",
        "s",
        Channel.VOICE,
        "Success",
        SessionOutcome.DROPPED,
        Decimal("0.8000"),
        "KES",
        Decimal("48.213"),
        2,
        "e",
        WANJIKU,
        {"a": "b"},
    ),
    AirtimeNotice("africastalking", "r", "Success", AirtimeState.SENT, "d", WANJIKU, {"a": "b"}),
    OptOut("africastalking", WANJIKU),
]


@pytest.mark.parametrize("came", NOTICES, ids=lambda came: f"{type(came).__name__}-{came.gateway}")
def test_what_is_taken_in_is_what_came(tmp_path: Path, came: Came) -> None:
    """To the last letter, digit and microsecond."""
    taken: list[Any] = []
    service: Any = SimpleNamespace(spool=Spool(tmp_path / "spool"), outage=Outage(), database=None)
    at, later = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC), moment()

    def take(_: Service, came: Came, now: datetime, *, came_at: datetime) -> None:
        taken.append((came, came_at, now))

    with patch.object(app.receiving, "take_in", away):
        receive(service, came, at)
    with patch.object(app.receiving, "take_in", take):
        assert take_in_kept(service, later) == 1
    assert taken == [(came, at, later)]


# In order, once each


def test_whoever_wrote_first_is_heard_first(gateways: Gateways, service: Service) -> None:
    """What comes when the database is back already goes behind what waits."""
    with outage():
        for number in range(3):
            gateways.africastalking("sms", {**AT, "id": f"id-{number}", "text": f"text {number}"})
    gateways.africastalking("sms", {**AT, "id": "id-3", "text": "text 3"})
    assert texts(service.database) == []
    take_in_kept(service, moment())
    assert texts(service.database) == ["text 0", "text 1", "text 2", "text 3"]
    gateways.africastalking("sms", {**AT, "id": "id-4", "text": "text 4"})
    assert texts(service.database)[-1] == "text 4", "then all is as it was"


def test_several_processes_keep_theirs_in_one_folder(service: Service) -> None:
    at = moment()
    spools = [Spool(service.spool.folder) for _ in range(3)]
    for number in range(9):
        process: Any = SimpleNamespace(spool=spools[number % 3], outage=Outage(), limits=None)
        with patch.object(app.receiving, "take_in", away):
            receive(process, sms(number, f"text {number}"), at + timedelta(seconds=number))
    assert not service.spool.is_waiting, "it was opened before"
    assert take_in_kept(service, at + timedelta(minutes=1)) == 9
    assert texts(service.database) == [f"text {number}" for number in range(9)]


def test_in_one_process_what_came_later_is_later_though_the_clock_went_back(
    service: Service,
) -> None:
    at = moment()
    with outage():
        for number, ago in enumerate([0, 3600, 1800]):
            receive(service, sms(number, f"text {number}"), at - timedelta(seconds=ago))
    take_in_kept(service, at)
    assert texts(service.database) == ["text 0", "text 1", "text 2"]


def test_a_text_that_was_kept_and_comes_again_is_one(gateways: Gateways, service: Service) -> None:
    gateways.africastalking("sms", AT)  # it was in, and the answer got lost
    with outage():
        for _ in range(3):
            gateways.africastalking("sms", AT)
    assert take_in_kept(service, moment()) == 3
    gateways.africastalking("sms", AT)
    assert len(texts(service.database)) == len(replies(service.database)) == 1


def test_the_power_goes_between_the_taking_in_and_the_removing(service: Service) -> None:
    with outage():
        for number, words in enumerate(["BEI mahindi", "HELP"]):
            receive(service, sms(number, words), moment())
    with (
        patch.object(Spool, "remove", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        take_in_kept(service, moment())
    assert texts(service.database) == ["BEI mahindi"]
    assert take_in_kept(service, moment()) == 2
    assert texts(service.database) == ["BEI mahindi", "HELP"]
    assert len(replies(service.database)) == 2


def test_one_process_at_a_time(service: Service) -> None:
    with outage():
        receive(service, sms(1), moment())
    with service.spool.turn(moment()) as mine:
        assert mine is not None
        assert take_in_kept(service, moment()) == 0
        assert service.spool.is_waiting
    assert take_in_kept(service, moment()) == 1


def test_what_dead_processes_left_is_found_at_the_start(service: Service) -> None:
    with outage():
        receive(service, sms(1), moment())
    again = open_service(service.settings)
    assert again.spool.is_waiting
    take_in_kept(again, moment())
    again.database.engine.dispose()
    assert texts(service.database) == ["BEI mahindi"]


def test_the_web_takes_in_what_it_kept_by_itself(gateways: Gateways, service: Service) -> None:
    replaying = Replaying(service, rest=lambda _: None)
    replaying.begin()
    with outage():
        gateways.africastalking("sms", AT)
        gateways.africastalking("sms", {**AT, "id": "another"})
    replaying.join()
    assert len(texts(service.database)) == 2
    with outage():  # and there is another thread for the next time
        gateways.africastalking("sms", {**AT, "id": "a third"})
    replaying.join()
    assert len(texts(service.database)) == 3


def test_while_it_is_away_all_stays_where_it_is(service: Service) -> None:
    with outage():
        for number in range(3):
            receive(service, sms(number), moment())
        for _ in range(2 * MOST_TRIES):
            assert take_in_kept(service, moment()) == 0
    assert len(service.spool.names()) == 3
    assert service.spool.apart() == []
    assert take_in_kept(service, moment()) == 3


def test_behind_a_half_done_upgrade_all_waits(service: Service) -> None:
    """A table that is not there is no fault of a text's."""
    with outage():
        receive(service, sms(1), moment())
    with service.database.begin() as session:
        version = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("DELETE FROM alembic_version"))
        session.execute(text("ALTER TABLE inbound_message RENAME TO not_yet"))
    for _ in range(2 * MOST_TRIES):
        assert take_in_kept(service, moment()) == 0
    assert service.spool.apart() == []
    with service.database.begin() as session:
        session.execute(text("ALTER TABLE not_yet RENAME TO inbound_message"))
        session.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": version})
    assert take_in_kept(service, moment()) == 1


# Where even the disk fails


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows any more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_with_a_full_disk_the_gateway_has_to_come_again(
    gateways: Gateways, service: Service
) -> None:
    with outage():
        with full_disk():
            assert gateways.text("africastalking", AT).status_code == 500
            assert gateways.text("twilio", TWILIO).status_code == 500
        assert list(service.spool.folder.iterdir()) == [], "nothing half written stays"
        assert gateways.text("africastalking", AT).status_code == 200
    assert take_in_kept(service, moment()) == 1
    assert len(texts(service.database)) == 1


def test_with_a_folder_that_cannot_be_synced_the_gateway_has_to_come_again(
    gateways: Gateways, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter([None, None, OSError(errno.EIO, "broken")])
    with outage(), monkeypatch.context() as disk:

        def break_at_last(_: int) -> None:
            fault = next(calls)
            if fault:
                raise fault

        disk.setattr(os, "fsync", break_at_last)
        assert gateways.text("africastalking", AT).status_code == 500
    assert service.spool.names() == []


def test_a_disk_full_for_the_database_alone(tmp_path: Path, sqlite_template: Path) -> None:
    """SQLite says so itself; nothing is set apart for it."""
    (tmp_path / "bei.db").write_bytes(sqlite_template.read_bytes())
    service = open_service(settings_with_gateways(f"sqlite:///{tmp_path / 'bei.db'}"))
    gateways = Gateways(client_of(service))
    pages = _let_it_not_grow(service.database)
    for number in range(200):
        # Each of somebody else: what one writes beyond measure is put by, and takes less room.
        sender = f"+254711{number:06}"
        form = {**AT, "from": sender, "id": f"id-{number}", "text": "x" * 900}
        assert gateways.africastalking("sms", form).status_code == 200
    assert 0 < len(service.spool.names()) < 200
    assert take_in_kept(service, moment()) == 0
    assert service.spool.apart() == []
    _let_it_not_grow(service.database, pages + 10_000)
    take_in_kept(service, moment())
    assert len(texts(service.database)) == 200
    service.database.engine.dispose()


def _let_it_not_grow(database: Database, most_pages: int | None = None) -> int:
    """The connection that the pool hands out next keeps the limit."""
    with database.begin() as session:
        pages: int = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {most_pages or pages}"))
    return pages


# Poison


def test_what_always_fails_is_set_apart_and_holds_up_nobody(
    gateways: Gateways, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = record_delivery_notice

    def choke(session: Any, notice: DeliveryNotice, now: datetime) -> bool:
        if notice.gateway_message_id == "poison":
            raise DataError("INSERT", {"msisdn": WANJIKU}, Exception(f"too long: {WANJIKU}"))
        return real(session, notice, now)

    monkeypatch.setattr(app.intake, "record_delivery_notice", choke)
    assert gateways.africastalking("delivery", {**DELIVERY, "id": "poison"}).status_code == 200
    assert gateways.africastalking("delivery", DELIVERY).status_code == 200
    assert take_in_kept(service, moment()) == 1, "the other one"
    for _ in range(MOST_TRIES):
        take_in_kept(service, moment())
    (apart,) = service.spool.apart()
    assert apart.why.startswith("DataError: too long: ")
    assert "711000001" not in apart.why
    assert not service.spool.is_waiting

    # The fault is mended, and somebody puts it back.
    monkeypatch.undo()
    (service.spool.folder / "apart" / apart.name).rename(service.spool.folder / apart.name)
    assert take_in_kept(service, moment()) == 1
    assert count(service.database, DeliveryReport) == 2
    assert service.spool.apart() == []


def test_what_ends_the_process_again_and_again_is_set_apart(service: Service) -> None:
    """Before each try it is written down that it is tried: a dead process tells it to the next."""
    with outage():
        receive(service, sms(1, "kills"), moment())
        receive(service, sms(2, "does not"), moment())

    def die(service: Service, came: Came, now: datetime, *, came_at: datetime) -> None:
        if isinstance(came, InboundSms) and came.text == "kills":
            raise SystemExit
        take_in(service, came, now, came_at=came_at)

    with patch.object(app.receiving, "take_in", die):
        for _ in range(MOST_TRIES):
            with pytest.raises(SystemExit):
                take_in_kept(service, moment())
        assert take_in_kept(service, moment()) == 1
    assert texts(service.database) == ["does not"]
    (apart,) = service.spool.apart()
    assert "ended the process" in apart.why


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b'{"kind": "text"}', b"\xff", b'{"kind":1}'])
def test_a_file_that_is_not_whole_is_set_apart(service: Service, written: bytes) -> None:
    with outage():
        receive(service, sms(1), moment())
    (service.spool.folder / "00000000000000000001-aaaa.json").write_bytes(written)
    for _ in range(MOST_TRIES):
        take_in_kept(service, moment())
    assert [apart.name for apart in service.spool.apart()] == ["00000000000000000001-aaaa.json"]
    assert len(texts(service.database)) == 1


def test_what_a_dead_process_half_wrote_is_thrown_away(service: Service) -> None:
    with outage():
        receive(service, sms(1), moment())
    (part,) = service.spool.folder.glob("*.json")
    part.rename(part.with_suffix(".part"))
    take_in_kept(service, moment())
    assert part.with_suffix(".part").exists(), "somebody may be writing it"
    take_in_kept(service, moment() + timedelta(hours=2))
    assert not part.with_suffix(".part").exists()
    assert texts(service.database) == []


# Late


def test_who_is_answered_within_the_hour_hears_the_answer_alone(service: Service) -> None:
    at = moment()
    with outage():
        receive(service, sms(1, "HELP"), at)
    take_in_kept(service, at + timedelta(minutes=59))
    receive(service, sms(2, "HELP"), at)
    late, at_once = replies(service.database)
    assert late == at_once


def test_an_answer_that_comes_late_says_to_what(service: Service) -> None:
    evening = datetime(2026, 11, 24, 18, 40, tzinfo=UTC)  # 21:40 in Nairobi
    with outage():
        receive(service, sms(1, "BEI mahindi"), evening)
        receive(service, sms(2, "price maize", OTIENO), evening)
    take_in_kept(service, evening + timedelta(hours=9))
    swahili, english = replies(service.database)
    assert swahili.startswith("Kuhusu ujumbe wako wa 24 Nov saa 3:40 usiku: ")
    assert english.startswith("To your text of 24 Nov 21:40: ")


def test_an_answer_that_nobody_wants_any_more_expires(service: Service) -> None:
    at = moment() - timedelta(hours=13)
    with outage():
        receive(service, sms(1), at)
    take_in_kept(service, at + timedelta(hours=13))
    with service.database.read() as session:
        (reply,) = session.scalars(select(OutboundMessage))
        assert reply.expires_at == at + timedelta(hours=12)


def test_a_question_that_is_asked_late_waits_as_long_for_its_answer(service: Service) -> None:
    at = moment() - timedelta(hours=5)
    with outage():
        receive(service, sms(1, "report milk 45"), at)  # where?
    now = at + timedelta(hours=5)
    take_in_kept(service, now)
    with service.database.read() as session:
        (question,) = session.scalars(select(HeldQuestion))
        assert (question.asked_at, question.expires_at) == (now, now + timedelta(hours=2))


def test_who_wrote_start_since_is_not_put_out_by_an_old_opt_out(service: Service) -> None:
    at = moment()
    with outage():
        receive(service, OptOut("africastalking", WANJIKU), at)
    with service.database.begin() as session:
        wanjiku = get_or_create_subscriber(session, WANJIKU, default_country="KE", now=at)
        opt_in(session, wanjiku, channel=Channel.SMS, wording="START", now=at + timedelta(hours=1))
    take_in_kept(service, at + timedelta(hours=2))
    with service.database.read() as session:
        found = find_subscriber(session, WANJIKU)
        assert found is not None
        assert found.opted_out_at is None
    assert count(service.database, ConsentEvent) == 1


# Calls


def test_a_caller_hears_at_once_that_something_is_wrong(
    gateways: Gateways, service: Service
) -> None:
    """Whoever waits for a database that is not there waits for nothing."""
    asked: list[int] = []

    def look(_: Database) -> None:
        asked.append(1)
        away()

    with patch.object(Database, "look", look), patch.object(Database, "begin", away):
        for number in range(20):
            hop = {**HOP, "sessionId": f"s{number}"}
            answer = gateways.africastalking("ussd", hop)
            assert answer.status_code == 200
            assert answer.text.startswith("END Sorry")
    assert len(asked) < 20, "the first one has told the others"
    service.outage.over()
    assert gateways.africastalking("ussd", HOP).text.startswith("CON ")


def test_now_and_then_somebody_looks_whether_it_is_back() -> None:
    time = [100.0]
    known = Outage(clock=lambda: time[0])
    with pytest.raises(Exception, match="refused"), known:
        away()
    for _ in range(3):
        with pytest.raises(AwayError), known:
            pass
    time[0] += LOOK_AGAIN_SECONDS
    with pytest.raises(Exception, match="refused"), known:  # this one looks
        away()
    with pytest.raises(AwayError), known:
        pass
    time[0] += LOOK_AGAIN_SECONDS
    with known:
        pass
    assert not known.is_on()


def test_a_fault_of_ours_is_no_outage() -> None:
    known = Outage()
    with pytest.raises(ZeroDivisionError), known:
        raise ZeroDivisionError
    assert not known.is_on()


# What the operator sees


def test_in_words() -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert kept_in_words(None, 0, [], now) == (True, "nothing: all that came is in the database")
    is_well, words = kept_in_words(now - timedelta(seconds=5), 3, [], now)
    assert is_well
    assert words.startswith("3 of what gateways brought, since 24 November 08:59 UTC")
    assert kept_in_words(now - timedelta(minutes=3), 3, [], now)[0] is False
    is_well, words = kept_in_words(None, 0, [Apart("a", "DataError: too long")], now)
    assert not is_well
    assert words.startswith("1 SET APART that could not be taken in, the newest for: DataError")
