"""How good prices are: what became of the reports of a month, and how near they came."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from math import log

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.session import Database
from prices.audit import Audit, Judged, audit_of, audit_reports, labels, unheard
from prices.catalogue import Catalogue
from prices.estimates import Confidence
from prices.filter import NOISE, VERSION
from prices.held_reports import find_held, stand_by, take_back, weigh_unanswered
from prices.kinds import ObservationStatus
from prices.models import CellBelief, PriceCell, PriceObservation
from prices.observations import Held, record_observation
from prices.settling import settle
from tests.cast import ACHIENG, KAMAU, MUTISO, NAKATO, NJERI, OTIENO, WANJIKU
from tests.prices.doubts import make_usual
from tests.prices.stories import kenya, load_vocabulary, place_named, report_price, reporter

DAY = timedelta(days=1)
ACCEPTED, FLAGGED = ObservationStatus.ACCEPTED, ObservationStatus.FLAGGED
HELD, UNANSWERED = ObservationStatus.HELD, ObservationStatus.UNANSWERED
DROPPED = ObservationStatus.DROPPED
NOTHING = Audit(0, Counter(), 0, 0, None, None, None)


def judged(
    ratio: float,
    status: ObservationStatus = ACCEPTED,
    *,
    deviation: float = 0.05,
    slip: float = 0.1,
    was_held: bool = False,
    noise: float | None = NOISE,
) -> Judged:
    """A report so many times what was believed."""
    return Judged(status, was_held, log(ratio), deviation, slip, noise)


def misread(session: Session, msisdn: str, now: datetime) -> Held:
    """Tenfold the usual price: it is asked back."""
    words = kenya(session)
    told = record_observation(
        session,
        words,
        source_key=f"audit:{msisdn}:{now}",
        reporter_id=reporter(session, msisdn, "KE", now),
        commodity="milk",
        place_id=place_named(words, "Nakuru").id,
        price=Decimal(450),
        unit=None,
        price_type=None,
        raw_text="milk nakuru 450",
        now=now,
    )
    assert isinstance(told, Held)
    return told


# What the figures say


def test_of_nothing_nothing_is_said() -> None:
    assert audit_of([]) == NOTHING


def test_half_and_nine_of_ten_are_as_near() -> None:
    found = audit_of(judged(1 + step / 100) for step in range(1, 11))
    assert (found.reports, found.known) == (10, 10)
    assert found.half_within == pytest.approx(0.055)
    assert found.most_within == pytest.approx(0.09)


def test_too_low_is_as_far_off_as_too_high() -> None:
    found = audit_of([judged(1 / 1.06), judged(1.06)])
    assert (found.half_within, found.most_within) == (pytest.approx(0.06), pytest.approx(0.06))


def test_where_too_little_was_known_nobody_is_judged() -> None:
    unknown = [
        judged(3, deviation=0.15),
        judged(10, DROPPED),
        judged(10, HELD),
        Judged(ACCEPTED, False, None, None, None, None),  # a copy
    ]
    found = audit_of(unknown)
    assert (found.reports, found.known, found.half_within, found.coverage) == (4, 0, None, None)


def test_four_of_five_honest_reports_lie_where_they_should() -> None:
    # The spread is √(0.05² + 0.12²) = 0.13, its four fifths end at 0.1666: a ratio of 1.1813.
    honest = [judged(ratio, noise=0.12) for ratio in (1.0, 1.181, 1 / 1.181, 1.05, 1.182)]
    slips = [judged(10, slip=0.99), judged(2, slip=0.5)]
    found = audit_of(honest + slips)
    assert found.known == 7
    assert found.coverage == 0.8


def test_of_whom_nothing_is_known_the_common_noise_is_taken() -> None:
    [within, beyond] = [judged(ratio, noise=None, deviation=0) for ratio in (1.12, 1.13)]
    assert (within.is_covered, beyond.is_covered) == (True, False)


def test_what_waits_and_what_was_asked_back() -> None:
    found = audit_of(
        [
            judged(1),
            judged(10, HELD, was_held=True),
            judged(10, UNANSWERED, was_held=True),
            judged(10, UNANSWERED),  # of a file: nobody was asked
            judged(2, FLAGGED, was_held=True),
            judged(10, DROPPED, was_held=True),
        ]
    )
    assert (found.reports, found.asked_back, found.waiting) == (6, 4, 4)
    assert found.by_status == {ACCEPTED: 1, HELD: 1, UNANSWERED: 2, FLAGGED: 1, DROPPED: 1}


# On the databases


def test_an_empty_service(database: Database, now: datetime) -> None:
    with database.read() as session:
        assert audit_reports(session, now=now) == NOTHING
        assert labels(session, now=now) == {}
        assert unheard(session) == (0, False)


def test_what_became_of_the_reports_of_a_month(database: Database, now: datetime) -> None:
    make_usual(database, now, "milk", "Nakuru", 45)
    hour = timedelta(hours=1)
    with database.begin() as session:
        words = kenya(session)
        kept = [misread(session, one, now) for one in (WANJIKU, OTIENO, NJERI)]
        for told, answer in zip(kept, (stand_by, take_back), strict=False):
            row = session.get_one(PriceObservation, told.observation_id)
            report = find_held(session, row.id, row.reporter_id)
            assert report is not None
            answer(session, words, report, now + hour)
    with database.begin() as session:
        weigh_unanswered(session, Catalogue("KE").vocabulary, now + hour * 3)
        misread(session, KAMAU, now + hour * 3)
    with database.read() as session:
        found = audit_reports(session, now=now + hour * 3)
    assert (found.reports, found.asked_back) == (10, 4)
    assert found.by_status == {ACCEPTED: 6, FLAGGED: 1, DROPPED: 1, UNANSWERED: 1, HELD: 1}
    assert found.waiting == 3
    assert found.half_within is not None
    assert found.half_within < 0.02
    assert found.coverage == 1
    with database.read() as session:
        assert audit_reports(session, now=now - DAY * 3) == NOTHING
        assert audit_reports(session, now=now + DAY * 40) == NOTHING
        assert audit_reports(session, now=now, over=timedelta(hours=12)).reports == 3


def test_by_country_and_commodity(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words, uganda = kenya(session), load_vocabulary(session, "UG")
        report_price(session, words, OTIENO, "milk", "Nakuru", 47, now)
        report_price(session, words, OTIENO, "eggs", "Nakuru", 12, now)
        report_price(session, uganda, NAKATO, "milk", "Mbarara", 1500, now)
        assert audit_reports(session, now=now).reports == 3
        assert audit_reports(session, now=now, country="KE").reports == 2
        assert audit_reports(session, now=now, commodity="milk").reports == 2
        assert audit_reports(session, now=now, country="UG", commodity="eggs") == NOTHING
        assert labels(session, now=now) == {Confidence.ONE: 3}
        assert labels(session, now=now, country="KE", commodity="milk") == {Confidence.ONE: 1}


def test_what_was_made_up_is_left_out(database: Database, now: datetime) -> None:
    with database.begin() as session:
        report_price(session, kenya(session), OTIENO, "milk", "Nakuru", 47, now, is_demo=True)
        assert audit_reports(session, now=now) == NOTHING
        assert labels(session, now=now) == {}


def test_prices_by_their_labels(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        for minute, who in enumerate((OTIENO, ACHIENG, MUTISO, KAMAU)):
            at = now + timedelta(minutes=minute)
            report_price(session, words, who, "milk", "Nakuru", 45 + minute, at, grade="A")
        for who in (OTIENO, ACHIENG):
            report_price(session, words, who, "milk", "Molo", 45, now - DAY)
        report_price(session, words, OTIENO, "milk", "Njoro", 45, now - DAY * 12)
        found = labels(session, now=now + timedelta(minutes=5))
    # Of Nakuru's milk of grade A nothing is counted again.
    assert found == {Confidence.GOOD: 1, Confidence.FEW: 1, Confidence.OLD: 1}


def test_reports_that_wait_for_the_worker(database: Database, now: datetime) -> None:
    with database.begin() as session:
        report_price(session, kenya(session), OTIENO, "milk", "Nakuru", 47, now)
        assert unheard(session) == (0, False)
        session.execute(update(PriceCell).values(pending_from=now.date()))
        assert unheard(session) == (1, False)
    settle(database, Catalogue("KE").vocabulary, now)
    with database.read() as session:
        assert unheard(session) == (0, False)


def test_beliefs_of_another_filter(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for age in (1, 0):
            report_price(session, kenya(session), OTIENO, "milk", "Nakuru", 47, now - DAY * age)
        session.execute(update(CellBelief).values(version=VERSION - 1))
        assert unheard(session) == (0, True)
        # Once they are marked the worker knows.
        session.execute(update(PriceCell).values(pending_from=(now - DAY).date()))
        assert unheard(session) == (1, False)
    settle(database, Catalogue("KE").vocabulary, now)
    with database.read() as session:
        assert unheard(session) == (0, False)
        assert set(session.scalars(select(CellBelief.version))) == {VERSION}
