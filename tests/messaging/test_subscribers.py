from datetime import datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from db.session import Database
from messaging.models import Subscriber
from messaging.subscribers import find_subscriber, get_or_create_subscriber, subscriber_of
from tests.cast import NAKATO, WANJIKU


def test_farmer_is_met_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        first = get_or_create_subscriber(session, WANJIKU, default_country="KE", now=now)
    with database.begin() as session:
        again = get_or_create_subscriber(session, WANJIKU, default_country="KE", now=now)
        assert again.id == first.id
        assert again.language is None
        assert again.created_at == now


def test_she_is_found_by_her_id_as_the_session_has_her(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = get_or_create_subscriber(session, WANJIKU, default_country="KE", now=now)
        session.flush()
        assert subscriber_of(session, wanjiku.id) is wanjiku
    with database.begin() as session:
        found = subscriber_of(session, wanjiku.id)
        assert not session.is_modified(found)
        assert find_subscriber(session, WANJIKU) is found
        found.name = "Wanjiku"
    with database.read() as session:
        named = session.get_one(Subscriber, wanjiku.id)
        assert (named.name, named.created_at, named.is_demo) == ("Wanjiku", now, False)
        with pytest.raises(NoResultFound):
            subscriber_of(session, wanjiku.id + 1)


def test_farmers_country_is_that_of_her_number(database: Database, now: datetime) -> None:
    with database.begin() as session:
        nakato = get_or_create_subscriber(session, NAKATO, default_country="KE", now=now)
        assert nakato.country == "UG"


def test_visitor_from_a_country_not_served_is_served_as_here(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        visitor = get_or_create_subscriber(session, "+14133881111", default_country="KE", now=now)
        assert visitor.country == "KE"


def test_the_gateway_last_written_through_is_remembered(database: Database, now: datetime) -> None:
    for gateway in ("africastalking", None, "twilio", None):
        with database.begin() as session:
            get_or_create_subscriber(
                session, WANJIKU, default_country="KE", now=now, gateway=gateway
            )
    with database.read() as session:
        wanjiku = find_subscriber(session, WANJIKU)
        assert wanjiku is not None
        assert wanjiku.gateway == "twilio"


def test_a_stranger_is_not_found(database: Database) -> None:
    with database.read() as session:
        assert find_subscriber(session, WANJIKU) is None


def test_two_processes_meet_the_same_farmer_at_once(database: Database, now: datetime) -> None:
    ready = Barrier(4, timeout=20)
    met: list[int] = []

    def meet() -> None:
        ready.wait()
        with database.begin() as session:
            met.append(get_or_create_subscriber(session, WANJIKU, default_country="KE", now=now).id)

    processes = [Thread(target=meet) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert len(met) == 4
    assert len(set(met)) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 1
