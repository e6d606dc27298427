"""What everything rests on: exact money, moments with a zone, and writers that take turns."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, StatementError

from db.session import Database, open_database
from messaging.models import ConsentEvent, OutboundMessage, Subscriber
from messaging.subscribers import get_or_create_subscriber
from prices.models import Place, UnitFactor
from tests.cast import WANJIKU

NAIROBI = timezone(timedelta(hours=3))


def test_money_stays_exact(database: Database) -> None:
    with database.begin() as session:
        factor = session.scalars(select(UnitFactor).limit(1)).one()
        factor.low = Decimal("0.1") + Decimal("0.2")
        factor.high = Decimal("123456.654321")
        id_ = factor.id
    with database.read() as session:
        kept = session.get_one(UnitFactor, id_)
        assert (kept.low, kept.high) == (Decimal("0.3"), Decimal("123456.654321"))
        above = select(func.count()).where(UnitFactor.high > Decimal("123456.6"))
        assert session.scalar(above) == 1


def test_a_moment_comes_back_as_the_same_moment(database: Database, now: datetime) -> None:
    with database.begin() as session:
        person = get_or_create_subscriber(
            session, WANJIKU, default_country="KE", now=now.astimezone(NAIROBI)
        )
    with database.read() as session:
        assert session.get_one(Subscriber, person.id).created_at == now
        assert session.get_one(Subscriber, person.id).created_at.tzinfo is not None


def test_a_moment_without_a_zone_is_refused(database: Database, now: datetime) -> None:
    with pytest.raises(StatementError, match="needs its time zone"), database.begin() as session:
        get_or_create_subscriber(
            session, WANJIKU, default_country="KE", now=now.replace(tzinfo=None)
        )


def test_what_raises_leaves_nothing(database: Database, now: datetime) -> None:
    def break_off() -> None:
        with database.begin() as session:
            get_or_create_subscriber(session, WANJIKU, default_country="KE", now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 0


def test_whoever_looks_keeps_nothing(database: Database, now: datetime) -> None:
    with database.read() as session:
        get_or_create_subscriber(session, WANJIKU, default_country="KE", now=now)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 0


def test_many_writers_take_turns(database: Database, now: datetime) -> None:
    with database.begin() as session:
        person_id = get_or_create_subscriber(session, WANJIKU, default_country="KE", now=now).id

    def write(number: int) -> None:
        with database.begin() as session:
            # To read and then to write is what fails at once without the write lock.
            session.scalar(select(func.count()).select_from(OutboundMessage))
            session.add(
                ConsentEvent(
                    subscriber_id=person_id,
                    opted_in=True,
                    channel="sms",
                    wording=str(number),
                    happened_at=now,
                )
            )

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(80)))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ConsentEvent)) == 80


def test_a_file_that_is_no_database_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "bei.db").write_text("not a database, but long enough to be taken for one" * 40)
    opened = open_database(f"sqlite:///{tmp_path / 'bei.db'}")
    with pytest.raises(Exception, match="not a database"), opened.read() as session:
        session.scalar(select(func.count()).select_from(Subscriber))
    opened.engine.dispose()


def test_a_folder_for_the_file_is_made(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'var' / 'deep' / 'bei.db'}")
    with pytest.raises(OperationalError, match="no such table"), opened.read() as session:
        session.scalar(select(func.count()).select_from(Subscriber))
    assert (tmp_path / "var" / "deep").is_dir()
    opened.engine.dispose()


def test_a_connection_that_the_server_closed_is_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_a_file:
        pytest.skip("a file closes no connection")
    monkeypatch.setattr("db.session.PING_AFTER_SECONDS", -1)
    with database.read() as session:
        first = session.scalar(text("SELECT pg_backend_pid()"))
    other = open_database(database.engine.url.render_as_string(hide_password=False))
    with other.begin() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
    other.engine.dispose()
    with database.read() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != first


def test_what_somebody_left_open_is_undone(database: Database) -> None:
    connection = database.engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("BEGIN")
    cursor.execute("UPDATE place SET name = 'gone'")
    cursor.close()
    connection.close()
    with database.read() as session:
        assert session.scalar(select(func.count()).where(Place.name == "gone")) == 0
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
