"""`bei export`: what other programs and spreadsheets are given."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from time_machine import travel

from app.tables import write_csv
from db.session import Database
from messaging.models import OutboundMessage
from prices.kinds import Buyer, PriceType, Side
from tests.app.commandline import Ran, bei
from tests.cast import ACHIENG, KAMAU, NAKATO, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.prices.stories import kenya, load_vocabulary, near, report_price

DAY = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
ESTIMATES = (
    "commodity,market,price_type,grade,buyer,price,currency,unit,reports,reporters,low,high,"
    "confidence,as_of"
)


def exported(ran: Ran) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.err
    assert ran.err == ""
    return list(csv.DictReader(io.StringIO(ran.out)))


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """Whatever the clock on the wall says."""
    with travel(NOON, tick=False):
        yield


@pytest.fixture
def reports(database: Database) -> None:
    """Milk at Nakuru by four people on a day, maize in bags, and a neighbour's milk."""
    with database.begin() as session:
        vocabulary = kenya(session)
        for number, msisdn in enumerate([WANJIKU, OTIENO, ACHIENG, KAMAU]):
            at = DAY + timedelta(minutes=number)
            report_price(session, vocabulary, msisdn, "milk", "Nakuru", 46 + number, at)
        report_price(
            session, vocabulary, OTIENO, "maize", "Nakuru", 3600, DAY,
            unit="bag_90kg", price_type=PriceType.WHOLESALE, grade="=HYPERLINK(0711 000 001)",
            buyer=Buyer.TRADER, quantity=Decimal(2), side=Side.BUYS,
        )  # fmt: skip
        uganda = load_vocabulary(session, "UG")
        report_price(session, uganda, NAKATO, "milk", "Mbarara", 1500, DAY)
        # Ten at night in Nairobi, and the next day's first report.
        late = datetime(2026, 10, 1, 20, 59, 59, tzinfo=UTC)
        report_price(session, vocabulary, WANJIKU, "beans", "Molo", 110, late)
        report_price(session, vocabulary, OTIENO, "beans", "Molo", 120, late + timedelta(seconds=1))


@pytest.mark.usefixtures("reports")
def test_prices_as_published_at_the_end_of_a_day(database_url: str) -> None:
    ran = bei("export", "estimates", "--at", "2026-10-01", database_url=database_url)
    assert ran.out.splitlines()[0] == ESTIMATES
    rows = exported(ran)
    whole = [row for row in rows if not (row["buyer"] or row["grade"])]
    assert [(row["commodity"], row["market"], row["currency"]) for row in whole] == [
        ("beans", "Molo", "KES"),
        ("maize", "Nakuru", "KES"),
        ("milk", "Nakuru", "KES"),
        ("milk", "Mbarara", "UGX"),
    ]
    beans, maize, milk, _ = whole
    assert (beans["reports"], beans["confidence"]) == ("1", "one")
    assert Decimal(beans["price"]) == near(110)
    assert (maize["unit"], maize["price_type"]) == ("kg", "wholesale")
    assert Decimal(maize["price"]) == near(40)
    low, price, high = (Decimal(milk[name]) for name in ("low", "price", "high"))
    assert (low < price < high, price) == (True, near("47.5"))
    assert (milk["reports"], milk["reporters"], milk["confidence"]) == ("4", "4", "good")
    assert milk["as_of"] == "2026-10-01T09:03:00+00:00"
    assert milk["grade"] == milk["buyer"] == ""


@pytest.mark.usefixtures("reports")
def test_what_was_reported_later_changes_no_past_price(
    database: Database, database_url: str
) -> None:
    asked = ("export", "estimates", "--at", "2026-10-03")
    before = bei(*asked, database_url=database_url).out
    with database.begin() as session:
        later = datetime(2026, 10, 3, 21, 0, tzinfo=UTC)  # midnight in Nairobi
        report_price(session, kenya(session), WANJIKU, "milk", "Nakuru", 90, later)
    assert bei(*asked, database_url=database_url).out == before
    later_out = bei("export", "estimates", "--at", "2026-10-04", database_url=database_url).out
    assert later_out != before


@pytest.mark.usefixtures("reports")
def test_what_is_too_old_is_no_price(database_url: str) -> None:
    week = bei("export", "estimates", "--at", "2026-10-12", database_url=database_url)
    assert {row["confidence"] for row in exported(week)} == {"old"}
    month = bei("export", "estimates", "--at", "2026-12-01", database_url=database_url)
    assert exported(month) == []
    assert month.out.splitlines() == [ESTIMATES]


@pytest.mark.usefixtures("reports")
def test_json_is_one_array_of_numbers_and_words(database_url: str) -> None:
    arguments = ("--at", "2026-10-01", "--format", "json")
    told = json.loads(bei("export", "estimates", *arguments, database_url=database_url).out)
    (milk,) = [row for row in told if (row["commodity"], row["currency"]) == ("milk", "KES")]
    assert milk["price"] == pytest.approx(47.5, rel=0.02)
    assert milk["reports"] == 4
    assert milk["grade"] is None
    assert (
        json.loads(bei("export", "outbox", "--format", "json", database_url=database_url).out) == []
    )


