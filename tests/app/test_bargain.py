"""`bei bargain`: the card for the table, on the terminal and as one page of paper."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.sheets.bargaining import Reader, bargaining_html
from db.session import Database
from prices.kinds import Buyer
from tests.app.commandline import bei
from tests.app.test_cli import assert_one_line
from tests.cast import WANJIKU
from tests.handlers.keywords.selling import a_month, selling_group, sells, tells
from tests.handlers.keywords.talking import Talk
from tests.handlers.screens.bargains import LONG_BUYER, WrittenSelling, longest_bargains
from tests.handlers.screens.fakes import GITHUNGURI, PLACES, VOCABULARY

MOMENT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is run on the day of the story."""
    monkeypatch.setattr(sys.modules["app.cli.selling"], "now", lambda: MOMENT)


@pytest.fixture
def group(database: Database, now: datetime) -> None:
    """KIRIMA with a month of sales, in English; prices are told around it."""
    with database.begin() as session:
        talk = Talk(session, now)
        dairy = selling_group(talk)
        dairy.group.language = "en"
        sells(talk, dairy, a_month(dairy))
        tells(talk, "milk", "Githunguri", 45, 47, 48, 49, buyer=Buyer.TRADER)
        tells(talk, "milk", "Limuru", 51, 52, 53, 52)


@pytest.mark.usefixtures("clock", "group")
def test_on_the_terminal(database_url: str) -> None:
    ran = bei("bargain", "kirima", database_url=database_url)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "Kirima Dairy Group, With KCC",
        "Fair here: KES 44-50/L (4 reports, today).",
        "KCC: 44, 2,242 L, 14 days, 1.7% refused, Owed 41,536, last on 22 Nov",
        "Brookside: 46, 1,200 L, 7 days, 0% refused, Owed 11,040, last on 23 Nov",
        "Best elsewhere: Limuru 50 (52 less 2 bus, 16 km).",
        "Our milk: 121 L a day (120-123). 58% in the morning, 1.1% refused.",
        "- Limuru leaves 50 after transport.",
        "- Brookside pays 46.",
        "- Brookside pays 7 days sooner.",
        "Ask KES 50: you get it elsewhere.",
    ]


@pytest.mark.usefixtures("clock", "group")
def test_on_paper(database_url: str, tmp_path: Path) -> None:
    out = tmp_path / "card.html"
    arguments = ("bargain", "KIRIMA", "--buyer", "brookside", "--format", "html")
    ran = bei(*arguments, "-o", str(out), database_url=database_url)
    assert (ran.code, ran.out) == (0, "")
    page = out.read_text("utf-8")
    assert "Bargaining card – Kirima Dairy Group" in page
    assert "With Brookside" in page
    assert "Worked out on 24 Nov 2026." in page
    assert "Fair here: KES 44-50/L (4 reports, today). Ask KES 50" in page
    assert '<td class="name"><b>Brookside</b></td><td class="sum"><b>46</b></td>' in page
    assert "Buyers here, as people tell" in page
    assert "Agreed today" in page
    assert "<script" not in page
    assert WANJIKU not in page


@pytest.mark.usefixtures("clock")
def test_nothing_is_known_and_names_are_no_html(
    database: Database, database_url: str, now: datetime
) -> None:
    with database.begin() as session:
        dairy = selling_group(Talk(session, now))
        dairy.group.name, dairy.group.language = "<i>Kirima</i> & Sons", "en"
    arguments = ("bargain", "KIRIMA", "--buyer", "<script>alert(1)</script>")
    page = bei(*arguments, "--format", "html", database_url=database_url).out
    assert "<script" not in page
    assert "&lt;i&gt;Kirima&lt;/i&gt; &amp; Sons" in page
    assert "What others get here is not known." in page
    assert "Write each sale in the milk book." in page
    assert "Buyers here" not in page
    told = bei("bargain", "KIRIMA", database_url=database_url).out
    assert "What others get here is not known." in told


@pytest.mark.parametrize("selling", longest_bargains(PLACES[GITHUNGURI], "milk_processed"))
def test_it_stays_one_page_however_many_buyers_there_are(selling: WrittenSelling) -> None:
    reader = Reader("sw", VOCABULARY, MOMENT)
    page = bargaining_html(reader, selling.written, group="W" * 80)
    # Six buyers with names cut to a column, what is agreed, and the signatures (tried in Chromium).
    assert page.count("<tr>") <= 11
    assert LONG_BUYER not in page.partition("<table>")[2]


def test_a_group_that_is_none(database_url: str) -> None:
    ran = bei("bargain", "NOBODY", database_url=database_url)
    assert_one_line(ran, "there is no group NOBODY")
