"""Units made base units, and the copy of the catalogue that a process holds."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.session import Database
from prices.catalogue import Catalogue, Conversion, conversions, convert, load_vocabulary
from prices.models import Place, PlaceAlias, ReferenceStamp, UnitFactor

TODAY = date(2026, 11, 24)


def place_id(database: Database, code: str) -> int:
    with database.read() as session:
        found = session.scalar(select(Place.id).where(Place.code == code))
    assert found is not None
    return found


def converted(
    database: Database,
    unit: str,
    commodity: str,
    country: str = "KE",
    place: int | None = None,
    on: date = TODAY,
) -> Conversion | None:
    with database.read() as session:
        return convert(
            session, commodity=commodity, unit=unit, country=country, place_id=place, on=on
        )


def quantity(database: Database, unit: str, commodity: str, country: str = "KE") -> Decimal | None:
    found = converted(database, unit, commodity, country)
    return None if found is None else found.quantity


def factor(quantity: str, **more: object) -> UnitFactor:
    values: dict[str, object] = {
        "key": "bag/KE/maize/*",
        "version": 2,
        "unit_code": "bag",
        "base_unit": "kg",
        "country": "KE",
        "commodity_code": "maize",
        "confidence": "high",
        "source": "weighed",
        "valid_from": date(2026, 1, 1),
    }
    return UnitFactor(quantity=Decimal(quantity), **(values | more))


def test_the_base_unit_is_one_and_needs_no_factor(database: Database) -> None:
    assert converted(database, "litre", "milk") == Conversion(None, Decimal(1))
    assert converted(database, "bunch", "matooke", "UG") == Conversion(None, Decimal(1))


def test_a_measure_by_its_name_is_exact_anywhere(database: Database) -> None:
    assert quantity(database, "500ml", "milk") == Decimal("0.5")
    assert quantity(database, "500ml", "milk", "GH") == Decimal("0.5")
    assert quantity(database, "bag_90kg", "maize") == 90
    assert quantity(database, "g", "honey") == Decimal("0.001")
    assert quantity(database, "dozen", "eggs") == 12


def test_a_bag_depends_on_what_is_in_it_and_where(database: Database) -> None:
    assert quantity(database, "bag", "maize") == 90
    assert quantity(database, "bag", "potatoes") == 50
    assert quantity(database, "bag", "cabbage") == 126
    assert quantity(database, "bag", "maize", "GH") == 100
    assert quantity(database, "tray", "eggs") == 30


def test_milk_by_the_kilo_is_a_little_less_than_a_litre(database: Database) -> None:
    found = quantity(database, "kg", "milk")
    assert found is not None
    assert round(found * Decimal("1.03"), 4) == 1


def test_what_nobody_vouches_for_is_asked(database: Database) -> None:
    assert converted(database, "kasuku", "maize") is None
    assert converted(database, "treetop", "milk") is None
    assert converted(database, "can", "milk") is None
    assert converted(database, "bunch", "kale") is None


def test_what_nobody_knows_is_asked(database: Database) -> None:
    assert converted(database, "porongo", "milk") is None
    assert converted(database, "litre", "maize") is None
    assert converted(database, "nonsense", "milk") is None
    assert converted(database, "kg", "unicorn") is None


def test_the_market_beats_the_country_and_the_country_beats_any(database: Database) -> None:
    molo = place_id(database, "ke-nakuru-molo")
    nakuru = place_id(database, "ke-nakuru")
    with database.begin() as session:
        session.add(factor("110", key="bag/KE/maize/ke-nakuru-molo", version=1, place_id=molo))
        session.add(factor("70", key="bag/*/maize/*", version=9, country=None))
    at_molo = converted(database, "bag", "maize", place=molo)
    at_nakuru = converted(database, "bag", "maize", place=nakuru)
    in_uganda = converted(database, "bag", "maize", "UG")
    assert [at_molo and at_molo.quantity, at_nakuru and at_nakuru.quantity] == [110, 90]
    assert in_uganda is not None
    assert in_uganda.quantity == 70


def test_a_better_factor_holds_from_its_day_on(database: Database) -> None:
    with database.begin() as session:
        session.add(factor("95", valid_from=date(2026, 11, 24)))
    before = converted(database, "bag", "maize", on=date(2026, 11, 23))
    since = converted(database, "bag", "maize", on=TODAY)
    assert before is not None
    assert since is not None
    assert (before.quantity, since.quantity) == (90, 95)
    assert before.factor_id != since.factor_id


def test_a_doubt_of_later_stops_the_conversion(database: Database) -> None:
    with database.begin() as session:
        session.add(factor("95", confidence="low"))
    assert converted(database, "bag", "maize") is None


def test_every_measure_of_a_thing_is_the_one_its_conversion_takes(database: Database) -> None:
    molo = place_id(database, "ke-nakuru-molo")
    with database.begin() as session:
        session.add(factor("95", key="bag/KE/maize/ke-nakuru-molo", version=1, place_id=molo))
    with database.read() as session:
        found = conversions(session, commodity="maize", country="KE", place_id=molo, on=TODAY)
        assert found["kg"] == Conversion(None, Decimal(1))
        assert found["bag"].quantity == 95
        assert found["bag_90kg"].quantity == 90
        assert "kasuku" not in found  # nobody vouches for it
        assert "litre" not in found
        for unit, conversion in found.items():
            assert conversion == convert(
                session, commodity="maize", unit=unit, country="KE", place_id=molo, on=TODAY
            )


def test_names_run_together_are_names_too(database: Database) -> None:
    with database.read() as session:
        kenya = load_vocabulary(session, "KE")
    assert kenya.place_words["homabay"] == kenya.place_words["homa bay"]
    assert ("green_grams", "en") in kenya.commodity_words["greengrams"]


def test_words_of_languages_nobody_there_speaks_are_not_listened_for(database: Database) -> None:
    with database.read() as session:
        kenya = load_vocabulary(session, "KE")
        ghana = load_vocabulary(session, "GH")
    assert "lait" not in kenya.commodity_words
    assert ("milk", "ki") in kenya.commodity_words["iria"]
    assert "iria" not in ghana.commodity_words
    assert set(ghana.unit_words["crate"]) == {"crate", "tray"}
    assert set(kenya.unit_words["crate"]) == {"crate"}


def test_a_country_we_do_not_serve_has_the_default_one(database: Database) -> None:
    catalogue = Catalogue(default_country="UG")
    with database.read() as session:
        stranger = catalogue.vocabulary(session, "ML")
        uganda = catalogue.vocabulary(session, "UG")
    assert stranger.country == replace(uganda.country, languages=())  # any of them
    assert stranger.places == uganda.places
    assert ("milk", "fr") in stranger.commodity_words["lait"]  # but may write as at home
    with database.read() as session, pytest.raises(LookupError, match="XX"):
        load_vocabulary(session, "XX")


def test_the_copy_is_kept_until_the_reference_data_changes(database: Database) -> None:
    catalogue = Catalogue()
    with database.read() as session:
        first = catalogue.vocabulary(session, "KE")
        assert catalogue.vocabulary(session, "KE") is first
    nakuru = place_id(database, "ke-nakuru")
    with database.begin() as session:
        session.add(PlaceAlias(place_id=nakuru, alias="Nakuu"))
        stamp = session.get_one(ReferenceStamp, "reference")
        stamp.version += 1
    with database.read() as session:
        second = catalogue.vocabulary(session, "KE")
    assert "nakuu" not in first.place_words
    assert second.place_words["nakuu"] == (nakuru,)


def test_threads_share_one_copy(database: Database) -> None:
    catalogue = Catalogue()
    with database.read() as session:
        known = catalogue.vocabulary(session, "KE")

    def ask(_: int) -> bool:
        with database.read() as session:
            return catalogue.vocabulary(session, "KE") is known

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(40)))