@pytest.mark.usefixtures("reports")
def test_reports_go_out_without_numbers_and_words(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    ran = bei("export", "observations", "-o", str(path), database_url=database_url)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    text = path.read_text(encoding="utf-8")
    for msisdn in (WANJIKU, OTIENO, NAKATO):
        assert msisdn[4:] not in text
    assert "milk Nakuru 46" not in text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 8
    maize = next(row for row in rows if row["commodity"] == "maize")
    assert (maize["price"], maize["unit"], maize["price_per_base_unit"]) == (
        "3600",
        "bag_90kg",
        "40",
    )
    assert (maize["buyer"], maize["quantity"], maize["status"]) == ("trader", "2", "accepted")
    assert maize["grade"] == "'=HYPERLINK(***)"  # no spreadsheet runs it
    assert {row["side"] for row in rows} == {"", "buys"}
    assert list(maize)[-1] == "side"
    by_otieno = {row["reporter"] for row in rows if row["price"] in {"3600", "47", "120"}}
    assert len(by_otieno) == 1
    until = bei("export", "observations", "--at", "2026-10-01", database_url=database_url)
    assert len(exported(until)) == 7


@pytest.mark.usefixtures("reports")
def test_pseudonyms_last_as_long_as_their_key(database_url: str) -> None:
    def reporter(**environment: str) -> str:
        ran = bei("export", "observations", database_url=database_url, **environment)
        return str(exported(ran)[0]["reporter"])

    assert reporter(BEI_SECRET_KEY="one") == reporter(BEI_SECRET_KEY="one")
    assert reporter(BEI_SECRET_KEY="one") != reporter(BEI_SECRET_KEY="two")
    assert reporter() != reporter()


@pytest.mark.usefixtures("reports")
def test_exported_reports_name_markets_as_the_import_knows_them(
    database_url: str, tmp_path: Path
) -> None:
    rows = exported(bei("export", "observations", database_url=database_url))
    for row in rows:
        row["reporter"] = NAKATO if row["currency"] == "UGX" else WANJIKU
    path = tmp_path / "again.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    ran = bei("import", "observations", str(path), database_url=database_url)
    assert ran.out.startswith("8 rows read: 8 kept")


def test_demo_prices_are_not_given_out(database_url: str) -> None:
    bei("db", "seed", "--demo", database_url=database_url)
    assert exported(bei("export", "estimates", database_url=database_url)) == []
    assert exported(bei("export", "observations", database_url=database_url)) == []


def test_the_outbox_goes_out_masked(database: Database, database_url: str) -> None:
    bei("text", WANJIKU, "help", database_url=database_url)
    with database.begin() as session:
        message = session.query(OutboundMessage).one()
        message.text = "Call +254722000002, or 0722000002; milk 47"
    [row] = exported(bei("export", "outbox", database_url=database_url))
    assert row["recipient"] == "'+254711***001"  # a plus begins a formula
    assert (row["kind"], row["gateway"], row["segments"]) == ("reply", "console", "1")
    assert row["text"] == "Call +254722***002, or 0722***002; milk 47"
    assert exported(bei("export", "outbox", "--at", "2020-01-01", database_url=database_url)) == []


def test_a_spreadsheet_runs_nothing_and_counts_everything() -> None:
    out = io.StringIO()
    cells = [
        "=1+1",
        "+254",
        "-5",
        "@SUM(A1)",
        "\tx",
        "a=b",
        Decimal("-4.50"),
        Decimal("1E+3"),
        0,
        None,
    ]
    write_csv(out, ["cell"] * len(cells), [cells])
    [written] = list(csv.reader(io.StringIO(out.getvalue().partition("\n")[2])))
    assert written == ["'=1+1", "'+254", "'-5", "'@SUM(A1)", "'\tx", "a=b", "-4.5", "1000", "0", ""]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("estimates", "--at", "yesterday"), ("--at", "yesterday")),
        (("estimates", "--at", "0001-01-01"), ("--at", "YYYY-MM-DD")),
        (("estimates", "--format", "xls"), ("xls", "csv", "json")),
        (("outbox", "-o", "/nowhere/at/all.csv"), ("/nowhere/at/all.csv", "-o")),
        (("everything",), ("everything",)),
    ],
)
def test_what_is_wrong_is_one_line(
    database_url: str, arguments: tuple[str, ...], names: tuple[str, ...]
) -> None:
    ran = bei("export", *arguments, database_url=database_url)
    assert ran.code != 0
    assert len(ran.err.splitlines()) == 1
    assert all(name in ran.err for name in names)
