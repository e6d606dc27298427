"""The reference data at the desk: looked at, changed, taken away, and never by a viewer."""

import csv
import io
import re
from html import unescape

import pytest
from sqlalchemy import select

from app.service import Service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.session import Database
from prices.importers.reference import load_reference
from prices.models import CommodityTerm, ReferenceStamp, TransportTariff, UnitFactor
from prices.reference_tables import TABLES
from tests.app.dashboard.desk import Desk, sit_down
from tests.prices.stories import kenya

WORDS = "/dashboard/reference/commodity_terms"


@pytest.fixture
def admin(service: Service, database: Database) -> Desk:
    return sit_down(service, database, StaffRole.ADMIN)


def stamp(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(ReferenceStamp.version)).one()


def mark(desk: Desk, page: str) -> str:
    return desk.open(page).text.partition('name="mark" value="')[2].partition('"')[0]


def row_page(desk: Desk, listed: str) -> str:
    """Where the only row of a list leads."""
    (page,) = re.findall(r'href="(/dashboard/reference/\w+/row/[^"]+)"', desk.open(listed).text)
    return str(page)


def test_every_table_is_listed_and_opens_sorted_and_filtered(
    service: Service, database: Database
) -> None:
    viewer = sit_down(service, database, StaffRole.VIEWER)
    overview = viewer.open("/dashboard/reference").text
    for table in TABLES:
        assert table.title in unescape(overview)
        for query in ("", "?q=mil", *(f"?sort=-{one.name}" for one in table.fields)):
            assert viewer.open(f"/dashboard/reference/{table.name}{query}").status_code == 200
    milk = viewer.open(f"{WORDS}?commodity_code=milk&language=sw").text
    assert "maziwa" in milk
    assert "fresh milk" not in milk
    assert "No row is like that" in viewer.open(f"{WORDS}?q=%25").text
    assert viewer.open("/dashboard/reference/staff").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "?kind=camel", "?country=%20", "?q=%25_", "?sort=nothing", "?after=99999999999999999",
        "?after=-1", "?parent_code=nowhere", "?q=" + "x" * 5_000,
    ],
)  # fmt: skip
def test_an_address_that_means_nothing_breaks_nothing(
    service: Service, database: Database, query: str
) -> None:
    viewer = sit_down(service, database, StaffRole.VIEWER)
    assert viewer.open(f"/dashboard/reference/places{query}").status_code == 200


@pytest.mark.parametrize("address", ["commodities/row/%00", "places?country=%00", "places?q=%00"])
def test_what_no_database_keeps_is_said_to_be_wrong(
    service: Service, database: Database, address: str
) -> None:
    viewer = sit_down(service, database, StaffRole.VIEWER)
    assert viewer.open(f"/dashboard/reference/{address}").status_code == 400


def test_a_long_list_comes_page_by_page(service: Service, database: Database) -> None:
    viewer = sit_down(service, database, StaffRole.VIEWER)
    first = viewer.open("/dashboard/reference/places?country=KE&kind=admin1").text
    assert "after=50" not in first
    assert first.count("/row/") == 47
    wards = "/dashboard/reference/places?country=KE&kind=ward"
    assert "after=50" in viewer.open(wards).text
    assert viewer.open(f"{wards}&after=50").text.count("/row/") == 50


def test_a_new_word_is_understood_at_once_and_stays_when_the_files_are_read_again(
    admin: Desk, service: Service, database: Database
) -> None:
    before = stamp(database)
    with database.read() as session:
        assert "whitegold" not in service.catalogue.vocabulary(session, "KE").commodity_words
    sent = admin.send(
        f"{WORDS}/add", page=f"{WORDS}/add",
        commodity_code="milk", language="en", term="White gold", confidence="high", is_name="no",
    )  # fmt: skip
    assert sent.status_code == 302, sent.text
    assert "Commodity word milk/en/White gold" in admin.open(sent.location).text.replace(
        "white", "White"
    )
    assert stamp(database) > before
    with database.begin() as session:
        assert "whitegold" in service.catalogue.vocabulary(session, "KE").commodity_words
        load_reference(session)
    with database.read() as session:
        found = select(CommodityTerm).where(CommodityTerm.term == "White gold")
        assert session.scalars(found).one().commodity_code == "milk"
        (change, *_) = changes(session)
    assert (change.who, change.action) == ("admin@example.org", "add row")
    assert change.subject == "commodity word milk/en/White gold"
    assert change.after["term"] == "White gold"


