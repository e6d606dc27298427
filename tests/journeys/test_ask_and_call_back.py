"""The whole road: nobody knows, somebody is asked and tells it, and the farmer hears of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.config import Settings
from app.intake import take_text
from app.service import Service, open_service
from db.session import Database
from messaging.gateways import simulator
from messaging.kinds import AirtimeState, OutboundState
from messaging.models import AirtimeGrant, OutboundMessage, Subscriber
from scheduler.payouts import pay_due
from tests.cast import ACHIENG, KAMAU, WANJIKU
from tests.scheduler.sending import send_all

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    """A service on the simulator that gives airtime."""
    opened = open_service(
        Settings(
            _env_file=None,
            DATABASE_URL=database_url,
            airtime_amount="KES 5",
            airtime_daily_budget="500",
        )
    )
    yield opened
    opened.database.engine.dispose()


def text(service: Service, msisdn: str, words: str, at: datetime) -> str:
    reply = take_text(service, simulator.inbound_sms(sender=msisdn, text=words), at)
    assert reply is not None
    return reply.text


def work(service: Service, at: datetime) -> None:
    """A worker's round."""
    send_all(service.database, service.gateways, service.rules, lambda: at)
    assert service.airtime_gateway is not None
    pay_due(service.database, service.airtime_gateway, worker="w", now=lambda: at)


def got(database: Database, msisdn: str) -> list[str]:
    """Every text that reached a phone, oldest first."""
    with database.read() as session:
        return list(
            session.scalars(
                select(OutboundMessage.text)
                .join(Subscriber, Subscriber.id == OutboundMessage.subscriber_id)
                .where(Subscriber.msisdn == msisdn, OutboundMessage.state == OutboundState.SENT)
                .order_by(OutboundMessage.id)
            )
        )


def test_a_farmer_asks_a_trader_tells(service: Service, database: Database) -> None:
    text(service, ACHIENG, "ripoti maziwa olkalou 42", NOON - timedelta(days=20))
    asked = text(service, WANJIKU, "price milk olkalou", NOON)
    assert asked.endswith("We are asking there and will text you.")
    work(service, NOON)
    assert got(database, ACHIENG)[-1] == (
        "Kuna anayehitaji bei ya maziwa Ol Kalou leo. Unaijua? Jibu MAZIWA na bei yako. "
        "Kusitisha: ACHA."
    )
    told = text(service, ACHIENG, "43", NOON + timedelta(minutes=10))
    assert told.startswith("Asante. Maziwa Ol Kalou KES 43/L")
    assert told.endswith("Airtime ya KES 5 iko njiani.")
    work(service, NOON + timedelta(minutes=10))
    assert got(database, WANJIKU)[-1] == (
        "MILK Ol Kalou farm gate KES 43/L, just in (1 report). You asked at 12:00."
    )
    with database.read() as session:
        assert session.scalars(select(AirtimeGrant.state)).all()[-1] is AirtimeState.SENT
    # Whoever asks now is told at once, and nobody else is asked.
    assert "KES 43/L" in text(service, KAMAU, "price milk olkalou", NOON + timedelta(minutes=11))
    work(service, NOON + timedelta(hours=1))
    assert len(got(database, WANJIKU)) == 2
