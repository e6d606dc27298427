"""Stories of the worker: it keeps its times, survives faults, and ends when told to."""

import signal
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from db.session import Database, open_database
from messaging.gateways.simulator import Simulator
from messaging.kinds import OutboundState
from prices.catalogue import Catalogue
from scheduler.timetable import Job, Worker
from tests.journeys.workers import start_worker, until
from tests.scheduler.stories import MONDAY, kirima, promised


@pytest.fixture
def worker(database: Database) -> Worker:
    return Worker(
        database=database,
        catalogue=Catalogue(),
        gateways={"simulator": Simulator()},
        default_gateway="simulator",
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
    for name in (*jobs, "send what is due"):
        jobs[name].run()
    with database.read() as session:
        texts = promised(session).values()
        assert [text.state for text in texts] == [OutboundState.SENT] * 3


def test_texts_leave_within_a_second_and_bulletins_within_half_a_minute(worker: Worker) -> None:
    seconds = {job.name: job.every_seconds for job in worker.timetable()}
    assert seconds["send what is due"] == 1
    assert seconds["publish bulletins"] <= 60


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
