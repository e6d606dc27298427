"""Prices, groups and mornings that stories of the bulletin begin with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.groups import join
from groups.models import Edition, Group, Role
from messaging.models import OutboundMessage, Subscriber
from prices.vocabulary import Vocabulary
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import found_group, meet
from tests.prices.stories import report_price

# Seven in the morning in Nairobi.
MONDAY = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def kirima(session: Session, **what: Any) -> Group:
    """KIRIMA with its bulletin due on Monday: Njeri the secretary, Kamau in Swahili, Wanjiku."""
    group = found_group(session, "KIRIMA", **({"next_bulletin_at": MONDAY} | what))
    people = [
        (meet(session, NJERI, MONDAY), Role.SECRETARY),
        (meet(session, KAMAU, MONDAY, language="sw"), Role.MEMBER),
        (meet(session, WANJIKU, MONDAY, language="en"), Role.MEMBER),
    ]
    for person, role in people:
        join(session, group, person, MONDAY - WEEK, role=role)
    return group


def milk_reports(
    session: Session,
    vocabulary: Vocabulary,
    place: str,
    prices: list[int],
    newest: datetime,
    **what: Any,
) -> None:
    """One report of milk per price, from as many people, an hour apart."""
    for number, price in enumerate(prices):
        reported_at = newest - number * HOUR
        msisdn = f"+2547110010{number:02d}"
        report_price(session, vocabulary, msisdn, "milk", place, price, reported_at, **what)


def promised(session: Session) -> dict[str, OutboundMessage]:
    """What is in the outbox, by the number it is for: one text each."""
    rows = session.execute(
        select(Subscriber.msisdn, OutboundMessage).join(
            Subscriber, OutboundMessage.subscriber_id == Subscriber.id
        )
    ).all()
    assert len({msisdn for msisdn, _ in rows}) == len(rows), "somebody gets two texts"
    return dict(rows)


def editions(session: Session) -> list[Edition]:
    """Every edition made so far, oldest first."""
    return list(session.scalars(select(Edition).order_by(Edition.due_at, Edition.id)))
