"""Published prices in Bei's own form and in that of KAMIS, whose markets and things are words."""

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from db.session import Database
from prices.importers.csv_file import ImportFileError
from prices.importers.named_series import import_bei, import_kamis
from prices.importers.published import SkipReason
from prices.importers.reference import SEED_DATA
from prices.importers.series import ImportSummary
from prices.kinds import PriceType
from prices.models import Commodity, Place, PublishedPrice
from prices.queries import Published, answer_price
from tests.conftest import NOON
from tests.prices.stories import kenya, place_named

HEADER = "date,market,commodity,price_type,price,currency,unit,source"
KAMIS_HEADER = (
    " Commodity ,Classification,Grade,Sex,Market,WHOLESALE,Retail,Supply Volume,County,Date"
)


def write(folder: Path, lines: Sequence[str], header: str = HEADER) -> Path:
    path = folder / "prices.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def bei_file(database: Database, folder: Path, *lines: str) -> ImportSummary:
    return import_bei(database, write(folder, lines), country="KE")


def kamis_file(database: Database, folder: Path, *lines: str) -> ImportSummary:
    return import_kamis(database, write(folder, lines, KAMIS_HEADER))


def stored(database: Database) -> list[PublishedPrice]:
    with database.read() as session:
        return list(session.scalars(select(PublishedPrice).order_by(PublishedPrice.id)))


def reasons(summary: ImportSummary) -> dict[SkipReason, list[str]]:
    return {reason: skipped.examples for reason, skipped in summary.skipped.items()}


# Bei's own form


def test_a_series_of_our_own_answers_questions(database: Database, tmp_path: Path) -> None:
    summary = bei_file(
        database,
        tmp_path,
        "2026-11-20,Nakuru,maize,wholesale,3600,KES,bag_90kg,Ministry",
        '2026-11-20,"Molo, Nakuru",mahindi,farm gate,"3,500",kes,90 KG,Ministry',
    )
    assert (summary.read, summary.inserted) == (2, 2)
    bag, size = stored(database)
    assert (bag.price, bag.price_per_base_unit, bag.source) == (3600, 40, "Ministry")
    assert (size.price, size.unit_quoted, size.product) == (3500, "90 KG", "mahindi")
    assert size.price_per_base_unit == Decimal("38.8889")
    assert size.price_type is PriceType.FARM_GATE
    with database.read() as session:
        vocabulary = kenya(session)
        found = answer_price(
            session,
            vocabulary,
            commodity="maize",
            place_id=place_named(vocabulary, "Nakuru").id,
            price_type=None,
            now=NOON,
        )
    assert isinstance(found, Published)
    assert (found.price, found.source) == (40, "Ministry")


def test_a_second_import_changes_nothing_and_a_correction_wins(
    database: Database, tmp_path: Path
) -> None:
    line = "2026-11-20,Nakuru,maize,retail,{},KES,kg,{}"
    bei_file(database, tmp_path, line.format(60, "Ministry"), line.format(55, "Union"))
    again = bei_file(database, tmp_path, line.format(60, "Ministry"), line.format(55, "Union"))
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, 2)
    corrected = bei_file(database, tmp_path, line.format(58, "Ministry"))
    assert (corrected.updated, corrected.inserted) == (1, 0)
    assert [(row.source, row.price) for row in stored(database)] == [
        ("Ministry", 58),
        ("Union", 55),
    ]


def test_a_neighbour_is_known_by_its_money(database: Database, tmp_path: Path) -> None:
    bei_file(database, tmp_path, "2026-11-20,Mbarara,milk,farm_gate,1500,UGX,litre,DDA")
    with database.read() as session:
        assert session.scalars(select(Place.country).join(PublishedPrice)).one() == "UG"


@pytest.mark.parametrize(
    ("bad", "reason", "example"),
    [
        ("yesterday,Nakuru,maize,retail,60,KES,kg,M", SkipReason.NO_DATE, "line 2: 'yesterday'"),
        ("2026-11-20,Atlantis,maize,retail,60,KES,kg,M", SkipReason.NO_MARKET, "Atlantis"),
        ("2026-11-20,Turkana,maize,retail,60,KES,kg,M", SkipReason.NO_MARKET, "Turkana"),
        ("2026-11-20,Nakuru,diesel,retail,60,KES,kg,M", SkipReason.PRODUCT, "diesel"),
        ("2026-11-20,Nakuru,maize,export,60,KES,kg,M", SkipReason.PRICE_TYPE, "export"),
        ("2026-11-20,Nakuru,maize,retail,0,KES,kg,M", SkipReason.NO_PRICE, "line 2: '0'"),
        ("2026-11-20,Nakuru,maize,retail,6O,KES,kg,M", SkipReason.NO_PRICE, "line 2: '6O'"),
        ("2026-11-20,Nakuru,maize,retail,60,SOS,kg,M", SkipReason.COUNTRY, "SOS"),
        ("2026-11-20,Nakuru,maize,retail,60,KES,L,M", SkipReason.UNIT, "maize per L"),
        ("2026-11-20,Nakuru,maize,retail,60,KES,furlong,M", SkipReason.UNIT, "maize per furlong"),
        ("2026-11-20,Nakuru,maize,retail,60,KES,kg,", SkipReason.SOURCE, "line 2"),
        ("2026-11-20,Nakuru,maize", SkipReason.BROKEN, "line 2"),
    ],
)
def test_a_line_left_out_is_named_and_the_others_kept(
    database: Database, tmp_path: Path, bad: str, reason: SkipReason, example: str
) -> None:
    summary = bei_file(database, tmp_path, bad, "2026-11-21,Nakuru,maize,retail,61,KES,kg,M")
    assert (summary.read, summary.inserted) == (2, 1)
    assert reasons(summary) == {reason: [example]}


