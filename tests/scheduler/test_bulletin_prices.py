"""What is asked of the price store for a bulletin, and what a change is reckoned from."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.session import Database
from prices.answers import NearestPrice, OwnPrice
from prices.catalogue import Catalogue
from prices.estimates import Confidence
from prices.kinds import Buyer, PriceType, Side
from prices.models import CommodityLoad
from prices.vocabulary import Vocabulary
from scheduler.bulletin_prices import MOST_OTHERS, Wanted, collect_prices
from tests.prices.stories import near, place_named, report_price
from tests.scheduler.bulletin_texts import DAY, LAST_WEEK, YESTERDAY, to_secretary, told_at
from tests.scheduler.stories import HOUR, MONDAY, WEEK, milk_reports


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as session:
        yield session


@pytest.fixture
def vocabulary(session: Session) -> Vocabulary:
    return Catalogue().vocabulary(session, "KE")


def price_then(session: Session, vocabulary: Vocabulary, moment: datetime) -> Decimal:
    """What an edition of that moment told of Nakuru."""
    wanted = Wanted(("milk",), place_named(vocabulary, "Nakuru").id)
    answer = collect_prices(session, vocabulary, wanted, moment).lead.answer
    assert isinstance(answer, OwnPrice)
    return answer.estimate.price


# Since when.


def test_a_change_is_since_the_last_edition(session: Session, vocabulary: Vocabulary) -> None:
    """A group that reads on Mondays and Thursdays is told what happened since Thursday."""
    thursday = MONDAY - 4 * DAY
    milk_reports(session, vocabulary, "Nakuru", [40] * 6, LAST_WEEK)
    milk_reports(session, vocabulary, "Nakuru", [44] * 6, thursday - 16 * HOUR)
    milk_reports(session, vocabulary, "Nakuru", [48] * 6, YESTERDAY)
    weekly = told_at(session, vocabulary, "Nakuru")
    assert (weekly.since, weekly.lead.before) == (MONDAY - WEEK, near(40))
    twice = told_at(session, vocabulary, "Nakuru", since=thursday)
    assert twice.since == thursday
    assert twice.lead.before == near(price_then(session, vocabulary, thursday))
    text = to_secretary(session, vocabulary, "Nakuru", since=thursday)
    assert "+5 since 19 Nov, 12 reports, yesterday)" in text


def test_what_was_told_after_the_last_edition_was_not_in_it(
    session: Session, vocabulary: Vocabulary
) -> None:
    """Reports of the Monday itself, after seven: that morning's edition lacked them."""
    milk_reports(session, vocabulary, "Nakuru", [40] * 6, LAST_WEEK)
    milk_reports(session, vocabulary, "Nakuru", [48] * 6, MONDAY - WEEK + 10 * HOUR)
    milk_reports(session, vocabulary, "Nakuru", [48] * 6, YESTERDAY)
    in_the_morning = told_at(session, vocabulary, "Nakuru", since=MONDAY - WEEK)
    assert in_the_morning.lead.before == near(40)
    in_the_evening = told_at(session, vocabulary, "Nakuru", since=MONDAY - WEEK + 12 * HOUR)
    assert in_the_evening.lead.before != near(40)


def test_within_a_day_nobody_knows_of_a_change(session: Session, vocabulary: Vocabulary) -> None:
    """Prices are kept by the day: of an edition in the afternoon the evening tells no change."""
    milk_reports(session, vocabulary, "Nakuru", [45] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [50] * 4, MONDAY + 6 * HOUR)
    nakuru = place_named(vocabulary, "Nakuru").id

    def before(since: datetime) -> Decimal | None:
        wanted = Wanted(("milk",), nakuru, since=since)
        return collect_prices(session, vocabulary, wanted, MONDAY + 11 * HOUR).lead.before

    assert before(MONDAY + 9 * HOUR) is None
    # Of the morning's edition it does: that one told what was known the evening before.
    assert before(MONDAY) == near(45)


