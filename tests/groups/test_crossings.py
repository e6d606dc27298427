"""A price that thousands watch moves: all their crossings are written down at once."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from db.session import Database
from groups.alert_rules import AlertWay
from groups.crossings import look_at, moved, watched_in
from groups.models import AlertCrossing, CrossingEnd, PriceAlert, WatchedPrice
from messaging.models import Subscriber
from tests.groups.watched import cell, tell, words_of

MANY = 1_200
CROWD = "One of very many"
DAY = timedelta(days=1)


def many_watch(session: Session, now: datetime) -> None:
    """So many people wait for milk at Nakuru to come to 50, and one for it to come to 60."""
    milk = cell(session)
    watched = WatchedPrice(
        commodity_code=milk.commodity, place_id=milk.place_id, price_type=milk.price_type, seen=""
    )
    session.add(watched)
    session.flush()
    people = [
        {
            "msisdn": f"+2547550{number:05d}",
            "name": CROWD,
            "country": "KE",
            "created_at": now,
        }
        for number in range(MANY + 1)
    ]
    session.execute(insert(Subscriber), people)
    everybody = session.scalars(select(Subscriber.id).where(Subscriber.name == CROWD))
    alerts = [
        {
            "subscriber_id": id_,
            "watched_price_id": watched.id,
            "way": AlertWay.ABOVE,
            "price": Decimal(50 if number < MANY else 60),
            "base_units": Decimal(1),
            "began_at": now,
        }
        for number, id_ in enumerate(everybody)
    ]
    session.execute(insert(PriceAlert), alerts)


def look(database: Database, now: datetime) -> tuple[int, int]:
    """The worker looks at what moved: how many crossed, and how many statements that took."""
    with database.read() as session:
        watched = watched_in(session, "KE")
        words = words_of(session)
        changed = moved(session, words, watched, now)
    run: list[str] = []

    def count(*about: object) -> None:
        run.append(str(about[2]))

    event.listen(database.engine, "before_cursor_execute", count)
    with database.begin() as session:
        crossed = sum(look_at(session, words, one, sign, now) for one, sign in changed)
    event.remove(database.engine, "before_cursor_execute", count)
    return crossed, len(run)


def test_thousands_cross_in_a_few_statements(database: Database, now: datetime) -> None:
    with database.begin() as session:
        many_watch(session, now)
        tell(session, now, 47)
    assert look(database, now)[0] == 0
    with database.begin() as session:
        tell(session, now + DAY, 54)
    crossed, statements = look(database, now + DAY)
    assert crossed == MANY
    assert statements < 30
    assert look(database, now + DAY) == (0, 0)
    with database.begin() as session:
        tell(session, now + 2 * DAY, 42, people=8)
    assert look(database, now + 2 * DAY)[0] == 0
    with database.read() as session:
        outcomes = session.execute(
            select(AlertCrossing.outcome, func.count()).group_by(AlertCrossing.outcome)
        ).all()
        assert [tuple(one) for one in outcomes] == [(CrossingEnd.CROSSED_BACK, MANY)]


def test_who_comes_second_finds_it_looked_at(database: Database, now: datetime) -> None:
    with database.begin() as session:
        many_watch(session, now)
        tell(session, now, 54)
    with database.read() as session:
        words = words_of(session)
        ((one, sign),) = moved(session, words, watched_in(session, "KE"), now)
    for crossed in (MANY, 0):
        with database.begin() as session:
            assert look_at(session, words, one, sign, now) == crossed


def test_where_nobody_tells_anything_nothing_is_looked_at_again(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        many_watch(session, now)
    assert look(database, now)[1] > 0
    assert look(database, now + DAY) == (0, 0)
