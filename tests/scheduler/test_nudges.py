"""In the morning reporters are asked for what would help most, few of them and rarely."""

from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db.session import Database
from groups.demand import Supply, count_query
from groups.models import PriceAsk
from handlers.asking_reporters import nudge
from prices.catalogue import Catalogue
from prices.cells import Cell
from prices.kinds import PriceType
from prices.vocabulary import Vocabulary
from scheduler.nudges import Nudging, help_of, nudge_reporters
from tests.cast import ACHIENG, KAMAU, MUTISO, NAKATO, OTIENO, WANJIKU
from tests.groups.stories import meet
from tests.handlers.asking import asked, know_olkalou, texts_to
from tests.handlers.texting import Phones
from tests.prices.stories import kenya, place_named, report_price

# Tuesday at eight in Nairobi.
MORNING_UTC = 5
DAY = timedelta(days=1)


@pytest.fixture
def morning(now: datetime) -> datetime:
    return now.replace(hour=MORNING_UTC)


def wanted(
    session: Session, now: datetime, place: str, times: int, commodity: str = "milk"
) -> None:
    """A price is asked for so often on the day before, in vain."""
    words = kenya(session)
    cell = Cell(commodity, place_named(words, place).id, words.commodities[commodity].price_type)
    for _ in range(times):
        count_query(session, cell, (now - DAY).date(), is_answered=False)


def nudges(database: Database, now: datetime, a_day: int = 50) -> int:
    nudging = Nudging(a_day, partial(nudge, a_day=a_day))
    return nudge_reporters(database, Catalogue(), nudging, now)


def told(
    session: Session, now: datetime, msisdn: str, place: str, days: float, **what: Any
) -> None:
    meet(session, msisdn, now, language="en")
    report_price(session, kenya(session), msisdn, "milk", place, 45, now - days * DAY, **what)


def test_whoever_knows_the_market_is_asked(database: Database, morning: datetime) -> None:
    with database.begin() as session:
        know_olkalou(session, morning)
        wanted(session, morning, "Ol Kalou", 3)
    assert nudges(database, morning) == 1
    (text,) = texts_to(database, OTIENO)
    assert text.text == (
        "People ask for the milk price at Ol Kalou. Do you know it? "
        "Reply MILK OL KALOU and your price. STOP ends."
    )
    assert text.due_at == morning


def test_again_and_again_it_stays_one(database: Database, morning: datetime) -> None:
    with database.begin() as session:
        know_olkalou(session, morning)
        wanted(session, morning, "Ol Kalou", 3)
    assert nudges(database, morning) == 1
    for minutes in (0, 15, 30, 119):
        assert nudges(database, morning + timedelta(minutes=minutes)) == 0
    # Nobody answered in two hours: somebody else is asked.
    assert nudges(database, morning + timedelta(hours=2)) == 1
    assert asked(database) == [OTIENO, ACHIENG]


def test_once_it_is_told_nobody_is_asked_any_more(database: Database, morning: datetime) -> None:
    with database.begin() as session:
        know_olkalou(session, morning)
        wanted(session, morning, "Ol Kalou", 3)
    nudges(database, morning)
    reply = Phones(database, morning + timedelta(minutes=9)).text(OTIENO, "44")
    assert (reply or "").startswith("Thank you. Milk Ol Kalou KES 44/L")
    assert nudges(database, morning + timedelta(hours=2)) == 0


@pytest.mark.parametrize(
    ("hour_utc", "is_morning"), [(3, False), (4, True), (7, True), (8, False), (20, False)]
)
def test_only_in_the_morning(
    database: Database, now: datetime, hour_utc: int, is_morning: bool
) -> None:
    at = now.replace(hour=hour_utc)
    with database.begin() as session:
        know_olkalou(session, at)
        wanted(session, at, "Ol Kalou", 3)
    assert (nudges(database, at) > 0) is is_morning


def test_it_is_morning_elsewhere(database: Database, morning: datetime) -> None:
    """At eight in Nairobi it is five in Dakar: nobody there is asked."""
    with database.begin() as session:
        catalogue = Catalogue()
        words = catalogue.vocabulary(session, "SN")
        place = next(one for one in words.places.values() if one.kind.is_trading_place)
        cell = Cell("milk", place.id, words.commodities["milk"].price_type)
        count_query(session, cell, (morning - DAY).date(), is_answered=False)
        report_price(session, words, NAKATO, "milk", "", 300, morning - 20 * DAY, place_id=place.id)
    assert nudges(database, morning) == 0
    assert nudges(database, morning + timedelta(hours=3)) == 1