@pytest.mark.parametrize("since", [None, MONDAY - 60 * DAY, MONDAY + DAY])
def test_without_an_edition_that_anybody_remembers_it_is_a_week(
    session: Session, vocabulary: Vocabulary, since: object
) -> None:
    assert told_at(session, vocabulary, "Nakuru", since=since).since == MONDAY - WEEK


def test_a_monthly_bulletin_tells_of_the_month(session: Session, vocabulary: Vocabulary) -> None:
    a_month_ago = MONDAY - 31 * DAY
    milk_reports(session, vocabulary, "Nakuru", [40] * 6, a_month_ago - 16 * HOUR)
    milk_reports(session, vocabulary, "Nakuru", [48] * 6, YESTERDAY)
    told = told_at(session, vocabulary, "Nakuru", since=a_month_ago, wants_long=True)
    assert told.lead.before == near(40)
    assert told.month_ago is None  # that is said already


def test_no_change_is_reckoned_where_the_week_before_was_silent(
    session: Session, vocabulary: Vocabulary
) -> None:
    """A report of 15 days ago is no price of a week ago."""
    milk_reports(session, vocabulary, "Nakuru", [48] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [45] * 4, MONDAY - 15 * DAY)
    assert told_at(session, vocabulary, "Nakuru").lead.before is None


def test_a_county_of_other_markets_is_not_compared(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [48] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [45] * 4, LAST_WEEK)
    milk_reports(session, vocabulary, "Molo", [55] * 4, YESTERDAY)
    county = vocabulary.admin1_of(place_named(vocabulary, "Molo").id)
    assert county is not None
    assert told_at(session, vocabulary, county).lead.before is None


def test_what_people_said_is_not_held_against_what_was_made_up(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [45] * 4, LAST_WEEK, is_demo=True)
    milk_reports(session, vocabulary, "Nakuru", [48] * 4, YESTERDAY)
    assert told_at(session, vocabulary, "Nakuru").lead.before is None


# What stands beside it.


def test_named_markets_come_in_the_operators_order(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [48] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Limuru", [50] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Njoro", [44], MONDAY - 20 * DAY)
    found = told_at(
        session, vocabulary, "Nakuru", markets=["Njoro", "Nakuru", "Limuru", "Lodwar", "Njoro"]
    )
    told = [(one.price.place.name, round(one.distance_km or 0)) for one in found.markets]
    assert told == [("Njoro", 14), ("Limuru", 110)]
    assert found.markets[0].price.estimate.confidence is Confidence.OLD


def test_a_market_nobody_knows_any_more_is_passed_over(
    session: Session, vocabulary: Vocabulary
) -> None:
    """A place that left the map since the operator named it."""
    nakuru = place_named(vocabulary, "Nakuru")
    wanted = Wanted(("milk",), nakuru.id, (999_999,))
    assert collect_prices(session, vocabulary, wanted, MONDAY).markets == ()


def test_a_named_county_is_told_as_a_whole(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [48] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Limuru", [50] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Githunguri", [50] * 4, YESTERDAY)
    kiambu = vocabulary.admin1_of(place_named(vocabulary, "Limuru").id)
    assert kiambu is not None
    wanted = Wanted(("milk",), place_named(vocabulary, "Nakuru").id, (kiambu.id,))
    (only,) = collect_prices(session, vocabulary, wanted, MONDAY).markets
    assert (only.price.place, only.price.markets) == (kiambu, 2)
    assert only.price.estimate.price == near(50)


def test_others_are_few_and_in_the_order_of_menus(session: Session, vocabulary: Vocabulary) -> None:
    for code in ("onions", "maize", "potatoes", "tomatoes", "cabbage", "beans", "kale"):
        report_price(session, vocabulary, "+254711001000", code, "Nakuru", 40, YESTERDAY)
    found = told_at(session, vocabulary, "Nakuru", "milk", "potatoes", "potatoes")
    assert [one.answer.commodity for one in found.wanted] == ["potatoes"]
    others = [one.answer.commodity for one in found.others]
    assert others == ["maize", "beans", "tomatoes", "onions"]
    assert len(others) == MOST_OTHERS


