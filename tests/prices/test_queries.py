from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from db.session import Database
from prices import published
from prices.catalogue import load_vocabulary
from prices.estimates import Confidence
from prices.geography import neighbours
from prices.hearing import change_standing
from prices.kinds import ObservationStatus, PlaceKind, PriceType
from prices.lists import as_list
from prices.models import PriceObservation
from prices.published import CLOSE
from prices.queries import (
    LastKnown,
    NearestPrice,
    NoPrice,
    OwnPrice,
    PriceAnswer,
    Published,
    answer_price,
    others_this_week,
)
from prices.vocabulary import PlaceEntry, Vocabulary, fold
from tests.cast import ACHIENG, KAMAU, MUTISO, NAKATO, NJERI, OTIENO, WANJIKU
from tests.plans import plan_of
from tests.prices.stories import kenya, near, place_named, publish_price, report_price, reporter

WEEK = timedelta(days=7)
LAST_MONTH = date(2026, 10, 15)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction per story: what was reported is asked for in the same breath."""
    with database.begin() as session:
        yield session


@pytest.fixture
def places(session: Session) -> Vocabulary:
    return kenya(session)


def ask(
    session: Session,
    vocabulary: Vocabulary,
    place: str | PlaceEntry,
    now: datetime,
    commodity: str = "milk",
    price_type: PriceType | None = None,
) -> PriceAnswer:
    entry = place_named(vocabulary, place) if isinstance(place, str) else place
    return answer_price(
        session,
        vocabulary,
        commodity=commodity,
        place_id=entry.id,
        price_type=price_type,
        now=now,
    )


def entry_of_kind(vocabulary: Vocabulary, name: str, kind: PlaceKind) -> PlaceEntry:
    ids = vocabulary.place_words[fold(name)]
    return next(vocabulary.places[id_] for id_ in ids if vocabulary.places[id_].kind is kind)


def milk(session: Session, vocabulary: Vocabulary, now: datetime, *said: Any, **more: Any) -> None:
    """Several people at one place: milk(…, "Nakuru", (OTIENO, 46), (ACHIENG, 48))."""
    place, *reports = said
    for msisdn, price in reports:
        report_price(session, vocabulary, msisdn, "milk", place, price, now, **more)


# One's own market


def test_farmer_asks_for_a_price(session: Session, places: Vocabulary, now: datetime) -> None:
    hour_ago = now - timedelta(hours=1)
    reports = [(OTIENO, 46), (ACHIENG, 47), (MUTISO, 48), (KAMAU, 47)]
    milk(session, places, hour_ago, "Nakuru", *reports)
    found = ask(session, places, "Nakuru", now)
    assert isinstance(found, OwnPrice)
    assert found.estimate.price == near(47)
    assert 42 < found.estimate.low < 46 < 48 < found.estimate.high < 52
    assert (found.estimate.reports, found.estimate.confidence) == (4, Confidence.GOOD)
    assert found.estimate.newest_at == hour_ago
    assert (found.place.name, found.markets, found.currency) == ("Nakuru", 1, "KES")
    assert found.price_type is PriceType.FARM_GATE


def test_one_report_answers_before_many_next_door(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Njoro", (WANJIKU, 43))
    milk(session, places, now, "Nakuru", (OTIENO, 46), (ACHIENG, 47), (MUTISO, 48))
    found = ask(session, places, "Njoro", now)
    assert isinstance(found, OwnPrice)
    assert found.estimate.confidence is Confidence.ONE


def test_held_and_dropped_reports_do_not_speak(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    for status in (ObservationStatus.HELD, ObservationStatus.DROPPED):
        kept = report_price(session, places, WANJIKU, "milk", "Molo", 450, now)
        report = session.get_one(PriceObservation, kept.observation_id)
        change_standing(session, places, report, status, by="story", reason="", now=now)
    assert isinstance(ask(session, places, "Molo", now), NoPrice)


def test_a_bag_and_a_kilo_meet_in_one_price(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    report_price(session, places, OTIENO, "maize", "Nakuru", 3600, now, unit="bag_90kg")
    report_price(session, places, ACHIENG, "maize", "Nakuru", 42, now, unit="kg")
    found = ask(session, places, "Nakuru", now, "maize")
    assert isinstance(found, OwnPrice)
    assert 40 < found.estimate.price < 42


def test_one_demo_report_marks_the_answer(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (OTIENO, 46))
    milk(session, places, now, "Nakuru", (ACHIENG, 47), is_demo=True)
    found = ask(session, places, "Nakuru", now)
    assert isinstance(found, OwnPrice)
    assert found.estimate.is_demo


def test_what_is_told_later_is_not_in_an_earlier_answer(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (OTIENO, 46))
    milk(session, places, now + timedelta(days=1), "Nakuru", (ACHIENG, 60))
    found = ask(session, places, "Nakuru", now)
    assert isinstance(found, OwnPrice)
    assert found.estimate.price == near(46)


# Price types


def test_price_types_are_never_mixed(session: Session, places: Vocabulary, now: datetime) -> None:
    milk(session, places, now, "Nakuru", (OTIENO, 46))
    milk(session, places, now, "Nakuru", (ACHIENG, 65), price_type=PriceType.RETAIL)
    farm = ask(session, places, "Nakuru", now)
    shop = ask(session, places, "Nakuru", now, price_type=PriceType.RETAIL)
    assert isinstance(farm, OwnPrice)
    assert isinstance(shop, OwnPrice)
    assert (farm.estimate.price, shop.estimate.price) == (near(46), near(65))


def test_only_shop_prices_there_answer_by_their_name(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (ACHIENG, 65), price_type=PriceType.RETAIL)
    milk(session, places, now, "Njoro", (OTIENO, 44))
    found = ask(session, places, "Nakuru", now)
    assert isinstance(found, OwnPrice)
    assert (found.price_type, found.estimate.price) == (PriceType.RETAIL, near(65))


def test_who_asks_for_the_farm_gate_gets_no_shop_price(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (ACHIENG, 65), price_type=PriceType.RETAIL)
    found = ask(session, places, "Nakuru", now, price_type=PriceType.FARM_GATE)
    assert isinstance(found, NoPrice)
    assert found.price_type is PriceType.FARM_GATE


def test_the_nearest_is_of_the_same_price_type(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Njoro", (ACHIENG, 65), price_type=PriceType.RETAIL)
    milk(session, places, now, "Molo", (OTIENO, 48))
    found = ask(session, places, "Nakuru", now)
    assert isinstance(found, NearestPrice)
    assert found.place.name == "Molo"


# The nearest


def test_the_nearest_answers_with_its_distance_and_what_was_known_here(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now - timedelta(days=100), "Ol Kalou", (WANJIKU, 40))
    milk(session, places, now - timedelta(days=80), "Ol Kalou", (WANJIKU, 42))
    milk(session, places, now, "Nakuru", (OTIENO, 47))
    milk(session, places, now, "Molo", (MUTISO, 48))
    found = ask(session, places, "Ol Kalou", now)
    assert isinstance(found, NearestPrice)
    assert (found.asked_place.name, found.place.name) == ("Ol Kalou", "Nakuru")
    assert 30 < found.distance_km < 40
    assert found.last_known == LastKnown(Decimal(42), now - timedelta(days=80))


def test_nothing_known_here_before_is_said_so(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (OTIENO, 47))
    found = ask(session, places, "Ol Kalou", now)
    assert isinstance(found, NearestPrice)
    assert found.last_known is None


def test_behind_the_closest_places_the_nearest_is_found_too(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    """First so many neighbours are looked at, then the country: neither may hide the other's."""
    nakuru = place_named(places, "Nakuru")
    reach = list(neighbours(places, nakuru))
    for number in (CLOSE + 20, CLOSE, CLOSE - 1):
        milk(session, places, now, "", (OTIENO, 47), place_id=reach[number])
        found = ask(session, places, nakuru, now)
        assert isinstance(found, NearestPrice)
        assert found.place.id == reach[number]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_neighbours_alone_are_looked_at(database: Database, now: datetime) -> None:
    """However much is fresh in the country: each is found by its key; PostgreSQL counts first."""
    values = {
        "commodity": "milk",
        "price_type": PriceType.FARM_GATE,
        "currency": "KES",
        "since": now,
        "places": as_list(range(CLOSE)),
    }
    plan = plan_of(database, published._FRESH_AMONG, values)
    assert "sqlite_autoindex_price_cell_1" in plan
    assert "ix_price_cell_recent" not in plan


