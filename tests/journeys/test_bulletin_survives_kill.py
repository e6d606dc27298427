"""A bulletin reaches everybody once, whenever the power goes and however many workers there are."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.session import Database
from messaging.kinds import OutboundState
from messaging.models import OutboundMessage
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.journeys.workers import WorkerProcess, start_worker, until
from tests.scheduler.stories import MINUTE, MONDAY, WEEK, editions, kirima, promised

EVERYBODY_ONCE = {NJERI: 1, KAMAU: 1, WANJIKU: 1}
# A dead worker's claims are taken back after two minutes.
RESTART = MONDAY + 5 * MINUTE

Start = Callable[..., WorkerProcess]


@pytest.fixture
def start(database: Database, database_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts workers on KIRIMA's bulletin; whatever still runs in the end is cleared away."""
    with database.begin() as session:
        kirima(session)
    (tmp_path / "texts").touch()
    (tmp_path / "go").touch()

    with ExitStack() as started:

        def start_one(manner: str = "quick", now: datetime = MONDAY) -> WorkerProcess:
            worker = start_worker(database_url, tmp_path, now=now, manner=manner)
            return started.enter_context(worker)

        yield start_one


@pytest.fixture
def phones(tmp_path: Path) -> Path:
    """What every phone got, a line per text, across all workers of a story."""
    return tmp_path / "texts"


def test_the_power_goes_in_the_middle_of_the_writing(
    database: Database, start: Start, phones: Path
) -> None:
    assert start("dies while writing").dies()
    with database.read() as session:
        assert len(promised(session)) == 1
        assert editions(session)[0].addressed_at is None
    work_until_sent(database, start(now=MONDAY + MINUTE))
    assert texts_by_phone(phones) == EVERYBODY_ONCE
    with database.read() as session:
        assert promised(session).keys() == EVERYBODY_ONCE.keys()
        assert [made.due_at for made in editions(session)] == [MONDAY]


def test_the_power_goes_between_two_sends(database: Database, start: Start, phones: Path) -> None:
    assert start("dies between two sends").dies()
    with database.read() as session:
        states = Counter(text.state for text in promised(session).values())
    assert states[OutboundState.SENT] == 1
    assert sum(texts_by_phone(phones).values()) == 1
    work_until_sent(database, start(now=RESTART))
    assert texts_by_phone(phones) == EVERYBODY_ONCE


def test_the_power_goes_after_a_paid_gateway_took_a_text(
    database: Database, start: Start, phones: Path
) -> None:
    """Nobody knows whether it left, so it is never sent again; nobody gets two."""
    assert start("dies after handing over").dies()
    taken = texts_by_phone(phones)
    worker = start("paid", now=RESTART)
    until(lambda: not {OutboundState.QUEUED, OutboundState.SENDING} & states_of(database))
    worker.end()
    assert taken
    assert set(texts_by_phone(phones).values()) == {1}
    with database.read() as session:
        unknown = {
            msisdn
            for msisdn, text in promised(session).items()
            if text.state is OutboundState.UNKNOWN
        }
    assert unknown >= set(taken)


def test_a_restart_repeats_nothing(database: Database, start: Start, phones: Path) -> None:
    for minutes in range(3):
        work_until_sent(database, start(now=MONDAY + minutes * MINUTE))
    assert texts_by_phone(phones) == EVERYBODY_ONCE
    with database.read() as session:
        assert len(editions(session)) == 1


def test_two_workers_at_once_send_one_bulletin(
    database: Database, start: Start, phones: Path
) -> None:
    (phones.parent / "go").unlink()
    workers = [start(), start()]
    until(lambda: all(worker.says("ready") for worker in workers))
    (phones.parent / "go").touch()
    work_until_sent(database, *workers)
    assert texts_by_phone(phones) == EVERYBODY_ONCE
    with database.read() as session:
        assert len(editions(session)) == 1
        assert promised(session).keys() == EVERYBODY_ONCE.keys()


def test_one_of_two_workers_dies_and_the_other_finishes(
    database: Database, start: Start, phones: Path
) -> None:
    (phones.parent / "go").unlink()
    dying, other = start("dies while writing"), start()
    until(lambda: dying.says("ready") and other.says("ready"))
    (phones.parent / "go").touch()
    work_until_sent(database, other)
    assert texts_by_phone(phones) == EVERYBODY_ONCE


def test_the_next_week_is_another_bulletin(database: Database, start: Start, phones: Path) -> None:
    work_until_sent(database, start())
    worker = start(now=MONDAY + WEEK + timedelta(seconds=20))
    until(lambda: texts_by_phone(phones).total() == 6)
    worker.end()
    with database.read() as session:
        assert [made.due_at for made in editions(session)] == [MONDAY, MONDAY + WEEK]
    assert texts_by_phone(phones) == dict.fromkeys(EVERYBODY_ONCE, 2)


def work_until_sent(database: Database, *workers: WorkerProcess) -> None:
    """Let workers run until every text is sent; then tell them to stop, which they do."""
    until(lambda: all_are_addressed(database) and states_of(database) == {OutboundState.SENT})
    for worker in workers:
        worker.end()


def all_are_addressed(database: Database) -> bool:
    """Whether everybody is promised what was made."""
    with database.read() as session:
        made = editions(session)
        return bool(made) and all(edition.addressed_at for edition in made)


def states_of(database: Database) -> set[OutboundState]:
    with database.read() as session:
        return set(session.scalars(select(OutboundMessage.state)))


def texts_by_phone(phones: Path) -> Counter[str]:
    """How many texts each phone got."""
    return Counter(line.split()[0] for line in phones.read_text().splitlines())
