"""Calls, and the load they make: every call leads where it should, and no queue is hidden."""

import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from random import Random
from shutil import copy
from threading import Lock, Thread

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app import create_app
from app.config import Settings
from app.service import open_service
from bench import ussd_load
from bench.ussd_calls import AGAIN, SCRIPTS, Call, Farmer, Script, call, calls
from bench.ussd_floor import FIELDS, fill_floor, floor_of
from bench.ussd_load import HOST, Address, Load, Talk, appointments, make_ready, pace, saturate
from bench.ussd_servers import SECRET
from bench.ussd_table import arrivals, faults, figures, table
from bench.ussd_world import farmers_of, settle
from db.session import Database, open_database
from messaging.models import UssdSession
from prices.models import PriceObservation

PATH = f"/webhooks/africastalking/{SECRET}/ussd"
FARMERS = [Farmer(f"+254722{number:06}", 45) for number in range(50)]
LOOK_UP = Script("a price", 1, ("1", "1"), "Milk")


def make(client: FlaskClient, made: Call) -> list[str]:
    """Make a call; what was on the phone after each hop."""
    answers = [client.post(PATH, data=made.form(typed)).text for typed in made.transcripts]
    assert all(answer[:4] in {"CON ", "END "} for answer in answers)
    return [answer[4:] for answer in answers]


# Calls


def test_every_kind_of_call_reaches_its_screen(sqlite_template: Path, tmp_path: Path) -> None:
    copy(sqlite_template, tmp_path / "bei.db")
    settings = Settings(
        _env_file=None,
        DATABASE_URL=f"sqlite:///{tmp_path / 'bei.db'}",
        at_webhook_secret=SECRET,
        simulator=True,
    )
    service = open_service(settings)
    settle(service, datetime.now(UTC), farmers=40, homes=4)
    farmers = farmers_of(service.database)
    client = create_app(service=service).test_client()
    for number, script in enumerate(SCRIPTS):
        made = call(script, f"call-{number}", farmers[number], Random(number))
        screens = make(client, made)
        assert made.arrived(screens), f"{script.name}: {screens[-1]}"
    assert count(service.database, UssdSession, "call-%") == len(SCRIPTS)
    told = sum(script.reports for script in SCRIPTS)
    with service.database.read() as session:
        key = PriceObservation.source_key
        assert len(session.scalars(select(key).where(key.startswith("ussd:"))).all()) == told
    service.database.engine.dispose()


def count(database: Database, table: type[UssdSession], like: str) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(table.gateway_session_id.like(like))) or 0


def test_a_call_is_told_as_africas_talking_tells_it() -> None:
    """Each hop brings all that was typed so far; a carrier's repeat brings it once more."""
    script = Script("every hop twice", 1, ("1", AGAIN, "2", AGAIN), "Milk")
    made = call(script, "s-1", FARMERS[0], Random(1))
    assert made.transcripts == ("", "1", "1", "1*2", "1*2")
    assert set(made.form("1*2")) == set(FIELDS)


def test_a_call_has_not_arrived_where_a_repeat_was_answered_otherwise() -> None:
    script = Script("every hop twice", 1, ("1", AGAIN), "Milk")
    made = call(script, "s-1", FARMERS[0], Random(1))
    assert made.arrived(["Bei", "Milk", "Milk"])
    assert not made.arrived(["Bei", "Milk 45", "Milk 46"])
    assert not made.arrived(["Bei", "Maize", "Maize"])
    assert not made.arrived(["Bei", "Milk"])  # the last hop was never answered


def test_calls_are_mixed_as_the_table_says_and_always_the_same() -> None:
    made = list(islice(calls(FARMERS, name="x", seed=1), 4_000))
    assert made == list(islice(calls(FARMERS, name="x", seed=1), 4_000))
    assert len({one.session_id for one in made}) == len(made)
    kinds = Counter(one.script.name for one in made)
    assert sum(script.share for script in SCRIPTS) == 100
    for script in SCRIPTS:
        assert kinds[script.name] == pytest.approx(40 * script.share, abs=100)


# The floor


def test_the_floor_finds_the_caller_keeps_the_hop_and_answers(database_url: str) -> None:
    fill_floor(database_url, FARMERS)
    made = call(LOOK_UP, "s-1", FARMERS[3], Random(1))
    floor = floor_of(database_url)
    make(floor.test_client(), made)
    floor.extensions["floor"].close()
    database = open_database(database_url)
    with database.read() as session:
        kept = session.execute(
            text("SELECT caller_id, session_id, transcript FROM hop ORDER BY id")
        )
        assert list(kept) == [(4, "s-1", ""), (4, "s-1", "1"), (4, "s-1", "1*1")]
    database.engine.dispose()


# The load


@contextmanager
def answering(body: str, *, seconds: float = 0.0, status: int = 200) -> Iterator[Address]:
    """A server that serves one hop at a time, each for so long."""
    turn = Lock()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65_536  # head and body in one piece

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            with turn:
                time.sleep(seconds)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128  # all lines ring at once

    server = Server((HOST, 0), Answer)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Address(server.server_port, PATH)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def coming(address: Address, hops: int) -> deque[Talk]:
    """Calls that are ready to be made."""
    ready: deque[Talk] = deque()
    make_ready(ready, address, calls(FARMERS, name="x", seed=1), hops=hops)
    return ready


