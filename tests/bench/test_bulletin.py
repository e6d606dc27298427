"""What `python -m bench.bulletin` measures, in small: all get one, the floor does as much."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.config import Settings
from app.service import Service, open_service
from bench import bulletin_world
from bench.bulletin import Drained, writing
from bench.bulletin_floor import copy_rows, make_floor, post
from bench.bulletin_world import CROWD, fill, in_state, let_it_be_due, promised, queue
from messaging.kinds import OutboundState
from scheduler.bulletins import publish_due
from tests.stand_in.journal import read_journal
from tests.stand_in.plan import Plan
from tests.stand_in.standin import StandIn

PEOPLE = 60


@pytest.fixture
def service(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A small county, on both databases in turn."""
    monkeypatch.setattr(bulletin_world, "FARMERS", 40)
    monkeypatch.setattr(bulletin_world, "HOMES", 4)
    opened = open_service(Settings(_env_file=None, DATABASE_URL=database_url))
    fill(opened, datetime.now(UTC), people=PEOPLE)
    return opened


def test_everybody_is_promised_one_and_the_floor_writes_as_many_rows(
    service: Service, database_url: str
) -> None:
    now = datetime.now(UTC)
    let_it_be_due(service.database, now)
    assert publish_due(service.database, service.catalogue, now) == 1
    assert promised(service.database) == PEOPLE
    make_floor(database_url)
    assert copy_rows(database_url, edition=1, text="KIRIMA", name=CROWD) == PEOPLE
    with service.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM floor")) == PEOPLE
    service.database.engine.dispose()


def test_the_table_puts_the_floor_beside_us(
    service: Service, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_floor(database_url)
    figure = writing("SQLite", service, database_url, PEOPLE)
    assert figure.name == f"bulletin promised to {PEOPLE}, SQLite"
    assert figure.is_met
    told = capsys.readouterr().out
    head, line, *texts = told[told.index("SQLite") :].splitlines()
    assert head.split() == ["SQLite", "Bei", "floor", "goal"]
    assert line.startswith(f"written and promised to {PEOPLE}")
    assert "x" in line.split()
    assert texts
    assert all("KIRIMA" in line for line in texts)
    service.database.engine.dispose()


def test_so_many_wait_for_one_moment(service: Service) -> None:
    now = datetime.now(UTC)
    let_it_be_due(service.database, now)
    publish_due(service.database, service.catalogue, now)
    queue(service.database, messages=25, due_at=now + timedelta(minutes=1))
    assert promised(service.database) == 25
    assert in_state(service.database, OutboundState.QUEUED) == 25
    service.database.engine.dispose()


def test_the_floor_posts_as_we_do(tmp_path: Path) -> None:
    with StandIn(Plan(), tmp_path / "journal") as stand_in:
        post(stand_in.url, first=0, messages=250, senders=2, begins_at=datetime.now(UTC))
        calls = read_journal(tmp_path / "journal")
    assert sorted(len(call.accepted) for call in calls) == [50, 100, 100]
    assert len({number for call in calls for number, _ in call.accepted}) == 250


def test_a_rate_counts_from_the_moment_the_queue_was_due() -> None:
    drained = Drained(messages=5_000, calls=50, seconds=2.0, gateway=0.5)
    assert (drained.rate, drained.each) == (2_500, 100)
