"""Who only looks: no transaction, a connection at hand, and nothing left behind."""

import pytest
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.exc import DBAPIError

from db.looking import Looking, MayNotWriteError
from db.prepared import Prepared
from db.session import Database, open_database
from messaging.models import Subscriber
from messaging.subscribers import find_subscriber, subscriber_of
from tests.cast import WANJIKU
from tests.conftest import NOON

people = Subscriber.__table__
RENAME = Prepared(
    update(people).where(people.c.msisdn == bindparam("who")).values(name=bindparam("name"))
)
NAMES = Prepared(select(people.c.name))
BACKEND = Prepared(select(func.pg_backend_pid()))


def test_each_statement_is_kept_at_once(database: Database) -> None:
    with database.begin() as session:
        session.add(Subscriber(msisdn=WANJIKU, country="KE", created_at=NOON))
    with database.look() as session:
        assert RENAME.count(session, {"who": WANJIKU, "name": "Wanjiku"}) == 1
        # SQLAlchemy's own statements see it, and so does everybody else.
        assert session.scalars(select(Subscriber.name)).all() == ["Wanjiku"]
        with database.read() as other:
            assert other.scalars(select(Subscriber.name)).all() == ["Wanjiku"]


def test_connections_are_given_back_whatever_happens(database: Database) -> None:
    def look_and_fail() -> None:
        with database.look() as session:
            RENAME.count(session, {"who": WANJIKU, "name": "Wanjiku"})
            session.scalars(select(Subscriber.name)).all()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        look_and_fail()
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_connection_that_breaks_is_thrown_away(database: Database) -> None:
    if database.is_a_file:
        pytest.skip("a file closes no connection")
    with database.look() as session:
        gone = BACKEND.first(session, {})
        assert gone is not None
        other = open_database(database.engine.url.render_as_string(hide_password=False))
        with other.begin() as killing:
            killing.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": gone[0]})
        other.engine.dispose()
        with pytest.raises(DBAPIError) as raised:
            BACKEND.first(session, {})
        assert raised.value.orig is not None
    with database.look() as session:
        assert BACKEND.first(session, {}) not in {None, gone}


def test_what_the_server_forgot_is_prepared_anew(database: Database) -> None:
    if database.is_a_file:
        pytest.skip("a file prepares nothing")
    with database.look() as session:
        first = BACKEND.first(session, {})
        RENAME.count(session, {"who": WANJIKU, "name": "Wanjiku"})
    with database.read() as session:  # on the same connection, as a roll back ends there
        session.execute(text("DEALLOCATE ALL"))
    with database.look() as session:
        assert BACKEND.first(session, {}) == first
        assert RENAME.count(session, {"who": WANJIKU, "name": "Wanjiku"}) == 0


def refuses_a_change(session: Looking, person: Subscriber) -> None:
    """Nobody writes that a person has another name, nor reads past it."""
    session.flush()  # nothing has changed so far
    person.name = "Wanjiku"
    with pytest.raises(MayNotWriteError):
        session.flush()
    with pytest.raises(MayNotWriteError):
        session.scalars(select(Subscriber)).all()  # which would write it first


def test_who_may_not_write_is_stopped_before_anything_is_written(database: Database) -> None:
    with database.begin() as session:
        session.add(Subscriber(msisdn=WANJIKU, country="KE", created_at=NOON))
    renamed = update(Subscriber).values(name="Wanjiku")
    with database.look(may_write=False) as session:
        person = session.scalars(select(Subscriber)).one()
        assert NAMES.rows(session, {}) == [(None,)]
        with pytest.raises(MayNotWriteError):
            RENAME.count(session, {"who": WANJIKU, "name": "Wanjiku"})
        with pytest.raises(MayNotWriteError):
            session.execute(renamed)
        with pytest.raises(MayNotWriteError):
            session.connection().execute(renamed)
        with pytest.raises(MayNotWriteError):
            session.begin_nested()
        refuses_a_change(session, person)
    with database.read() as session:
        assert NAMES.rows(session, {}) == [(None,)]


def test_what_is_watched_may_not_be_changed(database: Database) -> None:
    with database.begin() as session:
        session.add(Subscriber(msisdn=WANJIKU, country="KE", created_at=NOON))
    with database.look(may_write=False) as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        assert find_subscriber(session, WANJIKU) is person
        assert subscriber_of(session, person.id) is person
        assert not session.in_transaction()  # which would take longer than to look
        refuses_a_change(session, person)
    with database.look() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        person.name = "Njeri"
        session.flush()
        session.commit()
    with database.read() as session:
        assert NAMES.rows(session, {}) == [("Njeri",)]
