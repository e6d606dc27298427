"""What a Prometheus reads of us: true, without anybody's number, and not for everybody."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from prometheus_client import values
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from app import create_app
from app.config import SettingsError, load_settings
from app.metrics.counting import Counts
from app.metrics.gauges import READ_EVERY_SECONDS, Gauge, Gauges
from app.service import Service, open_service
from app.spool import Kept
from db.session import Database
from messaging.kinds import OutboundKind
from messaging.models import GatewayState, InboundMessage
from scheduler.beats import JobNote, write_beat
from tests.app.gateways import SECRET, Gateways, serving, settings_with_gateways
from tests.app.test_short_way import ADDRESS, HOP
from tests.cast import NJERI, OTIENO, WANJIKU
from tests.messaging.stories import meet, promise
from tests.prices.stories import kenya, report_price

ROOT = Path(__file__).parents[2]
TOKEN = "a-long-random-token"
FAR = "8.8.8.8"
TEXT = {"from": WANJIKU, "to": "21512", "text": "bei maziwa nakuru", "id": "ATXid_1"}


@pytest.fixture
def now() -> datetime:
    """The metrics look at the clock on the wall."""
    return datetime.now(UTC)


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    with serving(settings_with_gateways(database_url)) as opened:
        yield opened


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    opened = open_service(settings_with_gateways(database_url))
    yield opened
    opened.database.engine.dispose()


def told(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """Every value, by its name and its labels' values in the order of their names."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_hop_is_counted_whichever_way_it_is_answered(client: FlaskClient) -> None:
    client.post(ADDRESS, data=HOP)
    client.post(ADDRESS, data=HOP, content_type="multipart/form-data")
    client.post(ADDRESS, data={**HOP, "phoneNumber": ""})
    client.post(ADDRESS, data={**HOP, "phoneNumber": ""}, content_type="multipart/form-data")
    values = told(client)
    counted = ("bei_webhook_seconds_count", "africastalking", "ussd")
    assert values[*counted, "2xx"] == 2
    assert values[*counted, "apology"] == 2
    took = values["bei_webhook_seconds_sum", "africastalking", "ussd", "2xx"]
    assert 0 < took < 60


def test_what_gateways_bring_is_counted_by_what_came_of_it(client: FlaskClient) -> None:
    gateways = Gateways(client)
    gateways.africastalking("sms", TEXT)
    gateways.africastalking("sms", {"id": "2"})
    client.post("/webhooks/africastalking/wrong/sms", data=TEXT)
    client.post("/webhooks/twilio/sms", data=TEXT)
    values = told(client)
    counted = "bei_webhook_seconds_count"
    assert values[counted, "africastalking", "sms", "2xx"] == 2
    assert values[counted, "africastalking", "sms", "4xx"] == 1
    assert values[counted, "twilio", "sms", "4xx"] == 1
    assert values["bei_messages_last_hour", "in", "africastalking", "handled"] == 1
    assert values["bei_messages_last_hour", "out", "africastalking", "queued"] == 1


def test_pages_are_counted_by_their_part(client: FlaskClient) -> None:
    for path in ("/", "/api/v1/commodities", "/dashboard/", "/nowhere", "/healthz"):
        client.get(path)
    values = told(client)
    counted = "bei_request_seconds_count"
    assert values[counted, "board", "2xx"] == 1
    assert values[counted, "api", "2xx"] == 1
    assert values[counted, "desk", "3xx"] == 1
    assert values[counted, "none", "4xx"] == 1
    assert values[counted, "status", "2xx"] == 1


def test_what_waits_is_told_by_lane_and_age(
    client: FlaskClient, database: Database, now: datetime
) -> None:
    with database.begin() as session:
        wanjiku, otieno = meet(session, WANJIKU, now), meet(session, OTIENO, now)
        promise(session, wanjiku, now - timedelta(minutes=5))
        promise(session, otieno, now - timedelta(minutes=1))
        promise(session, otieno, now, kind=OutboundKind.BULLETIN, due_at=now + timedelta(hours=1))
        promise(
            session, otieno, now, kind=OutboundKind.NUDGE, due_at=now - timedelta(hours=1), key="n"
        )
        session.add(
            InboundMessage(
                gateway="africastalking", gateway_message_id="1", subscriber_id=wanjiku.id,
                recipient="21512", text="bei", received_at=now - timedelta(minutes=3), payload={},
                attempts=1, error="ValueError",
            )
        )  # fmt: skip
    values = told(client)
    assert values["bei_outbox_due", "reply", "urgent"] == 2
    assert values["bei_outbox_due", "bulletin", "bulk"] == 0  # its time has not come
    assert 300 <= values["bei_outbox_oldest_due_seconds", "urgent"] < 400
    assert 3600 <= values["bei_outbox_oldest_due_seconds", "bulk"] < 3700
    assert values["bei_texts_unhandled",] == 1
    assert 180 <= values["bei_texts_unhandled_oldest_seconds",] < 280


