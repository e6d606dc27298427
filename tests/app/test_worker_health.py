from datetime import datetime, timedelta

from time_machine import travel

from app.health.workers import workers_in_words
from db.session import Database
from scheduler.beats import Beat, JobNote, write_beat
from tests.app.commandline import bei

HOUR = timedelta(hours=1)


def worker(beat_at: datetime, name: str = "host:1", **jobs: JobNote) -> Beat:
    return Beat(
        name, beat_at, beat_at, 1024, {name.replace("_", " "): n for name, n in jobs.items()}
    )


def test_a_service_that_never_ran_is_no_fault(now: datetime) -> None:
    is_well, words = workers_in_words([], now)
    assert is_well
    assert "start" in words


def test_workers_that_keep_their_times(now: datetime) -> None:
    both = [worker(now, publish=JobNote(30, now)), worker(now, "host:2")]
    assert workers_in_words(both, now) == (True, "2 at work; every job runs at its time")


def test_who_ended_is_missed(now: datetime) -> None:
    told = workers_in_words([worker(now - HOUR), worker(now - 2 * HOUR, "host:2")], now)
    assert told == (False, "none since 2026-11-24 08:00 UTC: start `bei worker`")


def test_jobs_that_fail_or_hang_are_named(now: datetime) -> None:
    jobs = {
        "one_job": JobNote(60, now - HOUR, now),
        "hangs": JobNote(60, now - 3 * HOUR),
        "third": JobNote(60, None, now),
        "fourth": JobNote(60, None, now),
    }
    is_well, words = workers_in_words([worker(now, **jobs)], now)
    assert not is_well
    assert words == (
        "1 at work; `one job` fails; `third` fails; `fourth` fails and 1 more: see the worker's log"
    )
    _, words = workers_in_words([worker(now, hangs=jobs["hangs"])], now)
    assert words == "1 at work; `hangs` did not end well for 2 h: see the worker's log"


def test_the_doctor_tells_it(database_url: str, database: Database, now: datetime) -> None:
    with database.begin() as session:
        write_beat(session, "host:1", now, {}, now)
    with travel(now + HOUR, tick=False):  # the doctor looks at the clock on the wall
        ran = bei("doctor", database_url=database_url, BEI_SECRET_KEY="k" * 40)
    assert "workers: none since 2026-11-24 09:00 UTC: start `bei worker`" in ran.out
    assert ran.code == 1