def test_the_feed_of_the_nearest_shop(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Molo", [50] * 4, YESTERDAY)
    report_price(session, vocabulary, "+254711001000", "dairy_meal", "Nakuru", 3000, YESTERDAY)
    feed = told_at(session, vocabulary, "Molo").feed
    assert feed is not None
    assert isinstance(feed.answer, NearestPrice)
    assert feed.worth == near(60)


def test_feed_is_not_weighed_with_what_shops_take_for_milk(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Molo", [70] * 4, YESTERDAY, price_type=PriceType.RETAIL)
    report_price(session, vocabulary, "+254711001000", "dairy_meal", "Molo", 3000, YESTERDAY)
    found = told_at(session, vocabulary, "Molo")
    assert found.lead.answer.price_type is PriceType.RETAIL
    assert found.feed is not None
    assert found.feed.worth is None


def test_old_feed_has_no_worth(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Molo", [50] * 4, YESTERDAY)
    report_price(
        session, vocabulary, "+254711001000", "dairy_meal", "Molo", 3000, MONDAY - 12 * DAY
    )
    feed = told_at(session, vocabulary, "Molo").feed
    assert feed is not None
    assert feed.worth is None
    # Nobody feeds maize.
    assert told_at(session, vocabulary, "Molo", "maize").feed is None


def test_sellers_and_buyers_and_a_month_ago_are_for_the_meeting(
    session: Session, vocabulary: Vocabulary
) -> None:
    for number, (price, side) in enumerate([(49, Side.SELLS)] * 2 + [(45, Side.BUYS)] * 2):
        report_price(
            session, vocabulary, f"+2547110020{number:02}", "milk", "Nakuru", price, YESTERDAY,
            side=side,
        )  # fmt: skip
    milk_reports(session, vocabulary, "Nakuru", [43] * 4, MONDAY - 31 * DAY)
    short = told_at(session, vocabulary, "Nakuru")
    assert (short.sides, short.month_ago) == (None, None)
    long = told_at(session, vocabulary, "Nakuru", wants_long=True)
    assert long.sides is not None
    assert (long.sides.sellers, long.sides.buyers) == (49, 45)
    assert long.month_ago == near(43)
    text = to_secretary(session, vocabulary, "Nakuru")
    assert ". Sellers say 49, buyers 45. A month ago 43." in text


def test_buyers_of_the_nearest_place_where_nobody_tells_of_the_own(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [48] * 4, YESTERDAY, buyer=Buyer.TRADER)
    found = told_at(session, vocabulary, "Molo")
    assert [(one.place.name, one.buyer) for one in found.buyers] == [("Nakuru", Buyer.TRADER)]


def test_markets_too_far_away_are_not_compared_where_nobody_knows_the_fare(
    session: Session, vocabulary: Vocabulary
) -> None:
    for place, price in (("Nakuru", 47), ("Njoro", 49), ("Naivasha", 70), ("Limuru", 90)):
        milk_reports(session, vocabulary, place, [price] * 4, YESTERDAY)

    def compared() -> set[str]:
        trade = told_at(session, vocabulary, "Nakuru").trade
        return set() if trade is None else {one.place.name for one in trade.selling.offers}

    assert compared() == {"Nakuru", "Njoro", "Naivasha"}
    session.execute(delete(CommodityLoad))
    assert compared() == {"Nakuru", "Njoro"}


def test_the_lead_of_nothing(session: Session, vocabulary: Vocabulary) -> None:
    found = told_at(session, vocabulary, "Lodwar", wants_long=True)
    assert (found.lead.before, found.trade, found.usual, found.shops) == (None, None, None, None)
    assert (found.markets, found.buyers, found.others, found.feed) == ((), (), (), None)


def test_an_own_price_of_another_step_is_told_with_its_name(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [50] * 4, YESTERDAY, price_type=PriceType.WHOLESALE)
    lead = told_at(session, vocabulary, "Nakuru").lead.answer
    assert isinstance(lead, OwnPrice)
    assert (lead.price_type, lead.estimate.price) == (PriceType.WHOLESALE, near(Decimal(50)))
