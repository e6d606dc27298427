"""What a program may read: pages, tables, marks; and nothing of who said it."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from db.session import Database
from groups.demand import count_query
from prices.cells import Cell
from prices.kinds import Buyer, PriceType
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.prices.stories import kenya, near, place_named, report_price


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def reports(database: Database) -> None:
    """Milk at Nakuru by four, at Molo by one; beans; and a made-up price."""
    with database.begin() as session:
        words = kenya(session)
        for number, msisdn in enumerate([WANJIKU, OTIENO, ACHIENG, KAMAU]):
            at = NOON - timedelta(hours=number)
            report_price(session, words, msisdn, "milk", "Nakuru", 46 + number, at)
        report_price(
            session, words, MUTISO, "milk", "Molo", 44, NOON, buyer=Buyer.TRADER,
            grade="A 0711 000 001",
        )  # fmt: skip
        old = NOON - timedelta(days=20)
        report_price(session, words, MUTISO, "beans", "Molo", 120, old)
        report_price(session, words, OTIENO, "beans", "Kitale", 999, NOON, is_demo=True)


def get(program: FlaskClient, path: str, **asked: object) -> Any:
    answer = program.get(f"/api/v1/{path}", query_string=asked)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.usefixtures("reports")
def test_prices_say_what_they_rest_on(program: FlaskClient) -> None:
    found = get(program, "prices", commodity="milk", place="ke-county-nakuru")
    assert found["next"] is None
    whole = {row["place"]: row for row in found["data"] if not (row["buyer"] or row["grade"])}
    nakuru = whole["ke-nakuru"]
    assert Decimal(nakuru["price"]) == near("47.5")
    assert nakuru["low"] < nakuru["price"] < nakuru["high"]
    assert {key: nakuru[key] for key in ("currency", "unit", "reports", "reporters")} == {
        "currency": "KES", "unit": "litre", "reports": 4, "reporters": 4,
    }  # fmt: skip
    assert (nakuru["confidence"], nakuru["newest_at"]) == ("good", NOON.isoformat())
    assert nakuru["county"] == "ke-county-nakuru"
    assert (
        whole["ke-nakuru-molo" if "ke-nakuru-molo" in whole else "ke-molo"]["confidence"] == "one"
    )


@pytest.mark.usefixtures("reports")
def test_made_up_prices_are_nobodys_business(program: FlaskClient) -> None:
    beans = get(program, "prices", commodity="beans")["data"]
    assert [Decimal(row["price"]) for row in beans] == [near(120)]
    told = get(program, "observations", commodity="beans")["data"]
    assert [row["price"] for row in told] == [120]


@pytest.mark.usefixtures("reports")
def test_prices_are_filtered(program: FlaskClient) -> None:
    def places(**asked: object) -> set[str]:
        return {row["place_name"] for row in get(program, "prices", **asked)["data"]}

    assert places(confidence="good") == {"Nakuru"}
    assert places(confidence="old") == {"Molo"}
    assert places(buyer="trader") == {"Molo"}
    assert places(price_type="retail") == set()
    since = (NOON - timedelta(days=1)).isoformat()
    assert places(commodity="beans", updated_since=since) == set()
    assert places(at=(NOON - timedelta(days=2)).date().isoformat()) == {"Molo"}


@pytest.mark.usefixtures("reports")
def test_pages_follow_one_another_without_a_gap_or_a_repeat(program: FlaskClient) -> None:
    whole = get(program, "prices")["data"]
    assert len(whole) > 3
    address, found = "/api/v1/prices?limit=1", []
    while address:
        page = program.get(address).json
        assert len(page["data"]) == 1
        found += page["data"]
        address = page["next"]
    assert found == whole


@pytest.mark.usefixtures("reports")
def test_reports_come_in_the_order_they_were_told_page_by_page(program: FlaskClient) -> None:
    whole = get(program, "observations")["data"]
    assert [row["reported_at"] for row in whole] == sorted(row["reported_at"] for row in whole)
    first = get(program, "observations", limit=2)
    second = program.get(first["next"]).json
    assert first["data"] + second["data"] == whole[:4]


@pytest.mark.usefixtures("reports")
def test_reporters_have_a_name_of_their_own_and_no_number(program: FlaskClient) -> None:
    answer = program.get("/api/v1/observations")
    by_place = [(row["place"], row["reporter"]) for row in answer.json["data"]]
    molo = {who for place, who in by_place if "molo" in place}
    assert len(molo) == 1  # Mutiso twice
    assert len({who for _, who in by_place}) == 5
    for msisdn in (WANJIKU, OTIENO, ACHIENG, KAMAU, MUTISO):
        assert msisdn not in answer.text
        assert msisdn.removeprefix("+254") not in answer.text
    assert "0711 000 001" not in answer.text
    assert "0711 000 001" not in program.get("/api/v1/prices").text


@pytest.mark.usefixtures("reports")
def test_the_same_rows_as_a_table(program: FlaskClient) -> None:
    rows = get(program, "prices")["data"]
    for asked in ({"format": "csv"}, {}):
        answer = program.get(
            "/api/v1/prices", query_string=asked, headers={} if asked else {"Accept": "text/csv"}
        )
        assert answer.mimetype == "text/csv"
        table = list(csv.DictReader(io.StringIO(answer.text)))
        assert [row["place"] for row in table] == [row["place"] for row in rows]
        assert [Decimal(row["price"]) for row in table] == [
            Decimal(str(row["price"])) for row in rows
        ]
    paged = program.get("/api/v1/prices?format=csv&limit=1")
    assert 'rel="next"' in paged.headers["Link"]


@pytest.mark.usefixtures("reports")
def test_nothing_is_sent_twice(program: FlaskClient) -> None:
    first = program.get("/api/v1/prices")
    again = program.get("/api/v1/prices", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.text == ""


@pytest.mark.usefixtures("reports")
def test_coverage_tells_where_people_ask_in_vain(program: FlaskClient, database: Database) -> None:
    with database.begin() as session:
        words = kenya(session)
        kitale = place_named(words, "Kitale").id
        cell = Cell("milk", kitale, PriceType.FARM_GATE)
        count_query(session, cell, NOON.date(), is_answered=False, times=3)
    rows = get(program, "coverage", commodity="milk")["data"]
    by_county = {row["county"]: row for row in rows}
    nakuru, trans_nzoia = by_county["ke-county-nakuru"], by_county["ke-county-trans-nzoia"]
    assert (nakuru["good"], nakuru["one"], nakuru["asked"]) == (1, 1, 0)
    assert (trans_nzoia["good"], trans_nzoia["asked"], trans_nzoia["in_vain"]) == (0, 3, 3)


def test_the_map_and_the_catalogue(program: FlaskClient) -> None:
    milk = next(row for row in get(program, "commodities")["data"] if row["code"] == "milk")
    assert (milk["local_name"], milk["unit"]) == ("Maziwa", "litre")
    page = get(program, "markets", county="ke-county-nakuru", limit=1000)["data"]
    assert {row["county"] for row in page} == {"ke-county-nakuru"}
    assert "Molo" in {row["name"] for row in page}


def test_an_empty_service_says_so(program: FlaskClient) -> None:
    for path in ("prices", "observations", "coverage", "bulletins"):
        assert get(program, path) == {"data": [], "next": None}


@pytest.mark.parametrize(
    ("path", "asked", "field"),
    [
        ("prices", {"commodity": "unobtainium"}, "commodity"),
        ("prices", {"place": "ke-atlantis"}, "place"),
        ("prices", {"at": "1999-12-31"}, "at"),
        ("prices", {"at": "2026-13-01"}, "query"),
        ("prices", {"limit": 0}, "query"),
        ("prices", {"limit": 1001}, "query"),
        ("prices", {"confidence": "splendid"}, "query"),
        ("prices", {"country": "XX"}, "country"),
        ("prices", {"nonsense": 1}, "query"),
        ("prices", {"cursor": "bm90IGpzb24"}, "cursor"),
        ("prices", {"cursor": "WzFd"}, "cursor"),
        ("observations", {"cursor": "WyJ5ZXN0ZXJkYXkiLDFd"}, "cursor"),
        (
            "observations",
            {"since": "2026-11-24T00:00:00Z", "until": "2026-11-01T00:00:00Z"},
            "until",
        ),
        ("markets", {"county": "nowhere"}, "county"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(
    program: FlaskClient, path: str, asked: dict[str, object], field: str
) -> None:
    answer = program.get(f"/api/v1/{path}", query_string=asked)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert answer.json["status"] == 422


def test_what_is_not_there_is_told_to_a_program_as_json(program: FlaskClient) -> None:
    answer = program.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.json["title"] == "Not Found"
    assert program.delete("/api/v1/prices").status_code == 405
    assert program.get("/nothing").mimetype == "text/plain"


def test_the_document_has_an_example_of_every_field(program: FlaskClient) -> None:
    document = program.get("/api/openapi.json").json
    assert document["openapi"] == "3.1.0"
    for name, schema in document["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            assert described.get("description") or "$ref" in json.dumps(described), (name, field)
    page = program.get("/api/docs").text
    for path in document["paths"]:
        assert path in page
