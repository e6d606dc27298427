"""A wish is open once per person and price, waits a day, and is granted once."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from groups.models import PriceWish
from groups.wishes import WAITS_FOR, grant_wishes, wish
from prices.cells import Cell
from prices.kinds import PriceType
from tests.cast import KAMAU, OTIENO, WANJIKU
from tests.groups.stories import meet
from tests.prices.stories import kenya, place_named


def milk_at(session: Session, place: str = "Molo") -> Cell:
    return Cell("milk", place_named(kenya(session), place).id, PriceType.FARM_GATE)


def granted(session: Session, now: datetime, besides: str = OTIENO) -> list[str]:
    reporter = meet(session, besides, now)
    found = grant_wishes(session, milk_at(session), besides=reporter.id, is_demo=False, now=now)
    return [person.msisdn for _, person in found]


def test_wished_twice_it_is_one_that_waits_on(database: Database, now: datetime) -> None:
    later = now + timedelta(hours=23)
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        first = wish(session, wanjiku, milk_at(session), now)
        assert wish(session, wanjiku, milk_at(session), later) is first
        assert (first.asked_at, first.expires_at) == (later, later + WAITS_FOR)
        assert wish(session, wanjiku, milk_at(session, "Njoro"), now) is not first


def test_wished_at_once_it_is_one(database: Database, now: datetime) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, now)
    start = Barrier(5)

    def make_one() -> None:
        start.wait(timeout=10)
        with database.begin() as session:
            wish(session, meet(session, WANJIKU, now), milk_at(session), now)

    threads = [Thread(target=make_one) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with database.read() as session:
        assert len(session.scalars(select(PriceWish)).all()) == 1


def test_it_is_granted_once_and_can_be_wished_again(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for msisdn in (WANJIKU, KAMAU, OTIENO):
            wish(session, meet(session, msisdn, now), milk_at(session), now)
        assert granted(session, now) == [WANJIKU, KAMAU]
        assert granted(session, now) == []
        assert granted(session, now, besides=KAMAU) == [OTIENO]
        wish(session, meet(session, WANJIKU, now), milk_at(session), now)
        assert granted(session, now) == [WANJIKU]


def test_after_a_day_it_is_over(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wish(session, meet(session, WANJIKU, now), milk_at(session), now)
        assert granted(session, now + WAITS_FOR) == []
        # The row is still there and waits on, once the same is wished again.
        wish(session, meet(session, WANJIKU, now), milk_at(session), now + WAITS_FOR)
        assert granted(session, now + WAITS_FOR) == [WANJIKU]


def test_only_for_this_very_price_and_whoever_wants_texts(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        wish(session, meet(session, WANJIKU, now), milk_at(session, "Njoro"), now)
        wish(session, meet(session, KAMAU, now, opted_out_at=now), milk_at(session), now)
        assert granted(session, now) == []
