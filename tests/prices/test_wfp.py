import gzip
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.session import Database
from prices.catalogue import Catalogue
from prices.importers.reference import SEED_DATA, load_reference
from prices.importers.wfp import ImportFileError, SkipReason, import_wfp
from prices.kinds import PlaceKind, PriceType
from prices.models import Place, PublishedPrice
from prices.queries import NoPrice, Published, answer_price
from tests.prices.stories import kenya, place_named
from tests.prices.wfp_files import (
    HEADER,
    assert_every_line_is_counted_once,
    counts,
    line,
    stored,
    write,
)

DATA = Path(__file__).parent / "data"
GHANA = DATA / "wfp_ghana_with_hxl_row.csv"
MILK = DATA / "wfp_milk_of_several_countries.csv"
KENYA = SEED_DATA / "KE" / "wfp_food_prices.csv.gz"

# The real files


def test_ghana_with_its_row_of_tags(database: Database) -> None:
    summary = import_wfp(database, GHANA)
    assert (summary.read, summary.inserted, summary.duplicates) == (13, 8, 0)
    assert counts(summary) == {SkipReason.UNIT: 4, SkipReason.PRODUCT: 1}
    assert summary.skipped[SkipReason.UNIT].examples == [
        "Yam per 100 Tubers",
        "Plantains (apentu) per Bunch",
        "Plantains (apem) per Bunch",
    ]
    assert summary.skipped[SkipReason.PRODUCT].examples == ["Rice (paddy)"]
    assert not summary.new_markets
    assert_every_line_is_counted_once(summary)
    maize = stored(database)[0]
    assert (maize.price, maize.price_per_base_unit) == (Decimal("25.4"), Decimal("0.254"))
    assert (maize.currency, maize.unit_quoted, maize.product) == ("GHS", "100 KG", "Maize")
    assert (maize.priced_on, maize.price_type) == (date(2006, 1, 15), PriceType.WHOLESALE)
    eggs = next(row for row in stored(database) if row.commodity_code == "eggs")
    assert eggs.price_per_base_unit == Decimal("0.5333")  # GHS 16 the tray of 30


def test_milk_of_several_countries(database: Database) -> None:
    summary = import_wfp(database, MILK)
    assert (summary.read, summary.inserted) == (12, 7)
    assert counts(summary) == {SkipReason.FORECAST: 2, SkipReason.COUNTRY: 3}
    assert summary.skipped[SkipReason.COUNTRY].examples == ["ARG", "AZE", "SOM"]
    assert not summary.new_markets
    assert_every_line_is_counted_once(summary)
    packet = next(row for row in stored(database) if row.unit_quoted == "500 ML")
    assert (packet.price, packet.price_per_base_unit) == (22, 44)  # half a litre
    assert {row.currency for row in stored(database)} == {"KES", "UGX"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_whole_of_kenya(database: Database, now: datetime) -> None:
    """The shipped file, on SQLite; how long it takes is measured by bench.imports."""
    summary = import_wfp(database, KENYA)
    assert summary.read == 26_648
    assert summary.inserted > 25_000
    assert not summary.new_markets
    assert SkipReason.MARKET not in summary.skipped
    assert_every_line_is_counted_once(summary)
    with database.read() as session:
        found = answer_price(
            session,
            kenya(session),
            commodity="milk",
            place_id=place_named(kenya(session), "Lodwar").id,
            price_type=None,
            now=now,
        )
    assert isinstance(found, Published)
    assert (found.commodity, found.priced_on) == ("milk_processed", date(2025, 12, 15))
    assert (found.place.name, found.distance_km) == ("Lodwar", 0.0)
    again = import_wfp(database, KENYA)
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, summary.inserted)


# Again, and corrected


