"""Where it sells best, by what was reported within reach this week."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from prices.best_markets import best_markets
from prices.kinds import PlaceKind, PriceType
from prices.vocabulary import Vocabulary
from tests.cast import ACHIENG, NAKATO, OTIENO
from tests.prices.stories import kenya, place_named, report_price


def found(
    session: Session, vocabulary: Vocabulary, place: str, now: datetime, **more: PriceType
) -> list[tuple[str, int]]:
    """The markets with their whole kilometres, best first."""
    ranked = best_markets(
        session,
        vocabulary,
        commodity="milk",
        place_id=place_named(vocabulary, place).id,
        price_type=more.get("price_type"),
        now=now,
    )
    return [(one.place.name, round(one.distance_km)) for one in ranked]


def test_markets_within_reach_the_best_first(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        for place, price in [("Njoro", 45), ("Molo", 50), ("Nakuru", 47), ("Lodwar", 90)]:
            report_price(session, words, OTIENO, "milk", place, price, now)
        assert found(session, words, "Njoro", now) == [("Molo", 25), ("Nakuru", 14), ("Njoro", 0)]


def test_old_reports_and_other_price_types_are_left_out(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Molo", 50, now - timedelta(days=7))
        report_price(session, words, OTIENO, "milk", "Nakuru", 70, now, price_type=PriceType.RETAIL)
        report_price(session, words, ACHIENG, "milk", "Njoro", 45, now - timedelta(days=6))
        assert found(session, words, "Njoro", now) == [("Njoro", 0)]
        shops = found(session, words, "Njoro", now, price_type=PriceType.RETAIL)
        assert shops == [("Nakuru", 14)]


def test_what_lies_in_a_county_is_no_way_off(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Molo", 50, now)
        county = words.admin1_of(place_named(words, "Molo").id)
        assert county is not None
        (only,) = best_markets(
            session, words, commodity="milk", place_id=county.id, price_type=None, now=now
        )
        assert only.distance_km == 0


def test_the_whole_country(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Lodwar", 90, now)
        report_price(session, words, OTIENO, "milk", "Mombasa", 80, now)
        country = next(p for p in words.places.values() if p.kind is PlaceKind.COUNTRY)
        ranked = best_markets(
            session, words, commodity="milk", place_id=country.id, price_type=None, now=now
        )
        assert [one.place.name for one in ranked] == ["Lodwar", "Mombasa"]


@pytest.mark.parametrize("place", ["Lodwar", "Nakuru"])
def test_nothing_within_reach(database: Database, now: datetime, place: str) -> None:
    with database.begin() as session:
        assert found(session, kenya(session), place, now) == []
        report_price(session, kenya(session), NAKATO, "milk", "Mombasa", 50, now)
        assert found(session, kenya(session), place, now) == []
