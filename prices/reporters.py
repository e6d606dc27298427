"""What is known of one person's reports."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from prices.estimates import OLDEST
from prices.kinds import ObservationStatus
from prices.models import PriceObservation


@dataclass(frozen=True)
class OwnReports:
    """How many prices somebody told in the last 30 days, what became of them, and the last one."""

    reports: int
    accepted: int
    held: int
    last_commodity: str
    last_place_id: int
    last_at: datetime


def own_reports(session: Session, reporter_id: int, *, now: datetime) -> OwnReports | None:
    """What somebody told lately; None for nothing at all."""
    row = PriceObservation
    theirs = (
        row.reporter_id == reporter_id,
        row.reported_at > now - OLDEST,
        row.reported_at <= now,
    )
    last = session.scalars(
        select(row).where(*theirs).order_by(row.reported_at.desc(), row.id.desc()).limit(1)
    ).first()
    if last is None:
        return None
    counted = session.execute(select(row.status, func.count()).where(*theirs).group_by(row.status))
    by_status = {status: count for status, count in counted}  # noqa: C416 – rows are no pairs
    return OwnReports(
        reports=sum(by_status.values()),
        accepted=by_status.get(ObservationStatus.ACCEPTED, 0),
        held=by_status.get(ObservationStatus.HELD, 0),
        last_commodity=last.commodity_code,
        last_place_id=last.place_id,
        last_at=last.reported_at,
    )