def test_callers_press_as_fast_as_they_are_answered_and_make_their_calls_to_the_end() -> None:
    load = Load()
    with answering("CON Milk", seconds=0.01) as address:
        saturate(address, load, coming(address, 500), callers=4, span=0.5)
    assert 0 < len(load.seconds) <= 50
    # Three others are served before one comes on again.
    assert sorted(load.seconds)[len(load.seconds) // 2] > 0.03
    assert all(len(talk.screens) == len(talk.requests) for talk in load.talks)
    assert not load.faults


def test_whom_the_server_hangs_up_on_presses_no_more() -> None:
    load = Load()
    with answering("END Bye") as address:
        saturate(address, load, coming(address, 5_000), callers=2, span=0.1)
    assert all(talk.screens == ["Bye"] for talk in load.talks)


@pytest.mark.parametrize(("body", "status"), [("CON Milk", 500), ("Milk", 200), ("END", 200)])
def test_what_is_no_answer_is_a_fault(body: str, status: int) -> None:
    load = Load()
    with answering(body, status=status) as address:
        saturate(address, load, coming(address, 5_000), callers=2, span=0.1)
    assert load.faults.total() == sum(len(talk.screens) for talk in load.talks) > 0
    assert body in next(faults([load]))


def test_hops_are_due_by_chance_and_so_many_a_second() -> None:
    ready = coming(Address(0, PATH), 20_000)
    due = appointments(Load(), ready, rate=200, span=30, chance=Random(1))
    counted = [one.at for one in due if ussd_load.WARM_UP_SECONDS <= one.at < 32]
    assert len(counted) == pytest.approx(200 * 30, rel=0.1)
    assert [one.at for one in due] == sorted(one.at for one in due)
    a_second = Counter(int(at) for at in counted)
    assert max(a_second.values()) > 215 > 185 > min(a_second.values())


def test_who_was_hung_up_on_keeps_no_appointment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ussd_load, "WARM_UP_SECONDS", 0.0)
    monkeypatch.setattr(ussd_load, "READING_SECONDS", 0.01)
    load = Load()
    with answering("END Bye") as address:
        ready = coming(address, 500)
        pace(address, load, ready, rate=200, span=0.2, chance=Random(1))
    assert load.talks
    assert all(talk.screens == ["Bye"] for talk in load.talks)


def test_a_queue_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who serves 50 hops a second is late for 100: each waits longer than the one before."""
    monkeypatch.setattr(ussd_load, "WARM_UP_SECONDS", 0.0)
    monkeypatch.setattr(ussd_load, "READING_SECONDS", 0.01)
    load = Load()
    with answering("CON Milk", seconds=0.02) as address:
        ready = coming(address, 500)
        pace(address, load, ready, rate=100, span=1.0, chance=Random(1))
    assert max(load.seconds) > 0.3
    assert all(len(talk.screens) == len(talk.requests) for talk in load.talks)


# The table


def test_the_table_puts_the_floor_beside_us() -> None:
    ours = Load(seconds=[0.002] * 200, span=1.0, lasted=2.0, busy=0.1)
    floor = Load(seconds=[0.001] * 400, span=1.0, lasted=2.0, busy=0.2)
    lines = list(table("SQLite", "hops", full=(ours, floor), steady=(ours, floor)))
    assert lines[1].split() == [
        "as",
        "many",
        "as",
        "go:",
        "hops/s",
        "200",
        "400",
        "50%",
        "≥",
        "50%",
    ]
    assert lines[2].split() == ["p50", "2.0", "ms", "1.0", "ms", "x", "2.0"]
    assert lines[-1].split()[-2:] == ["5%", "10%"]


def test_it_tells_which_calls_did_not_arrive() -> None:
    talks = [Talk(call(LOOK_UP, "s", FARMERS[0], Random(1)), [b""] * 3) for _ in range(4)]
    for talk in talks[:3]:
        talk.screens = ["Bei", "Prices", "Milk 45"]
    talks[3].screens = ["Bei", "Prices", "Sorry"]
    (line,) = arrivals(talks)
    assert "3 of 4 calls arrived: 75.0%" in line


def test_what_has_a_goal_is_told_as_figures() -> None:
    ours = Load(seconds=[0.002] * 200, span=1.0)
    late = Load(seconds=[0.002] * 190 + [0.2] * 10, span=1.0)
    floor = Load(seconds=[0.001] * 500, span=1.0)
    found = list(figures("SQLite", "hops", full=(ours, floor), steady=(late, floor)))
    assert [(one.name, one.is_met) for one in found] == [
        ("SQLite: as many as go", False),  # two fifths of the floor
        ("SQLite, as many as go: p99", None),
        ("SQLite, as due: p99", False),
    ]
    assert [round(one.value) for one in found] == [200, 2, 200]
