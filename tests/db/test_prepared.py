"""A statement run by the driver itself does what SQLAlchemy's own would have done."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import (
    IntegrityError,
    OperationalError,
    PendingRollbackError,
    ProgrammingError,
)

from db.prepared import Prepared
from db.session import Database
from messaging.kinds import Channel
from messaging.models import ConsentEvent, DayBudget, Subscriber, UssdSession
from tests.cast import KAMAU, WANJIKU
from tests.conftest import NOON

people, calls = Subscriber.__table__, UssdSession.__table__
BY_NUMBER = Prepared(
    select(people.c.msisdn, people.c.created_at, people.c.is_demo).where(
        people.c.msisdn == bindparam("msisdn")
    )
)


def somebody(msisdn: str = WANJIKU) -> Subscriber:
    return Subscriber(msisdn=msisdn, country="KE", created_at=NOON)


def test_values_come_back_as_the_columns_types_read_them(database: Database) -> None:
    with database.begin() as session:
        session.add(somebody())
    with database.read() as session:
        assert BY_NUMBER.rows(session, {"msisdn": WANJIKU}) == [(WANJIKU, NOON, False)]
        assert BY_NUMBER.first(session, {"msisdn": WANJIKU}) == (WANJIKU, NOON, False)
        assert BY_NUMBER.first(session, {"msisdn": KAMAU}) is None
        assert BY_NUMBER.rows(session, {"msisdn": KAMAU}) == []


def test_what_is_made_of_a_row_is_made_again_where_it_changed(database: Database) -> None:
    known: dict[tuple[object, ...], tuple[str, object]] = {}

    def read() -> list[tuple[str, object]]:
        with database.read() as session:
            return BY_NUMBER.made(session, {"msisdn": WANJIKU}, lambda row: (row[0], row[1]), known)

    with database.begin() as session:
        session.add(somebody())
    (first,) = read()
    assert first == (WANJIKU, NOON)
    assert read()[0] is first
    later = NOON.replace(hour=10)
    with database.begin() as session:
        session.execute(update(Subscriber).values(created_at=later))
    assert read() == [(WANJIKU, later)]


def test_json_enumerations_and_money_go_in_and_come_out(database: Database) -> None:
    columns = ("gateway", "gateway_session_id", "subscriber_id", "service_code", "transcript",
               "state", "answer", "channel", "started_at", "updated_at")  # fmt: skip
    begin = Prepared(
        insert(UssdSession)
        .values({name: bindparam(name) for name in columns})
        .returning(calls.c.id, calls.c.state, calls.c.channel)
    )
    budget = DayBudget.__table__
    spent = Prepared(select(budget.c.spent).where(budget.c.name == "asks"))
    with database.begin() as session:
        wanjiku = somebody()
        session.add_all([wanjiku, DayBudget(name="asks", day=NOON.date(), spent=Decimal("0.5"))])
        session.flush()
        values = (
            "a",
            "1",
            wanjiku.id,
            "*1#",
            "",
            {"frames": ["é"]},
            "-",
            Channel.VOICE,
            NOON,
            NOON,
        )
        row = begin.first(session, dict(zip(columns, values, strict=True)))
        assert row is not None
        assert row[1:] == ({"frames": ["é"]}, Channel.VOICE)
        assert spent.first(session, {}) == (Decimal("0.5000"),)
        assert session.get_one(UssdSession, row[0]).state == {"frames": ["é"]}


def test_what_is_pending_counts_and_what_it_changes_is_counted(database: Database) -> None:
    rename = Prepared(
        update(people).where(people.c.msisdn == bindparam("who")).values(name=bindparam("name"))
    )
    with database.begin() as session:
        session.add(somebody())
        assert rename.count(session, {"who": WANJIKU, "name": "Wanjiku"}) == 1
        assert rename.count(session, {"who": KAMAU, "name": "Kamau"}) == 0
    with database.read() as session:
        assert session.scalar(select(Subscriber.name)) == "Wanjiku"


def test_it_is_in_the_transaction(database: Database) -> None:
    add = Prepared(
        insert(people).values(
            msisdn=bindparam("msisdn"), country="KE", created_at=bindparam("at"), is_demo=False,
            has_chosen_language=False,
        )
    )  # fmt: skip
    with database.read() as session:  # which keeps nothing
        assert add.count(session, {"msisdn": WANJIKU, "at": NOON}) == 1
    with database.begin() as session:
        add.count(session, {"msisdn": KAMAU, "at": NOON})
    with database.read() as session:
        assert session.scalars(select(Subscriber.msisdn)).all() == [KAMAU]


def test_errors_are_those_that_everybody_knows(database: Database) -> None:
    add = Prepared(
        insert(ConsentEvent).values(
            subscriber_id=bindparam("id"), opted_in=True, channel=Channel.SMS, wording="START",
            happened_at=datetime(2026, 11, 24, tzinfo=UTC),
        )
    )  # fmt: skip
    with database.read() as session, pytest.raises(IntegrityError):
        add.count(session, {"id": 999})
    nonsense = Prepared(select(func.no_such_function(bindparam("x"))))
    with database.read() as session, pytest.raises((OperationalError, ProgrammingError)):
        nonsense.rows(session, {"x": "1"})
    with database.read() as session:  # and the connection is as good as before
        assert BY_NUMBER.rows(session, {"msisdn": WANJIKU}) == []


def test_after_an_error_nothing_goes_on(database: Database) -> None:
    with database.read() as session:
        session.add(somebody())
        assert BY_NUMBER.rows(session, {"msisdn": WANJIKU})
        session.add(somebody())
        with pytest.raises(IntegrityError):
            session.flush()
        # What SQLAlchemy rolled back is over: beyond it every statement would stand alone.
        with pytest.raises(PendingRollbackError):
            BY_NUMBER.rows(session, {"msisdn": WANJIKU})
        session.rollback()
        assert BY_NUMBER.rows(session, {"msisdn": WANJIKU}) == []


def test_one_transaction_after_another(database: Database) -> None:
    with database.read() as session:
        assert BY_NUMBER.rows(session, {"msisdn": WANJIKU}) == []
        session.rollback()
        with database.begin() as other:
            other.add(somebody())
        assert BY_NUMBER.rows(session, {"msisdn": WANJIKU}) == [(WANJIKU, NOON, False)]
        assert session.in_transaction()


def test_a_moment_without_its_zone_is_refused(database: Database) -> None:
    later = Prepared(select(people.c.id).where(people.c.created_at > bindparam("since")))
    with database.read() as session, pytest.raises(ValueError, match="time zone"):
        later.rows(session, {"since": NOON.replace(tzinfo=None)})


def test_a_value_may_stand_in_several_places(database: Database) -> None:
    around = Prepared(
        select(people.c.msisdn).where(
            people.c.created_at >= bindparam("at"), people.c.created_at <= bindparam("at")
        )
    )
    with database.begin() as session:
        session.add(somebody())
        assert around.rows(session, {"at": NOON}) == [(WANJIKU,)]


def test_it_is_carried_out_for_each_row(database: Database) -> None:
    rename = Prepared(
        update(people).where(people.c.msisdn == bindparam("who")).values(name=bindparam("name"))
    )
    wanjiku, kamau = {"who": WANJIKU, "name": "Wanjiku"}, {"who": KAMAU, "name": "Kamau"}
    with database.begin() as session:
        session.add_all([somebody(), somebody(KAMAU)])
        rename.each(session, [])
        rename.each(session, [wanjiku, kamau])
        rename.each(session, [wanjiku | {"name": "Mama Wanjiku"}])
    with database.read() as session:
        named = session.scalars(select(Subscriber.name).order_by(Subscriber.id)).all()
        assert named == ["Mama Wanjiku", "Kamau"]
