"""What was kept comes back: the same board to the byte, and no promise cut in two."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings
from app.demo import seed_demo
from app.service import open_service
from db.session import Database, open_database
from groups.book import every_line, first_broken_line, write_lines
from groups.groups import find_group
from groups.models import Group
from messaging.kinds import OutboundKind
from messaging.models import InboundMessage, OutboundMessage
from prices.models import PriceObservation
from tests.app.backups import KEYS, empty_of, kind_of, run
from tests.groups.test_book import brought, kirima
from tests.handlers.texting import Phones
from tests.prices.stories import kenya, report_price

PAGES = (
    "/api/v1/prices?format=csv",
    "/api/v1/prices",
    "/api/v1/observations?format=csv",
    "/api/v1/observations",
    "/api/v1/markets?format=csv",
    "/api/v1/commodities?format=csv",
    "/api/v1/coverage?format=csv",
    "/api/v1/bulletins",
    "/",
    "/prices.csv",
    "/map",
    "/map.csv",
    "/market/ke-nakuru",
    "/market/ke-nakuru.csv",
    "/market/ke-nakuru/milk",
    "/commodity/milk",
    "/commodity/milk.csv",
)
PEOPLE = [f"+2547220000{number:02}" for number in range(9)]
WRITERS = 3


@pytest.fixture(autouse=True)
def noon(now: datetime) -> Iterator[None]:
    """A page of one moment: no age on it moves on while it is kept and put back."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def url(database: Database, database_url: str, now: datetime) -> str:
    """Real prices of some people beside the demo's groups, books and made-up prices."""
    service = open_service(settings_of(database_url))
    seed_demo(service, now)
    service.database.engine.dispose()
    with database.begin() as session:
        words = kenya(session)
        for number, msisdn in enumerate(PEOPLE):
            for thing, level in (("milk", 45), ("beans", 118), ("maize", 41)):
                place = ("Nakuru", "Molo", "Kitale")[number % 3]
                report_price(session, words, msisdn, thing, place, level + number % 4, now)
    database.engine.dispose()
    return database_url


def settings_of(url: str) -> Settings:
    return Settings(
        _env_file=None, DATABASE_URL=url, secret_key=KEYS["BEI_SECRET_KEY"], simulator=True
    )


def told_by(url: str) -> dict[str, bytes]:
    """Every page and export of a service, byte for byte."""
    service = open_service(settings_of(url))
    browser = create_app(service.settings, service).test_client()
    answers = {page: browser.get(page) for page in PAGES}
    service.database.engine.dispose()
    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(
        PAGES, 200
    )
    return {page: answer.data for page, answer in answers.items()}


def test_a_restored_service_tells_the_same_to_the_byte(url: str, tmp_path: Path) -> None:
    before = told_by(url)
    assert before["/api/v1/observations?format=csv"].count(b"\n") == 1 + 3 * len(PEOPLE)
    assert len(json.loads(before["/api/v1/prices"])["data"]) >= 9
    assert run("backup", tmp_path / "one.zip", url=url).code == 0
    elsewhere = empty_of(kind_of(url), url, tmp_path)
    ran = run("restore", tmp_path / "one.zip", url=elsewhere)
    assert ran.code == 0, ran.err
    assert told_by(elsewhere) == before


def test_a_moved_service_tells_the_same_to_the_byte(
    url: str, postgresql_server: Database, tmp_path: Path
) -> None:
    before = told_by(url)
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[kind_of(url)]
    server = postgresql_server.engine.url.render_as_string(hide_password=False)
    elsewhere = empty_of(other, server, tmp_path)
    assert run("move", elsewhere, url=url).code == 0
    assert told_by(elsewhere) == before
    home = empty_of(kind_of(url), url, tmp_path)
    assert run("move", home, url=elsewhere).code == 0
    assert told_by(home) == before


def test_a_backup_in_a_storm_of_writes_cuts_nothing_in_two(
    database: Database, database_url: str, now: datetime, tmp_path: Path
) -> None:
    """Texts with their replies and reports, and a book written to by all, while it is kept."""
    with database.begin() as session:
        group = kirima(session, now)
    phones, start, stop = Phones(database, now), Barrier(WRITERS + 1), Event()
    faults = list[BaseException]()

    def write(number: int) -> None:
        start.wait(timeout=60)
        turn = 0
        while not stop.is_set():
            try:
                turn += 1
                phones.text(PEOPLE[number], f"report milk nakuru {40 + turn % 9}")
                with database.begin() as session:
                    line = brought(session, group, f"{number}:{turn}")
                    write_lines(
                        session,
                        group,
                        [line, replace(line, source_key=f"{number}:{turn}:more")],
                        now,
                    )
            except BaseException as fault:
                faults.append(fault)
                return

    threads = [Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    start.wait(timeout=60)
    kept = []
    for name in ("one", "two", "three"):
        ran = run("backup", tmp_path / f"{name}.zip", url=database_url)
        assert ran.code == 0, ran.err
        kept.append(tmp_path / f"{name}.zip")
    stop.set()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    counts = [restored_whole(path, database_url, tmp_path) for path in kept]
    with database.read() as session:
        counts.append(count(session))
    # Each has more than the one before: they were made while all went on.
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def restored_whole(path: Path, url: str, folder: Path) -> int:
    """Put it back elsewhere, and see that whatever belongs together is there together."""
    elsewhere = empty_of(kind_of(url), url, folder)
    ran = run("restore", path, url=elsewhere)
    assert ran.code == 0, ran.err
    restored = open_database(elsewhere)
    with restored.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        whole_book(session, group)
        every_text_has_its_reply(session)
        found = count(session)
    restored.engine.dispose()
    return found


def whole_book(session: Session, group: Group) -> None:
    """The chain holds to its end, and no transaction's second line is missing."""
    assert first_broken_line(session, group.id) is None
    assert sum(1 for _ in every_line(session, group.id)) % 2 == 0


def every_text_has_its_reply(session: Session) -> None:
    inbound = session.scalar(select(func.count()).select_from(InboundMessage))
    handled = select(func.count()).where(InboundMessage.handled_at.is_not(None))
    replies = select(func.count()).where(OutboundMessage.kind == OutboundKind.REPLY)
    told = session.scalar(select(func.count()).select_from(PriceObservation)) or 0
    assert session.scalar(handled) == session.scalar(replies) == inbound
    assert told <= (inbound or 0)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(InboundMessage)) or 0
