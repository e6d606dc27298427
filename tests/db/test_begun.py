"""A transaction that the driver begins and ends, and that SQLAlchemy joins where it has to."""

import pytest
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from db.begun import Begun
from db.prepared import Prepared
from db.session import Database, open_database
from db.upserts import insert_once
from messaging.models import Subscriber
from tests.cast import ACHIENG, KAMAU, OTIENO, WANJIKU
from tests.conftest import NOON

people = Subscriber.__table__
RENAME = Prepared(
    update(people).where(people.c.msisdn == bindparam("who")).values(name=bindparam("name"))
)
NAMES = Prepared(select(people.c.name).order_by(people.c.name))
BACKEND = Prepared(select(func.pg_backend_pid()))
NONSENSE = Prepared(select(func.no_such_function(bindparam("x"))))


def somebody(msisdn: str, name: str) -> Subscriber:
    return Subscriber(msisdn=msisdn, country="KE", created_at=NOON, name=name)


def meet(session: Session, msisdn: str, name: str) -> None:
    """Meet somebody by prepared statements alone."""
    row = {"msisdn": msisdn, "country": "KE", "created_at": NOON, "name": name}
    row |= {"is_demo": False, "has_chosen_language": False}
    assert insert_once(session, Subscriber, row, key="msisdn") is not None


def names(database: Database) -> list[str | None]:
    with database.read() as session:
        return list(session.scalars(select(Subscriber.name).order_by(Subscriber.name)))


def test_what_prepared_statements_write_is_kept_at_the_end(database: Database) -> None:
    with database.begin(is_synced=False) as session:
        assert isinstance(session, Begun)
        meet(session, WANJIKU, "Wanjiku")
        assert NAMES.rows(session, {}) == [("Wanjiku",)]
        assert session.is_plain
    assert names(database) == ["Wanjiku"]
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_whoever_fails_leaves_nothing(database: Database) -> None:
    def write_and_fail(*, joined: bool) -> None:
        with database.begin(is_synced=False) as session:
            meet(session, WANJIKU, "Wanjiku")
            if joined:
                session.add(somebody(OTIENO, "Otieno"))
                session.flush()
            raise RuntimeError

    for joined in (False, True):
        with pytest.raises(RuntimeError):
            write_and_fail(joined=joined)
        assert names(database) == []
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_sqlalchemy_joins_the_same_transaction(database: Database) -> None:
    with database.begin(is_synced=False) as session:
        meet(session, WANJIKU, "Wanjiku")
        session.add(somebody(OTIENO, "Otieno"))
        # What is pending is written before, and each sees what the other wrote.
        assert NAMES.rows(session, {}) == [("Otieno",), ("Wanjiku",)]
        assert session.scalars(select(Subscriber.name).order_by(Subscriber.name)).all() == [
            "Otieno",
            "Wanjiku",
        ]
        RENAME.count(session, {"who": OTIENO, "name": "Oti"})
        session.add(somebody(KAMAU, "Kamau"))  # written by the commit
    assert names(database) == ["Kamau", "Oti", "Wanjiku"]


def test_what_was_only_added_is_written_at_the_end(database: Database) -> None:
    with database.begin(is_synced=False) as session:
        session.add(somebody(WANJIKU, "Wanjiku"))
    assert names(database) == ["Wanjiku"]


def test_a_step_is_undone_with_all_that_prepared_statements_wrote_in_it(
    database: Database,
) -> None:
    def step_and_fail(session: Session) -> None:
        with session.begin_nested():
            meet(session, OTIENO, "Otieno")
            raise RuntimeError

    with database.begin(is_synced=False) as session:
        meet(session, WANJIKU, "Wanjiku")
        with pytest.raises(RuntimeError):
            step_and_fail(session)
        with session.begin_nested():
            meet(session, KAMAU, "Kamau")
        meet(session, ACHIENG, "Achieng")
    assert names(database) == ["Achieng", "Kamau", "Wanjiku"]


def test_a_step_that_failed_in_sqlalchemy_is_undone_too(database: Database) -> None:
    def meet_twice(session: Session) -> None:
        with session.begin_nested():
            session.add(somebody(WANJIKU, "Wanjiku again"))

    with database.begin(is_synced=False) as session:
        meet(session, WANJIKU, "Wanjiku")
        with pytest.raises(IntegrityError):
            meet_twice(session)
        meet(session, OTIENO, "Otieno")
    assert names(database) == ["Otieno", "Wanjiku"]


def test_a_statement_that_failed_is_not_committed_away(database: Database) -> None:
    """PostgreSQL rolls back whoever commits then, and says so in a word that is easily missed."""
    if database.is_a_file:
        pytest.skip("a file undoes the one statement")

    def write_on() -> None:
        with database.begin(is_synced=False) as session:
            meet(session, WANJIKU, "Wanjiku")
            with pytest.raises(DBAPIError):
                NONSENSE.rows(session, {"x": "1"})

    with pytest.raises(DBAPIError, match="nothing was committed"):
        write_on()
    assert names(database) == []


def test_a_connection_that_breaks_is_thrown_away(database: Database) -> None:
    if database.is_a_file:
        pytest.skip("a file closes no connection")

    def be_cut_off() -> None:
        with database.begin(is_synced=False) as session:
            pid = BACKEND.first(session, {})
            assert pid is not None
            other = open_database(database.engine.url.render_as_string(hide_password=False))
            with other.begin() as killing:
                killing.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid[0]})
            other.engine.dispose()
            meet(session, WANJIKU, "Wanjiku")

    with pytest.raises(DBAPIError):
        be_cut_off()
    with database.begin(is_synced=False) as session:
        meet(session, WANJIKU, "Wanjiku")
    assert names(database) == ["Wanjiku"]
