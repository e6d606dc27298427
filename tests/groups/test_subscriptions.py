"""Stories of people who subscribe to weekly prices, and end it."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

from sqlalchemy import func, select

from db.session import Database
from groups.models import BulletinList, Subscription
from groups.subscriptions import (
    active_subscribers,
    subscribe,
    subscriptions_of,
    unsubscribe,
    weekly_lists_of,
)
from tests.cast import KAMAU, WANJIKU
from tests.groups.stories import GITHUNGURI, NAKURU, meet, place_id

NAIROBI = "Africa/Nairobi"


def test_wanjiku_subscribes_to_milk_every_monday_at_seven(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        wanjiku, nakuru = meet(session, WANJIKU, now), place_id(session, NAKURU)
        subscribe(session, wanjiku, commodity="milk", place_id=nakuru, timezone=NAIROBI, now=now)
    with database.read() as session:
        opened = session.scalars(select(BulletinList)).one()
        assert (opened.commodity_code, opened.place_id) == ("milk", nakuru)
        assert (opened.bulletin_weekdays, opened.bulletin_hour) == (1, 7)
        assert opened.timezone == NAIROBI
        assert opened.next_bulletin_at is None
        assert [person.msisdn for person in active_subscribers(session, opened)] == [WANJIKU]


def test_subscribing_twice_is_one_subscription(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku, kamau = meet(session, WANJIKU, now), meet(session, KAMAU, now)
        nakuru = place_id(session, NAKURU)
        lists = [
            subscribe(session, person, commodity="milk", place_id=nakuru, timezone=NAIROBI, now=now)
            for person in (wanjiku, wanjiku, kamau)
        ]
        assert len(set(lists)) == 1
        assert active_subscribers(session, lists[0]) == [wanjiku, kamau]


def test_ending_one_leaves_the_others(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        nakuru, githunguri = place_id(session, NAKURU), place_id(session, GITHUNGURI)
        wanted = [("milk", nakuru), ("maize", nakuru), ("milk", githunguri)]
        for commodity, place in wanted:
            subscribe(
                session, wanjiku, commodity=commodity, place_id=place, timezone=NAIROBI, now=now
            )
        assert _pairs(subscriptions_of(session, wanjiku)) == wanted

        ended = unsubscribe(session, wanjiku, commodity="maize", place_id=nakuru, now=now)
        assert ended == [("maize", nakuru)]
        assert unsubscribe(session, wanjiku, commodity="maize", place_id=None, now=now) == []
        ended = unsubscribe(session, wanjiku, commodity=None, place_id=githunguri, now=now)
        assert ended == [("milk", githunguri)]
        assert _pairs(subscriptions_of(session, wanjiku)) == [("milk", nakuru)]


def test_wanjiku_sees_what_she_gets_each_week(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku, kamau = meet(session, WANJIKU, now), meet(session, KAMAU, now)
        nakuru, githunguri = place_id(session, NAKURU), place_id(session, GITHUNGURI)
        for person, commodity, place in (
            (wanjiku, "milk", nakuru),
            (wanjiku, "maize", githunguri),
            (kamau, "beans", nakuru),
        ):
            subscribe(
                session, person, commodity=commodity, place_id=place, timezone=NAIROBI, now=now
            )
            now += timedelta(minutes=1)
        assert weekly_lists_of(session, wanjiku.id) == [
            ("milk", nakuru, 1, None, 7, NAIROBI),
            ("maize", githunguri, 1, None, 7, NAIROBI),
        ]
        # What was done a moment ago counts.
        unsubscribe(session, wanjiku, commodity="milk", place_id=nakuru, now=now)
        assert weekly_lists_of(session, wanjiku.id) == [("maize", githunguri, 1, None, 7, NAIROBI)]


def test_ending_a_commodity_ends_it_at_every_place(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        nakuru, githunguri = place_id(session, NAKURU), place_id(session, GITHUNGURI)
        for commodity, place in [("milk", nakuru), ("maize", nakuru), ("milk", githunguri)]:
            subscribe(
                session, wanjiku, commodity=commodity, place_id=place, timezone=NAIROBI, now=now
            )
        ended = unsubscribe(session, wanjiku, commodity="milk", place_id=None, now=now)
        assert ended == [("milk", nakuru), ("milk", githunguri)]
        ended = unsubscribe(session, wanjiku, commodity=None, place_id=None, now=now)
        assert ended == [("maize", nakuru)]
        assert unsubscribe(session, wanjiku, commodity=None, place_id=None, now=now) == []


def test_one_persons_end_is_nobody_elses(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku, kamau = meet(session, WANJIKU, now), meet(session, KAMAU, now)
        nakuru = place_id(session, NAKURU)
        for person in (wanjiku, kamau):
            milk = subscribe(
                session, person, commodity="milk", place_id=nakuru, timezone=NAIROBI, now=now
            )
        unsubscribe(session, wanjiku, commodity="milk", place_id=nakuru, now=now)
        assert active_subscribers(session, milk) == [kamau]


def test_wanjiku_comes_back_to_a_list(database: Database, now: datetime) -> None:
    later = now + timedelta(days=9)
    with database.begin() as session:
        wanjiku, nakuru = meet(session, WANJIKU, now), place_id(session, NAKURU)
        subscribe(session, wanjiku, commodity="milk", place_id=nakuru, timezone=NAIROBI, now=now)
        unsubscribe(session, wanjiku, commodity=None, place_id=None, now=now)
        again = subscribe(
            session, wanjiku, commodity="milk", place_id=nakuru, timezone=NAIROBI, now=later
        )
        assert active_subscribers(session, again) == [wanjiku]
    with database.read() as session:
        subscription = session.scalars(select(Subscription)).one()
        assert (subscription.started_at, subscription.ended_at) == (later, None)


def test_two_first_subscribers_at_once_open_one_list(database: Database, now: datetime) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, now), meet(session, KAMAU, now)
        nakuru = place_id(session, NAKURU)
    start = Barrier(2)

    def text_subscribe(msisdn: str) -> None:
        with database.begin() as session:
            person = meet(session, msisdn, now)
            if session.get_bind().dialect.name == "postgresql":
                start.wait(timeout=10)  # on SQLite the second waits for the first to commit
            subscribe(session, person, commodity="milk", place_id=nakuru, timezone=NAIROBI, now=now)

    threads = [Thread(target=text_subscribe, args=[person]) for person in (WANJIKU, KAMAU)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(BulletinList)) == 1
        assert session.scalar(select(func.count()).select_from(Subscription)) == 2


def _pairs(lists: list[BulletinList]) -> list[tuple[str, int]]:
    return [(each.commodity_code, each.place_id) for each in lists]
