import json
import logging
import re
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from granian.log import LogLevels, configure_logging
from hypothesis import given
from hypothesis import strategies as st
from structlog.processors import format_exc_info
from structlog.testing import capture_logs

from app.config import LogFormat
from app.logs import hide_people, server_logs
from db.session import Database
from messaging.gateways.simulator import Simulator
from messaging.kinds import Lane
from messaging.models import OutboundMessage
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from scheduler.delivery import send_due
from tests.app.gateways import SECRET, Gateways, serving, settings_with_gateways
from tests.cast import WANJIKU


def hidden(text: Any) -> Any:
    return hide_people(None, "info", {"event": text})["event"]


def test_numbers_are_masked_wherever_they_stand() -> None:
    assert hidden(f"no reply to {WANJIKU}!") == "no reply to +254711***001!"
    assert hidden(f"{{'phoneNumber': '{WANJIKU}'}}") == "{'phoneNumber': '+254711***001'}"
    assert "711000001" not in hidden("to=%2B254711000001&text=x 0711000001")


WRITTEN = [
    WANJIKU,
    WANJIKU[1:],
    "0711000001",
    "711000001",
    "00254711000001",
    "0711 000 001",
    "0711-000-001",
    "0711.000.001",
    "(0711) 000-001",
    "07 11 00 00 01",
    "+254 711 000 001",
    "+254-711-000-001",
    "+254\u00a0711\u00a0000\u00a0001",
    quote(WANJIKU),
    quote(quote(WANJIKU)),
    "%2b254711000001",
    quote("+254 711 000 001"),
    "+254+711+000+001",
]
AROUND = [
    "{}",
    "call {}.",
    "call {}, now",
    "from={}&to=21512",
    "from%3D{}%26to",
    "http://host/path/{}?x={}",
    "tel:{}",
    "({})",
    '{{"phoneNumber": "{}"}}',
    # As it stands in a value that was told by its representation.
    "text: 'hello\\n{}'",
    "'\\xa0{}'",
    "'\\u00a0{}'",
]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("written", WRITTEN)
def test_however_a_number_is_written_it_is_masked(written: str, around: str) -> None:
    masked = re.sub(r"\D", "", hidden(around.format(written, written)).replace("21512", ""))
    assert "000001" not in masked
    assert "711000" not in masked


@given(st.integers(10**8, 10**15 - 1), st.sampled_from("+ =/:'\"(,;\n\t<"))
def test_whatever_follows_a_sign_and_has_the_length_of_a_number_is_none_any_more(
    number: int, sign: str
) -> None:
    assert str(number) not in hidden(f"told{sign}{number}.")


@pytest.mark.parametrize(
    "value",
    [
        {"phone": [WANJIKU, {"of": (WANJIKU,)}]},
        {WANJIKU: 1},
        [WANJIKU.encode()],
        ValueError(f"bad number {WANJIKU}"),
        int(WANJIKU[1:]),
        {"1": {"2": {"3": {"4": {"5": {"6": {"7": {"8": WANJIKU}}}}}}}},
    ],
)
def test_a_number_hides_in_no_value(value: Any) -> None:
    assert "711000001" not in json.dumps(hidden(value))


def test_a_number_hides_in_no_name() -> None:
    assert list(hide_people(None, "info", {WANJIKU: 1})) == ["+254711***001"]


def test_what_is_no_number_stays() -> None:
    for text in (
        "ATXid_123456789012",
        "took 0.1234567890123 s",
        "took 0.123456789 s",
        "outbound 4711",
        "m1234567890",
        "*384*123#",
        "2026-01-02 03:04:05.123456+00:00",
        "2026-01-02 2026-01-03",
        "10.0.0.12:8000",
        "40 45 50 55 60 65 70",
    ):
        assert hidden(text) == text
    assert hidden({"at": 4711, "ok": True, "none": None, "f": 0.5}) == {
        "at": 4711,
        "ok": True,
        "none": None,
        "f": 0.5,
    }


def test_the_secret_of_an_address_is_hidden() -> None:
    assert hidden("POST /webhooks/africastalking/s3cret/sms 404") == (
        "POST /webhooks/africastalking/***/sms 404"
    )
    for written in (
        "https://bei.example.org/webhooks/africastalking/s3cret",
        "/webhooks/africastalking/s3%2Fcret%20/sms",
        quote("/webhooks/africastalking/s3cret/sms", safe=""),
        "/Webhooks/AfricasTalking/s3cret/sms",
    ):
        assert "cret" not in hidden(written)


SCRIPT = (
    "import logging, structlog, threading; from app.logs import configure_logs\n"
    "from app.config import LogFormat; configure_logs(log_format={log_format})\n"
    f"structlog.get_logger().info('text_in', sender='{WANJIKU}')\n"
    f"logging.getLogger('library').warning('could not reach %s', '{WANJIKU}')\n"
    "logging.getLogger('library').info('chatter')\n"
    "try: 1 / 0\n"
    f"except Exception: structlog.get_logger().exception('failed', n='{WANJIKU}')\n"
    f"def fall(): raise ValueError('no such number: {WANJIKU[1:]}')\n"
    "thread = threading.Thread(target=fall); thread.start(); thread.join()\n"
)


