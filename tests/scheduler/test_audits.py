"""Each night the books are audited: what is found goes to every officer, once, whoever works."""

from collections.abc import Sequence
from datetime import datetime
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db.session import Database
from groups.audit_models import AuditFinding
from groups.audits import Told
from groups.models import Group
from handlers.telling_audits import tell_findings
from messaging.gateways.simulator import Simulator
from messaging.models import OutboundMessage
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from prices.catalogue import Catalogue
from prices.vocabulary import Vocabulary
from scheduler.audits import TellFindings, audit_books
from scheduler.timetable import Worker
from tests.groups.milk_books import OFFICERS, at, days, kirima_dairy, write
from tests.handlers.texting import rows
from tests.scheduler.stories import promised


@pytest.fixture
def leak(database: Database, now: datetime) -> None:
    """KIRIMA's book, with 20 litres of the 7th missing."""
    with database.begin() as session:
        dairy = kirima_dairy(session, now)
        write(session, dairy, days(dairy, 1, 12, d7=20), now)


def work(database: Database, now: datetime, tell: TellFindings = tell_findings) -> int:
    return audit_books(database, Catalogue(), tell, now)


def counted(database: Database) -> tuple[int, int]:
    """Findings and texts."""
    with database.read() as session:
        return rows(session, AuditFinding), rows(session, OutboundMessage)


@pytest.mark.usefixtures("leak")
def test_every_officer_is_told_once(database: Database, now: datetime) -> None:
    assert work(database, at(now, 8, 12)) == 0
    assert work(database, at(now, 9, 12)) == 4
    assert work(database, at(now, 9, 12)) == 0
    assert work(database, at(now, 10, 12)) == 0
    assert counted(database) == (1, 4)
    with database.read() as session:
        assert promised(session).keys() == OFFICERS.keys()


@pytest.mark.usefixtures("leak")
def test_nobody_audits_a_day_before_three_in_the_morning(database: Database, now: datetime) -> None:
    midnight, half_past_two, three = at(now, 8, 21), at(now, 8, 23), at(now, 9, 0)
    assert work(database, midnight) == 0
    assert work(database, half_past_two) == 0
    assert work(database, three) == 4


@pytest.mark.usefixtures("leak")
def test_what_could_not_be_told_is_not_found_yet(database: Database, now: datetime) -> None:
    def fail(*_: object) -> int:
        raise RuntimeError("no words")

    with capture_logs() as logs:
        assert work(database, at(now, 9), fail) == 0
    assert [entry["event"] for entry in logs] == ["audit_failed"]
    assert counted(database) == (0, 0)
    assert work(database, at(now, 9)) == 4


@pytest.mark.usefixtures("leak")
def test_a_fault_of_one_book_does_not_hold_up_the_others(database: Database, now: datetime) -> None:
    with database.begin() as session:
        other = kirima_dairy(session, now, "TUMAINI")
        write(session, other, days(other, 1, 12, d7=30), now)

    def fail_for_kirima(
        session: Session, words: Vocabulary, group: Group, found: Sequence[Told], now: datetime
    ) -> int:
        if group.code == "KIRIMA":
            raise RuntimeError("no words")
        return tell_findings(session, words, group, found, now)

    with capture_logs():
        assert work(database, at(now, 9), fail_for_kirima) == 4
    assert counted(database) == (1, 4)


@pytest.mark.usefixtures("leak")
def test_a_database_that_is_gone_ends_the_round(database: Database, now: datetime) -> None:
    def lose(*_: object) -> int:
        raise OperationalError("select", {}, Exception("gone"))

    with pytest.raises(OperationalError):
        work(database, at(now, 9), lose)
    assert counted(database) == (0, 0)


@pytest.mark.usefixtures("leak")
def test_a_worker_that_stops_begins_no_book(database: Database, now: datetime) -> None:
    stopping = Event()
    stopping.set()
    told = audit_books(database, Catalogue(), tell_findings, at(now, 9), stopping=stopping)
    assert told == 0
    assert counted(database) == (0, 0)


@pytest.mark.usefixtures("leak")
def test_many_workers_tell_it_once(database: Database, now: datetime) -> None:
    together = Barrier(3)

    def one() -> None:
        together.wait()
        work(database, at(now, 9))

    threads = [Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert counted(database) == (1, 4)


@pytest.mark.usefixtures("leak")
def test_the_timetable_audits(database: Database, now: datetime) -> None:
    worker = Worker(
        database=database,
        catalogue=Catalogue(),
        gateways={"simulator": Simulator()},
        rules=SendingRules(Routes("simulator")),
        retry_unhandled=lambda session, now: 0,
        name="w",
        now=lambda: at(now, 9),
        tell_findings=tell_findings,
    )
    (job,) = (one for one in worker.timetable() if one.name == "audit milk books")
    job.run()
    assert counted(database) == (1, 4)
