"""Told to end or to begin anew in the midst of work, web and worker finish what they are at."""

import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from sqlalchemy import select, text

from db.session import Database
from messaging.kinds import OutboundState
from messaging.models import InboundMessage, OutboundMessage
from scheduler.beats import Beat, beats
from tests.cast import WANJIKU
from tests.chaos.processes import (
    HOST,
    PATIENCE_SECONDS,
    Bei,
    Running,
    free_port,
    until,
    webhook_url,
)
from tests.stand_in.plan import Plan
from tests.stand_in.process import standing_in

TEXT = {"from": WANJIKU, "to": "21512", "text": "bei maziwa nakuru", "id": "ATXid_1"}


@pytest.fixture
def bei(database_url: str, tmp_path: Path) -> Iterator[Bei]:
    with ExitStack() as running:
        gateway = running.enter_context(standing_in(Plan(), tmp_path / "journal"))
        yield running.enter_context(Bei(tmp_path, database_url, gateway.url, free_port()))


@contextmanager
def a_text_that_waits(bei: Bei, database: Database) -> Iterator[Future[int]]:
    """A text that came and cannot be written down before the block ends; how it is answered."""
    with (
        closing(HTTPConnection(HOST, bei.port, timeout=PATIENCE_SECONDS)) as line,
        ThreadPoolExecutor(1) as pool,
        database.begin() as session,
    ):
        if not database.is_a_file:
            session.execute(text("LOCK TABLE inbound_message IN ACCESS EXCLUSIVE MODE"))
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", webhook_url(bei.port, "sms"), urlencode(TEXT), form)
        # Nothing more of it can be seen before it is answered than that web has read it.
        until(lambda: is_read(line))
        yield pool.submit(lambda: line.getresponse().status)


def is_read(line: HTTPConnection) -> bool:
    """Whether a connection's other end, on this machine, was accepted and has nothing to read.

    By the system's table: the bytes that wait, and the socket's number, which is 0 until somebody
    accepts it.
    """
    ours = f":{line.sock.getsockname()[1]:04X}"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    theirs = [row for row in rows if row[2].endswith(ours)]
    return any(row[9] != "0" and row[4].endswith(":00000000") for row in theirs)


def stored(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(InboundMessage.gateway_message_id)))


def test_web_that_is_told_to_end_answers_the_text_it_has(bei: Bei, database: Database) -> None:
    web = bei.serve()
    with a_text_that_waits(bei, database) as answer:
        web.process.send_signal(signal.SIGTERM)
        until(lambda: web.says("Stopping worker-1"))
        assert not answer.done()
    assert answer.result() == 200
    assert stored(database) == ["ATXid_1"]
    assert web.process.wait(60) == 0


def test_web_begins_anew_and_turns_nobody_away(bei: Bei, database: Database) -> None:
    web = bei.serve()
    before = served_by(bei)
    with a_text_that_waits(bei, database) as answer:
        web.process.send_signal(signal.SIGHUP)
        until(lambda: web.says("Stopping old worker-1"))
    assert answer.result() == 200
    until(lambda: stored(database) == ["ATXid_1"])
    until(lambda: web.says("Stopped old worker-1"))
    assert web.process.poll() is None
    after = served_by(bei)
    assert after
    assert not after & before
    # What the old ones counted is told by the new ones.
    assert 'hook="sms",outcome="2xx"} 1.0' in metrics(bei)


def test_the_worker_begins_anew_in_the_same_process(bei: Bei, database: Database) -> None:
    worker = bei.start("worker")
    until(lambda: worker.says("worker_started"))
    until(lambda: bool(lives(database)))
    worker.process.send_signal(signal.SIGHUP)
    until(lambda: started(worker) == 2)
    assert worker.process.poll() is None
    assert [one.name for one in lives(database)] == [worker.name]
    bei.serve()
    assert bei.webhook("sms", TEXT).status_code == 200
    until(lambda: states(database) == [OutboundState.SENT])
    worker.end()
    assert not bei.errors()


def served_by(bei: Bei) -> set[str]:
    """The processes that serve, as `/metrics` tells them."""
    name = "bei_web_resident_bytes{process="
    return {line.split('"')[1] for line in metrics(bei).splitlines() if line.startswith(name)}


def metrics(bei: Bei) -> str:
    return requests.get(f"http://127.0.0.1:{bei.port}/metrics", timeout=30).text


def lives(database: Database) -> list[Beat]:
    with database.read() as session:
        return beats(session)


def started(worker: Running) -> int:
    return worker.log.read_text().count("worker_started")


def states(database: Database) -> list[OutboundState]:
    with database.read() as session:
        return list(session.scalars(select(OutboundMessage.state)))
