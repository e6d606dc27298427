"""What is known of one person's reports."""

from dataclasses import dataclass
from datetime import datetime
from math import exp
from statistics import median

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from prices.estimates import OLDEST
from prices.held_reports import CORRECTED
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from prices.reputation import LAST

COUNTED = (ObservationStatus.ACCEPTED, ObservationStatus.FLAGGED)
WAITING = (ObservationStatus.HELD, ObservationStatus.UNANSWERED)
# Where less is known than to 15 %, nobody is judged by it; nor by one report or two.
SURE, FEWEST = 0.15, 3


@dataclass(frozen=True)
class OwnReports:
    """How many prices somebody told in the last 30 days, what became of them, and the last one."""

    reports: int
    accepted: int
    held: int
    last_commodity: str
    last_place_id: int
    last_at: datetime
    accuracy: "Accuracy | None"


@dataclass(frozen=True)
class Accuracy:
    """How near somebody's last reports were to what was believed there without them.

    Half of `reports` were within `within`, a share of the price: 0.04 for 4 %.
    """

    reports: int
    within: float


def own_reports(session: Session, reporter_id: int, *, now: datetime) -> OwnReports | None:
    """What somebody told lately; None for nothing at all. A slip put right is told once."""
    row, meant = PriceObservation, aliased(PriceObservation)
    theirs = (
        ~exists().where(meant.source_key == row.source_key + CORRECTED),
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
        accepted=sum(by_status.get(status, 0) for status in COUNTED),
        held=sum(by_status.get(status, 0) for status in WAITING),
        last_commodity=last.commodity_code,
        last_place_id=last.place_id,
        last_at=last.reported_at,
        accuracy=_accuracy(session, reporter_id, now),
    )


def _accuracy(session: Session, reporter_id: int, now: datetime) -> Accuracy | None:
    """By the last 20 reports of places where others had told enough to judge by; None for few."""
    row = PriceObservation
    found = session.scalars(
        select(row.error)
        .where(row.reporter_id == reporter_id, row.reported_at <= now)
        .where(row.error.is_not(None), row.error_deviation < SURE)
        .order_by(row.reported_at.desc(), row.id.desc())
        .limit(LAST)
    )
    off = [exp(abs(error)) - 1 for error in found if error is not None]
    return Accuracy(len(off), median(off)) if len(off) >= FEWEST else None