def test_the_most_helpful_comes_first(database: Database, morning: datetime) -> None:
    with database.begin() as session:
        told(session, morning, OTIENO, "Molo", 20)
        told(session, morning, ACHIENG, "Nakuru", 3)
        told(session, morning, MUTISO, "Njoro", 20)
        told(session, morning, KAMAU, "Limuru", 20)
        wanted(session, morning, "Molo", 4)
        wanted(session, morning, "Nakuru", 9)  # often asked for, but told three days ago
        wanted(session, morning, "Njoro", 5)
        told(session, morning, WANJIKU, "Limuru", 0)  # told this morning
        wanted(session, morning, "Limuru", 99)
    assert nudges(database, morning) == 3
    assert asked(database) == [MUTISO, OTIENO, ACHIENG]


def test_so_many_a_day(database: Database, morning: datetime) -> None:
    with database.begin() as session:
        for msisdn, place in [(OTIENO, "Molo"), (ACHIENG, "Nakuru"), (MUTISO, "Njoro")]:
            told(session, morning, msisdn, place, 20)
            wanted(session, morning, place, 3)
    assert nudges(database, morning, a_day=2) == 2
    assert nudges(database, morning + timedelta(hours=2), a_day=2) == 0
    assert nudges(database, morning + DAY, a_day=2) == 2


def test_it_can_be_turned_off(database: Database, morning: datetime) -> None:
    with database.begin() as session:
        know_olkalou(session, morning)
        wanted(session, morning, "Ol Kalou", 3)
    assert nudges(database, morning, a_day=0) == 0


def test_each_person_twice_a_week_at_most(database: Database, morning: datetime) -> None:
    with database.begin() as session:
        told(session, morning, OTIENO, "Molo", 20)
        wanted(session, morning, "Molo", 50)
    days = [nudges(database, morning + days * DAY) for days in range(9)]
    # After a week he may be asked again, and then has answered none of three.
    assert days == [1, 1, 0, 0, 0, 0, 0, 1, 0]


def test_who_was_asked_for_somebody_is_not_nudged_that_day(
    database: Database, morning: datetime
) -> None:
    with database.begin() as session:
        told(session, morning, OTIENO, "Molo", 20)
        told(session, morning, OTIENO, "Njoro", 20)
        for place in ("Molo", "Njoro"):
            wanted(session, morning, place, 5)
    assert nudges(database, morning) == 1


@pytest.mark.parametrize("place", ["Molo", "Nakuru county"])
def test_nobody_knows_nobody_is_asked(database: Database, morning: datetime, place: str) -> None:
    with database.begin() as session:
        words = kenya(session)
        at = place_named(words, "Nakuru").admin1_id if "county" in place else None
        cell = Cell("milk", at or place_named(words, place).id, PriceType.FARM_GATE)
        count_query(session, cell, (morning - DAY).date(), is_answered=False)
    assert nudges(database, morning) == 0


def test_workers_at_once_keep_every_limit(database: Database, morning: datetime) -> None:
    places = ["Molo", "Nakuru", "Njoro", "Limuru", "Githunguri", "Kericho"]
    with database.begin() as session:
        for number, place in enumerate(places):
            told(session, morning, f"+25472200040{number}", place, 20)
            wanted(session, morning, place, 3)
    start, made = Barrier(3), list[int]()

    def work() -> None:
        start.wait(timeout=10)
        made.append(nudges(database, morning, a_day=4))

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(made) == 4
    assert len(set(asked(database))) == len(asked(database)) == 4
    with database.read() as session:
        assert len(set(session.scalars(select(PriceAsk.place_id)))) == 4


def test_a_fault_with_one_does_not_hold_up_the_others(
    database: Database, morning: datetime
) -> None:
    with database.begin() as session:
        for msisdn, place in [(OTIENO, "Molo"), (ACHIENG, "Nakuru")]:
            told(session, morning, msisdn, place, 20)
        wanted(session, morning, "Molo", 9)
        wanted(session, morning, "Nakuru", 3)
        molo = place_named(kenya(session), "Molo").id

    def ask(session: Session, vocabulary: Vocabulary, cell: Cell, now: datetime) -> bool:
        asked_ = nudge(session, vocabulary, cell, now, a_day=50)
        if cell.place_id == molo:
            raise RuntimeError("the power goes")
        return asked_

    with capture_logs() as logs:
        assert nudge_reporters(database, Catalogue(), Nudging(50, ask), morning) == 1
    assert [entry["event"] for entry in logs] == ["nudge_failed"]
    assert asked(database) == [ACHIENG]


@pytest.mark.parametrize(
    ("supply", "helps"),
    [
        (None, 10.0),
        (Supply(1, 1.0), 6.0),
        (Supply(1, 0.5), 3.0),
        (Supply(2, 1.0), 3.5),
        (Supply(3, 1.0), 2.5),
        (Supply(4, 1.0), 0.0),
        (Supply(1, 0.0), 0.0),
    ],
)
def test_help(supply: Supply | None, helps: float) -> None:
    assert help_of(10.0, supply) == pytest.approx(helps)