def logged(log_format: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(log_format=log_format)],
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stderr


@pytest.mark.parametrize("log_format", ["None", "LogFormat.JSON"])
def test_every_line_is_json_from_us_and_from_libraries(log_format: str) -> None:
    lines = [json.loads(line) for line in logged(log_format).splitlines()]
    assert [line["event"] for line in lines] == [
        "text_in",
        "could not reach +254711***001",
        "failed",
        "thread_failed",
    ]
    assert lines[0]["sender"] == "+254711***001"
    assert "ZeroDivisionError" in lines[2]["exception"]
    assert "no such number: 254711***001" in lines[3]["exception"]


def test_for_people_it_is_no_json_and_tells_as_little() -> None:
    text = logged(f"LogFormat.{LogFormat.CONSOLE.name}")
    first = text.splitlines()[0]
    assert "text_in" in first
    assert not first.startswith("{")
    assert "+254711***001" in first
    assert "711000001" not in text
    assert "ZeroDivisionError" in text


TEXT = {"from": WANJIKU, "to": "21512", "text": "bei maziwa nakuru", "id": "ATXid_1"}


def test_one_id_leads_from_the_webhook_to_the_delivery_report(
    database_url: str, database: Database
) -> None:
    with serving(settings_with_gateways(database_url)) as client, capture_logs() as logs:
        gateways = Gateways(client)
        gateways.africastalking("sms", TEXT)
        send(database)
        with database.begin() as session:
            sent = session.get_one(OutboundMessage, 1)
            assert sent.gateway_message_id is not None
            report = {"id": sent.gateway_message_id, "status": "Success", "phoneNumber": WANJIKU}
        gateways.africastalking("delivery", report)
    by_event = {entry["event"]: entry for entry in logs}
    assert by_event["text_taken"]["trace"] == "m1"
    assert by_event["text_taken"]["text"] == "t1"
    assert by_event["text_taken"]["id"] == "ATXid_1"
    assert by_event["texts_handed_over"]["traces"] == ["m1"]
    assert by_event["delivery_report"]["trace"] == "m1"


def send(database: Database) -> None:
    send_due(
        database,
        {"africastalking": Simulator("africastalking")},
        SendingRules(Routes("africastalking")),
        lane=Lane.URGENT,
        worker="w",
        now=lambda: datetime.now(UTC),
    )


def test_a_report_of_a_text_that_is_not_ours_has_no_trace(database_url: str) -> None:
    with serving(settings_with_gateways(database_url)) as client, capture_logs() as logs:
        report = {"id": "ATXid_other", "status": "Success", "phoneNumber": WANJIKU}
        Gateways(client).africastalking("delivery", report)
    (entry,) = logs
    assert entry["trace"] is None


def test_the_web_server_tells_no_request() -> None:
    """Its own lines go through us; of requests it tells none, for addresses hold the secret."""
    before = {name: _state(name) for name in ("_granian", "granian.access")}
    try:
        configure_logging(LogLevels.info, server_logs())
        assert logging.getLogger("_granian").handlers == []
        assert logging.getLogger("_granian").propagate
        access = logging.getLogger("granian.access")
        assert not access.isEnabledFor(logging.INFO)
        assert not access.propagate
    finally:
        for name, (handlers, level, propagate) in before.items():
            logger = logging.getLogger(name)
            logger.handlers[:], logger.propagate = handlers, propagate
            logger.setLevel(level)


def _state(name: str) -> tuple[list[logging.Handler], int, bool]:
    logger = logging.getLogger(name)
    return logger.handlers[:], logger.level, logger.propagate


def test_a_request_that_fails_is_told_by_its_endpoint(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its address holds the secret."""

    def fail(_: Flask) -> None:
        raise RuntimeError(f"cannot do /webhooks/africastalking/{SECRET}/opt-out for {WANJIKU}")

    monkeypatch.setattr(Flask, "dispatch_request", fail)
    with serving(settings_with_gateways(database_url)) as client, capture_logs() as logs:
        assert Gateways(client).africastalking("opt-out", TEXT).status_code == 500
    (entry,) = logs
    assert entry["endpoint"] == "africastalking.opt_out_from_africastalking"
    assert SECRET not in str(entry)


def test_what_a_fault_says_is_masked_like_all_the_rest() -> None:
    fault = RuntimeError(f"cannot do /webhooks/africastalking/{SECRET}/sms for {WANJIKU}")
    told = hide_people(None, "error", format_exc_info(None, "error", {"exc_info": fault}))
    assert "cannot do" in told["exception"]
    assert SECRET not in told["exception"]
    assert "711000001" not in told["exception"]