def test_a_market_300_km_away_is_no_neighbour(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (OTIENO, 47))
    assert isinstance(ask(session, places, "Lodwar", now), NoPrice)


def test_a_ward_hears_its_own_reports_and_else_the_next_town(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    ward = entry_of_kind(places, "Githiga", PlaceKind.WARD)
    milk(session, places, now, "Githunguri", (KAMAU, 45))
    found = ask(session, places, ward, now)
    assert isinstance(found, NearestPrice)
    assert found.distance_km < 12
    assert found.place.name == "Githunguri"
    report_price(session, places, WANJIKU, "milk", "Githiga", 44, now, place_id=ward.id)
    own = ask(session, places, ward, now)
    assert isinstance(own, OwnPrice)
    assert own.estimate.price == near(44)


def test_a_place_without_a_point_is_looked_for_from_its_county(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    ward = entry_of_kind(places, "Githiga", PlaceKind.WARD)
    pointless = replace(ward, latitude=None, longitude=None)
    map_ = replace(places, places={**places.places, ward.id: pointless})
    milk(session, places, now, "Githunguri", (KAMAU, 45))
    found = ask(session, map_, pointless, now)
    assert isinstance(found, NearestPrice)
    assert found.place.name == "Githunguri"
    assert found.distance_km < 12


def test_no_distance_is_told_to_a_place_without_a_point(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    ward = entry_of_kind(places, "Githiga", PlaceKind.WARD)
    pointless = replace(ward, latitude=None, longitude=None)
    map_ = replace(places, places={**places.places, ward.id: pointless})
    report_price(session, places, WANJIKU, "milk", "Githiga", 44, now, place_id=ward.id)
    assert isinstance(ask(session, map_, "Githunguri", now), NoPrice)


def test_no_border_is_crossed(session: Session, places: Vocabulary, now: datetime) -> None:
    """Busia lies on both sides: Ugandan shillings are no answer in Kenya."""
    uganda = load_vocabulary(session, "UG")
    report_price(session, uganda, NAKATO, "milk", "Busia", 1500, now)
    assert isinstance(ask(session, places, "Busia", now), NoPrice)
    own = ask(session, uganda, "Busia", now)
    assert isinstance(own, OwnPrice)
    assert (own.currency, own.estimate.price) == ("UGX", near(1500))


# Old


def test_a_fresh_neighbour_comes_before_ones_own_old_price(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    old = now - timedelta(days=10)
    milk(session, places, old, "Njoro", (WANJIKU, 41))
    milk(session, places, now, "Nakuru", (OTIENO, 47))
    found = ask(session, places, "Njoro", now)
    assert isinstance(found, NearestPrice)
    assert found.last_known == LastKnown(Decimal(41), old)


def test_ones_own_old_price_comes_before_a_published_one(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now - timedelta(days=10), "Njoro", (WANJIKU, 41))
    publish_price(session, places, "milk", "Njoro", 75, LAST_MONTH)
    found = ask(session, places, "Njoro", now)
    assert isinstance(found, OwnPrice)
    assert (found.estimate.price, found.estimate.confidence) == (near(41), Confidence.OLD)


def test_a_report_older_than_a_month_is_only_the_last_known(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    told = now - timedelta(days=31)
    milk(session, places, told, "Njoro", (WANJIKU, 41))
    found = ask(session, places, "Njoro", now)
    assert found == NoPrice(
        commodity="milk",
        place=place_named(places, "Njoro"),
        price_type=PriceType.FARM_GATE,
        currency="KES",
        last_known=LastKnown(Decimal(41), told),
    )


def test_nothing_at_all_is_said_honestly(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    found = ask(session, places, "Lodwar", now, "coffee")
    assert isinstance(found, NoPrice)
    assert found.last_known is None


# Published series


def test_a_published_series_is_named_with_its_month(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    publish_price(session, places, "milk", "Lodwar", 70, date(2026, 9, 15))
    publish_price(session, places, "milk", "Lodwar", 75, LAST_MONTH)
    milk(session, places, now - timedelta(days=60), "Lodwar", (WANJIKU, 66))
    found = ask(session, places, "Lodwar", now)
    assert isinstance(found, Published)
    assert (found.price, found.priced_on, found.source) == (75, LAST_MONTH, "WFP")
    assert (found.place, found.distance_km) == (found.asked_place, 0.0)
    assert (found.asked_commodity, found.commodity) == ("milk", "milk")
    assert (found.price_type, found.currency) == (PriceType.RETAIL, "KES")
    assert found.last_known is not None
    assert found.last_known.price == 66


def test_what_shops_sell_in_its_stead_is_named(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    publish_price(session, places, "milk_processed", "Nakuru", 120, LAST_MONTH)
    found = ask(session, places, "Nakuru", now)
    assert isinstance(found, Published)
    assert (found.asked_commodity, found.commodity) == ("milk", "milk_processed")


def test_fresh_milk_60_km_away_comes_before_packet_milk_here(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    publish_price(session, places, "milk_processed", "Nakuru", 120, LAST_MONTH)
    publish_price(session, places, "milk", "Molo", 70, LAST_MONTH)
    found = ask(session, places, "Nakuru", now)
    assert isinstance(found, Published)
    assert (found.commodity, found.place.name) == ("milk", "Molo")
    assert 30 < found.distance_km < 50


def test_the_own_place_the_asked_type_the_newest_month(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    older = date(2026, 3, 15)
    publish_price(session, places, "maize", "Nakuru", 38, older, PriceType.WHOLESALE)
    publish_price(session, places, "maize", "Nakuru", 55, LAST_MONTH, PriceType.RETAIL)
    publish_price(session, places, "maize", "Njoro", 44, LAST_MONTH, PriceType.WHOLESALE)
    found = ask(session, places, "Nakuru", now, "maize")
    assert isinstance(found, Published)
    assert (found.price, found.priced_on) == (38, older)
    retail = ask(session, places, "Nakuru", now, "maize", PriceType.RETAIL)
    assert isinstance(retail, Published)
    assert retail.price == 55
    near = ask(session, places, "Molo", now, "maize", PriceType.FARM_GATE)
    assert isinstance(near, Published)
    assert near.place.name == "Njoro"


def test_a_series_that_ended_two_years_ago_is_no_answer(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    publish_price(session, places, "milk", "Nakuru", 60, date(2024, 11, 15))
    assert isinstance(ask(session, places, "Nakuru", now), NoPrice)
    assert isinstance(ask(session, places, "Nakuru", now - 4 * WEEK), Published)


def test_a_month_to_come_is_not_published_yet(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    publish_price(session, places, "milk", "Nakuru", 60, date(2026, 12, 15))
    assert isinstance(ask(session, places, "Nakuru", now), NoPrice)


def test_two_products_of_one_month_answer_always_the_same(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    for product, price in [("Beans (red)", 90), ("Beans", 80), ("Beans (yellow)", 100)]:
        publish_price(session, places, "beans", "Nakuru", price, LAST_MONTH, product=product)
    found = ask(session, places, "Nakuru", now, "beans")
    assert isinstance(found, Published)
    assert found.price == 80


# Counties and the country


def test_a_county_is_the_median_of_its_markets_by_their_people(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Nakuru", (OTIENO, 47), (ACHIENG, 47))  # 570,000 people
    milk(session, places, now, "Molo", (MUTISO, 60))  # 48,000
    milk(session, places, now, "Githunguri", (WANJIKU, 30))  # another county
    county = entry_of_kind(places, "Nakuru", PlaceKind.ADMIN1)
    found = ask(session, places, county, now)
    assert isinstance(found, OwnPrice)
    assert found.place == county
    assert (found.markets, found.estimate.reports, found.estimate.reporters) == (2, 3, 3)
    assert 46 < found.estimate.price < 49


def test_a_constituency_is_made_of_its_markets_and_wards(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Githunguri", (WANJIKU, 44))
    milk(session, places, now, "Githiga", (KAMAU, 46))
    milk(session, places, now, "Nakuru", (OTIENO, 60))
    found = ask(session, places, entry_of_kind(places, "Githunguri", PlaceKind.ADMIN2), now)
    assert isinstance(found, OwnPrice)
    assert found.markets == 2
    assert 43 < found.estimate.price < 47


def test_the_country_has_a_price_too(session: Session, places: Vocabulary, now: datetime) -> None:
    milk(session, places, now, "Githunguri", (WANJIKU, 44))
    milk(session, places, now, "Nakuru", (OTIENO, 48))
    report_price(session, load_vocabulary(session, "UG"), NAKATO, "milk", "Busia", 1500, now)
    found = ask(session, places, entry_of_kind(places, "Kenya", PlaceKind.COUNTRY), now)
    assert isinstance(found, OwnPrice)
    assert found.markets == 2
    assert found.estimate.high < 50


def test_a_county_without_reports_has_its_neighbour_or_its_published_series(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    turkana = entry_of_kind(places, "Turkana", PlaceKind.ADMIN1)
    publish_price(session, places, "milk", "Lodwar", 75, LAST_MONTH)
    publish_price(session, places, "milk", "Kakuma", 80, date(2026, 9, 15))
    published = ask(session, places, turkana, now)
    assert isinstance(published, Published)
    assert (published.place.name, published.distance_km) == ("Lodwar", 0.0)
    milk(session, places, now - 2 * WEEK, "Kakuma", (OTIENO, 77))
    old = ask(session, places, turkana, now)
    assert isinstance(old, OwnPrice)
    assert old.estimate.confidence is Confidence.OLD


def test_the_country_without_reports_tells_its_newest_published_month(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    country = entry_of_kind(places, "Kenya", PlaceKind.COUNTRY)
    assert isinstance(ask(session, places, country, now), NoPrice)
    publish_price(session, places, "milk", "Lodwar", 75, date(2026, 9, 15))
    publish_price(session, places, "milk", "Nakuru", 66, LAST_MONTH)
    found = ask(session, replace(places), country, now)  # read anew, as after every import
    assert isinstance(found, Published)
    assert found.place.name == "Nakuru"


def test_a_few_queries_answer_whatever_is_asked(
    database: Database, session: Session, places: Vocabulary, now: datetime
) -> None:
    publish_price(session, places, "milk_processed", "Nakuru", 120, LAST_MONTH)
    asked: list[str] = []

    def count(*details: Any) -> None:
        asked.append(details[2])

    event.listen(database.engine, "before_cursor_execute", count)
    found = ask(session, places, "Nakuru", now)
    event.remove(database.engine, "before_cursor_execute", count)
    assert isinstance(found, Published)
    assert len(asked) <= 7


# The thank-you, and menus


def test_the_reporter_hears_what_others_say(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now - WEEK, "Githunguri", (NJERI, 20))
    milk(session, places, now, "Githunguri", (WANJIKU, 99), (KAMAU, 44), (OTIENO, 46))
    milk(session, places, now, "Githunguri", (MUTISO, 70), price_type=PriceType.RETAIL)
    heard = {
        "commodity": "milk",
        "place_id": place_named(places, "Githunguri").id,
        "price_type": PriceType.FARM_GATE,
        "now": now,
    }
    wanjiku = reporter(session, WANJIKU, "KE", now)
    others = others_this_week(session, places, reporter_id=wanjiku, **heard)  # type: ignore[arg-type]
    assert others == (2, near(44), near(46), False)
    elsewhere = heard | {"place_id": place_named(places, "Molo").id}
    assert others_this_week(session, places, reporter_id=wanjiku, **elsewhere) is None  # type: ignore[arg-type]