# KAMIS


def test_wholesale_and_retail_are_two_prices(database: Database, tmp_path: Path) -> None:
    summary = kamis_file(
        database,
        tmp_path,
        "Dry Maize,White Maize,-,-,Kibuye,40.00/Kg,50.00/Kg,1200,Kisumu,2026-11-20",
        "Kales/Sukuma Wiki,-,-,-,Karatina Market,-,30.00/Kg,,Nyeri County,2026-11-20",
        "Red Irish Potato,-,-,-,Kongowea, - ,Ksh 55.5/ Kg,-,Mombasa,2026-11-20",
    )
    assert (summary.read, summary.inserted) == (4, 4)
    rows = stored(database)
    assert {(row.commodity_code, row.price_type.value, row.price) for row in rows} == {
        ("maize", "wholesale", 40),
        ("maize", "retail", 50),
        ("kale", "retail", 30),
        ("potatoes", "retail", Decimal("55.5")),
    }
    assert {row.product for row in rows if row.commodity_code == "maize"} == {
        "Dry Maize White Maize"
    }
    assert {row.source for row in rows} == {"KAMIS"}
    assert {row.priced_on for row in rows} == {date(2026, 11, 20)}


def test_grades_of_a_thing_are_series_of_their_own(database: Database, tmp_path: Path) -> None:
    summary = kamis_file(
        database,
        tmp_path,
        "Tomatoes,-,Grade 1,-,Nakuru,-,80.00/Kg,,Nakuru,2026-11-20",
        "Tomatoes,-,Grade 2,-,Nakuru,-,60.00/Kg,,Nakuru,2026-11-20",
        "Tomatoes,-,Grade 2,-,Nakuru,-,65.00/Kg,,Nakuru,2026-11-20",
    )
    assert (summary.inserted, summary.duplicates) == (2, 1)


def test_what_kamis_leaves_open_is_left_out(database: Database, tmp_path: Path) -> None:
    summary = kamis_file(
        database,
        tmp_path,
        "Dry Maize,-,-,-,Nakuru,-,-,,Nakuru,2026-11-20",
        "Spring Onions,-,-,-,Nakuru,-,80.00/Kg,,Nakuru,2026-11-20",
        "Dry Maize,-,-,-,Nakuru,-,80.00/Heap,,Nakuru,2026-11-20",
        "Dry Maize,-,-,-,Nakuru,-,80.00/Kg,,Turkana,2026-11-20",
    )
    assert summary.inserted == 0
    assert reasons(summary) == {
        SkipReason.NO_PRICE: ["line 2: '-'"],
        SkipReason.PRODUCT: ["Spring Onions"],
        SkipReason.UNIT: ["Dry Maize per Heap"],
        SkipReason.NO_MARKET: ["Nakuru"],
    }


def test_every_product_named_for_kamis_is_a_commodity(database: Database, tmp_path: Path) -> None:
    processed = "Cow Milk(Processed),-,-,-,Nakuru,-,120.00/Litre,,Nakuru,2026-11-20"
    assert kamis_file(database, tmp_path, processed).inserted == 1
    assert stored(database)[0].commodity_code == "milk_processed"
    with (SEED_DATA / "kamis_products.csv").open(newline="") as lines:
        named = {row["commodity_code"] for row in csv.DictReader(lines)}
    with database.read() as session:
        assert named <= set(session.scalars(select(Commodity.code)))


def test_another_file_is_refused_in_one_line(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path, ["x,1"], "market,age")
    with pytest.raises(ImportFileError, match="no file of published prices: no column date, comm"):
        import_bei(database, path, country="KE")
    with pytest.raises(ImportFileError, match="no KAMIS price file: no column date, commodity"):
        import_kamis(database, path)


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path, ["2026-11-20,Nakuru,maize,retail,60,KES,kg,Ministry"])
    dry = import_bei(database, path, country="KE", dry_run=True)
    assert not stored(database)
    assert import_bei(database, path, country="KE") == dry