def test_prices_are_told_by_country_and_label(
    client: FlaskClient, database: Database, now: datetime
) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, WANJIKU, "milk", "Githunguri", 45, now)
        report_price(session, words, OTIENO, "milk", "Nakuru", 45, now - timedelta(days=20))
    values = told(client)
    assert values["bei_prices", "one", "KE"] == 1
    assert values["bei_prices", "old", "KE"] == 1


def test_gateways_budget_and_workers_are_told(
    database_url: str, database: Database, now: datetime
) -> None:
    note = JobNote(60, ran_at=now - timedelta(minutes=10), failed_at=now, seconds=0.5)
    with database.begin() as session:
        session.add(GatewayState(name="twilio", rests_until=now + timedelta(minutes=5), share=50))
        write_beat(session, "host:1", now, {"publish bulletins": note}, now)
        write_beat(session, "host:2", now, {}, now - timedelta(minutes=5))
    settings = settings_with_gateways(database_url).model_copy(
        update={"daily_sms_budget": "200", "sms_price": None}
    )
    with serving(settings) as client:
        values = told(client)
    assert values["bei_gateway_rests", "twilio", "urgent"] == 1
    assert values["bei_gateway_rests", "africastalking", "urgent"] == 0
    assert values["bei_gateway_share", "twilio"] == 0.5
    assert values["bei_budget_used", "day", "segments"] == 0
    assert values["bei_workers",] == 1
    assert values["bei_worker_resident_bytes", "host:1"] > 1_000_000
    assert ("bei_worker_resident_bytes", "host:2") not in values
    assert 540 <= values["bei_job_late_seconds", "publish bulletins"] < 640
    assert values["bei_job_fails", "publish bulletins"] == 1


def test_without_the_database_it_says_so_and_still_answers() -> None:
    url = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
    with serving(settings_with_gateways(url)) as client:
        client.get("/healthz")
        values = told(client)
    assert values["bei_database_up",] == 0
    assert values["bei_request_seconds_count", "status", "2xx"] == 1
    assert ("bei_workers",) not in values


def test_what_waits_on_disk_is_told(service: Service, now: datetime) -> None:
    service.spool.keep(Kept("text", now, {}))
    client = create_app(service=service).test_client()
    assert told(client)["bei_kept_on_disk",] == 1
    (name,) = service.spool.names()
    service.spool.set_apart(name, "ValueError")
    values = told(client)
    assert values["bei_kept_on_disk",] == 0
    assert values["bei_kept_apart",] == 1


def test_the_database_is_asked_every_ten_seconds_at_most(
    service: Service, database: Database, now: datetime
) -> None:
    moment = [0.0]
    gauges = Gauges(service, clock=lambda: moment[0])
    assert value(gauges.collect(now), "bei_texts_unhandled") == 0
    with database.begin() as session:
        session.add(
            InboundMessage(
                gateway="simulator", gateway_message_id="1", sender_label="MTN", recipient="1",
                text="x", received_at=now, payload={},
            )
        )  # fmt: skip
    moment[0] = READ_EVERY_SECONDS - 1
    assert value(gauges.collect(now), "bei_texts_unhandled") == 0
    moment[0] = READ_EVERY_SECONDS
    assert value(gauges.collect(now), "bei_texts_unhandled") == 1


def value(gauges: list[Gauge], name: str) -> float:
    return next(gauge.samples[0][1] for gauge in gauges if gauge.name == name)


def test_nobody_is_named(client: FlaskClient, database: Database, now: datetime) -> None:
    gateways = Gateways(client)
    gateways.africastalking("sms", {**TEXT, "text": "report milk githunguri 45"})
    client.post(ADDRESS, data=HOP)
    client.get(f"/market/{NJERI}")
    with database.begin() as session:
        meet(session, NJERI, now).name = "Njeri"
    text = client.get("/metrics").text
    for words in (WANJIKU[1:], NJERI[1:], "Njeri", "githunguri", SECRET, "711000001"):
        assert words not in text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.1.2.3", {}, 200),
        ("::ffff:192.168.1.9", {}, 200),
        (FAR, {}, 404),
        ("::ffff:8.8.8.8", {}, 404),
        ("2001:4860:4860::8888", {}, 404),
        ("", {}, 404),
        # A proxy that we were not told of: everybody who comes through it has its address.
        ("127.0.0.1", {"X-Forwarded-For": FAR}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=8.8.8.8"}, 404),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 404),
        # Nobody said a token, so none opens.
        (FAR, {"Authorization": f"Bearer {TOKEN}"}, 404),
    ],
)
def test_the_world_may_not_read_it(
    client: FlaskClient, address: str, headers: dict[str, str], status: int
) -> None:
    environ = {"REMOTE_ADDR": address}
    answer = client.get("/metrics", headers=headers, environ_overrides=environ)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN} ", 200),
        (f"Basic {TOKEN}", 404),
        (f"Bearer {TOKEN}x", 404),
        ("Bearer ", 404),
        ("Bearer é", 404),
        (TOKEN, 404),
        (None, 404),
    ],
)
def test_a_token_opens_from_anywhere_and_nothing_else_does(
    service: Service, authorization: str | None, status: int
) -> None:
    settings = service.settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    client = create_app(service=replace(service, settings=settings)).test_client()
    headers = {} if authorization is None else {"Authorization": authorization}
    for address in (FAR, "127.0.0.1"):
        environ = {"REMOTE_ADDR": address}
        answer = client.get("/metrics", headers=headers, environ_overrides=environ)
        assert answer.status_code == status