@pytest.mark.parametrize("path", [GHANA, MILK])
def test_a_second_import_changes_nothing(database: Database, path: Path) -> None:
    first = import_wfp(database, path)
    before = [(row.id, row.price) for row in stored(database)]
    second = import_wfp(database, path)
    assert (second.inserted, second.updated, second.unchanged) == (0, 0, first.inserted)
    assert counts(second) == counts(first)
    assert [(row.id, row.price) for row in stored(database)] == before


def test_wfp_corrects_a_past_month(database: Database, tmp_path: Path) -> None:
    import_wfp(database, write(tmp_path, [line("42"), line("43", day="2026-02-15")]))
    summary = import_wfp(
        database, write(tmp_path, [line("40", flag="aggregate"), line("43", day="2026-02-15")])
    )
    assert (summary.inserted, summary.updated, summary.unchanged) == (0, 1, 1)
    assert [(row.price, row.flag) for row in stored(database)] == [
        (40, "aggregate"),
        (43, "actual"),
    ]


def test_what_a_file_no_longer_names_stays(database: Database, tmp_path: Path) -> None:
    import_wfp(database, write(tmp_path, [line("42"), line("43", day="2026-02-15")]))
    import_wfp(database, write(tmp_path, [line("44", day="2026-03-15")]))
    assert [row.price for row in stored(database)] == [42, 43, 44]


def test_of_a_line_told_twice_the_last_one_wins(database: Database, tmp_path: Path) -> None:
    lines = [line("42"), line("43"), line("44"), line("3780", unit="90 KG")]
    summary = import_wfp(database, write(tmp_path, lines))
    assert (summary.inserted, summary.duplicates) == (2, 2)
    assert [row.price for row in stored(database)] == [44, 3780]
    assert [row.price_per_base_unit for row in stored(database)] == [44, 42]
    assert_every_line_is_counted_once(summary)


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    lines = [line("42"), line("43"), line("44", market="Kwa Mpya"), line("0")]
    path = write(tmp_path, lines)
    dry = import_wfp(database, path, dry_run=True)
    assert not stored(database)
    assert import_wfp(database, path) == dry
    again = import_wfp(database, path, dry_run=True)
    assert (again.inserted, again.unchanged) == (0, 2)


def test_what_fails_midway_leaves_nothing(database: Database, tmp_path: Path) -> None:
    def fail(done: int, total: int) -> None:
        raise RuntimeError("the power went")

    path = write(tmp_path, [line("42"), line("44", market="Kwa Mpya")])
    with pytest.raises(RuntimeError):
        import_wfp(database, path, progress=fail)
    assert not stored(database)
    with database.read() as session:
        assert session.scalar(select(Place).where(Place.name == "Kwa Mpya")) is None


def test_progress_goes_up_to_the_last_line(database: Database) -> None:
    heard: list[tuple[int, int]] = []
    import_wfp(database, MILK, progress=lambda done, total: heard.append((done, total)))
    assert heard == sorted(heard)
    assert heard[-1] == (12, 12)


