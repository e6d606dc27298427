"""A watched price as its watcher sees it, and what is usual for it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from groups.alert_rules import FAR_FROM_WEEKS, AlertWay, Mark, Zone
from groups.watching import FEWEST_WEEKS
from prices.estimates import Confidence
from prices.kinds import PriceType
from tests.groups.watched import cell, county_cell, tell, watch, words_of
from tests.prices.stories import near, publish_price

DAY, WEEK = timedelta(days=1), timedelta(days=7)
FIFTY_UP = Mark(AlertWay.ABOVE, Decimal(50))


def four_years_of(session: Session, place: str, price: int, november: int) -> None:
    """A published series in which Novembers are dearer or cheaper, and every other month wavers."""
    for month in range(2022 * 12 + 10, 2026 * 12 + 10):
        year, number = divmod(month, 12)
        told = november if number == 10 else price + (month % 3 - 1)
        publish_price(session, words_of(session), "milk", place, told, date(year, number + 1, 15))


def test_what_people_tell(database: Database, now: datetime) -> None:
    with database.begin() as session:
        assert watch(session, cell(session), now).seen is None
        tell(session, now, 47)
        seen = watch(session, cell(session), now).seen
        assert seen is not None
        assert seen.speaks
        assert (seen.estimate.price, seen.estimate.confidence) == (near(47), Confidence.GOOD)


@pytest.mark.parametrize(
    ("people", "days", "zone"), [(1, 0, None), (2, 0, Zone.HIGH), (4, 9, None)]
)
def test_one_report_or_old_ones_move_nothing(
    database: Database, now: datetime, people: int, days: int, zone: Zone | None
) -> None:
    with database.begin() as session:
        tell(session, now - days * DAY, 55, people=people)
        assert watch(session, cell(session), now).zone(FIFTY_UP, Zone.WITHIN) is zone


def test_what_was_made_up_is_not_seen(database: Database, now: datetime) -> None:
    with database.begin() as session:
        tell(session, now, 55, is_demo=True)
        assert watch(session, cell(session), now).seen is None
        for_demo = watch(session, cell(session), now, is_real=False).seen
        assert for_demo is not None
        assert for_demo.estimate.is_demo
        tell(session, now, 47)
        real = watch(session, cell(session), now).seen
        assert real is not None
        assert (real.estimate.price, real.estimate.is_demo) == (near(47), False)


def test_a_county_is_all_its_markets(database: Database, now: datetime) -> None:
    with database.begin() as session:
        tell(session, now, 40, "Nakuru")
        tell(session, now, 60, "Molo")
        tell(session, now, 60, "Njoro")
        seen = watch(session, county_cell(session, "Nakuru"), now).seen
        assert seen is not None
        assert len(seen.by_market) == 3
        # Nakuru has more people than the two others together.
        assert 40 < seen.estimate.price < 50


def test_usual_is_that_of_the_month_where_the_place_has_a_norm(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        four_years_of(session, "Nakuru", 60, 50)
        tell(session, now, 62, price_type=PriceType.RETAIL)
        shops = watch(session, cell(session, price_type=PriceType.RETAIL), now)
        usual = shops.usual
        assert usual is not None
        assert usual.month == date(2026, 11, 1)
        assert usual.price == near(50)
        assert shops.zone(None, Zone.WITHIN) is Zone.HIGH


def test_beside_a_neighbours_norm_nothing_is_unusual(database: Database, now: datetime) -> None:
    with database.begin() as session:
        four_years_of(session, "Nakuru", 60, 50)
        tell(session, now, 62, "Njoro", price_type=PriceType.RETAIL)
        shops = watch(session, cell(session, "Njoro", price_type=PriceType.RETAIL), now)
        assert shops.usual is None
        assert shops.zone(None, Zone.WITHIN) is None


def test_without_a_norm_it_is_that_of_the_last_weeks(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for weeks in range(FEWEST_WEEKS, 0, -1):
            tell(session, now - weeks * WEEK, 40)
        tell(session, now, 52)
        milk = watch(session, cell(session), now)
        assert milk.usual is not None
        assert (milk.usual.price, milk.usual.far) == (near(40), FAR_FROM_WEEKS)
        assert milk.usual.month is None
        assert milk.zone(None, Zone.WITHIN) is Zone.HIGH


def test_after_few_weeks_nobody_knows_what_is_usual(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for weeks in range(FEWEST_WEEKS - 1, 0, -1):
            tell(session, now - weeks * WEEK, 40)
        tell(session, now, 52)
        assert watch(session, cell(session), now).usual is None


def test_of_a_county_like_is_held_against_like(database: Database, now: datetime) -> None:
    """This week only the dear market spoke: that is no shortage."""
    with database.begin() as session:
        for weeks in range(FEWEST_WEEKS, 0, -1):
            tell(session, now - weeks * WEEK, 40, "Nakuru")
            tell(session, now - weeks * WEEK, 60, "Molo")
        tell(session, now + DAY, 60, "Molo")
        county = watch(session, county_cell(session, "Nakuru"), now + DAY)
        assert county.seen is not None
        assert county.seen.estimate.price == near(60)
        assert county.usual is not None
        assert county.usual.price == near(60)
        assert county.zone(None, Zone.WITHIN) is Zone.WITHIN


def test_the_reports_of_the_price_itself_are_not_its_measure(
    database: Database, now: datetime
) -> None:
    """A price that stays where it went is soon the usual one."""
    with database.begin() as session:
        for weeks in range(14, 5, -1):
            tell(session, now - weeks * WEEK, 40)
        for weeks in range(5, 0, -1):
            tell(session, now - weeks * WEEK, 60)
        tell(session, now, 60)
        then = watch(session, cell(session), now - 4 * WEEK)
        assert then.usual is not None
        assert then.usual.price == near(40)
        after = watch(session, cell(session), now)
        assert after.zone(None, Zone.HIGH) is Zone.WITHIN
