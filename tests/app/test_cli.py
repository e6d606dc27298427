"""The operator's command line: what it prints, and one clear line for whatever is wrong."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from time_machine import travel

from db.session import Database
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from prices.models import PriceObservation, PublishedPrice
from tests.app.commandline import Ran, bei
from tests.cast import OTIENO, WANJIKU
from tests.conftest import NOON
from tests.prices.stories import near

HEADER = (
    "date,admin1,admin2,market,market_id,latitude,longitude,category,commodity,"
    "commodity_id,unit,priceflag,pricetype,currency,price,usdprice"
)


def assert_one_line(ran: Ran, *names: str) -> None:
    """One line on stderr that names what is wrong, and a failure's exit code."""
    assert ran.code != 0
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1, ran.err
    assert ran.err.startswith("bei: ")
    for name in names:
        assert name in ran.err


def test_text_prints_the_reply_and_nothing_else(database_url: str) -> None:
    ran = bei("text", WANJIKU, "help", database_url=database_url)
    assert ran.code == 0
    assert ran.err == ""
    assert len(ran.out.splitlines()) == 1
    assert "PRICE MILK" in ran.out


def test_what_the_operator_says_in_a_name_reaches_no_phone(
    database: Database, database_url: str
) -> None:
    bei("text", WANJIKU, "bei maziwa nakuru", database_url=database_url, BEI_SIMULATOR="on")
    with database.read() as session:
        assert session.scalars(select(OutboundMessage.gateway)).one() == "console"
        assert session.scalars(select(Subscriber.gateway)).one() is None


def test_a_report_changes_the_next_answer(database_url: str) -> None:
    before = bei("text", WANJIKU, "price milk nakuru", database_url=database_url)
    bei("text", OTIENO, "report milk nakuru 47", database_url=database_url)
    after = bei("text", WANJIKU, "price milk nakuru", database_url=database_url)
    assert "47" not in before.out
    assert "KES 47/L" in after.out
    assert "1 report" in after.out


def test_dial_prints_a_screen(database_url: str) -> None:
    welcome = bei("dial", WANJIKU, database_url=database_url)
    assert welcome.out.startswith("Karibu Bei.")
    root = bei("dial", WANJIKU, database_url=database_url)
    assert root.out.startswith("Bei\n1 ")
    for _ in range(2):  # each is a call of its own: none goes on with the one before
        assert bei("dial", WANJIKU, "1", database_url=database_url).out.startswith("Bidhaa gani?")


def test_price_answers_in_words_and_in_json(database_url: str) -> None:
    bei("text", OTIENO, "report milk nakuru 47", database_url=database_url)
    assert "47" in bei("price", "milk", "nakuru", database_url=database_url).out
    told = json.loads(bei("price", "milk", "nakuru", "--json", database_url=database_url).out)
    assert Decimal(told["price"]) == near(47)
    assert told["reports"] == 1


def test_parse_reads_lines(database_url: str) -> None:
    lines = '{"id": 1, "text": "bei maziwa nakuru", "country": "KE"}\n\n{"id": 2, "text": ""}\n'
    ran = bei("parse", "--jsonl", database_url=database_url, stdin=lines)
    first, second = [json.loads(line) for line in ran.out.splitlines()]
    assert first["id"] == 1
    assert first["intent"] == "price_query"
    assert first["items"][0]["commodity"] == "milk"
    assert first["items"][0]["place"] == "Nakuru"
    assert second["intent"] == "unknown"


def test_seeding_twice_changes_nothing(database_url: str) -> None:
    first = bei("db", "seed", "--demo", database_url=database_url)
    again = bei("db", "seed", "--demo", database_url=database_url)
    assert first.code == again.code == 0, first.err
    assert "demo: 12 people" in first.out
    assert "demo: 0 people, 0 reports, 0 groups added" in again.out


def test_demo_people_never_mix_with_real_ones(database_url: str) -> None:
    ran = bei("db", "seed", "--demo", database_url=database_url, BEI_SIMULATOR="off")
    assert_one_line(ran, "BEI_SIMULATOR")


def test_doctor_tells_what_to_do(database_url: str, tmp_path: Path) -> None:
    assert bei("doctor", database_url=database_url).code == 0
    empty = bei("doctor", database_url=f"sqlite:///{tmp_path / 'empty.db'}")
    assert empty.code == 1
    assert "run `bei db upgrade`" in empty.out


def test_doctor_tells_what_is_spent(database_url: str) -> None:
    off = bei("doctor", database_url=database_url, BEI_DAILY_NUDGES="0").out
    assert "reporters: up to 200 a day are asked, nobody is nudged" in off
    assert "airtime: off" in off
    on = bei(
        "doctor",
        database_url=database_url,
        BEI_AIRTIME_AMOUNT="KES 5",
        BEI_AIRTIME_DAILY_BUDGET="500",
    )
    assert on.code == 0
    assert "airtime: on: KES 5 for a report" in on.out
    assert "500 a day in all; simulated" in on.out