def test_a_word_that_was_taken_away_stays_away_until_the_file_may_decide_again(
    admin: Desk, database: Database
) -> None:
    page = row_page(admin, f"{WORDS}?commodity_code=milk&q=fresh+milk")
    gone = admin.send(f"{page}/remove", page=page)
    assert gone.status_code == 302
    with database.begin() as session:
        load_reference(session)
    assert "No row is like that" in admin.open(f"{WORDS}?commodity_code=milk&q=fresh+milk").text
    again = admin.send(
        f"{WORDS}/add", page=f"{WORDS}/add",
        commodity_code="milk", language="en", term="fresh milk", confidence="low", is_name="no",
    )  # fmt: skip
    assert "Decided at the desk" in admin.open(again.location).text
    left = admin.send(f"{again.location}/leave", page=again.location)
    assert "As the files of the release have it" in admin.open(left.location).text
    with database.begin() as session:
        load_reference(session)
    assert ">high<" in admin.open(f"{WORDS}?commodity_code=milk&q=fresh+milk").text


def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_written(
    admin: Desk, database: Database
) -> None:
    before = stamp(database)
    tariffs = "/dashboard/reference/transport_tariffs"
    wrong = {
        "country": "XX", "mode": "camel", "valid_from": "1.1.2026", "base_fare": "0",
        "fare_per_km": "-1", "load_kg": "a lot", "most_loads": "2.5", "source": "",
    }  # fmt: skip
    sent = admin.send(f"{tariffs}/add", page=f"{tariffs}/add", **wrong)
    assert sent.status_code == 400
    said = unescape(sent.text)
    for sentence in (
        "No country has the code 'XX'.",
        "'camel' is none of bus, motorbike, pickup, lorry.",
        "'1.1.2026' is no day: write it as 2026-11-24.",
        "It must be more than 0.",
        "It must be no less than 0.",
        "'a lot' is no number.",
        "It must be a whole number.",
        "It is missing.",
    ):
        assert sentence in said
    assert 'value="a lot"' in said  # what was typed is not lost
    assert stamp(database) == before
    with database.read() as session:
        assert changes(session) == []
        assert len(session.scalars(select(TransportTariff)).all()) == 4


def test_a_row_is_there_once_and_one_word_is_the_name(admin: Desk) -> None:
    word = {"commodity_code": "milk", "language": "en", "confidence": "high"}
    twice = admin.send(f"{WORDS}/add", page=f"{WORDS}/add", **word, term="fresh milk", is_name="no")
    assert "There is one like this already" in twice.text
    second = admin.send(f"{WORDS}/add", page=f"{WORDS}/add", **word, term="Moo", is_name="yes")
    assert second.status_code == 400
    assert "“Milk” is the name there" in second.text


def test_a_word_tells_what_else_it_means(admin: Desk) -> None:
    word = {"language": "sw", "confidence": "low", "is_name": "no"}
    for term, meaning in {
        "stop": "what people write for “stop all”",
        "nyama": "the commodity Beef",
        "molo": "the place ke-nakuru-molo",
        "mbili": "the number 2",
        "debe": "the unit debe",
    }.items():
        sent = admin.send(
            f"{WORDS}/add", page=f"{WORDS}/add", commodity_code="milk_camel", term=term, **word
        )
        assert sent.status_code == 302, sent.text
        assert meaning in admin.open(sent.location).text, term
    plain = row_page(admin, f"{WORDS}?commodity_code=milk&q=mazwa")
    assert "may also mean" not in admin.open(plain).text


def test_a_better_factor_is_its_next_version(admin: Desk, database: Database) -> None:
    page = row_page(
        admin, "/dashboard/reference/unit_factors?commodity_code=potatoes&unit_code=bag&country=KE"
    )
    with database.read() as session:
        old = session.get_one(UnitFactor, int(page.rpartition("/")[2]))
    form = {
        "quantity": "52.25", "low": "50", "high": "110", "confidence": "high",
        "valid_from": "2026-11-01", "source": "weighed at Kongowea",
    }  # fmt: skip
    sent = admin.send(page, page=page, mark=mark(admin, page), **form)
    assert sent.status_code == 302, unescape(sent.text)
    assert sent.location != page
    told = admin.open(sent.location).text
    assert "Its versions" in told
    assert "weighed at Kongowea" in told
    assert admin.open(page).status_code == 404  # it has a newer version
    with database.begin() as session:
        load_reference(session)  # of this factor the file says nothing more
        new = session.get_one(UnitFactor, int(sent.location.rpartition("/")[2]))
        stored = session.get_one(UnitFactor, old.id)
        assert (new.key, new.version) == (old.key, old.version + 1)
        assert stored.quantity == old.quantity


