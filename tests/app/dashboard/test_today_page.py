"""The desk's first page tells what came, what waits and what is amiss."""

from datetime import UTC, datetime, timedelta

import pytest

from app.service import Service
from app.staff.models import StaffRole
from db.session import Database
from messaging.kinds import OutboundKind
from messaging.models import GatewayState, InboundMessage, Subscriber
from messaging.outbox import enqueue
from prices.models import PriceCell
from tests.app.dashboard.desk import hire, sit_down
from tests.cast import OTIENO
from tests.prices.doubts import make_usual
from tests.prices.stories import kenya, report_price, reporter
from tests.prices.test_moderation import hold


@pytest.fixture
def now() -> datetime:
    """The desk looks at the clock on the wall; at the full hour equal prices are no copies."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def test_whoever_logs_in_comes_to_today(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    hire(database, StaffRole.ADMIN)
    assert desk.log_in("admin@example.org").location == "/dashboard/"
    page = desk.open("/dashboard/").text
    assert "Nothing needs a hand" in page
    assert "none yet today" in page
    assert "keeps up" in page
    assert "Nobody changed anything" in page
    assert '<a href="/dashboard/" aria-current="page">Today</a>' in page


def test_today_counts_what_came_and_what_waits(
    service: Service, database: Database, now: datetime
) -> None:
    make_usual(database, now, "milk", "Githunguri", 45)
    hold(database, now)
    with database.begin() as session:
        person = session.get_one(Subscriber, reporter(session, OTIENO, "KE", now))
        for number in range(3):
            session.add(
                InboundMessage(
                    gateway="simulator", gateway_message_id=str(number), subscriber_id=person.id,
                    recipient="40100", text="bei", received_at=now, payload={}, handled_at=now,
                )
            )  # fmt: skip
        enqueue(
            session, recipient=person, text="Milk 45", language="en", kind=OutboundKind.REPLY,
            dedupe_key="reply:1", now=now,
        )  # fmt: skip
        report_price(session, kenya(session), OTIENO, "maize", "Nakuru", 40, now)
    page = sit_down(service, database, StaffRole.VIEWER).open("/dashboard/").text
    assert '<p class="big">3</p>' in page  # texts that came in
    assert "1 queued" in page
    assert "1 held" in page
    assert "1 good" in page
    assert "1 one" in page


def test_what_waits_too_long_is_said(service: Service, database: Database) -> None:
    now = datetime.now(UTC)
    long_ago = now - timedelta(minutes=30)
    with database.begin() as session:
        person = session.get_one(Subscriber, reporter(session, OTIENO, "KE", now))
        enqueue(
            session, recipient=person, text="Milk 45", language="en", kind=OutboundKind.BULLETIN,
            dedupe_key="edition:1", now=long_ago,
        )  # fmt: skip
        session.add(
            InboundMessage(
                gateway="simulator", gateway_message_id="1", subscriber_id=person.id,
                recipient="40100", text="bei", received_at=long_ago, payload={},
            )
        )  # fmt: skip
        session.add(
            GatewayState(
                name="simulator", rests_until=now + timedelta(hours=1), rests_because="no credit"
            )
        )
        report_price(session, kenya(session), OTIENO, "milk", "Nakuru", 40, now)
        session.query(PriceCell).update({"pending_from": now.date()})
    page = sit_down(service, database, StaffRole.VIEWER).open("/dashboard/").text
    assert "the oldest that is due waits for 30 minutes: is a worker running?" in page
    assert "some that came in were not acted upon" in page
    assert "1 have reports that nobody heard yet" in page
    assert "no credit" in page
    assert ">late<" in page
    assert "Nothing needs a hand" not in page
