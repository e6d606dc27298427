"""What the board shows: the same prices as an answer tells, read a page at a time."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from prices.answers import OwnPrice
from prices.board import (
    BoardPrice,
    board_prices,
    board_rows,
    charted,
    months_before,
    published_months,
    regional_prices,
    speaking,
    standing_prices,
)
from prices.estimates import Confidence
from prices.kinds import Buyer, PlaceKind, PriceType
from prices.queries import own_price
from prices.vocabulary import Vocabulary
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.prices.stories import kenya, near, place_named, publish_price, report_price
from tests.prices.test_queries import LAST_MONTH, ask, entry_of_kind, milk

WEEK = timedelta(days=7)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction per story: what was reported is read in the same breath."""
    with database.begin() as session:
        yield session


@pytest.fixture
def places(session: Session) -> Vocabulary:
    return kenya(session)


def board(
    session: Session, places: Vocabulary, now: datetime, commodity: str = "milk"
) -> dict[str, BoardPrice]:
    """What the page of a commodity shows, by place."""
    rows = board_rows(session, places, now, commodity=commodity)
    found = board_prices(session, places, rows, now)
    return {places.places[one.cell.place_id].name: one for one in found}


def price_then(session: Session, places: Vocabulary, place: str, moment: datetime) -> Decimal:
    """What was published at a moment of the past, by the way an answer takes."""
    found = own_price(
        session,
        places,
        commodity="milk",
        place_id=place_named(places, place).id,
        price_type=PriceType.FARM_GATE,
        now=moment,
    )
    assert found is not None
    return found.estimate.price


def test_a_price_on_the_board_is_the_price_that_is_told(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (OTIENO, 46), (ACHIENG, 48))
    milk(session, places, now - timedelta(days=12), "Molo", (MUTISO, 50))
    report_price(session, places, KAMAU, "maize", "Molo", 40, now)
    found = board(session, places, now)
    assert found.keys() == {"Nakuru", "Molo"}
    for place, one in found.items():
        told = ask(session, places, place, now)
        if isinstance(told, OwnPrice):  # Molo's is old: a question is told of Nakuru beside it
            assert told.estimate == one.estimate
    assert found["Molo"].estimate.confidence is Confidence.OLD


