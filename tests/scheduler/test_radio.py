"""Stories of the weekly script: on time, once per station and time, whatever restarts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

import scheduler.radio
from db.session import Database
from groups.models import EditionState, RadioScript, RadioStation
from groups.schedules import Schedule
from groups.stations import Wanted, add_station, end_station
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from prices.catalogue import Catalogue
from scheduler.radio import make_scripts
from scheduler.radio_writing import RadioDesk
from scheduler.timetable import Worker
from tests.groups.stories import NAKURU, place_id
from tests.scheduler.stories import HOUR, MINUTE, MONDAY, WEEK, milk_reports

AT_SEVEN = Schedule((0,), 7, "Africa/Nairobi")


@pytest.fixture(autouse=True)
def _without_a_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sound has stories of its own; here it would only take its second."""
    monkeypatch.setattr("scheduler.radio_writing.voice_program", lambda: None)


@pytest.fixture
def desk(tmp_path: Path) -> RadioDesk:
    return RadioDesk(tmp_path / "radio", "22384", "bei.example.org")


def subscribe_station(
    database: Database, name: str = "Nakuru FM", due: datetime | None = MONDAY, **what: Any
) -> None:
    """A station at Nakuru whose script is due on Monday at seven."""
    with database.begin() as session:
        values = {
            "place_id": place_id(session, NAKURU),
            "language": "en",
            "schedule": AT_SEVEN,
            "email": "news@nakuru.fm",
        }
        station = add_station(session, name, Wanted(**(values | what)))
        assert station is not None
        station.next_script_at = due


def scripts(database: Database) -> list[tuple[datetime, EditionState]]:
    with database.read() as session:
        rows = session.scalars(select(RadioScript).order_by(RadioScript.due_at, RadioScript.id))
        return [(row.due_at, row.state) for row in rows]


def next_of(database: Database) -> datetime | None:
    with database.read() as session:
        return session.scalars(select(RadioStation.next_script_at)).one()


def files(desk: RadioDesk) -> list[str]:
    return sorted(file.name for file in desk.directory.iterdir()) if desk.directory.exists() else []


def test_the_station_gets_its_script_on_monday_at_seven(
    database: Database, desk: RadioDesk
) -> None:
    with database.begin() as session:
        vocabulary = Catalogue().vocabulary(session, "KE")
        milk_reports(session, vocabulary, "Nakuru", [47] * 5, MONDAY - 16 * HOUR)
    subscribe_station(database)
    assert make_scripts(database, Catalogue(), desk, MONDAY - MINUTE) == 0
    assert make_scripts(database, Catalogue(), desk, MONDAY) == 1
    assert next_of(database) == MONDAY + WEEK
    with database.read() as session:
        made = session.scalars(select(RadioScript)).one()
        assert (made.due_at, made.made_at, made.written_at) == (MONDAY, MONDAY, MONDAY)
        assert made.subject == "Market prices: Nakuru, 23 Nov"
        assert made.text.split("\n")[1:] == [
            "Milk. In Nakuru a farmer gets forty-seven shillings for one litre. Five reports, the "
            "newest from yesterday.",
            "To tell us your price, text Milk, your place and the price to two two three eight "
            "four.",
        ]
    assert files(desk) == ["nakuru-fm-2026-11-23-0700.eml"]


def test_a_script_of_made_up_prices_is_called_a_demo(database: Database, desk: RadioDesk) -> None:
    with database.begin() as session:
        vocabulary = Catalogue().vocabulary(session, "KE")
        milk_reports(session, vocabulary, "Nakuru", [47] * 5, MONDAY - 16 * HOUR, is_demo=True)
    subscribe_station(database)
    make_scripts(database, Catalogue(), desk, MONDAY)
    with database.read() as session:
        made = session.scalars(select(RadioScript)).one()
        assert made.subject == "DEMO Market prices: Nakuru, 23 Nov"
        assert made.text.startswith("Demo data, not real.")


def test_it_is_made_once_however_often_it_is_looked_for(
    database: Database, desk: RadioDesk
) -> None:
    subscribe_station(database)
    made = [
        make_scripts(database, Catalogue(), desk, MONDAY + number * MINUTE) for number in range(3)
    ]
    assert made == [1, 0, 0]
    assert make_scripts(database, Catalogue(), desk, MONDAY + WEEK) == 1
    assert scripts(database) == [
        (MONDAY, EditionState.MADE),
        (MONDAY + WEEK, EditionState.MADE),
    ]


def test_a_lost_time_of_the_next_one_makes_no_second_script(
    database: Database, desk: RadioDesk
) -> None:
    """Such as a backup that put the due time back."""
    subscribe_station(database)
    make_scripts(database, Catalogue(), desk, MONDAY)
    with database.begin() as session:
        session.execute(update(RadioStation).values(next_script_at=MONDAY))
    assert make_scripts(database, Catalogue(), desk, MONDAY + MINUTE) == 0
    assert scripts(database) == [(MONDAY, EditionState.MADE)]


