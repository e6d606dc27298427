"""Who watches what: set, replaced, listed, ended; ten at most."""

from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from groups.alert_rules import AlertWay, Zone
from groups.alerts import (
    MOST,
    AlertSet,
    TooMany,
    Wanted,
    alerts_of,
    end_alert,
    end_alerts,
    set_alert,
)
from groups.models import AlertCrossing, CrossingEnd, PriceAlert, WatchedPrice
from prices.kinds import PriceType
from tests.cast import KAMAU, WANJIKU
from tests.groups.stories import meet
from tests.groups.watched import cell, tell, watch, words_of

MINUTE = timedelta(minutes=1)


def above(session: Session, price: int, place: str = "Nakuru", commodity: str = "milk") -> Wanted:
    return Wanted(cell(session, place, commodity), AlertWay.ABOVE, Decimal(price))


def set_for(
    session: Session, wanted: Wanted, now: datetime, msisdn: str = WANJIKU
) -> AlertSet | TooMany:
    person = meet(session, msisdn, now)
    return set_alert(session, person, wanted, watch(session, wanted.cell, now), now)


def wanted_of(session: Session, now: datetime, msisdn: str = WANJIKU) -> list[Wanted]:
    return [one.wanted for one in alerts_of(session, meet(session, msisdn, now))]


def test_it_is_set_listed_and_ended(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanted = above(session, 50)
        found = set_for(session, wanted, now)
        assert isinstance(found, AlertSet)
        assert (found.alert.wanted, found.alert.zone) == (wanted, Zone.WITHIN)
        assert wanted_of(session, now) == [wanted]
        wanjiku = meet(session, WANJIKU, now)
        assert end_alert(session, wanjiku, found.alert.id, now) == found.alert
        assert end_alert(session, wanjiku, found.alert.id, now) is None
        assert wanted_of(session, now) == []


def test_nobody_ends_anothers(database: Database, now: datetime) -> None:
    with database.begin() as session:
        found = set_for(session, above(session, 50), now)
        assert isinstance(found, AlertSet)
        kamau = meet(session, KAMAU, now)
        assert end_alert(session, kamau, found.alert.id, now) is None
        assert end_alerts(session, kamau, commodity=None, place_id=None, now=now) == []
        assert len(wanted_of(session, now)) == 1


def test_another_figure_takes_its_place(database: Database, now: datetime) -> None:
    with database.begin() as session:
        set_for(session, above(session, 50), now)
        set_for(session, above(session, 55), now + MINUTE)
        assert [one.price for one in wanted_of(session, now)] == [55]


def test_the_other_way_another_type_and_another_place_are_others(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        milk = cell(session)
        every = [
            Wanted(milk, AlertWay.ABOVE, Decimal(50)),
            Wanted(milk, AlertWay.BELOW, Decimal(40)),
            Wanted(milk, AlertWay.UNUSUAL),
            Wanted(cell(session, price_type=PriceType.RETAIL), AlertWay.ABOVE, Decimal(70)),
            Wanted(cell(session, "Molo"), AlertWay.ABOVE, Decimal(50)),
            Wanted(
                cell(session, "Kitale", "maize"),
                AlertWay.BELOW,
                Decimal(3600),
                "bag_90kg",
                Decimal(90),
            ),
        ]
        for wanted in every:
            set_for(session, wanted, now)
        assert wanted_of(session, now) == every
        kept = session.scalars(select(WatchedPrice)).all()
        assert len(kept) == 4


def test_a_price_that_is_there_already_waits_for_the_next_time(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        tell(session, now, 52)
        found = set_for(session, above(session, 50), now)
        assert isinstance(found, AlertSet)
        assert found.alert.zone is Zone.HIGH


def test_ten_are_the_most(database: Database, now: datetime) -> None:
    with database.begin() as session:
        markets = [one for one in words_of(session).places.values() if one.kind == "market"]
        for number in range(MOST):
            wanted = above(session, 50)
            of_market = Wanted(
                type(wanted.cell)("milk", markets[number].id, wanted.cell.price_type),
                wanted.way,
                wanted.price,
            )
            assert isinstance(set_for(session, of_market, now), AlertSet)
        assert set_for(session, above(session, 50, "Kitale", "maize"), now) == TooMany(10)
        # Another figure for one of them is no more than before.
        assert isinstance(
            set_for(session, Wanted(of_market.cell, AlertWay.ABOVE, Decimal(60)), now), AlertSet
        )
        assert len(wanted_of(session, now)) == MOST


@pytest.mark.parametrize(
    ("commodity", "place", "left"),
    [
        ("milk", "Nakuru", [("milk", "Molo"), ("maize", "Nakuru")]),
        ("milk", None, [("maize", "Nakuru")]),
        (None, "Nakuru", [("milk", "Molo")]),
        (None, None, []),
        ("beans", None, [("milk", "Nakuru"), ("milk", "Molo"), ("maize", "Nakuru")]),
    ],
)
def test_what_fits_is_ended(
    database: Database,
    now: datetime,
    commodity: str | None,
    place: str | None,
    left: list[tuple[str, str]],
) -> None:
    with database.begin() as session:
        for code, where in (("milk", "Nakuru"), ("milk", "Molo"), ("maize", "Nakuru")):
            set_for(session, above(session, 50, where, code), now)
        place_id = None if place is None else cell(session, place).place_id
        person = meet(session, WANJIKU, now)
        ended = end_alerts(session, person, commodity=commodity, place_id=place_id, now=now)
        assert len(ended) == 3 - len(left)
        named = [(code, cell(session, where).place_id) for code, where in left]
        assert [(one.cell.commodity, one.cell.place_id) for one in wanted_of(session, now)] == named


def test_what_was_not_told_yet_is_not_told_after_the_end(database: Database, now: datetime) -> None:
    with database.begin() as session:
        found = set_for(session, above(session, 50), now)
        assert isinstance(found, AlertSet)
        crossing = AlertCrossing(
            price_alert_id=found.alert.id, zone=Zone.HIGH, price=Decimal(52), crossed_at=now
        )
        session.add(crossing)
        set_for(session, above(session, 55), now + MINUTE)
        session.refresh(crossing)
        assert (crossing.outcome, crossing.settled_at) == (CrossingEnd.UNWANTED, now + MINUTE)


def test_set_at_once_it_is_one(database: Database, now: datetime) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, now)
    start = Barrier(5)

    def make_one(price: int) -> None:
        start.wait(timeout=10)
        with database.begin() as session:
            set_for(session, above(session, price), now)

    threads = [Thread(target=make_one, args=[50 + number]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with database.read() as session:
        assert len(session.scalars(select(WatchedPrice)).all()) == 1
        rows = session.scalars(select(PriceAlert)).all()
        assert len(rows) == 5
        assert len([row for row in rows if row.ended_at is None]) == 1
