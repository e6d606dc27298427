"""Coverage: where prices are fresh, thin, old or missing, as a map's data and as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from app.dashboard.coverage_pages import field_of
from app.service import Service
from app.staff.models import StaffRole
from db.session import Database
from groups.coverage import Coverage
from groups.demand import count_query
from prices.cells import Cell
from prices.kinds import PriceType
from tests.app.dashboard.desk import Desk, sit_down
from tests.cast import OTIENO
from tests.prices.doubts import make_usual
from tests.prices.stories import kenya, place_named, report_price


@pytest.fixture
def now() -> datetime:
    """The desk looks at the clock on the wall; at the full hour equal prices are no copies."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def desk(service: Service, database: Database, now: datetime) -> Desk:
    """Milk is known at Githunguri, thin at Nakuru, old at Molo, and asked for at Wajir in vain."""
    make_usual(database, now, "milk", "Githunguri", 45)
    with database.begin() as session:
        words = kenya(session)
        report_price(session, words, OTIENO, "milk", "Nakuru", 46, now)
        report_price(session, words, OTIENO, "milk", "Molo", 46, now - timedelta(days=20))
        wajir = place_named(words, "Wajir")
        for is_answered in (True, False, False):
            cell = Cell("milk", wajir.id, PriceType.FARM_GATE)
            count_query(session, cell, now.date(), is_answered=is_answered)
    return sit_down(service, database, StaffRole.VIEWER)


def test_the_table_says_what_is_known_and_what_was_asked_in_vain(desk: Desk) -> None:
    page = desk.open("/dashboard/coverage").text
    assert "</span> 1 good</a>" in page
    assert "</span> 1 thin, 1 old</a>" in page
    assert "</span> 2 asked in vain</a>" in page
    assert "/dashboard/prices?commodity=milk&amp;county=ke-county-kiambu" in page
    assert "Nothing told and nothing asked in 44 others: Baringo" in page
    assert '<td class="figure">2</td><td class="figure">3</td><td class="figure">0</td>' in page


def test_the_map_is_drawn_from_the_same(desk: Desk) -> None:
    answer = desk.open("/dashboard/coverage/counties.json?commodity=milk")
    assert answer.is_json
    looks = {
        one["properties"]["name"]: (one["properties"]["look"], one["properties"]["sign"])
        for one in answer.get_json()["features"]
    }
    assert len(looks) == 47
    assert looks["Kiambu"] == ("good", "✔")
    assert looks["Nakuru"] == ("few", "~")
    assert looks["Wajir"] == ("missing", "✕")
    assert looks["Baringo"] == ("none", "")
    other = desk.open("/dashboard/coverage/counties.json?commodity=maize").get_json()
    assert {one["properties"]["look"] for one in other["features"]} == {"none"}


def test_a_country_without_outlines_has_a_table_alone(desk: Desk) -> None:
    page = desk.open("/dashboard/coverage?country=UG").text
    assert "data-counties" not in page
    assert "No price was told in 30 days and none asked for" in page
    assert desk.open("/dashboard/coverage/counties.json?country=UG").get_json()["features"] == []


@pytest.mark.parametrize(
    ("numbers", "look", "words"),
    [
        ({"good": 2, "one": 1, "old": 4}, "good", "2 good, 1 thin, 4 old"),
        ({"few": 1, "one": 1}, "few", "2 thin"),
        ({"old": 1, "asked": 3, "in_vain": 3}, "old", "1 old, 3 asked in vain"),
        ({"asked": 3, "in_vain": 3}, "missing", "3 asked in vain"),
        ({"asked": 3}, "none", ""),
    ],
)
def test_a_field_is_as_good_as_its_best_price(
    numbers: dict[str, int], look: str, words: str
) -> None:
    field = field_of([Coverage("milk", 1, **numbers)])
    assert (field.look, field.words) == (look, words)


def test_a_stranger_sees_no_map(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    desk.send("/dashboard/logout", page="/dashboard/log")
    assert desk.open("/dashboard/coverage/counties.json").status_code == 302