@pytest.mark.parametrize(
    ("arguments", "environment", "names"),
    [
        (("text", "not a number", "hi"), {}, ("not a number",)),
        (("text", WANJIKU), {}, ("TEXT",)),
        (("price", "unobtainium", "nakuru"), {}, ("unobtainium",)),
        (("price", "milk", "atlantis"), {}, ("atlantis",)),
        (("bulletin", "preview", "NOBODY"), {}, ("NOBODY",)),
        (("bulletin", "send", "NOBODY"), {}, ("NOBODY",)),
        (("import", "prices", "/nowhere/at/all.csv"), {}, ("/nowhere/at/all.csv",)),
        (("import", "prices", "x.csv", "--format", "xls"), {}, ("xls", "wfp")),
        (("import", "observations", "/nowhere.csv"), {}, ("/nowhere.csv", "No such file")),
        (("sing",), {}, ("sing",)),
        (("doctor",), {"BEI_AT_USERNAM": "x"}, ("BEI_AT_USERNAM", "BEI_AT_USERNAME")),
        (("doctor",), {"BEI_AT_USERNAME": "x"}, ("BEI_AT_API_KEY",)),
        (("doctor",), {"PORT": "eighty"}, ("PORT",)),
        (("doctor",), {"BEI_COUNTRY": "Kenya"}, ("BEI_COUNTRY",)),
        (("doctor",), {"BEI_PORT": "80"}, ("BEI_PORT is", "mean PORT?")),
        (("parse",), {}, ("TEXT",)),
    ],
)
def test_what_is_wrong_is_one_line(
    database_url: str,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    names: tuple[str, ...],
) -> None:
    assert_one_line(bei(*arguments, database_url=database_url, **environment), *names)


@pytest.mark.parametrize("url", ["nonsense", "mysql://user:password@host/name", ""])
def test_a_wrong_database_address_is_one_line_without_its_password(url: str) -> None:
    ran = bei("doctor", database_url=url)
    assert_one_line(ran, "DATABASE_URL", "postgresql://")
    assert "password" not in ran.err


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff\xfe", "UTF-8"),
        (b"name,age\nJane,30\n", "column"),
        (HEADER.replace(",price,", ",").encode() + b"\n", "price"),
    ],
)
def test_a_wrong_file_is_one_line_and_writes_nothing(
    database: Database, database_url: str, tmp_path: Path, content: bytes, name: str
) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(content)
    assert_one_line(bei("import", "prices", str(path), database_url=database_url), name)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PublishedPrice)) == 0


REPORTS = """\
reported_at,reporter,commodity,market,price,unit,currency,price_type,grade,buyer,quantity
2026-11-20T07:00:00Z,+254711000001,milk,Nakuru,47,litre,KES,farm_gate,,,
2026-11-20T08:00:00Z,0722000002,maziwa,"Nakuru, Nakuru County",48,L,,,,trader,20
2026-11-20T09:00:00Z,254733000003,milk,Nakuru,0,L,,,,,
2026-11-20T09:00:00Z,Njeri,milk,Nakuru,45,L,,,,,
"""


def test_reports_of_a_file_are_kept_once_and_the_others_named(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "reports.csv"
    path.write_text(REPORTS)
    with travel(NOON, tick=False):
        dry = bei("import", "observations", str(path), "--dry-run", database_url=database_url)
        first = bei("import", "observations", str(path), database_url=database_url)
        again = bei("import", "observations", str(path), database_url=database_url)
    assert dry.code == first.code == again.code == 0, first.err
    assert dry.out.startswith("4 rows read: 2 would be kept, 0 there already, 2 would be left out")
    assert first.out.splitlines() == [
        "4 rows read: 2 kept, 0 there already, 2 left out",
        "  line 4: a price is more than 0, not 0",
        "  line 5: its reporter is no phone number",
    ]
    assert again.out.startswith("4 rows read: 0 kept, 2 there already, 2 left out")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PriceObservation)) == 2
        known = set(session.scalars(select(Subscriber.msisdn)))
        assert {WANJIKU, OTIENO} <= known


def test_prices_come_in_from_other_forms(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    own, kamis = tmp_path / "own.csv", tmp_path / "kamis.csv"
    own.write_text(
        "date,market,commodity,price_type,price,currency,unit,source\n"
        "2026-11-20,Nakuru,maize,retail,60,KES,kg,Ministry\n"
    )
    kamis.write_text(
        "Commodity,Market,Wholesale,Retail,Supply Volume,County,Date\n"
        "Dry Maize,Nakuru,40.00/Kg,-,200,Nakuru,2026-11-20\n"
    )
    for form, path in (("bei", own), ("kamis", kamis)):
        ran = bei("import", "prices", str(path), "--format", form, database_url=database_url)
        assert ran.out.startswith("1 rows read: 1 inserted"), ran.err
    wrong = bei("import", "prices", str(own), "--format", "kamis", database_url=database_url)
    assert_one_line(wrong, "own.csv", "wholesale")
    with database.read() as session:
        sources = set(session.scalars(select(PublishedPrice.source)))
        assert sources == {"Ministry", "KAMIS"}


def test_a_negative_price_is_refused_kindly(database: Database, database_url: str) -> None:
    ran = bei("text", OTIENO, "report milk nakuru -47", database_url=database_url)
    assert len(ran.out.splitlines()) == 1
    assert "more than 0" in ran.out
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PriceObservation)) == 0


def test_a_ten_kilobyte_text_is_kept_and_answered_in_a_line(
    database: Database, database_url: str
) -> None:
    long = "milk nakuru 47 " * 700
    ran = bei("text", OTIENO, long, database_url=database_url)
    assert len(ran.out.splitlines()) == 1
    assert len(ran.out) <= 161
    with database.read() as session:
        assert session.scalars(select(InboundMessage.text)).one() == long
        assert session.scalar(select(func.count()).select_from(PriceObservation)) == 0
