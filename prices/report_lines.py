"""Reports as the desk lists them: what waits, what was told of a cell, what somebody told."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import exp, log
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import Session

from prices.audit import WAITING
from prices.cells import Cell
from prices.estimates import OLDEST
from prices.filter import Score
from prices.kinds import Buyer, ObservationStatus, PriceType, Side
from prices.models import ObservationChange, Place, PriceObservation
from prices.votes import Report, counted

# A queue that nobody looked at for a year is counted no farther.
MOST_COUNTED = 1_000


class ReportLine(NamedTuple):
    """A report as it is kept, and what the filter makes of it."""

    id: int
    source_key: str
    reporter_id: int
    reported_at: datetime
    reported_on: date
    commodity_code: str
    place_id: int
    price_type: PriceType
    buyer: Buyer | None
    grade: str | None
    side: Side | None
    price: Decimal  # per `unit_code`
    unit_code: str
    currency: str
    price_per_base_unit: Decimal
    quantity: Decimal | None
    raw_text: str
    status: ObservationStatus
    is_confirmed: bool
    is_demo: bool
    error: float | None
    error_deviation: float | None
    slip_probability: float | None

    @property
    def cell(self) -> Cell:
        """The whole cell in which it has a part."""
        return Cell(self.commodity_code, self.place_id, self.price_type)

    @property
    def score(self) -> Score | None:
        """How it looked when it came; None: nobody has looked, or it says nothing."""
        if self.error is None:
            return None
        return Score(self.error, self.error_deviation or 0, self.slip_probability or 0)

    @property
    def ratio(self) -> float | None:
        """How many times what was expected it is."""
        return None if self.error is None else exp(self.error)


class Mark(NamedTuple):
    """A line of a report's history; `old` is None where it came in."""

    old: ObservationStatus | None
    new: ObservationStatus
    at: datetime
    by: str  # "door", "reporter", "clock", "staff:<id>"
    reason: str


@dataclass(frozen=True)
class Queue:
    """Which waiting reports of a country are wanted; None: any."""

    country: str
    statuses: Collection[ObservationStatus] = WAITING
    commodity: str | None = None
    place_ids: Collection[int] | None = None


def report_line(session: Session, observation_id: int) -> ReportLine | None:
    """One report; None where there is none."""
    found = session.execute(_LINES.where(PriceObservation.id == observation_id)).first()
    return None if found is None else ReportLine(*found)


def waiting(
    session: Session, wanted: Queue, now: datetime, *, after_id: int | None = None, limit: int
) -> list[ReportLine]:
    """What waits for a look, the newest first, behind a report; older ones move no price any more.

    Each standing is read by the index of standings and days, and the few rows are put in order.
    """
    after = None if after_id is None else _told_at(session, after_id)
    found = [
        line
        for status in wanted.statuses
        for line in _lines(session, _queue(wanted, status, now, after, after_id).limit(limit))
    ]
    return sorted(found, key=lambda one: (one.reported_at, one.id), reverse=True)[:limit]


def newest_told(
    session: Session,
    statuses: Collection[ObservationStatus],
    now: datetime,
    *,
    after_id: int | None,
    limit: int,
) -> list[ReportLine]:
    """What was told in the last 30 days, of whatever country, the newest first, behind a report."""
    after = None if after_id is None else _told_at(session, after_id)
    found = [
        line
        for status in statuses
        for line in _lines(session, _of_status(status, now, after, after_id).limit(limit))
    ]
    return sorted(found, key=lambda one: (one.reported_at, one.id), reverse=True)[:limit]


def count_waiting(session: Session, now: datetime) -> dict[ObservationStatus, int]:
    """How many wait, by standing; of a thousand and more it is told that they are so many."""
    row = PriceObservation
    counts = {}
    for status in WAITING:
        some = (
            select(literal_column("1"))
            .select_from(row)
            .where(row.status == status, row.reported_at > now - OLDEST, row.reported_at <= now)
            .limit(MOST_COUNTED)
            .subquery()
        )
        counts[status] = session.scalar(select(func.count()).select_from(some)) or 0
    return counts


def told_of(
    session: Session, cell: Cell, *, since: date, until: date, limit: int
) -> list[ReportLine]:
    """What was told of a price from one day to another, of all standings, the newest first."""
    row = PriceObservation
    query = (
        _LINES.where(row.commodity_code == cell.commodity, row.place_id == cell.place_id)
        .where(row.price_type == cell.price_type)
        .where(row.reported_on >= since, row.reported_on <= until)
        .order_by(row.reported_on.desc(), row.reported_at.desc(), row.id.desc())
        .limit(limit)
    )
    if cell.buyer is not None:
        query = query.where(row.buyer == cell.buyer)
    if cell.grade is not None:
        query = query.where(row.grade == cell.grade)
    return _lines(session, query)


