"""Somebody is erased who told prices: the prices stay, their words go.

No estimate moves: what is known of how well somebody reports belongs to a number that is nobody's.
"""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from prices.models import ObservationChange, PriceObservation, TransportFare

_BY_STAFF = "staff:"


def count_told(session: Session, reporter_id: int) -> int:
    """How many prices and fares somebody told."""
    return sum(
        session.scalar(select(func.count()).where(told.reporter_id == reporter_id)) or 0
        for told in (PriceObservation, TransportFare)
    )


def forget_words_told(session: Session, reporter_id: int) -> None:
    """Take somebody's words out of what they told, and what staff wrote of it."""
    for told in (PriceObservation, TransportFare):
        session.execute(update(told).where(told.reporter_id == reporter_id).values(raw_text=""))
    theirs = select(PriceObservation.id).where(PriceObservation.reporter_id == reporter_id)
    session.execute(
        update(ObservationChange)
        .where(ObservationChange.observation_id.in_(theirs))
        .where(ObservationChange.changed_by.startswith(_BY_STAFF))
        .values(reason="")
    )
