"""What people want to know, and how little is told of it."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest

from db.session import Database
from groups.demand import Supply, count_query, demand, supply, was_thin
from prices.cells import Cell
from prices.kinds import ObservationStatus, PriceType
from prices.models import PriceObservation
from tests.cast import ACHIENG, KAMAU, OTIENO
from tests.prices.stories import kenya, place_named, report_price
from tests.prices.stories import reporter as reporter_of


def milk_at(session, place: str) -> Cell:
    return Cell("milk", place_named(kenya(session), place).id, PriceType.FARM_GATE)


def test_questions_are_counted_once_each_whoever_asks_at_once(
    database: Database, now: datetime
) -> None:
    start = Barrier(6)

    def ask() -> None:
        start.wait(timeout=10)
        with database.begin() as session:
            count_query(session, milk_at(session, "Molo"), now.date(), is_answered=False)

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with database.read() as session:
        assert demand(session, "KE", now.date()) == {milk_at(session, "Molo"): 12.0}


def test_a_question_fades_and_counts_double_where_nobody_knew(
    database: Database, now: datetime
) -> None:
    today = now.date()
    with database.begin() as session:
        molo, nakuru = milk_at(session, "Molo"), milk_at(session, "Nakuru")
        count_query(session, molo, today, is_answered=True)
        count_query(session, molo, today - timedelta(days=7), is_answered=False)
        count_query(session, nakuru, today - timedelta(days=14), is_answered=False)
        count_query(session, nakuru, today + timedelta(days=1), is_answered=False)
        assert demand(session, "KE", today) == {molo: pytest.approx(2.0)}
        assert demand(session, "UG", today) == {}


def test_what_is_told(database: Database, now: datetime) -> None:
    today = now.date()
    with database.begin() as session:
        words = kenya(session)
        for msisdn, days, place in [
            (OTIENO, 3, "Molo"),
            (OTIENO, 3, "Molo"),  # the same day: one vote
            (ACHIENG, 5, "Molo"),
            (KAMAU, 8, "Nakuru"),
        ]:
            told_at = now - timedelta(days=days)
            report_price(session, words, msisdn, "milk", place, 45, told_at)
        report_price(session, words, KAMAU, "milk", "Molo", 45, now, is_demo=True)
        cells = [milk_at(session, "Molo"), milk_at(session, "Nakuru")]
        found = supply(session, words, cells, today)
        assert found == {cells[0]: Supply(votes=2, age=pytest.approx(3 / 7))}


@pytest.mark.parametrize(
    ("before", "is_thin"),
    [
        ([], True),
        ([(ACHIENG, 1)], True),
        ([(ACHIENG, 1), (KAMAU, 1)], False),
        ([(OTIENO, 1), (OTIENO, 2)], False),
        ([(ACHIENG, 7), (KAMAU, 8)], True),
        ([(OTIENO, 0)], False),  # told twice a day it says nothing new
    ],
)
def test_thin(
    database: Database, now: datetime, before: list[tuple[str, int]], is_thin: bool
) -> None:
    with database.begin() as session:
        words = kenya(session)
        for msisdn, days in before:
            told_at = now - timedelta(days=days, minutes=5)
            report_price(session, words, msisdn, "milk", "Molo", 45, told_at)
        kept = report_price(session, words, OTIENO, "milk", "Molo", 45, now)
        told = session.get_one(PriceObservation, kept.observation_id)
        assert was_thin(session, words, told) is is_thin


def test_what_does_not_speak_makes_nothing_thick(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        for status in (ObservationStatus.HELD, ObservationStatus.DROPPED):
            kept = report_price(session, words, ACHIENG, "milk", "Molo", 45, now)
            session.get_one(PriceObservation, kept.observation_id).status = status
        session.flush()
        kept = report_price(session, words, OTIENO, "milk", "Molo", 45, now)
        told = session.get_one(PriceObservation, kept.observation_id)
        assert was_thin(session, words, told)
        assert reporter_of(session, OTIENO, "KE", now) == told.reporter_id
