"""Workers tell that they live; whoever watches sees which job no longer runs."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.session import Database
from messaging.gateways.simulator import Simulator
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from prices.catalogue import Catalogue
from scheduler.beats import JobNote, beats, jobs_of_all, resident_kib, write_beat
from scheduler.timetable import Job, Worker

MINUTE = timedelta(minutes=1)


def beat(session: Session, name: str, now: datetime, **notes: JobNote) -> None:
    write_beat(session, name, now, notes, now)


def test_a_beat_stands_in_the_place_of_the_last_one(database: Database, now: datetime) -> None:
    for minutes in (0, 1):
        with database.begin() as session:
            beat(session, "host:1", now + minutes * MINUTE, publish=JobNote(30, now))
    with database.read() as session:
        (told,) = beats(session)
    assert told.beat_at == now + MINUTE
    assert told.jobs == {"publish": JobNote(30, now)}
    assert (told.resident_kib or 0) > 1_000
    assert told.lives(now + MINUTE)
    assert not told.lives(now + 2 * MINUTE)


def test_who_ended_long_ago_is_forgotten(database: Database, now: datetime) -> None:
    with database.begin() as session:
        beat(session, "host:1", now - timedelta(days=2))
        beat(session, "host:2", now - timedelta(hours=2))
        beat(session, "host:3", now)
        assert [one.name for one in beats(session)] == ["host:2", "host:3"]


def test_a_job_runs_where_any_worker_runs_it(database: Database, now: datetime) -> None:
    with database.begin() as session:
        beat(session, "host:1", now, publish=JobNote(30, now - 60 * MINUTE, seconds=1.0))
        beat(session, "host:2", now, publish=JobNote(30, now - MINUTE, seconds=2.0), pay=JobNote(5))
        beat(session, "host:3", now, publish=JobNote(30, None, now - 2 * MINUTE))
        jobs = jobs_of_all(beats(session))
    assert jobs["publish"] == JobNote(30, now - MINUTE, now - 2 * MINUTE, 2.0)
    assert jobs["publish"].late_by(now) == timedelta(seconds=30)
    assert not jobs["publish"].fails
    assert jobs["pay"].late_by(now) == timedelta(0)


def test_a_job_that_failed_last_fails(now: datetime) -> None:
    well = JobNote(60).after(now, 0.5, went_well=True)
    assert not well.fails
    failed = well.after(now + MINUTE, 0.1, went_well=False)
    assert failed == JobNote(60, now, now + MINUTE, 0.1)
    assert failed.fails
    assert failed.late_by(now + 5 * MINUTE) == 4 * MINUTE
    assert not failed.after(now + 2 * MINUTE, 0.1, went_well=True).fails
    assert JobNote(60).after(now, 0.1, went_well=False).fails


def test_a_worker_writes_down_what_became_of_its_jobs(database: Database, now: datetime) -> None:
    def fall() -> None:
        raise RuntimeError("something broke")

    worker = Worker(
        database=database,
        catalogue=Catalogue(),
        gateways={"simulator": Simulator()},
        rules=SendingRules(Routes("simulator")),
        retry_unhandled=lambda session, moment: 0,
        name="host:1",
        now=lambda: now,
    )
    worker.run(Job("goes well", 60, lambda: None))
    worker.run(Job("falls", 60, fall))
    (telling,) = (job for job in worker.timetable() if job.name == "tell that it lives")
    worker.run(telling)
    with database.read() as session:
        (told,) = beats(session)
    assert told.name == "host:1"
    assert told.jobs.keys() == {"goes well", "falls"}
    assert told.jobs["goes well"].ran_at == now
    assert told.jobs["falls"].fails


def test_the_memory_of_nobody_is_unknown() -> None:
    assert resident_kib("0") is None
    assert (resident_kib() or 0) > 1_000
