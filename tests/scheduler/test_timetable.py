"""Stories of the worker: it keeps its times, survives faults, and ends when told to."""

import signal
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db.retention import Keeping, Kept
from db.session import Database, open_database
from groups.demand import count_query
from messaging.gateways.simulator import Simulator
from messaging.kinds import AirtimeState, OutboundState
from messaging.models import UssdSession
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from prices.catalogue import Catalogue
from prices.cells import Cell
from prices.kinds import PriceType
from prices.vocabulary import Vocabulary
from scheduler.nudges import Nudging
from scheduler.timetable import LINES, Job, Worker
from tests.journeys.workers import start_worker, until
from tests.messaging.airtime import earns, grants
from tests.messaging.calls import call
from tests.prices.stories import kenya, place_named
from tests.scheduler.stories import MONDAY, kirima, promised


@pytest.fixture
def worker(database: Database) -> Worker:
    return Worker(
        database=database,
        catalogue=Catalogue(),
        gateways={"simulator": Simulator()},
        rules=SendingRules(Routes("simulator")),
        retry_unhandled=lambda session, now: 0,
        name="w",
        now=lambda: MONDAY,
    )


def test_one_round_of_every_job_writes_and_sends_the_bulletin(
    database: Database, worker: Worker
) -> None:
    with database.begin() as session:
        kirima(session)
    jobs = {job.name: job for job in worker.timetable()}
    for name in (*jobs, "send bulletins and nudges"):
        jobs[name].run()
    with database.read() as session:
        texts = promised(session).values()
        assert [text.state for text in texts] == [OutboundState.SENT] * 3


def test_texts_leave_within_a_second_and_bulletins_within_half_a_minute(worker: Worker) -> None:
    seconds = {job.name: job.every_seconds for job in worker.timetable()}
    assert seconds["send replies and alerts"] == 1
    assert seconds["send bulletins and nudges"] == 1
    assert seconds["publish bulletins"] <= 60


def test_each_lane_of_sending_has_a_thread_of_its_own(worker: Worker) -> None:
    """Whatever the other jobs are at, and however long a bulletin takes, a reply waits for none."""
    lines = Counter(job.line for job in worker.timetable())
    assert lines["urgent"] == lines["bulk"] == 1
    assert lines.keys() == LINES.keys()
    assert LINES["urgent"] == LINES["bulk"] == 1


def test_what_the_edges_hand_in_is_done(database: Database, worker: Worker) -> None:
    done: list[str] = []

    def ask(session: Session, vocabulary: Vocabulary, cell: Cell, now: datetime) -> bool:
        done.append("asked")
        return True

    def call_back(session: Session, now: datetime) -> int:
        done.append("called back")
        return 1

    eight = MONDAY.replace(hour=5)
    with database.begin() as session:
        cell = Cell("milk", place_named(kenya(session), "Molo").id, PriceType.FARM_GATE)
        count_query(session, cell, eight.date(), is_answered=False)
        assert earns(session, eight)
    worker = replace(
        worker,
        now=lambda: eight,
        nudging=Nudging(1, ask),
        call_back_late=call_back,
        airtime_gateway=Simulator(),
    )
    for job in worker.timetable():
        job.run()
    # Milk at Molo was told this morning, for airtime: nobody is asked for it.
    assert done == ["called back"]
    with database.begin() as session:
        (grant,) = grants(session)
        assert grant.state is AirtimeState.SENT
        count_query(
            session,
            Cell("milk", place_named(kenya(session), "Njoro").id, PriceType.FARM_GATE),
            eight.date(),
            is_answered=False,
        )
    for job in worker.timetable():
        job.run()
    assert done == ["called back", "asked", "called back"]


def test_a_job_that_fails_says_so_and_comes_again() -> None:
    def fail() -> None:
        raise RuntimeError("something broke")

    with capture_logs() as logs:
        Job("test", 1, fail).run()
    assert [(entry["event"], entry["job"]) for entry in logs] == [("job_failed", "test")]


def test_a_database_out_of_reach_is_one_line() -> None:
    nowhere = open_database("postgresql://nobody@127.0.0.1:1/nowhere")

    def read() -> None:
        with nowhere.read() as session:
            session.connection()

    with capture_logs() as logs:
        Job("test", 1, read).run()
    (entry,) = logs
    assert entry["event"] == "database_out_of_reach"
    assert "\n" not in entry["reason"]
    assert "DATABASE_URL" in entry["what_to_do"]


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_when_told(
    database: Database, database_url: str, tmp_path: Path, told: signal.Signals
) -> None:
    with database.begin() as session:
        kirima(session)
    (tmp_path / "go").touch()
    with start_worker(database_url, tmp_path, now=MONDAY) as worker:
        until(lambda: all_sent(database))
        worker.end(told)


def test_the_worker_finishes_what_it_is_doing(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Told to stop in the middle of a sending, it writes down what the gateway said."""
    with database.begin() as session:
        kirima(session)
    (tmp_path / "go").touch()
    with start_worker(database_url, tmp_path, now=MONDAY, manner="slow") as worker:
        until(lambda: any_sending(database))
        worker.end()
    assert all_sent(database)


def all_sent(database: Database) -> bool:
    with database.read() as session:
        states = [text.state for text in promised(session).values()]
    return states == [OutboundState.SENT] * 3


def any_sending(database: Database) -> bool:
    with database.read() as session:
        return any(text.state is OutboundState.SENDING for text in promised(session).values())


def test_what_was_kept_long_enough_goes_by_the_operators_word(
    database: Database, worker: Worker
) -> None:
    at = MONDAY - timedelta(days=100)
    with database.begin() as session:
        call(session, at, ended=True)
    (job,) = (one for one in worker.timetable() if "kept long enough" in one.name)
    assert job.do() == 0  # where nobody said how long
    worker = replace(worker, keeping=Keeping({Kept.CALLS: 90}))
    for now, calls in ((MONDAY - timedelta(days=1), 0), (MONDAY, 1)):
        at_work = replace(worker, now=partial(lambda now: now, now))
        (job,) = (one for one in at_work.timetable() if "kept long enough" in one.name)
        assert job.do() == calls
    with database.read() as session:
        assert session.scalars(select(UssdSession.transcript)).one() == ""