def told_by(
    session: Session, reporter_id: int, *, after_id: int | None = None, limit: int
) -> list[ReportLine]:
    """What somebody told, the newest first, behind a report."""
    row = PriceObservation
    query = _LINES.where(row.reporter_id == reporter_id)
    if after_id is not None:
        query = query.where(_is_before(_told_at(session, after_id), after_id))
    return _lines(session, query.order_by(row.reported_at.desc(), row.id.desc()).limit(limit))


def history(session: Session, observation_id: int) -> list[Mark]:
    """How a report's standing changed, oldest first."""
    row = ObservationChange
    found = session.execute(
        select(row.old_status, row.new_status, row.changed_at, row.changed_by, row.reason)
        .where(row.observation_id == observation_id)
        .order_by(row.id)
    )
    return [Mark(*one) for one in found]


def last_marks(session: Session, observation_ids: Collection[int]) -> dict[int, Mark]:
    """The last change of each of these reports that ever changed."""
    row = ObservationChange
    found = session.execute(
        select(
            row.observation_id,
            row.old_status,
            row.new_status,
            row.changed_at,
            row.changed_by,
            row.reason,
        )
        .where(row.observation_id.in_(observation_ids))
        .order_by(row.id)
    )
    return {one[0]: Mark(*one[1:]) for one in found}


def uncounted(lines: Iterable[ReportLine]) -> dict[int, int]:
    """Reports that speak and yet are no votes, and by which one: told again, or a copy (pure).

    All that was told of a cell on their days must be among the lines.
    """
    by_day: dict[date, list[ReportLine]] = {}
    for line in lines:
        if line.status.speaks:
            by_day.setdefault(line.reported_on, []).append(line)
    return {
        line.id: _instead(line, told, votes)
        for told in by_day.values()
        for votes in [_votes(told)]
        for line in told
        if line.id not in {vote.id for vote in votes}
    }


def _votes(told: Sequence[ReportLine]) -> list[Report]:
    return counted(
        Report(
            one.id,
            log(one.price_per_base_unit),
            one.reporter_id,
            one.reported_at,
            one.reported_on,
            one.is_confirmed,
            one.is_demo,
        )
        for one in told
    )


def _instead(line: ReportLine, told: Sequence[ReportLine], votes: Sequence[Report]) -> int:
    """What was told instead: the last of the same person that day, else the first of the same."""
    own = [one for one in told if one.reporter_id == line.reporter_id]
    last = max(own, key=lambda one: (one.reported_at, one.id))
    if last.id != line.id:
        return last.id
    alike = [vote.id for vote in votes if vote.price == log(line.price_per_base_unit)]
    return alike[0] if alike else line.id


_LINES: Select[Any] = select(*(getattr(PriceObservation, name) for name in ReportLine._fields))


def _lines(session: Session, query: Select[Any]) -> list[ReportLine]:
    return [ReportLine(*found) for found in session.execute(query)]


def _queue(
    wanted: Queue,
    status: ObservationStatus,
    now: datetime,
    after: datetime | None,
    after_id: int | None,
) -> Select[Any]:
    row = PriceObservation
    query = (
        _of_status(status, now, after, after_id)
        .join(Place, Place.id == row.place_id)
        .where(Place.country == wanted.country)
    )
    if wanted.commodity is not None:
        query = query.where(row.commodity_code == wanted.commodity)
    if wanted.place_ids is not None:
        query = query.where(row.place_id.in_(wanted.place_ids))
    return query


def _of_status(
    status: ObservationStatus, now: datetime, after: datetime | None, after_id: int | None
) -> Select[Any]:
    row = PriceObservation
    query = (
        _LINES.where(row.status == status)
        .where(row.reported_at > now - OLDEST, row.reported_at <= now)
        .order_by(row.reported_at.desc(), row.id.desc())
    )
    return query if after_id is None else query.where(_is_before(after, after_id))


def _is_before(moment: datetime | None, observation_id: int) -> Any:
    row = PriceObservation
    if moment is None:  # a report that is gone: from the newest on
        return row.id > 0
    # The first half is what the index is asked for.
    earlier = or_(row.reported_at < moment, row.id < observation_id)
    return and_(row.reported_at <= moment, earlier)


def _told_at(session: Session, observation_id: int) -> datetime | None:
    row = PriceObservation
    return session.scalar(select(row.reported_at).where(row.id == observation_id))