def test_many_workers_make_one_script_and_one_mail(database: Database, desk: RadioDesk) -> None:
    subscribe_station(database)
    subscribe_station(database, "Molo FM")
    start = Barrier(4)
    made: list[int] = []

    def work() -> None:
        start.wait()
        made.append(make_scripts(database, Catalogue(), desk, MONDAY))

    with capture_logs() as logs:
        workers = [Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sum(made) == 2
    assert len(scripts(database)) == 2
    assert len(files(desk)) == 2
    written = [entry for entry in logs if entry["event"] == "radio_script_written"]
    assert len(written) == 2


def test_a_new_station_waits_for_its_first_time(database: Database, desk: RadioDesk) -> None:
    subscribe_station(database, due=None)
    assert make_scripts(database, Catalogue(), desk, MONDAY + HOUR) == 0
    assert next_of(database) == MONDAY + WEEK
    assert scripts(database) == []


def test_a_worker_that_was_down_catches_up_once(database: Database, desk: RadioDesk) -> None:
    subscribe_station(database)
    with capture_logs() as logs:
        assert make_scripts(database, Catalogue(), desk, MONDAY + 2 * WEEK + 11 * HOUR) == 1
    assert scripts(database) == [
        (MONDAY, EditionState.MISSED),
        (MONDAY + WEEK, EditionState.MISSED),
        (MONDAY + 2 * WEEK, EditionState.MADE),
    ]
    assert next_of(database) == MONDAY + 3 * WEEK
    missed = [entry for entry in logs if entry["event"] == "radio_script_missed"]
    assert [entry["due_at"][:10] for entry in missed] == ["2026-11-23", "2026-11-30"]


def test_what_is_too_late_is_missed_and_said(database: Database, desk: RadioDesk) -> None:
    subscribe_station(database)
    assert make_scripts(database, Catalogue(), desk, MONDAY + timedelta(hours=13)) == 0
    assert scripts(database) == [(MONDAY, EditionState.MISSED)]
    assert next_of(database) == MONDAY + WEEK
    assert files(desk) == []


def test_the_last_day_of_the_month_in_madrid(database: Database, desk: RadioDesk) -> None:
    october = datetime(2026, 10, 31, 6, tzinfo=UTC)  # seven, winter time
    subscribe_station(database, due=october, schedule=Schedule((), 7, "Europe/Madrid", 31))
    assert make_scripts(database, Catalogue(), desk, october) == 1
    assert next_of(database) == datetime(2026, 11, 30, 6, tzinfo=UTC)
    assert files(desk) == ["nakuru-fm-2026-10-31-0700.eml"]


def test_an_ended_station_gets_nothing(database: Database, desk: RadioDesk) -> None:
    subscribe_station(database)
    with database.begin() as session:
        end_station(session, "Nakuru FM", MONDAY - HOUR)
    assert make_scripts(database, Catalogue(), desk, MONDAY) == 0
    assert next_of(database) is None


def test_a_fault_at_one_station_does_not_hold_up_the_others(
    database: Database, desk: RadioDesk
) -> None:
    subscribe_station(database, "Broken", schedule=Schedule((0,), 7, "Africa/Atlantis"))
    subscribe_station(database)
    with capture_logs() as logs:
        assert make_scripts(database, Catalogue(), desk, MONDAY) == 1
    assert "radio_script_failed" in [entry["event"] for entry in logs]
    assert len(scripts(database)) == 1


def test_a_fault_halfway_leaves_nothing_behind(
    database: Database, desk: RadioDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe_station(database)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no words")

    monkeypatch.setattr(scheduler.radio, "compose", fail)
    assert make_scripts(database, Catalogue(), desk, MONDAY) == 0
    assert (scripts(database), next_of(database)) == ([], MONDAY)
    monkeypatch.undo()
    assert make_scripts(database, Catalogue(), desk, MONDAY + MINUTE) == 1


def test_a_worker_that_is_told_to_stop_begins_no_other_file(
    database: Database, desk: RadioDesk
) -> None:
    subscribe_station(database)
    stopping = Event()
    stopping.set()
    assert make_scripts(database, Catalogue(), desk, MONDAY, stopping=stopping) == 1
    assert files(desk) == []
    make_scripts(database, Catalogue(), desk, MONDAY + MINUTE)
    assert len(files(desk)) == 1


def test_the_worker_keeps_it_in_its_timetable(database: Database, desk: RadioDesk) -> None:
    subscribe_station(database)
    worker = Worker(
        database=database,
        catalogue=Catalogue(),
        gateways={},
        rules=SendingRules(Routes("simulator")),
        retry_unhandled=lambda session, now: 0,
        name="w",
        now=lambda: MONDAY,
    )
    (job,) = [job for job in worker.timetable() if "radio" in job.name]
    assert job.every_seconds <= 60
    job.run()
    assert scripts(database) == []
    (job,) = [job for job in replace(worker, radio=desk).timetable() if "radio" in job.name]
    job.run()
    assert (len(scripts(database)), len(files(desk))) == (1, 1)