def test_behind_a_proxy_of_ours_it_is_whom_the_proxy_names(database_url: str) -> None:
    settings = settings_with_gateways(database_url).model_copy(update={"proxies": 1})
    with serving(settings) as client:
        for named, status in ((FAR, 404), (f"10.0.0.1, {FAR}", 404), ("10.0.0.1", 200)):
            answer = client.get("/metrics", headers={"X-Forwarded-For": named})
            assert answer.status_code == status, named


def test_a_token_that_is_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEI_METRICS_TOKEN", "short")
    with pytest.raises(SettingsError, match="BEI_METRICS_TOKEN is wrong"):
        load_settings(None)


def test_processes_that_serve_together_count_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As files; that they are read by whoever is asked is shown by tests/chaos/test_reload.py."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.setattr(values, "ValueClass", values.MultiProcessValue(lambda: 1))
    one = Counts()
    monkeypatch.setattr(values, "ValueClass", values.MultiProcessValue(lambda: 2))
    other = Counts()
    one.hook("africastalking", "ussd", "2xx", 0.001)
    other.hook("africastalking", "ussd", "2xx", 0.003)
    for counts in (one, other):
        text = counts.told().decode()
        counted = 'bei_webhook_seconds_count{gateway="africastalking",hook="ussd",outcome="2xx"} 2'
        assert counted in text


def test_what_a_killed_start_left_in_memory_is_gone_with_the_next_one(tmp_path: Path) -> None:
    """And nothing of one that serves beside it; nor what is not ours."""
    (tmp_path / "bei-metrics-notes.txt").write_text("mine")
    beside = _serving(tmp_path)
    its_own = _in(tmp_path)
    killed = _serving(tmp_path)
    killed.kill()
    killed.communicate()
    assert len(_in(tmp_path)) == 2
    following = _serving(tmp_path)
    assert len(_in(tmp_path)) == 2
    assert _in(tmp_path) > its_own
    for process in (beside, following):
        process.communicate()
        assert process.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["bei-metrics-notes.txt"]


def _in(memory: Path) -> set[Path]:
    return {path for path in memory.iterdir() if path.is_dir()}


def _serving(memory: Path) -> "subprocess.Popen[bytes]":
    """A start that counts in this memory, until its input ends; it does already."""
    code = (
        "import sys; from pathlib import Path; from app.metrics import together\n"
        "together._MEMORY = Path(sys.argv[1])\n"
        "with together.counting_together(): print(flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(memory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_a_count_that_has_no_room_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "gone"))
    monkeypatch.setattr(values, "ValueClass", values.MultiProcessValue(lambda: 3))
    Counts().page("board", "2xx", 0.1)


# What is watched has to be there: a rule about a metric that nobody tells would never fire.


def watched() -> dict[str, set[str]]:
    """The metrics that rules and dashboards ask for, by the file they stand in."""
    rules: Any = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
    expressions = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    board = json.loads((ROOT / "deploy/grafana/bei.json").read_text())
    drawn = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    return {"alerts.yml": names_in(expressions), "bei.json": names_in(drawn)}


def names_in(expressions: list[str]) -> set[str]:
    assert expressions
    return {name for one in expressions for name in re.findall(r"\bbei_[a-z_]+\b", one)}


def test_what_is_watched_is_told(database_url: str, database: Database, now: datetime) -> None:
    with database.begin() as session:
        write_beat(session, "host:1", now, {"publish bulletins": JobNote(60, now)}, now)
    settings = settings_with_gateways(database_url).model_copy(update={"daily_sms_budget": "200"})
    with serving(settings) as client:
        client.post(ADDRESS, data=HOP)
        client.get("/")
        # Also what has no value yet is named.
        names = re.findall(r"^# TYPE (\S+)", client.get("/metrics").text, re.MULTILINE)
    known = {f"{name}{end}" for name in names for end in ("", "_bucket", "_count", "_sum")}
    for file, asked in watched().items():
        assert asked
        assert asked <= known, file


def test_rules_say_what_to_do() -> None:
    rules: Any = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]
        assert rule["annotations"]["what_to_do"], rule["alert"]
        assert rule["for"], rule["alert"]
