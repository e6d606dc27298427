"""The reference data as a new service gets it, and what an operator's edit of a file does."""

import csv
import gzip
import shutil
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.session import Database
from prices.catalogue import load_vocabulary
from prices.importers.reference import SEED_DATA, ReferenceFileError, load_reference
from prices.importers.tables import Changes
from prices.kinds import PlaceKind
from prices.models import (
    Commodity,
    CommodityTerm,
    Country,
    Place,
    PlaceAlias,
    ReferenceStamp,
    UnitFactor,
    UnitTerm,
)
from prices.vocabulary import PlaceEntry, Vocabulary, fold


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files that an operator may edit."""
    return Path(
        shutil.copytree(SEED_DATA, tmp_path / "data", ignore=shutil.ignore_patterns("*.gz"))
    )


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_line(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def markets_called(vocabulary: Vocabulary, name: str) -> list[PlaceEntry]:
    places = [vocabulary.places[id_] for id_ in vocabulary.place_words.get(fold(name), ())]
    return [place for place in places if place.kind is PlaceKind.MARKET]


def test_loading_a_second_time_changes_nothing(database: Database) -> None:
    with database.begin() as session:
        before = session.scalar(select(ReferenceStamp.version))
        summary = load_reference(session)
        assert not summary.changed
        assert set(summary.tables.values()) == {Changes()}
        assert session.scalar(select(ReferenceStamp.version)) == before


def test_kenya_is_whole(database: Database) -> None:
    with database.read() as session:
        kenya = load_vocabulary(session, "KE")
    kinds = Counter(place.kind for place in kenya.places.values())
    assert kinds[PlaceKind.ADMIN1] == 47
    assert kinds[PlaceKind.ADMIN2] == 290
    assert kinds[PlaceKind.WARD] == 1448
    assert kinds[PlaceKind.MARKET] > 450
    assert (kenya.country.currency, kenya.country.currency_sign) == ("KES", "KES")
    assert kenya.country.admin1_word == "county"


def test_every_market_and_ward_has_a_county_and_a_point(database: Database) -> None:
    with database.read() as session:
        for country in session.scalars(select(Country.code)):
            vocabulary = load_vocabulary(session, country)
            trading = [place for place in vocabulary.places.values() if place.kind.is_trading_place]
            assert len(trading) > 40, country
            for place in trading:
                county = vocabulary.admin1_of(place.id)
                assert county is not None, place.code
                assert county.kind is PlaceKind.ADMIN1
                assert None not in (place.latitude, place.longitude), place.code


def test_the_tree_goes_up_to_the_country(database: Database) -> None:
    with database.read() as session:
        kenya = load_vocabulary(session, "KE")
    (molo,) = markets_called(kenya, "Molo")
    above = []
    parent_id = molo.parent_id
    while parent_id is not None:
        above.append(kenya.places[parent_id].name)
        parent_id = kenya.places[parent_id].parent_id
    assert above == ["Molo", "Nakuru", "Kenya"]


AS_SAID = [
    ("Nax", "Nakuru", "Nakuru"),
    ("Eldy", "Eldoret", "Uasin Gishu"),
    ("NBO", "Nairobi", "Nairobi"),
    ("MSA", "Mombasa", "Mombasa"),
    ("Olkalou", "Ol Kalou", "Nyandarua"),
    ("Ol Kalau", "Ol Kalou", "Nyandarua"),
    ("muranga", "Murang'a", "Murang'a"),
    ("Moi‘s Bridge", "Moi's Bridge", "Uasin Gishu"),
    ("Thomson's Falls", "Nyahururu", "Laikipia"),
    ("Kehancha", "Kehancha", "Migori"),
    ("Kihancha", "Kehancha", "Migori"),
    ("Mai Mahiu", "Maai Mahiu", "Nakuru"),
    ("Gikomba Market Nairobi", "Gikomba", "Nairobi"),
    ("Marikiti ya Mombasa", "Mackinnon Market", "Mombasa"),
    ("Lodwar town", "Lodwar", "Turkana"),
    ("Lodwar (Turkana)", "Lodwar", "Turkana"),
    ("Kangemi (Nairobi)", "Kangemi", "Nairobi"),
    ("Hola (Tana River)", "Hola", "Tana River"),
    ("Hola town", "Hola", "Tana River"),
    ("Garissa town (Garissa)", "Garissa", "Garissa"),
    ("Wakulima (Nakuru)", "Wakulima Nakuru", "Nakuru"),
    ("Makutano (West Pokot)", "Makutano", "West Pokot"),
    ("Kitengela (Kajiado)", "Kitengela", "Kajiado"),
]


def test_names_as_people_and_publishers_say_them(database: Database) -> None:
    with database.read() as session:
        kenya = load_vocabulary(session, "KE")
    for said, meant, county in AS_SAID:
        (market,) = markets_called(kenya, said)
        assert market.name == meant, said
        assert kenya.places[market.admin1_id or 0].name == county, said


def test_no_market_stands_twice_on_the_map(database: Database) -> None:
    with database.read() as session:
        kenya = load_vocabulary(session, "KE")
    markets = [place for place in kenya.places.values() if place.kind is PlaceKind.MARKET]
    again = Counter((fold(market.name), market.admin1_id) for market in markets)
    assert [name for name, times in again.items() if times > 1] == []
    for name in ("Karuri", "Githunguri", "Awendo", "Gilgil", "Bondo"):
        assert len(markets_called(kenya, name)) == 1, name
    assert not markets_called(kenya, "Thomas Magena home")


def test_every_kenyan_market_of_the_published_series_is_known_by_its_name(
    database: Database,
) -> None:
    with gzip.open(SEED_DATA / "KE" / "wfp_food_prices.csv.gz", "rt", encoding="utf-8") as lines:
        published = {line["market"] for line in csv.DictReader(lines)}
    with database.read() as session:
        kenya = load_vocabulary(session, "KE")
    assert len(published) > 200
    found = {name: len(markets_called(kenya, name)) for name in published}
    assert {name: times for name, times in found.items() if times != 1} == {}


def test_uganda_and_ghana_are_there(database: Database) -> None:
    with database.read() as session:
        uganda = load_vocabulary(session, "UG")
        ghana = load_vocabulary(session, "GH")
    (owino,) = markets_called(uganda, "St Balikuddembe")
    (makola,) = markets_called(ghana, "makola")
    (bolga,) = markets_called(ghana, "Bolga")
    assert (owino.name, uganda.country.currency) == ("Owino", "UGX")
    assert uganda.places[owino.admin1_id or 0].name == "Kampala"
    assert (makola.name, ghana.country.currency) == ("Makola", "GHS")
    assert ghana.places[makola.admin1_id or 0].name == "Greater Accra"
    assert bolga.name == "Bolgatanga"


def test_everything_sold_has_a_name_in_english_and_swahili(database: Database) -> None:
    with database.read() as session:
        kenya = load_vocabulary(session, "KE")
    assert len(kenya.commodities) > 86
    for commodity in kenya.commodities.values():
        assert set(commodity.names) >= {"en", "sw"}, commodity.code
        assert max(map(len, commodity.names.values())) <= 20, commodity.code  # it goes into an SMS
    for unit in kenya.units.values():  # those of other countries keep their own name
        assert not unit.names or set(unit.names) >= {"en", "sw"}, unit.code
    assert kenya.unit_name("litre", "sw") == "lita"
    assert kenya.unit_name("porongo", "sw") == "porongo"
    assert kenya.commodity_name("milk", "sw") == "Maziwa"
    assert kenya.commodity_name("milk_processed", "sw") == "Maziwa ya pakiti"
    assert kenya.commodity_name("green_grams", "sw") == "Ndengu"
    assert kenya.commodities["milk"].shop_code == "milk_processed"
    assert next(iter(kenya.commodities)) == "milk"


def test_every_word_can_be_searched_for(database: Database) -> None:
    with database.read() as session:
        for column in (CommodityTerm.term, UnitTerm.term, PlaceAlias.alias, Place.name):
            words = list(session.scalars(select(column)))
            assert words
            assert [word for word in words if not fold(word)] == []


@pytest.mark.parametrize("country", ["KE", "UG", "SN", "PE"])
def test_no_name_has_two_meanings_among_what_is_sold(database: Database, country: str) -> None:
    with database.read() as session:
        vocabulary = load_vocabulary(session, country)
    for commodity in vocabulary.commodities.values():
        for language, name in commodity.names.items():
            if language in vocabulary.country.languages:
                meant = {code for code, _ in vocabulary.commodity_words[fold(name)]}
                assert meant == {commodity.code}, name


def test_operator_corrects_a_name(database: Database, folder: Path) -> None:
    replace_in(folder / "commodities.csv", "hay,Hay,", "hay,Dry hay,")
    with database.begin() as session:
        before = session.scalar(select(ReferenceStamp.version)) or 0
        summary = load_reference(session, folder)
        assert summary.tables["commodity"] == Changes(updated=1)
        assert session.scalar(select(Commodity.name).where(Commodity.code == "hay")) == "Dry hay"
        assert session.scalar(select(ReferenceStamp.version)) == before + 1


def test_operator_takes_a_wrong_word_out(database: Database, folder: Path) -> None:
    replace_in(folder / "KE" / "places.csv", ",Nax|", ",")
    with database.begin() as session:
        assert load_reference(session, folder).tables["place_alias"] == Changes(removed=1)
        kenya = load_vocabulary(session, "KE")
    assert "nax" not in kenya.place_words


def test_a_place_that_left_the_file_stays_for_the_prices_it_had(
    database: Database, folder: Path
) -> None:
    path = folder / "KE" / "places.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("ke-nakuru-molo,")]
    path.write_text("".join(kept), encoding="utf-8")
    assert len(kept) == len(lines) - 1
    with database.begin() as session:
        assert load_reference(session, folder).tables["place"] == Changes()
        stays = session.scalar(select(func.count()).where(Place.code == "ke-nakuru-molo"))
    assert stays == 1


def test_operator_adds_a_country_by_its_files(database: Database, folder: Path) -> None:
    add_line(folder / "countries.csv", "BI,Burundi,BIF,FBu,fr,fr rw sw,Africa/Bujumbura,province")
    (folder / "BI").mkdir()
    (folder / "BI" / "places.csv").write_text(
        "code,kind,parent_code,name,latitude,longitude,population,source,aliases\n"
        "bi-gitega,market,bi-province-gitega,Gitega,-3.4264,29.9308,,own,Kitega\n"
        "bi-province-gitega,admin1,bi,Gitega,-3.4,29.9,,own,\n"
        "bi,country,,Burundi,,,,own,\n",
        encoding="utf-8",
    )
    with database.begin() as session:
        assert load_reference(session, folder).tables["place"] == Changes(inserted=3)
        burundi = load_vocabulary(session, "BI")
    (gitega,) = markets_called(burundi, "kitega")
    assert burundi.places[gitega.admin1_id or 0].kind is PlaceKind.ADMIN1
    assert ("milk", "rw") in burundi.commodity_words["amata"]


def test_a_factor_that_prices_rest_on_gets_a_new_version(database: Database, folder: Path) -> None:
    path = folder / "unit_factors.csv"
    replace_in(path, "bag,KE,maize,,1,kg,90,", "bag,KE,maize,,1,kg,95,")
    with (
        pytest.raises(ReferenceFileError, match=r"bag/KE/maize/\* version 1 is 90.* version 2"),
        database.begin() as session,
    ):
        load_reference(session, folder)
    replace_in(path, "bag,KE,maize,,1,kg,95,", "bag,KE,maize,,1,kg,90,")
    add_line(path, "bag,KE,maize,,2,kg,95,90,110,high,2026-11-01,weighed")
    with database.begin() as session:
        assert load_reference(session, folder).tables["unit_factor"] == Changes(inserted=1)
        versions = session.scalars(
            select(UnitFactor.quantity)
            .where(UnitFactor.key == "bag/KE/maize/*")
            .order_by(UnitFactor.version)
        )
        assert [float(quantity or 0) for quantity in versions] == [90, 95]


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("commodities.csv", "yak_milk,Yak milk,litre,farm_gate,,soon", "commodities.csv line"),
        ("commodities.csv", "yak_milk,Yak milk,litre,at the gate,,1,staple", "at the gate"),
        (
            "commodities.csv",
            "yak_milk,Yak milk,bucket,farm_gate,,1,staple",
            "base_unit bucket is no unit",
        ),
        ("commodities.csv", "yak_milk,Yak milk", "more or fewer fields"),
        ("commodities.csv", "milk,Milk,litre,farm_gate,,1,staple", "milk is there twice"),
        ("commodity_terms.csv", "mikl,en,milk,high,no", "commodity_code mikl is no commodity"),
        ("unit_factors.csv", "bag,KE,maize,ke-moloo,1,kg,90,,,high,2026-01-01,x", "ke-moloo"),
        ("unit_factors.csv", "bag,KE,hay,,1,kg,much,,,high,2026-01-01,x", "unit_factors.csv line"),
        ("KE/places.csv", "ke-x,market,ke-county-nakru,X,0,36,,x,", "ke-county-nakru"),
        ("KE/places.csv", "ke-x,hamlet,ke-county-nakuru,X,0,36,,x,", "hamlet"),
    ],
)
def test_a_broken_line_is_told_by_one_clear_line_and_nothing_is_kept(
    database: Database, folder: Path, file: str, line: str, complaint: str
) -> None:
    add_line(folder / file, line)
    with (
        pytest.raises(ReferenceFileError, match=complaint) as told,
        database.begin() as session,
    ):
        load_reference(session, folder)
    assert "\n" not in str(told.value)
    with database.begin() as session:
        assert not load_reference(session).changed


def test_a_missing_column_is_named(database: Database, folder: Path) -> None:
    replace_in(folder / "commodities.csv", "shop_code", "shop")
    with (
        pytest.raises(ReferenceFileError, match="no column 'shop_code'"),
        database.begin() as session,
    ):
        load_reference(session, folder)
