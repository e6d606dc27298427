"""Stories in which a report is doubted begin with a market where everybody knows the price."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select

from db.session import Database
from messaging.models import Subscriber
from prices.kinds import ObservationStatus
from prices.models import ObservationChange, PriceObservation
from prices.queries import own_price
from tests.cast import ACHIENG, KAMAU, MUTISO
from tests.prices.stories import kenya, place_named, report_price

TELLERS = (ACHIENG, MUTISO, KAMAU)


class Change(NamedTuple):
    """A line of the log: which report, from what to what, by whom and why."""

    report: int
    old: ObservationStatus | None
    new: ObservationStatus
    by: str
    reason: str


def make_usual(
    database: Database, now: datetime, commodity: str, place: str, price: int | str
) -> None:
    """Three people told that price on each of the last two days."""
    with database.begin() as session:
        words = kenya(session)
        for days in (2, 1):
            for person in TELLERS:
                told_at = now - timedelta(days=days)
                report_price(session, words, person, commodity, place, price, told_at)


def told_by(database: Database, msisdn: str) -> list[PriceObservation]:
    """What somebody told, first first."""
    with database.read() as session:
        return list(
            session.scalars(
                select(PriceObservation)
                .join(Subscriber, Subscriber.id == PriceObservation.reporter_id)
                .where(Subscriber.msisdn == msisdn)
                .order_by(PriceObservation.id)
            )
        )


def standings(
    database: Database, msisdn: str
) -> list[tuple[Decimal | int, str, ObservationStatus]]:
    """The figures of what somebody told, their units, and what became of them."""
    return [(one.price, one.unit_code, one.status) for one in told_by(database, msisdn)]


def log_of(database: Database, msisdn: str) -> list[Change]:
    """How the standing of somebody's reports changed, oldest first; reports count from 0."""
    numbers = {one.id: number for number, one in enumerate(told_by(database, msisdn))}
    with database.read() as session:
        found = session.scalars(select(ObservationChange).order_by(ObservationChange.id))
        return [
            Change(
                numbers[one.observation_id],
                one.old_status,
                one.new_status,
                one.changed_by,
                one.reason,
            )
            for one in found
            if one.observation_id in numbers
        ]


def price_of(database: Database, now: datetime, commodity: str, place: str) -> Decimal | None:
    """What is published there; None for nothing."""
    with database.read() as session:
        words = kenya(session)
        found = own_price(
            session,
            words,
            commodity=commodity,
            place_id=place_named(words, place).id,
            price_type=None,
            now=now,
        )
    return None if found is None else found.estimate.price
