"""What a menu offers: the lists of commodities, counties and markets, on a real database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from prices.answers import NoPrice
from prices.kinds import PlaceKind
from prices.menus import SOLD_LASTS, TOLD_LASTS, Menus
from prices.vocabulary import Vocabulary
from tests.cast import KAMAU, MUTISO, OTIENO, WANJIKU
from tests.prices.stories import kenya, place_named, publish_price, report_price
from tests.prices.test_queries import LAST_MONTH, ask, entry_of_kind, milk


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction per story: what was reported is asked for in the same breath."""
    with database.begin() as session:
        yield session


@pytest.fixture
def places(session: Session) -> Vocabulary:
    return kenya(session)


def test_a_menu_offers_only_what_can_be_answered(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now - timedelta(days=20), "Molo", (WANJIKU, 41))
    report_price(session, places, OTIENO, "potatoes", "Njoro", 30, now)
    publish_price(session, places, "maize", "Nakuru", 38, LAST_MONTH)
    publish_price(session, places, "sugar", "Nakuru", 160, date(2020, 1, 15))
    publish_price(session, places, "salt", "Lodwar", 40, LAST_MONTH)
    molo, country = (
        place_named(places, "Molo"),
        entry_of_kind(places, "Kenya", PlaceKind.COUNTRY),
    )
    menu = Menus().menu(session, places, now)
    assert menu.priced_commodities(molo.id) == ["milk", "maize", "potatoes"]
    for code in menu.priced_commodities(molo.id):
        assert not isinstance(ask(session, places, molo, now, code), NoPrice)
    assert menu.priced_commodities(country.id) == [
        "milk",
        "maize",
        "potatoes",
        "salt",
    ]


def test_packet_milk_in_the_shops_puts_milk_on_the_menu(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    publish_price(session, places, "milk_processed", "Nakuru", 120, LAST_MONTH)
    nakuru = place_named(places, "Nakuru")
    menu = Menus().menu(session, places, now)
    assert menu.priced_commodities(nakuru.id) == ["milk", "milk_processed"]


def test_the_markets_of_a_county_the_most_reported_first(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Molo", (MUTISO, 48), (OTIENO, 47))
    milk(session, places, now - timedelta(days=20), "Njoro", (WANJIKU, 41))
    milk(session, places, now - timedelta(days=40), "Gilgil", (WANJIKU, 41))
    publish_price(session, places, "milk_processed", "Nakuru", 120, LAST_MONTH)
    milk(session, places, now, "Githunguri", (KAMAU, 45))
    county = entry_of_kind(places, "Nakuru", PlaceKind.ADMIN1)
    found = Menus().menu(session, places, now).markets(county.id, "milk")
    assert [places.places[id_].name for id_ in found] == ["Molo", "Njoro", "Nakuru"]


def test_47_counties_by_name_those_with_a_price_first(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    milk(session, places, now, "Molo", (MUTISO, 48))
    menu = Menus().menu(session, places, now)
    names = [places.places[id_].name for id_ in menu.counties("maize")]
    assert len(names) == 47
    assert names == sorted(names)
    first, *others = [places.places[id_].name for id_ in menu.counties("milk")]
    assert (first, others) == ("Nakuru", [name for name in names if name != "Nakuru"])


def test_a_process_holds_what_was_told_for_a_minute(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    menus, county = Menus(), entry_of_kind(places, "Nakuru", PlaceKind.ADMIN1)
    before = menus.menu(session, places, now)
    assert before.markets(county.id, "milk") == ()
    milk(session, places, now, "Molo", (MUTISO, 48))
    assert menus.menu(session, places, now + timedelta(seconds=59)) is before
    after = menus.menu(session, places, now + TOLD_LASTS)
    assert [places.places[id_].name for id_ in after.markets(county.id, "milk")] == ["Molo"]


def test_what_is_published_is_read_once_an_hour(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    menus, nakuru = Menus(), place_named(places, "Nakuru")
    menus.menu(session, places, now)
    publish_price(session, places, "maize", "Nakuru", 38, LAST_MONTH)
    soon = menus.menu(session, places, now + timedelta(minutes=59))
    assert soon.priced_commodities(nakuru.id) == []
    later = menus.menu(session, places, now + SOLD_LASTS)
    assert later.priced_commodities(nakuru.id) == ["maize"]


def test_another_vocabulary_is_another_menu(
    session: Session, places: Vocabulary, now: datetime
) -> None:
    menus, changed = Menus(), replace(places)
    assert menus.menu(session, places, now).vocabulary is places
    assert menus.menu(session, changed, now).vocabulary is changed
