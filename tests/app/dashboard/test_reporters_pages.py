"""Reporters at the desk: who tells prices, how near they come, what they earned."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.service import Service
from app.staff.models import StaffRole
from db.session import Database
from messaging.airtime import AirtimeOffer, promise_airtime
from messaging.models import Subscriber
from tests.app.dashboard.desk import Desk, sit_down
from tests.cast import ACHIENG, NJERI, OTIENO
from tests.prices.doubts import make_usual
from tests.prices.stories import kenya, report_price
from tests.prices.test_moderation import hold


@pytest.fixture
def now() -> datetime:
    """The desk looks at the clock on the wall."""
    return datetime.now(UTC) - timedelta(minutes=5)


@pytest.fixture
def desk(service: Service, database: Database, now: datetime) -> Desk:
    """Three people told milk at Githunguri for 45, and Otieno for 450."""
    make_usual(database, now, "milk", "Githunguri", 45)
    hold(database, now)
    return sit_down(service, database, StaffRole.VIEWER)


def id_of(database: Database, msisdn: str) -> int:
    with database.read() as session:
        return session.scalars(select(Subscriber.id).where(Subscriber.msisdn == msisdn)).one()


def test_the_list_tells_how_near_everybody_comes(desk: Desk, database: Database) -> None:
    page = desk.open("/dashboard/reporters").text
    for number in ("+254722***002", "+254722***005", "+254733***006", "+254711***004"):
        assert number in page
    assert OTIENO not in page
    # Whoever told last stands first.
    assert page.index("+254722***002") < page.index("+254722***005")
    assert "too few" in page
    doubted = desk.open("/dashboard/reporters?doubted=1").text
    assert "+254722***002" in doubted
    assert "+254722***005" not in doubted


def test_a_number_that_is_typed_leads_to_its_page(desk: Desk, database: Database) -> None:
    def find(number: str) -> str:
        page = "/dashboard/reporters"
        sent = desk.send("/dashboard/reporters/find", page=page, number=number)
        assert sent.status_code == 303
        return sent.location or ""

    assert find("0722 000 002") == f"/dashboard/reporters/{id_of(database, OTIENO)}"
    assert find(NJERI) == "/dashboard/reporters"
    assert "Nobody has written to us from that number" in desk.open("/dashboard/reporters").text
    find("milk")
    assert "That is no phone number" in desk.open("/dashboard/reporters").text


def test_the_page_of_a_reporter_tells_all_that_is_known(
    desk: Desk, database: Database, now: datetime
) -> None:
    with database.begin() as session:
        person = session.scalars(select(Subscriber).where(Subscriber.msisdn == ACHIENG)).one()
        report = report_price(session, kenya(session), ACHIENG, "milk", "Nakuru", 46, now)
        promise_airtime(
            session, person, AirtimeOffer(Decimal(10), "KES", 3, Decimal(100)),
            observation_id=report.observation_id, on=now.date(), now=now,
        )  # fmt: skip
    page = desk.open(f"/dashboard/reporters/{id_of(database, ACHIENG)}").text
    assert "Reporter +254722***005" in page
    assert ACHIENG not in page
    assert "3 reports, 3 counted, 0 asked back" in page
    assert "KES 10" in page
    assert f"report {report.observation_id}</a>" in page
    assert "Milk, Githunguri (Kiambu), farm gate" in page
    otieno = desk.open(f"/dashboard/reporters/{id_of(database, OTIENO)}").text
    assert "asked back: 10 times what was expected" in otieno


def test_there_is_no_page_of_nobody(desk: Desk) -> None:
    assert desk.open("/dashboard/reporters/99999").status_code == 404
    assert desk.open(f"/dashboard/reporters/{10**20}").status_code == 404


def test_nobody_told_a_price_yet(service: Service, database: Database) -> None:
    page = sit_down(service, database, StaffRole.VIEWER).open("/dashboard/reporters").text
    assert "Nobody told a price in the last 30 days" in page