def test_what_it_was_a_week_ago_is_what_was_told_a_week_ago(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    for ago, price in ((9, 40), (8, 41), (1, 47), (0, 48)):
        milk(session, places, now - timedelta(days=ago), "Nakuru", (OTIENO, price))
    (one,) = board(session, places, now).values()
    assert one.week_ago == price_then(session, places, "Nakuru", now - WEEK) == near(41)


def test_a_week_in_which_nobody_spoke_is_not_filled(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now - timedelta(days=20), "Nakuru", (OTIENO, 40))
    milk(session, places, now, "Nakuru", (OTIENO, 47))
    milk(session, places, now - timedelta(days=14), "Molo", (MUTISO, 40))
    found = board(session, places, now)
    assert found["Nakuru"].week_ago is None
    # Nobody told anything lately: so nobody can say how it moved.
    assert found["Molo"].week_ago is None


def test_the_board_of_a_day_nobody_has_worked_out_yet(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (OTIENO, 46), (ACHIENG, 48))
    tomorrow = now + timedelta(days=1)
    told = ask(session, places, "Nakuru", tomorrow)
    assert isinstance(told, OwnPrice)
    assert board(session, places, tomorrow)["Nakuru"].estimate == told.estimate


def test_a_page_reads_the_cells_of_its_places_alone(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (OTIENO, 46))
    milk(session, places, now, "Molo", (MUTISO, 48))
    report_price(session, places, KAMAU, "maize", "Molo", 40, now, buyer=Buyer.TRADER, grade="dry")
    molo = place_named(places, "Molo").id
    rows = board_rows(session, places, now, place_ids=[molo])
    assert [row.commodity_code for row in rows] == ["milk", "maize"]
    parts = board_rows(session, places, now, commodity="maize", place_ids=[molo], is_whole=False)
    assert {(row.buyer, row.grade) for row in parts} == {
        ("", ""), ("trader", ""), ("", "dry"), ("trader", "dry"),
    }  # fmt: skip
    with pytest.raises(ValueError, match="more than a page can read"):
        board_rows(session, places, now)


def test_a_county_has_the_price_that_is_told_of_it(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (OTIENO, 46), (ACHIENG, 46), (NJERI, 46))
    milk(session, places, now, "Molo", (MUTISO, 50))
    report_price(session, places, KAMAU, "milk", "Molo", 70, now, price_type=PriceType.RETAIL)
    county = entry_of_kind(places, "Nakuru", PlaceKind.ADMIN1)
    standing = standing_prices(places, board_rows(session, places, now, commodity="milk"), now)
    farm_gate, shops = regional_prices(places, standing)
    told = ask(session, places, county, now)
    assert isinstance(told, OwnPrice)
    assert farm_gate.markets == told.markets == 2
    assert farm_gate.estimate.price == told.estimate.price
    assert (shops.price_type, shops.markets) == (PriceType.RETAIL, 1)
    assert speaking([farm_gate, shops]) is farm_gate
    assert speaking([]) is None


def test_a_fresh_price_of_shops_speaks_before_an_old_one_of_the_farm_gate(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now - timedelta(days=20), "Molo", (MUTISO, 50))
    report_price(session, places, KAMAU, "milk", "Molo", 70, now, price_type=PriceType.RETAIL)
    standing = standing_prices(places, board_rows(session, places, now, commodity="milk"), now)
    found = speaking(regional_prices(places, standing))
    assert found is not None
    assert found.price_type is PriceType.RETAIL


def test_a_chart_has_the_days_that_were_told_and_this_one(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    for ago in (100, 9, 4, 2):
        milk(session, places, now - timedelta(days=ago), "Nakuru", (OTIENO, 46), (ACHIENG, 47))
    (row,) = board_rows(session, places, now, commodity="milk")
    days = charted(session, places, row, now.date())
    assert [(now.date() - one.day).days for one in days] == [9, 4, 2, 0]
    assert all(one.low < one.price < one.high for one in days)
    (today,) = board(session, places, now).values()
    told = today.estimate
    assert (days[-1].price, days[-1].low, days[-1].high) == (told.price, told.low, told.high)
    # Days without a report widen the range.
    assert days[-1].high - days[-1].low > days[-2].high - days[-2].low


def test_only_the_newest_month_of_a_series_and_only_of_one_product(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    publish_price(session, places, "maize", "Nakuru", 36, date(2026, 9, 15))
    publish_price(session, places, "maize", "Nakuru", 39, LAST_MONTH, product="Maize (yellow)")
    publish_price(session, places, "maize", "Nakuru", 38, LAST_MONTH, product="Maize (white)")
    publish_price(
        session, places, "maize", "Nakuru", 30, LAST_MONTH, price_type=PriceType.WHOLESALE
    )
    publish_price(session, places, "maize", "Lodwar", 60, date(2020, 1, 15))
    publish_price(session, places, "beans", "Lodwar", 120, LAST_MONTH)
    found = published_months(session, places, now, commodities=["maize", "beans"])
    assert [(one.commodity, one.price_type.value, one.price) for one in found] == [
        ("maize", "wholesale", 30),
        ("maize", "retail", 38),
        ("beans", "retail", 120),
    ]
    nakuru = place_named(places, "Nakuru").id
    here = published_months(session, places, now, commodities=["beans"], place_ids=[nakuru])
    assert here == []


def test_a_published_series_up_to_its_newest_month(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    for month, price in ((7, 34), (8, 35), (9, 36)):
        publish_price(session, places, "maize", "Nakuru", price, date(2026, month, 15))
    publish_price(session, places, "maize", "Nakuru", 20, date(2019, 9, 15))
    (newest,) = published_months(session, places, now, commodities=["maize"])
    assert months_before(session, places, newest) == [
        (date(2026, 7, 15), 34),
        (date(2026, 8, 15), 35),
        (date(2026, 9, 15), 36),
    ]


def test_another_country_s_reports_stand_on_its_own_board(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (WANJIKU, 46))
    (row,) = board_rows(session, places, now, commodity="milk")
    assert row.place_id in places.places
    assert board_rows(session, places, now + timedelta(days=31), commodity="milk") == []
