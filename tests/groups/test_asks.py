"""Who may be asked for a price, and who first."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from groups import asks as asks_of
from groups.asks import (
    Asked,
    Knower,
    best_of,
    can_be_told,
    may_be_asked,
    note_ask,
    who_may_be_asked,
)
from groups.models import AskReason
from messaging.models import Subscriber
from prices.cells import Cell
from prices.filter import Reporter
from prices.kinds import ObservationStatus, PriceType
from prices.models import PriceObservation
from prices.vocabulary import Vocabulary
from tests.cast import ACHIENG, KAMAU, OTIENO
from tests.groups.stories import meet
from tests.plans import plan_of
from tests.prices.stories import kenya, place_named, report_price

TUESDAY = date(2026, 11, 24)
QUERY, NUDGE = AskReason.QUERY, AskReason.NUDGE


def asks(*told: tuple[int, AskReason, bool]) -> list[Asked]:
    """Asks so many days ago, newest first, answered or not."""
    return [
        Asked(TUESDAY - timedelta(days=days), reason, is_answered)
        for days, reason, is_answered in told
    ]


@pytest.mark.parametrize(
    ("before", "for_a_query", "for_a_nudge"),
    [
        (asks(), True, True),
        (asks((0, QUERY, True)), False, False),
        (asks((0, NUDGE, False)), False, False),
        (asks((1, QUERY, True)), True, True),
        (asks((1, NUDGE, True), (6, NUDGE, True)), True, False),
        (asks((1, NUDGE, True), (7, NUDGE, True)), True, True),
        (asks((1, QUERY, True), (2, QUERY, True), (3, QUERY, True)), True, True),
        (asks((1, QUERY, False), (2, NUDGE, False)), True, True),
        (asks((1, QUERY, False), (2, NUDGE, False), (9, NUDGE, False)), False, False),
        (asks((1, QUERY, False), (2, NUDGE, True), (9, NUDGE, False)), True, True),
    ],
)
def test_may_be_asked(before: list[Asked], for_a_query: bool, for_a_nudge: bool) -> None:
    assert may_be_asked(before, QUERY, TUESDAY) is for_a_query
    assert may_be_asked(before, NUDGE, TUESDAY) is for_a_nudge


def test_who_tells_this_very_thing_often_and_well_comes_first() -> None:
    common = Reporter()
    ranked = [
        (Knower(1, 9, 9), Reporter(noise=0.08, slip_share=0.03)),
        (Knower(2, 9, 12), common),
        (Knower(3, 9, 9), common),
        (Knower(4, 9, 9), Reporter(slip_share=0.6)),
        (Knower(5, 1, 1), common),
        (Knower(6, 0, 40), Reporter(noise=0.08, slip_share=0.03)),
    ]
    mixed = ranked[::2] + ranked[1::2]
    assert sorted(mixed, key=lambda one: one[0].often_and_well(one[1]), reverse=True) == ranked


def test_whose_reports_are_far_off_comes_later(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        cell = Cell("milk", place_named(words, "Molo").id, PriceType.FARM_GATE)
        for msisdn, error, days in [(OTIENO, 0.3, 5), (ACHIENG, 0.02, 4)]:
            for day in range(days):
                told_at = now - timedelta(days=12 + day)
                kept = report_price(session, words, msisdn, "milk", "Molo", 45, told_at)
                row = session.get_one(PriceObservation, kept.observation_id)
                row.error, row.error_deviation, row.slip_probability = error, 0.03, error
        found = people(session, words, cell, now)
        assert [person.msisdn for person in found] == [ACHIENG, OTIENO]


def people(
    session: Session, words: Vocabulary, cell: Cell, now: datetime, reason: AskReason = QUERY
) -> list[Subscriber]:
    day = now.date()
    may_be = who_may_be_asked(session, cell, reason=reason, besides=None, is_demo=False, on=day)
    return best_of(session, may_be, day, 9)


def test_only_what_is_believed_and_recent_counts(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        cell = Cell("milk", place_named(words, "Molo").id, PriceType.FARM_GATE)
        for msisdn, days, status in [
            (OTIENO, 12, ObservationStatus.ACCEPTED),
            (ACHIENG, 12, ObservationStatus.HELD),
            (KAMAU, 61, ObservationStatus.ACCEPTED),
        ]:
            told_at = now - timedelta(days=days)
            kept = report_price(session, words, msisdn, "milk", "Molo", 45, told_at)
            session.get_one(PriceObservation, kept.observation_id).status = status
        found = people(session, words, cell, now)
        assert [person.msisdn for person in found] == [OTIENO]


def test_of_who_knows_a_market_only_that_is_read(database: Database) -> None:
    """However much was told elsewhere: the index of what was told at each place is used."""
    values = {"commodity": "milk", "place": 1, "since": TUESDAY, "is_demo": False}
    plan = plan_of(database, asks_of._KNOWERS, values)
    assert "ix_price_observation_day" in plan
    assert "ix_price_observation_status" not in plan
    assert "SCAN" not in plan


def test_nobody_is_asked_who_was_asked_today(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        cell = Cell("milk", place_named(words, "Molo").id, PriceType.FARM_GATE)
        for msisdn in (OTIENO, ACHIENG):
            told_at = now - timedelta(days=12)
            report_price(session, words, msisdn, "milk", "Molo", 45, told_at)
        both = people(session, words, cell, now)
        assert {person.msisdn for person in both} == {OTIENO, ACHIENG}
        for person in both:
            note_ask(session, person, cell, reason=QUERY, on=now.date(), due_at=now)
        assert people(session, words, cell, now) == []
        assert {one.msisdn for one in people(session, words, cell, now + timedelta(days=1))} == {
            OTIENO,
            ACHIENG,
        }


def test_the_second_ask_of_a_day_is_none(database: Database, now: datetime) -> None:
    with database.begin() as session:
        otieno = meet(session, OTIENO, now)
        place = place_named(kenya(session), "Molo")
        for commodity, is_new in (("milk", True), ("beans", False)):
            cell = Cell(commodity, place.id, PriceType.RETAIL)
            for reason in AskReason:
                ask = note_ask(session, otieno, cell, reason=reason, on=now.date(), due_at=now)
                assert (ask is not None) is is_new
                is_new = False


def test_only_what_plain_words_would_tell(database: Database) -> None:
    with database.read() as session:
        words = kenya(session)
        molo, nakuru = place_named(words, "Molo").id, place_named(words, "Nakuru").admin1_id or 0
        assert can_be_told(words, Cell("milk", molo, PriceType.FARM_GATE))
        assert not can_be_told(words, Cell("milk", molo, PriceType.RETAIL))
        assert not can_be_told(words, Cell("milk", nakuru, PriceType.FARM_GATE))
        assert not can_be_told(words, Cell("milk", 0, PriceType.FARM_GATE))
        assert not can_be_told(words, Cell("unobtainium", molo, PriceType.FARM_GATE))
