"""A price now, and what the same thing cost there before."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from db.session import Database
from prices.comparisons import OwnTrend, PublishedTrend
from prices.kinds import PriceType
from prices.trends import price_trend
from prices.vocabulary import Vocabulary
from tests.cast import ACHIENG, MUTISO, OTIENO
from tests.prices.stories import kenya, near, place_named, publish_price, report_price

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def trend(
    session: Session, words: Vocabulary, place: str, now: datetime
) -> OwnTrend | PublishedTrend | None:
    return price_trend(
        session,
        words,
        commodity="milk",
        place_id=place_named(words, place).id,
        price_type=None,
        now=now,
    )


def own(session: Session, words: Vocabulary, place: str, now: datetime) -> OwnTrend:
    found = trend(session, words, place, now)
    assert isinstance(found, OwnTrend)
    return found


def published(session: Session, words: Vocabulary, place: str, now: datetime) -> PublishedTrend:
    found = trend(session, words, place, now)
    assert isinstance(found, PublishedTrend)
    return found


def test_three_weeks_that_do_not_overlap(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        for ago, price in [(MONTH + timedelta(days=6), 40), (WEEK, 46), (timedelta(), 48)]:
            for who in (OTIENO, ACHIENG, MUTISO):
                report_price(session, words, who, "milk", "Nakuru", price, now - ago)
        found = own(session, words, "Nakuru", now)
        assert found.month_ago == near(40)
        assert found.month_ago < found.week_ago < 46 < found.now.estimate.price < 48


def test_a_week_nobody_spoke_in_is_not_filled_with_an_older_price(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Nakuru", 40, now - timedelta(days=20))
        report_price(session, words, OTIENO, "milk", "Nakuru", 48, now)
        found = own(session, words, "Nakuru", now)
        assert (found.week_ago, found.month_ago) == (None, None)


def test_the_past_is_told_as_it_was_known_then(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Nakuru", 46, now - WEEK)
        report_price(session, words, ACHIENG, "milk", "Nakuru", 60, now - timedelta(days=6))
        report_price(session, words, MUTISO, "milk", "Nakuru", 60, now)
        assert own(session, words, "Nakuru", now).week_ago == near(46)


def test_only_the_same_price_type_is_compared(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        retail = {"price_type": PriceType.RETAIL}
        report_price(session, words, OTIENO, "milk", "Nakuru", 70, now - WEEK, **retail)
        report_price(session, words, OTIENO, "milk", "Nakuru", 48, now)
        assert own(session, words, "Nakuru", now).week_ago is None


def test_a_series_against_the_month_and_the_year_before(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        for priced_on, price in [
            (date(2026, 10, 15), 75),
            (date(2026, 9, 1), 72),  # not every publisher dates a month by its middle
            (date(2025, 10, 15), 60),
            (date(2025, 9, 15), 10),
        ]:
            publish_price(session, words, "milk", "Lodwar", price, priced_on)
        found = published(session, words, "Lodwar", now)
        assert (found.now.price, found.month_before, found.year_before) == (75, 72, 60)


def test_january_follows_december(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        publish_price(session, words, "milk", "Lodwar", 75, date(2026, 1, 15))
        publish_price(session, words, "milk", "Lodwar", 70, date(2025, 12, 15))
        publish_price(session, words, "milk", "Lodwar", 60, date(2025, 1, 15))
        found = published(session, words, "Lodwar", now)
        assert (found.month_before, found.year_before) == (70, 60)


def test_another_product_is_another_series(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        publish_price(session, words, "milk", "Lodwar", 75, date(2026, 10, 15), product="Fresh")
        publish_price(session, words, "milk", "Lodwar", 99, date(2026, 9, 15), product="Boiled")
        assert published(session, words, "Lodwar", now).month_before is None


def test_fresh_reports_come_before_a_series(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        publish_price(session, words, "milk", "Lodwar", 75, date(2026, 10, 15))
        report_price(session, words, OTIENO, "milk", "Lodwar", 60, now - timedelta(days=8))
        assert isinstance(trend(session, words, "Lodwar", now), PublishedTrend)
        report_price(session, words, OTIENO, "milk", "Lodwar", 61, now)
        assert own(session, words, "Lodwar", now).week_ago == near(60)


def test_nobody_knows(database: Database, now: datetime) -> None:
    with database.begin() as session:
        assert trend(session, kenya(session), "Lodwar", now) is None
