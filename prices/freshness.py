"""How many prices are fresh at this moment, and whether every report was heard."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Case, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from prices.estimates import OLDEST, RECENT, Confidence
from prices.kinds import ObservationStatus, Pace
from prices.models import Commodity, Place, PriceCell, PriceObservation
from prices.published import local_day
from prices.vocabulary import Vocabulary

MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Freshness:
    """How many prices bear each label, of all buyers and grades together; made-up ones too.

    `yesterdays` are those that were not worked out for this day yet: the worker does it after
    midnight. `pending` have reports that nobody heard.
    """

    labels: Counter[Confidence]
    yesterdays: int
    pending: int

    @property
    def fresh(self) -> int:
        """Those that rest on recent reports."""
        return self.labels.total() - self.labels[Confidence.OLD]


def freshness(session: Session, vocabulary: Vocabulary, now: datetime) -> Freshness:
    """The prices of a country as they stand, counted by the database."""
    row, today = PriceCell, local_day(vocabulary, now)
    rank = _rank(vocabulary, now).label("rank")
    is_late = func.sum(case((row.estimated_on < today, 1), else_=0))
    found = session.execute(_standing(vocabulary, now, rank, func.count(), is_late).group_by(rank))
    labels: Counter[Confidence] = Counter()
    yesterdays = 0
    for ranked, count, late in found:
        labels[_LABELS[ranked]] += count
        yesterdays += late
    return Freshness(labels, yesterdays, pending(session))


def pending(session: Session) -> int:
    """How many prices have reports that nobody heard."""
    row = PriceCell
    count = select(func.count()).select_from(row).where(row.pending_from.is_not(None))
    return session.scalar(count) or 0


def labels_by_country(
    session: Session, vocabulary: Vocabulary, now: datetime
) -> defaultdict[str, Counter[Confidence]]:
    """The prices of all countries as they stand; days are those of this one's clock."""
    rank = _rank(vocabulary, now).label("rank")
    found = session.execute(
        _published(vocabulary, now, Place.country, rank, func.count())
        .join(Place, Place.id == PriceCell.place_id)
        .group_by(Place.country, rank)
    )
    labels: defaultdict[str, Counter[Confidence]] = defaultdict(Counter)
    for country, ranked, count in found:
        labels[country][_LABELS[ranked]] += count
    return labels


def labels_by_county(
    session: Session, vocabulary: Vocabulary, now: datetime
) -> defaultdict[tuple[str, int | None], Counter[Confidence]]:
    """How many places of each county have which kind of price of a commodity; of each its best."""
    row = PriceCell
    best = (
        _standing(vocabulary, now, row.commodity_code, row.place_id)
        .add_columns(func.max(_rank(vocabulary, now)).label("rank"))
        .group_by(row.commodity_code, row.place_id)
        .subquery()
    )
    field = best.c.commodity_code, Place.admin1_id, best.c.rank
    found = session.execute(
        select(*field, func.count())
        .join(Place, Place.id == best.c.place_id)
        .where(Place.country == vocabulary.country.code)
        .group_by(*field)
    )
    labels: defaultdict[tuple[str, int | None], Counter[Confidence]] = defaultdict(Counter)
    for commodity, county_id, rank, count in found:
        if commodity in vocabulary.commodities:
            labels[commodity, county_id][_LABELS[rank]] += count
    return labels


def reports_since(session: Session, since: datetime, now: datetime) -> Counter[ObservationStatus]:
    """How many prices were told since a moment, by what became of them; a page counts no farther.

    Those told by a phone, a program, a file: all that says it was told in this time.
    """
    row = PriceObservation
    counted: Counter[ObservationStatus] = Counter()
    for status in ObservationStatus:
        some = (
            select(row.id)
            .where(row.status == status, row.reported_at >= since, row.reported_at <= now)
            .limit(MOST_COUNTED)
            .subquery()
        )
        counted[status] = session.scalar(select(func.count()).select_from(some)) or 0
    return counted


def start_of_day(vocabulary: Vocabulary, now: datetime) -> datetime:
    """The midnight that this day began with, by the country's clock."""
    clock = ZoneInfo(vocabulary.country.timezone)
    return datetime.combine(now.astimezone(clock).date(), time(0), clock)


# The labels by how good they are, the best with the highest number.
_LABELS = dict(enumerate(reversed(Confidence)))
_RANKS = {label: rank for rank, label in _LABELS.items()}


def _standing(vocabulary: Vocabulary, now: datetime, *columns: Any) -> Select[Any]:
    """Of the prices of a country that are published, over all buyers and grades."""
    return _published(vocabulary, now, *columns).where(
        PriceCell.currency == vocabulary.country.currency
    )


def _published(vocabulary: Vocabulary, now: datetime, *columns: Any) -> Select[Any]:
    """The same of all countries."""
    row = PriceCell
    return (
        select(*columns)
        .select_from(row)
        .join(Commodity, Commodity.code == row.commodity_code)
        # What was told in these weeks was published in them; a day more for every clock on earth.
        .where(row.estimated_on >= (now - OLDEST).date() - timedelta(days=1))
        # By the day there, as `estimate_of` does.
        .where(row.newest_at >= start_of_day(vocabulary, now) - OLDEST + timedelta(days=1))
        .where(row.price.is_not(None))
        .where(row.buyer == "", row.grade == "")
    )


def _rank(vocabulary: Vocabulary, now: datetime) -> Case[int]:
    """The label of a price as its number: `prices.estimates.confidence`, for the database."""
    row = PriceCell
    is_old = [
        and_(Commodity.pace == pace, row.newest_at < _since(vocabulary, now, pace)) for pace in Pace
    ]
    return case(
        (or_(*is_old), _RANKS[Confidence.OLD]),
        (and_(row.reports >= 4, row.reporters >= 3), _RANKS[Confidence.GOOD]),
        (row.reports == 1, _RANKS[Confidence.ONE]),
        else_=_RANKS[Confidence.FEW],
    )


def _since(vocabulary: Vocabulary, now: datetime, pace: Pace) -> datetime:
    """A report is recent from the midnight on with which its last day began."""
    return start_of_day(vocabulary, now) - RECENT[pace] + timedelta(days=1)