def test_whoever_changes_what_somebody_else_changed_meanwhile_is_told(admin: Desk) -> None:
    page = "/dashboard/reference/commodities/row/milk"
    seen = mark(admin, page)
    form = {"name": "Milk", "price_type": "farm_gate", "shop_code": "milk_processed",
            "rank": "11", "pace": "staple"}  # fmt: skip
    assert admin.send(page, page=page, mark=seen, **form).status_code == 302
    late = admin.send(page, page=page, mark=seen, **{**form, "rank": "12"})
    assert late.status_code == 409
    assert "Somebody changed this row" in late.text


def test_what_is_said_once_stays(admin: Desk, database: Database) -> None:
    page = "/dashboard/reference/commodities/row/milk"
    form = {"base_unit": "kg", "name": "Milk", "price_type": "farm_gate", "shop_code": "milk",
            "rank": "10", "pace": "staple"}  # fmt: skip
    sent = admin.send(page, page=page, mark=mark(admin, page), **form)
    assert sent.status_code == 400
    assert "Shops sell it under its own name then" in sent.text
    with database.read() as session:
        assert kenya(session).commodities["milk"].base_unit == "litre"
    kept = admin.send(f"{page}/remove", page=page)
    assert kept.status_code == 409
    assert "it cannot be taken away" in kept.text


def test_a_new_market_lies_in_its_county(admin: Desk, database: Database) -> None:
    places = "/dashboard/reference/places"
    market = {"code": "ke-nakuru-kiamunyi", "country": "KE", "kind": "market",
              "parent_code": "ke-county-nakuru", "name": "Kiamunyi",
              "latitude": "-0.2667", "longitude": "36.0167",
              "population": "", "source": "desk"}  # fmt: skip
    for fault, wrong in {
        "That place lies in UG": {"parent_code": "ug"},
        "both, latitude and longitude": {"longitude": ""},
        "begins with ke-": {"code": "nakuru-kiamunyi"},
        "It must be no more than 90": {"latitude": "91"},
        "no admin1 lies in it": {"kind": "admin1"},
    }.items():
        sent = admin.send(f"{places}/add", page=f"{places}/add", **{**market, **wrong})
        assert (sent.status_code, fault in sent.text) == (400, True), fault
    sent = admin.send(f"{places}/add", page=f"{places}/add", **market)
    assert sent.status_code == 302, unescape(sent.text)
    with database.read() as session:
        vocabulary = kenya(session)
    (place_id,) = vocabulary.place_words["kiamunyi"]
    county = vocabulary.admin1_of(place_id)
    assert county is not None
    assert county.name == "Nakuru"


def test_what_others_lie_in_stays_in_its_county(admin: Desk, database: Database) -> None:
    page = row_page(admin, "/dashboard/reference/places?q=ke-constituency-ainabkoi&kind=admin2")
    form = {"name": "Ainabkoi", "latitude": "", "longitude": "", "population": "", "source": "IEBC"}
    sent = admin.send(
        page, page=page, mark=mark(admin, page), parent_code="ke-county-nakuru", **form
    )
    assert sent.status_code == 400
    assert "stays in its county" in sent.text
    kept = admin.send(
        page, page=page, mark=mark(admin, page), parent_code="ke-county-uasin-gishu", **form
    )
    assert kept.status_code == 302, unescape(kept.text)


def test_an_exported_table_is_what_can_be_brought_in_again(
    service: Service, database: Database
) -> None:
    viewer = sit_down(service, database, StaffRole.VIEWER)
    for table in TABLES:
        file = viewer.open(f"/dashboard/reference/{table.name}.csv")
        assert file.mimetype == "text/csv"
        header, *_ = csv.reader(io.StringIO(file.text))
        assert header == table.columns


def test_a_viewer_sees_and_does_not_change(service: Service, database: Database) -> None:
    viewer = sit_down(service, database, StaffRole.VIEWER)
    page = "/dashboard/reference/commodities/row/milk"
    shown = viewer.open(page)
    assert shown.status_code == 200
    assert '<button type="submit">Keep' not in shown.text
    assert viewer.open(f"{WORDS}/add").status_code == 403
    token = viewer.token("/dashboard/reference")
    for path in (f"{WORDS}/add", page, f"{page}/remove", f"{page}/leave"):
        sent = viewer.browser.post(path, data={"csrf_token": token})
        assert sent.status_code == 403, path


@pytest.mark.parametrize("pk", ["0", "x", "١", "99999999999999999999", "1;drop"])
def test_a_row_that_is_not_there_is_not_found(admin: Desk, pk: str) -> None:
    assert admin.open(f"{WORDS}/row/{pk}").status_code == 404