def test_a_gzipped_file_is_the_same_file(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "milk.csv.gz"
    path.write_bytes(gzip.compress(MILK.read_bytes()))
    assert import_wfp(database, path, dry_run=True) == import_wfp(database, MILK)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "windows.csv"
    path.write_bytes(b"\xef\xbb\xbf" + MILK.read_bytes().replace(b"\n", b"\r\n"))
    assert import_wfp(database, path).inserted == 7


# Lines that are left out


@pytest.mark.parametrize(
    ("bad", "reason", "example"),
    [
        (line("0"), SkipReason.NO_PRICE, "line 2: '0'"),
        (line("-42"), SkipReason.NO_PRICE, "line 2: '-42'"),
        (line(""), SkipReason.NO_PRICE, "line 2: ''"),
        (line("n/a"), SkipReason.NO_PRICE, "line 2: 'n/a'"),
        (line("NaN"), SkipReason.NO_PRICE, "line 2: 'NaN'"),
        (line("1e99"), SkipReason.NO_PRICE, "line 2: '1e99'"),
        (line("0.004", unit="90 KG"), SkipReason.NO_PRICE, "line 2: '0.004' per 90 KG"),
        (line("42", flag="forecast"), SkipReason.FORECAST, "Nakuru 2026-01-15"),
        (line(day="15.1.2026"), SkipReason.NO_DATE, "line 2: '15.1.2026'"),
        (line(currency="SOS"), SkipReason.COUNTRY, "SOS"),
        (line(currency="USD"), SkipReason.COUNTRY, "USD"),  # Ecuador has it, and twenty others
        (line(price_type="Export"), SkipReason.PRICE_TYPE, "Export"),
        (line(product="Fuel (diesel)"), SkipReason.PRODUCT, "Fuel (diesel)"),
        (line(unit="Bunch"), SkipReason.UNIT, "Maize per Bunch"),
        (line(unit="L"), SkipReason.UNIT, "Maize per L"),
        (line(unit="0 KG"), SkipReason.UNIT, "Maize per 0 KG"),
        (line(market="National Average", point=","), SkipReason.MARKET, "National Average"),
        (line(market="Lost", point="0,0"), SkipReason.MARKET, "Lost"),
        (line(market="Lost", point="-0.28,3607"), SkipReason.MARKET, "Lost"),
        (line(market="", point="-0.28,36.07"), SkipReason.MARKET, ""),
        (line() + ",more", SkipReason.BROKEN, "line 2"),
        ("2026-01-15,Rift Valley", SkipReason.BROKEN, "line 2"),
    ],
)
def test_a_line_left_out_is_named_and_the_others_kept(
    database: Database, tmp_path: Path, bad: str, reason: SkipReason, example: str
) -> None:
    summary = import_wfp(database, write(tmp_path, [bad, "", line("43", day="2026-02-15")]))
    assert (summary.read, summary.inserted) == (2, 1)
    assert counts(summary) == {reason: 1}
    assert summary.skipped[reason].examples == [example]
    assert_every_line_is_counted_once(summary)


def test_another_currency_than_the_country_s_is_left_out(
    database: Database, tmp_path: Path
) -> None:
    path = write(tmp_path, [f"KEN,{line(currency='USD')}"], f"country,{HEADER}")
    assert counts(import_wfp(database, path)) == {SkipReason.CURRENCY: 1}


def test_a_size_nobody_listed_is_plain_arithmetic(database: Database, tmp_path: Path) -> None:
    import_wfp(database, write(tmp_path, [line("1100", unit="55 KG"), line("9", unit="200 G")]))
    assert [row.price_per_base_unit for row in stored(database)] == [20, 45]


# Markets


def test_a_market_is_known_by_its_other_names_and_with_a_rough_point(
    database: Database, tmp_path: Path
) -> None:
    lines = [
        line(market="Eldoret town (Uasin Gishu)", point="0.4,35.3"),
        line(market="  NAKURU ", point="-0.45,36.1"),
        line(market="Lodwar", point=","),
    ]
    summary = import_wfp(database, write(tmp_path, lines))
    assert not summary.new_markets
    with database.read() as session:
        names = session.scalars(select(Place.name).join(PublishedPrice).order_by(Place.name))
        assert list(names) == ["Eldoret", "Lodwar", "Nakuru"]


def test_a_new_market_is_made_in_its_neighbour_s_county(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    catalogue = Catalogue("KE")
    with database.read() as session:
        assert "kwa mpya" not in catalogue.vocabulary(session, "KE").place_words
    lines = [
        line("42", market="Kwa Mpya", point="-0.33,35.95"),
        line("43", market="Kwa Mpya", point="-0.33,35.95", day="2026-02-15"),
    ]
    summary = import_wfp(database, write(tmp_path, lines))
    assert summary.new_markets == ["Kwa Mpya (KE)"]
    assert summary.inserted == 2
    with database.read() as session:
        vocabulary = catalogue.vocabulary(session, "KE")  # it has heard of the change
        market = place_named(vocabulary, "Kwa Mpya")
        assert (market.kind, market.code) == (PlaceKind.MARKET, "ke-nakuru-kwa-mpya")
        county = vocabulary.admin1_of(market.id)
        assert county is not None
        assert county.name == "Nakuru"
        found = answer_price(
            session, vocabulary, commodity="maize", place_id=market.id, price_type=None, now=now
        )
        assert isinstance(found, Published)
        assert (found.price, found.distance_km) == (43, 0.0)
    with database.begin() as session:
        load_reference(session)  # a later release does not take it away
        assert session.scalar(select(Place.source).where(Place.name == "Kwa Mpya")) == "WFP"
    assert not import_wfp(database, write(tmp_path, lines)).new_markets


def test_a_namesake_far_away_is_another_market(database: Database, tmp_path: Path) -> None:
    lines = [line(market="Molo", point="-1.52,37.26"), line(market="Molo", point="-0.25,35.73")]
    summary = import_wfp(database, write(tmp_path, lines))
    assert summary.new_markets == ["Molo (KE)"]
    with database.read() as session:
        codes = session.scalars(
            select(Place.code).join(PublishedPrice).where(Place.name == "Molo")
        ).all()
        assert sorted(codes) == ["ke-machakos-molo", "ke-nakuru-molo"]


def test_two_new_namesakes_of_one_county_have_codes_of_their_own(
    database: Database, tmp_path: Path
) -> None:
    lines = [
        line(market="Sokoni", point="3.7,34.8"),
        line(market="Sokoni", point="2.4,35.6"),
    ]
    import_wfp(database, write(tmp_path, lines))
    with database.read() as session:
        codes = session.scalars(select(Place.code).where(Place.name == "Sokoni")).all()
        assert sorted(codes) == ["ke-turkana-sokoni", "ke-turkana-sokoni-2"]


# Files that are refused


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (HEADER.encode(), "a header and not one price"),
        (HEADER.encode() + b"\n#date,#adm1\n", "a header and not one price"),
        (b"date,market,price\n2026-01-15,Nakuru,42\n", "no column latitude, longitude, commodity"),
        (HEADER.replace("price,usd", "cost,usd").encode() + b"\n", "no column price"),
        (HEADER.replace(",", ";").encode() + b"\n", "no WFP price file"),
        (b"\xff\xfe" + HEADER.encode("utf-16-le"), "not UTF-8 text, from byte 0"),
        (HEADER.encode() + b"\n" + line(market="Murang\xe0").encode("latin-1"), "not UTF-8"),
        (HEADER.encode() + b'\n"' + line().encode() + b"\n" + line().encode(), "no readable CSV"),
        (b"PK\x03\x04 an Excel file", "no WFP price file"),
        (gzip.compress(HEADER.encode(), mtime=0)[:-9], "damaged gzip"),
        (b"\x1f\x8b\x08 nonsense", "damaged gzip"),
    ],
)
def test_a_file_of_another_form_is_refused_in_one_line(
    database: Database, tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=complaint) as caught:
        import_wfp(database, path)
    assert "\n" not in str(caught.value)
    assert "prices.csv" in str(caught.value)
    assert not stored(database)


def test_a_file_that_is_not_there(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="cannot be read: No such file"):
        import_wfp(database, tmp_path / "nowhere.csv")
    with pytest.raises(ImportFileError, match="cannot be read: Is a directory"):
        import_wfp(database, tmp_path)


def test_before_any_import_nothing_is_published(database: Database, now: datetime) -> None:
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PublishedPrice)) == 0
        vocabulary = kenya(session)
        found = answer_price(
            session,
            vocabulary,
            commodity="milk",
            place_id=place_named(vocabulary, "Nairobi").id,
            price_type=None,
            now=now,
        )
        assert isinstance(found, NoPrice)
