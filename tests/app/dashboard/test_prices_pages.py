"""Prices at the desk: the list of a commodity, and one price with every report behind it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.service import Service
from app.staff.models import StaffRole
from db.session import Database
from prices.kinds import Buyer
from prices.moderation import Why, drop
from tests.app.dashboard.desk import Desk, sit_down
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO
from tests.prices.doubts import make_usual, told_by
from tests.prices.stories import kenya, report_price
from tests.prices.test_moderation import hold, judge

CELL = "/dashboard/prices/milk/ke-kiambu-githunguri/farm_gate"


@pytest.fixture
def now() -> datetime:
    """The desk looks at the clock on the wall."""
    return datetime.now(UTC) - timedelta(minutes=5)


@pytest.fixture
def desk(service: Service, database: Database, now: datetime) -> Desk:
    """A viewer, on a day on which milk at Githunguri costs 45."""
    make_usual(database, now, "milk", "Githunguri", 45)
    return sit_down(service, database, StaffRole.VIEWER)


def test_the_prices_of_a_commodity_sort_and_filter_by_address(
    desk: Desk, database: Database, now: datetime
) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Nakuru", 60, now)
        report_price(
            session, words, ACHIENG, "milk", "Molo", 30, now - timedelta(days=20),
            buyer=Buyer.COOPERATIVE,
        )  # fmt: skip

    def places(query: str) -> list[str]:
        page = desk.open(f"/dashboard/prices?{query}").text
        return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)

    assert places("commodity=milk") == ["Githunguri", "Molo", "Nakuru"]
    assert places("commodity=milk&sort=-price") == ["Nakuru", "Githunguri", "Molo"]
    assert places("commodity=milk&sort=confidence") == ["Githunguri", "Nakuru", "Molo"]
    assert places("commodity=milk&confidence=old") == ["Molo"]
    assert places("commodity=milk&county=ke-county-nakuru") == ["Molo", "Nakuru"]
    assert places("commodity=milk&parts=1") == ["Githunguri", "Molo", "Molo", "Nakuru"]
    assert places("sort=nonsense&commodity=milk") == ["Githunguri", "Molo", "Nakuru"]
    assert places("commodity=maize") == []
    assert "No price of maize here" in desk.open("/dashboard/prices?commodity=maize").text


def test_a_price_shows_every_report_and_why_it_counts_little(
    desk: Desk, database: Database, now: datetime
) -> None:
    held = hold(database, now)
    with database.begin() as session:
        words = kenya(session)
        # Achieng tells two prices on one day: the later one counts.
        report_price(session, words, ACHIENG, "milk", "Githunguri", 44, now)
        report_price(session, words, ACHIENG, "milk", "Githunguri", 46, now + timedelta(minutes=1))
        wrong = report_price(session, words, KAMAU, "milk", "Githunguri", 150, now)
        report_price(session, words, MUTISO, "milk", "Githunguri", 200, now)
    status = told_by(database, KAMAU)[-1].status
    judge(database, wrong.observation_id, drop, now, seen=status, why=Why.TEST, note="a friend")
    page = desk.open(CELL).text
    assert "asked back: 10 times what was expected" in page
    assert "told again, or the same from another" in page
    assert "a test: a friend" in page
    assert "likely a slip" in page
    assert f"/dashboard/moderation?report={held}" in page
    assert 'class="dot doubtful"' in page
    assert 'class="dot out"' in page
    assert 'class="dot instead"' in page
    assert 'data-low="' in page
    assert OTIENO not in page
    assert "+254722***002" in page


def test_the_price_of_a_buyer_has_a_page_of_its_own(
    desk: Desk, database: Database, now: datetime
) -> None:
    with database.begin() as session:
        words = kenya(session)
        report_price(
            session, words, OTIENO, "milk", "Githunguri", 48, now, buyer=Buyer.COOPERATIVE
        )  # fmt: skip
    assert f"{CELL}?buyer=cooperative" in desk.open(CELL).text
    page = desk.open(f"{CELL}?buyer=cooperative").text
    assert "Milk, Githunguri (Kiambu), farm gate, co-op" in page
    assert "1 since" in page
    assert desk.open(f"{CELL}?buyer=nobody&grade=Z").status_code == 200


def test_a_price_that_nobody_told_says_how_to_tell_it(desk: Desk) -> None:
    page = desk.open("/dashboard/prices/milk/ke-nakuru-molo/farm_gate").text
    assert "No price is published here now" in page
    assert "MILK MOLO and the price" in page


@pytest.mark.parametrize(
    "path", ["cola/ke-nakuru-molo/farm_gate", "milk/nowhere/retail", "milk/ke-nakuru-molo/free",
             "milk/ke-county-nakuru/farm_gate"],
)  # fmt: skip
def test_there_is_no_page_of_what_is_no_price(desk: Desk, path: str) -> None:
    page = desk.open(f"/dashboard/prices/{path}")
    assert page.status_code == 404
    assert "There is no such price in Kenya." in page.text


def test_many_reports_come_page_by_page(desk: Desk, database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        for number in range(60):
            at = now - timedelta(days=number % 30, minutes=number)
            report_price(session, words, f"+2547110001{number:02}", "milk", "Githunguri", 45, at)
    assert 'rel="next"' in desk.open(CELL).text
    assert desk.open(f"{CELL}?after=50").text.count("data-at=") == 16
