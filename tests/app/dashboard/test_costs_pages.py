"""What it costs, at the desk."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.config import Settings
from app.service import Service, open_service
from app.staff.models import StaffRole
from db.session import Database
from groups.models import BulletinList, Edition
from groups.subscriptions import open_list
from messaging.kinds import OutboundKind, OutboundState
from messaging.sms_budget import afford
from prices.catalogue import Catalogue
from scheduler.costs import count_costs
from tests.app.dashboard.desk import sit_down
from tests.cast import KAMAU, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import GITHUNGURI, found_group, meet, place_id
from tests.messaging.stories import promise

COSTS = "/dashboard/costs"


def sent(database: Database, key: str, kind: OutboundKind, cost: str | None, who: str) -> None:
    with database.begin() as session:
        person = meet(session, who, NOON)
        text = promise(session, person, NOON, key, key=f"{key}:{person.id}", kind=kind)
        text.state, text.gateway = OutboundState.SENT, "africastalking"
        if cost is not None:
            text.cost, text.cost_currency = Decimal(cost), "KES"


def editions(database: Database) -> tuple[int, int]:
    """One of a group and one of a list."""
    with database.begin() as session:
        group = found_group(session, "KIRIMA")
        of_list: BulletinList = open_list(
            session, commodity="milk", place_id=place_id(session, GITHUNGURI), timezone="UTC"
        )
        made = [
            Edition(due_at=NOON, made_at=NOON, text="", recipients=1, **whose)
            for whose in ({"group_id": group.id}, {"bulletin_list_id": of_list.id})
        ]
        session.add_all(made)
        session.flush()
        return made[0].id, made[1].id


def test_before_anything_was_counted_the_page_says_what_to_do(
    service: Service, database: Database
) -> None:
    page = sit_down(service, database, StaffRole.VIEWER).open(COSTS).text
    assert "Nothing was counted yet" in page
    assert "No budget is set" in page


def test_a_month_by_gateway_kind_and_audience(service: Service, database: Database) -> None:
    of_group, of_list = editions(database)
    sent(database, f"edition:{of_group}", OutboundKind.BULLETIN, "0.80", WANJIKU)
    sent(database, f"edition:{of_group}", OutboundKind.BULLETIN, "0.80", KAMAU)
    sent(database, f"edition:{of_list}", OutboundKind.BULLETIN, "0.40", KAMAU)
    sent(database, "reply:1", OutboundKind.REPLY, None, KAMAU)
    assert count_costs(database, Catalogue(), NOON) == 1
    desk = sit_down(service, database, StaffRole.VIEWER)
    page = desk.open(f"{COSTS}?month=2026-11").text
    assert "KES 2" in page
    assert page.index("group KIRIMA") < page.index("list milk, Githunguri")
    assert "KES 1.60" in page
    assert "not told" in page
    assert "Nothing was sent in this month" in desk.open(f"{COSTS}?month=2026-10").text
    for wrong in ("november", "2026-13", "9999-99", "2026-11-01"):
        assert desk.open(f"{COSTS}?month={wrong}").status_code == 400


def test_what_was_never_counted_is_counted_day_by_day(database: Database) -> None:
    sent(database, "reply:1", OutboundKind.REPLY, "0.80", WANJIKU)
    later = NOON + timedelta(days=40)
    assert count_costs(database, Catalogue(), later) == 4 + 31
    assert count_costs(database, Catalogue(), later) == 4 + 6
    assert count_costs(database, Catalogue(), later) == 4


@pytest.fixture
def sparing(database_url: str, database: Database) -> Iterator[Service]:
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key="k",
        daily_sms_budget="100, KES 80",
        sms_price="KES 0.80",
    )
    service = open_service(settings)
    yield service
    service.database.engine.dispose()


def test_what_is_left_of_the_budget_by_kind(sparing: Service, database: Database) -> None:
    now = datetime.now(UTC)
    with database.begin() as session:
        assert afford(session, sparing.rules.limits, OutboundKind.REPLY, 1, 40, now) == 40
    page = sit_down(sparing, database, StaffRole.VIEWER).open(COSTS).text
    assert "segments, KES 32 of 100 segments and KES 80" in " ".join(page.split())
    for kind, left in (("reply", 60), ("alert", 55), ("bulletin", 45), ("nudge", 30)):
        tile = page.split(f"<h3>{kind}: may still go</h3>")[1].split("</li>")[0]
        assert f">{left}<" in tile, kind


def test_a_month_is_that_of_the_operators_wall(service: Service, database: Database) -> None:
    page = sit_down(service, database, StaffRole.VIEWER).open(COSTS).text
    here = (datetime.now(UTC) + timedelta(hours=3)).date()
    assert date(here.year, here.month, 1).strftime("%B %Y") in page
