"""How good prices are: what became of the reports of some weeks, and how near they came."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, exp, sqrt
from statistics import median
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Executable, exists, func, select
from sqlalchemy.orm import Session

from prices.door import FLAG
from prices.estimates import OLDEST, Confidence, confidence, is_recent
from prices.filter import NOISE, VERSION
from prices.kinds import SPEAKING, ObservationStatus
from prices.models import (
    CellBelief,
    Commodity,
    Country,
    ObservationChange,
    Place,
    PriceCell,
    PriceObservation,
)
from prices.reporters import SURE

MONTH = timedelta(days=30)
# So many standard deviations either way hold four fifths of a normal distribution.
EIGHTY_PERCENT = 1.2816
MOST_OF_THEM = 0.9
BATCH = 5_000
# Cells looked at for checkpoints of another filter: a change of it outdates those of all.
LOOKED_AT = 500


class Judged(NamedTuple):
    """One report, as the filter saw it before it was heard: also as a row of the database."""

    status: ObservationStatus
    was_held: bool  # ever
    error: float | None  # None: nobody has looked yet, or it says nothing
    deviation: float | None
    slip_probability: float | None
    noise: float | None  # of its reporter, by which it was weighed

    @property
    def is_covered(self) -> bool:
        """Whether it lies where four fifths of honest reports should."""
        return _is_covered(self.error or 0, self.deviation or 0, self.noise)


@dataclass(frozen=True)
class Audit:
    """The reports of some weeks, by what became of them, and how near they came.

    `half_within` and `most_within` are hold-out errors: half of the reports, and nine of ten, were
    as near to what was believed before them, as a share of the price (0.06 for 6 %). Only reports
    of places that were known to within 15 % are counted, `known` in all: elsewhere there is nothing
    to be far from. Slips that speak are among them.

    `coverage` is the share of the honest ones of these that lay in the 10–90 % range foretold for
    a report: the uncertainty of the belief and the noise of the reporter together. It measures
    whether the filter knows how much it knows, and is near 0.8 where it does; less: it is too sure
    of itself, more: not sure enough. It is no share of true prices, which nobody knows; and as
    the filter itself says who is honest, the worst are left out, which flatters it by a little.
    """

    reports: int
    by_status: Mapping[ObservationStatus, int]
    asked_back: int
    known: int
    half_within: float | None
    most_within: float | None
    coverage: float | None

    @property
    def waiting(self) -> int:
        """How many wait for an answer or for the moderators."""
        return sum(self.by_status.get(status, 0) for status in WAITING)


WAITING = (ObservationStatus.HELD, ObservationStatus.UNANSWERED, ObservationStatus.FLAGGED)


class Unheard(NamedTuple):
    """What the worker has still to do: cells with reports that no belief holds yet."""

    pending: int
    is_outdated: bool  # checkpoints are another filter's, and nobody has marked them


def audit_of(reports: Iterable[Judged]) -> Audit:
    """What these reports say of the filter, and of whoever told them."""
    by_status: Counter[ObservationStatus] = Counter()
    asked_back, errors, honest, covered = 0, list[float](), 0, 0
    # A hundred thousand in a busy month: each is taken apart, and nothing is made of it.
    for status, was_held, error, deviation, slip_probability, noise in reports:
        by_status[status] += 1
        asked_back += was_held
        # It speaks, and others had told enough there to judge by: to within 15 %.
        if error is None or deviation is None or deviation >= SURE or status not in SPEAKING:
            continue
        errors.append(abs(error))
        if (slip_probability or 0) < FLAG:
            honest += 1
            covered += _is_covered(error, deviation, noise)
    errors.sort()
    return Audit(
        reports=by_status.total(),
        by_status=by_status,
        asked_back=asked_back,
        known=len(errors),
        half_within=median(map(_share, _middle(errors))) if errors else None,
        most_within=_share(errors[ceil(MOST_OF_THEM * len(errors)) - 1]) if errors else None,
        coverage=covered / honest if honest else None,
    )


def _is_covered(error: float, deviation: float, noise: float | None) -> bool:
    return abs(error) <= EIGHTY_PERCENT * sqrt(deviation**2 + (noise or NOISE) ** 2)


def _middle(values: Sequence[float]) -> Sequence[float]:
    """The one or two in the middle of what is in order."""
    return values[(len(values) - 1) // 2 : len(values) // 2 + 1]


def _share(error: float) -> float:
    """How far off that is, as a share of the price."""
    return exp(error) - 1


def audit_reports(
    session: Session,
    *,
    now: datetime,
    over: timedelta = MONTH,
    country: str | None = None,
    commodity: str | None = None,
) -> Audit:
    """The audit of the reports that came within a time before now, of all countries or of one.

    What was made up to show how Bei works is left out.
    """
    row, change = PriceObservation, ObservationChange
    was_held = exists().where(
        change.observation_id == row.id, change.new_status == ObservationStatus.HELD
    )
    query = (
        select(
            row.status,
            was_held,
            row.error,
            row.error_deviation,
            row.slip_probability,
            row.reporter_noise,
        )
        # All of them, named one by one: so the index by status and time finds the newest.
        .where(row.status.in_(list(ObservationStatus)))
        .where(row.reported_at > now - over, row.reported_at <= now)
        .where(row.is_demo.is_(False))
    )
    if commodity is not None:
        query = query.where(row.commodity_code == commodity)
    if country is not None:
        query = query.join(Place, Place.id == row.place_id).where(Place.country == country)
    return audit_of(cast("Iterator[Judged]", _streamed(session, query)))


def labels(
    session: Session, *, now: datetime, country: str | None = None, commodity: str | None = None
) -> Counter[Confidence]:
    """How many published prices bear each label, over all buyers and grades.

    As they were last written: where the worker stands still, old ones still count their reports.
    Prices that rest on made-up reports are left out.
    """
    row = PriceCell
    query = (
        select(row.reports, row.reporters, row.newest_at, Commodity.pace, Country.timezone)
        .join(Commodity, Commodity.code == row.commodity_code)
        .join(Place, Place.id == row.place_id)
        .join(Country, Country.code == Place.country)
        # What was told in these weeks was published in them; a day more for every clock on earth.
        .where(row.estimated_on >= (now - OLDEST).date() - timedelta(days=1))
        .where(row.newest_at > now - OLDEST, row.price.is_not(None), row.is_demo.is_(False))
        .where(row.buyer == "", row.grade == "")
    )
    if commodity is not None:
        query = query.where(row.commodity_code == commodity)
    if country is not None:
        query = query.where(Place.country == country)
    counted: Counter[Confidence] = Counter()
    for reports, reporters, newest_at, pace, timezone in _streamed(session, query):
        clock = ZoneInfo(timezone)
        newest_on, today = newest_at.astimezone(clock).date(), now.astimezone(clock).date()
        is_fresh = is_recent(newest_on, today, pace)
        counted[confidence(reports, reporters, is_fresh=is_fresh)] += 1
    return counted


def unheard(session: Session) -> Unheard:
    """Whether reports wait for the worker, and whether an upgrade changed the filter unnoticed."""
    cell, kept = PriceCell, CellBelief
    pending = session.scalar(
        select(func.count()).select_from(cell).where(cell.pending_from.is_not(None))
    )
    newest_version = (
        select(kept.version)
        .where(kept.cell_id == cell.id)
        .order_by(kept.day.desc())
        .limit(1)
        .scalar_subquery()
    )
    versions = session.scalars(
        select(newest_version).where(cell.pending_from.is_(None)).order_by(cell.id).limit(LOOKED_AT)
    )
    return Unheard(pending or 0, bool(set(versions) - {None, VERSION}))


def _streamed(session: Session, query: Executable) -> Iterator[Sequence[Any]]:
    # By the connection: no object is made of a row, which takes longer than to read it.
    options = {"yield_per": BATCH}
    return iter(session.connection().execute(query, execution_options=options))
