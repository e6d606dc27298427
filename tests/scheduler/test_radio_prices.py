"""Stories of which prices are told on the radio: everybody's, the most useful first."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from prices.answers import NearestPrice, NoPrice, OwnPrice, Published
from prices.catalogue import Catalogue
from prices.estimates import Confidence
from prices.kinds import PlaceKind, PriceType
from prices.queries import answer_price
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.radio_prices import MOST_GOODS, Heard, RadioPrices, collect_radio_prices
from tests.prices.stories import near, place_named, publish_price, report_price
from tests.scheduler.stories import HOUR, MONDAY, WEEK, milk_reports

YESTERDAY = MONDAY - 16 * HOUR


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as session:
        yield session


@pytest.fixture
def vocabulary(session: Session) -> Vocabulary:
    return Catalogue().vocabulary(session, "KE")


def county(vocabulary: Vocabulary, name: str) -> PlaceEntry:
    return next(
        place
        for place in vocabulary.places.values()
        if place.kind is PlaceKind.ADMIN1 and place.name == name
    )


def collect(
    session: Session, vocabulary: Vocabulary, place: str | PlaceEntry, *commodities: str
) -> RadioPrices:
    entry = place_named(vocabulary, place) if isinstance(place, str) else place
    return collect_radio_prices(
        session, vocabulary, place_id=entry.id, commodities=commodities, now=MONDAY
    )


def named(prices: RadioPrices) -> list[tuple[str, str, str]]:
    """What is told of which place at which step of the trade, in its order."""
    answers = [(one.commodity, one.answer) for one in prices.heard]
    return [(code, answer.place.name, str(answer.price_type)) for code, answer in answers]


def of_goods(session: Session, vocabulary: Vocabulary, place: str, *codes: str) -> None:
    for number, code in enumerate(codes):
        report_price(session, vocabulary, f"+25471100300{number}", code, place, 40, YESTERDAY)


def test_goods_first_then_another_market_and_the_shops(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [49] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Njoro", [44] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [62], YESTERDAY, price_type=PriceType.RETAIL)
    of_goods(session, vocabulary, "Nakuru", "maize")
    assert named(collect(session, vocabulary, "Nakuru")) == [
        ("milk", "Nakuru", "farm_gate"),
        ("maize", "Nakuru", "wholesale"),
        ("milk", "Molo", "farm_gate"),
        ("milk", "Nakuru", "retail"),
        ("milk", "Njoro", "farm_gate"),
    ]


def test_it_is_the_price_that_everybody_gets(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47, 45, 48, 46], YESTERDAY)
    (first, *_) = collect(session, vocabulary, "Nakuru").heard
    assert first.answer == answer_price(
        session,
        vocabulary,
        commodity="milk",
        place_id=place_named(vocabulary, "Nakuru").id,
        price_type=None,
        now=MONDAY,
    )


def test_never_more_than_six_and_no_more_than_four_goods_unasked(
    session: Session, vocabulary: Vocabulary
) -> None:
    of_goods(session, vocabulary, "Nakuru", "milk", "maize", "beans", "potatoes", "onions", "eggs")
    milk_reports(session, vocabulary, "Molo", [49] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Njoro", [44] * 4, YESTERDAY)
    unasked = collect(session, vocabulary, "Nakuru")
    assert len({one.commodity for one in unasked.heard}) == MOST_GOODS
    assert len(unasked.heard) == 6
    goods = ("eggs", "onions", "potatoes", "beans", "maize", "milk")
    asked = collect(session, vocabulary, "Nakuru", *goods)
    assert [one.commodity for one in asked.heard] == list(goods)


def test_how_it_moved_since_last_week(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [45] * 5, YESTERDAY - WEEK)
    milk_reports(session, vocabulary, "Nakuru", [48] * 6, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [49] * 4, YESTERDAY)
    first, second = collect(session, vocabulary, "Nakuru").heard
    assert first.week_ago == near(45)
    assert second.week_ago is None


def test_a_week_nobody_spoke_in_is_no_comparison(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [45] * 5, YESTERDAY - 3 * WEEK)
    milk_reports(session, vocabulary, "Nakuru", [48] * 6, YESTERDAY)
    assert collect(session, vocabulary, "Nakuru").heard[0].week_ago is None


def test_a_county_and_the_markets_most_people_told_of(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 3, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [48] * 5, YESTERDAY)
    milk_reports(session, vocabulary, "Njoro", [55], YESTERDAY)
    prices = collect(session, vocabulary, county(vocabulary, "Nakuru"))
    assert [one.answer.place.name for one in prices.heard] == ["Nakuru", "Molo", "Nakuru"]
    first, *others = prices.heard
    assert isinstance(first.answer, OwnPrice)
    assert (first.answer.markets, first.answer.place.kind) == (3, PlaceKind.ADMIN1)
    assert [one.distance_km for one in others] == [None, None]


def test_one_market_of_a_county_is_told_by_its_own_name(
    session: Session, vocabulary: Vocabulary
) -> None:
    """A county's price that is one market's would be told twice, and of too many places."""
    milk_reports(session, vocabulary, "Molo", [48] * 5, YESTERDAY)
    milk_reports(session, vocabulary, "Njoro", [40] * 5, YESTERDAY - 2 * WEEK)
    prices = collect(session, vocabulary, county(vocabulary, "Nakuru"))
    assert named(prices) == [("milk", "Molo", "farm_gate")]


def test_an_old_price_of_one_market_is_told_by_its_name_too(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Molo", [48] * 2, YESTERDAY - 2 * WEEK)
    (only,) = collect(session, vocabulary, county(vocabulary, "Nakuru"), "milk").heard
    assert isinstance(only.answer, OwnPrice)
    assert (only.answer.place.name, only.answer.estimate.confidence) == ("Molo", Confidence.OLD)
    assert only.week_ago is None


def test_one_markets_price_is_held_to_its_own_of_last_week(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [40] * 5, YESTERDAY - WEEK)
    milk_reports(session, vocabulary, "Molo", [48] * 5, YESTERDAY)
    (only,) = collect(session, vocabulary, county(vocabulary, "Nakuru")).heard
    assert (only.answer.place.name, only.week_ago) == ("Molo", None)


def test_a_market_too_far_to_carry_milk_to_is_not_told(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Kisumu", [70] * 4, YESTERDAY)
    assert named(collect(session, vocabulary, "Nakuru")) == [("milk", "Nakuru", "farm_gate")]


def test_where_nobody_told_anything_the_nearest_answers(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Molo", [48] * 4, YESTERDAY)
    (only,) = collect(session, vocabulary, "Njoro").heard
    assert isinstance(only.answer, NearestPrice)


def test_an_honest_nothing_is_said_once(session: Session, vocabulary: Vocabulary) -> None:
    (only,) = collect(session, vocabulary, "Githunguri").heard
    assert (only.commodity, isinstance(only.answer, NoPrice)) == ("milk", True)
    asked = collect(session, vocabulary, "Githunguri", "milk", "maize")
    assert [isinstance(one.answer, NoPrice) for one in asked.heard] == [True, True]


def test_a_published_series_answers_where_people_do_not(
    session: Session, vocabulary: Vocabulary
) -> None:
    publish_price(session, vocabulary, "maize", "Lodwar", 71, date(2026, 10, 15))
    (only,) = collect(session, vocabulary, "Lodwar").heard
    assert (only.commodity, isinstance(only.answer, Published)) == ("maize", True)


def made_up(heard: Heard) -> bool:
    return isinstance(heard.answer, OwnPrice | NearestPrice) and heard.answer.estimate.is_demo


def test_made_up_prices_make_a_demo(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY, is_demo=True)
    milk_reports(session, vocabulary, "Molo", [49] * 4, YESTERDAY, is_demo=True)
    prices = collect(session, vocabulary, "Nakuru")
    assert prices.is_demo
    assert [made_up(one) for one in prices.heard] == [True, True]


def test_nothing_made_up_is_told_beside_what_people_said(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [49] * 4, YESTERDAY, is_demo=True)
    report_price(
        session, vocabulary, "+254711003009", "maize", "Nakuru", 40, YESTERDAY, is_demo=True
    )
    report_price(
        session,
        vocabulary,
        "+254711003009",
        "beans",
        "Nakuru",
        90,
        MONDAY - timedelta(days=90),
        is_demo=True,
    )
    prices = collect(session, vocabulary, "Nakuru", "milk", "maize", "beans")
    assert not prices.is_demo
    assert named(prices) == [
        ("milk", "Nakuru", "farm_gate"),
        ("maize", "Nakuru", "wholesale"),
        ("beans", "Nakuru", "wholesale"),
    ]
    nothing = [one.answer for one in prices.heard[1:]]
    assert [isinstance(answer, NoPrice) and answer.last_known for answer in nothing] == [None, None]
