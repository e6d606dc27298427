"""What the public board shows: what is published, as it stands, and what it was before.

A page shows some fifty prices of thousands. Which ones, in which order, is told by the rows as they
stand; only those shown are worked out for this very day, where nobody has done so yet. What a price
was on an earlier day is read from that day's checkpoint, without any report.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import exp
from typing import NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from prices.book_reads import CellRow, cell_of
from prices.cells import Cell
from prices.estimates import OLDEST, RECENT, SMALLEST, Confidence, Estimate, estimate_region
from prices.filter import VERSION, Belief, pass_days, unpack
from prices.kinds import PriceType
from prices.models import CellBelief, PriceCell, PublishedPrice
from prices.published import as_written, estimates_of_rows, local_day
from prices.reads import PUBLISHED_AGE, Place, Series, earlier_months, published_price
from prices.vocabulary import Vocabulary

WEEK = timedelta(days=7)
CHARTED = timedelta(days=90)
# A published series is charted as far back as its season is looked at.
CHARTED_MONTHS = timedelta(days=5 * 365)

# A commodity at one step of the trade.
Kind = tuple[str, PriceType]


@dataclass(frozen=True)
class BoardPrice:
    """What is published of one cell, and what was a week before; None: nobody told it then."""

    cell: Cell
    estimate: Estimate
    week_ago: Decimal | None = None


@dataclass(frozen=True)
class RegionalPrice:
    """One price of the markets of a county or of the country, and how many of them spoke."""

    commodity: str
    price_type: PriceType
    estimate: Estimate
    markets: int


class Charted(NamedTuple):
    """What was believed of a price at the end of a day on which somebody told it."""

    day: date
    price: Decimal
    low: Decimal
    high: Decimal


class PublishedMonth(NamedTuple):
    """The newest month of a published series; the price is per base unit."""

    commodity: str
    place_id: Place
    price_type: PriceType
    price: Decimal
    priced_on: date
    source: str


def board_rows(
    session: Session,
    vocabulary: Vocabulary,
    now: datetime,
    *,
    commodity: str | None = None,
    place_ids: Collection[Place] | None = None,
    is_whole: bool = True,
) -> list[CellRow]:
    """The cells of a commodity, of some places or of both, with a report of the last 30 days.

    `is_whole`: only those over all buyers and grades. One of the two must be named: then an index
    leads to the rows.
    """
    if commodity is None and place_ids is None:
        raise ValueError("all cells of a country are more than a page can read")
    row, columns = PriceCell, PriceCell.__table__.c
    query = (
        select(*(columns[name] for name in CellRow._fields))
        .where(row.currency == vocabulary.country.currency, row.newest_at > now - OLDEST)
        .order_by(row.id)
    )
    if commodity is not None:
        query = query.where(row.commodity_code == commodity)
    if place_ids is not None:
        query = query.where(row.place_id.in_(place_ids))
    if is_whole:
        query = query.where(row.buyer == "", row.grade == "")
    found = (CellRow(*one) for one in session.execute(query))
    return [
        one
        for one in found
        if one.place_id in vocabulary.places and one.commodity_code in vocabulary.commodities
    ]


def board_prices(
    session: Session, vocabulary: Vocabulary, rows: Sequence[CellRow], now: datetime
) -> list[BoardPrice]:
    """What is published today of the cells of a page, in their order."""
    today = local_day(vocabulary, now)
    told = {one.cell: one.estimate for one in estimates_of_rows(session, vocabulary, rows, today)}
    before = prices_on(session, vocabulary, rows, today - WEEK)
    return [
        BoardPrice(cell, told[cell], _beside(told[cell], before.get(row.id)))
        for row, cell in zip(rows, map(cell_of, rows), strict=True)
        if cell in told
    ]


def standing_prices(
    vocabulary: Vocabulary, rows: Iterable[CellRow], now: datetime
) -> list[tuple[CellRow, Estimate]]:
    """Rows with what stands in them: good enough to put them in order, and for a whole county."""
    today = local_day(vocabulary, now)
    judged = ((row, as_written(vocabulary, row, today)) for row in rows)
    return [(row, estimate) for row, estimate in judged if estimate is not None]


def regional_prices(
    vocabulary: Vocabulary, prices: Iterable[tuple[CellRow, Estimate]]
) -> list[RegionalPrice]:
    """One price of all markets for each commodity and step of the trade, in the menu's order."""
    markets: defaultdict[Kind, list[tuple[int | None, Estimate]]] = defaultdict(list)
    for row, estimate in prices:
        population = vocabulary.places[row.place_id].population
        markets[row.commodity_code, row.price_type].append((population, estimate))
    regions = [
        RegionalPrice(*kind, *region)
        for kind, told in markets.items()
        if (region := estimate_region(told)) is not None
    ]
    return sorted(regions, key=lambda one: _rank(vocabulary, one.commodity, one.price_type))


def speaking(prices: Sequence[RegionalPrice]) -> RegionalPrice | None:
    """The one that answers a question: the first that is fresh, else the first."""
    fresh = (one for one in prices if one.estimate.confidence is not Confidence.OLD)
    return next(fresh, next(iter(prices), None))


def prices_on(
    session: Session, vocabulary: Vocabulary, rows: Sequence[CellRow], day: date
) -> dict[int, Decimal]:
    """What was published of cells at the end of a day, where it rested on recent reports."""
    paces = {row.id: vocabulary.commodities[row.commodity_code].pace for row in rows}
    found: dict[int, Decimal] = {}
    for cell_id, kept_on, belief in session.execute(_newest_beliefs(paces, day)):
        pace, age = paces[cell_id], day - kept_on
        if age < RECENT[pace]:
            found[cell_id] = _quantile(pass_days(unpack(belief), age.days, pace), 0.5)
    return found


def charted(session: Session, vocabulary: Vocabulary, row: CellRow, today: date) -> list[Charted]:
    """A cell's price on the days of the last 90 on which somebody told it, and on this day."""
    kept, pace = CellBelief, vocabulary.commodities[row.commodity_code].pace
    found = session.execute(
        select(kept.day, kept.belief)
        .where(kept.cell_id == row.id, kept.version == VERSION)
        .where(kept.day > today - CHARTED, kept.day <= today)
        .order_by(kept.day)
    )
    beliefs = [(day, unpack(belief)) for day, belief in found]
    if beliefs and (age := (today - beliefs[-1][0]).days):
        beliefs.append((today, pass_days(beliefs[-1][1], age, pace)))
    return [
        Charted(day, _quantile(one, 0.5), _quantile(one, 0.1), _quantile(one, 0.9))
        for day, one in beliefs
    ]


def published_months(
    session: Session,
    vocabulary: Vocabulary,
    now: datetime,
    *,
    commodities: Collection[str],
    place_ids: Collection[Place] | None = None,
) -> list[PublishedMonth]:
    """The newest month of each published series that is not too old, in the menu's order.

    Of several products the first by name, always the same one, as an answer to a question tells it.
    """
    query = _newest_months(vocabulary, local_day(vocabulary, now), commodities, place_ids)
    first: dict[tuple[str, Place, PriceType], PublishedMonth] = {}
    for one in (PublishedMonth(*found) for found in session.execute(query)):
        if one.place_id in vocabulary.places:
            first.setdefault((one.commodity, one.place_id, one.price_type), one)
    return sorted(
        first.values(),
        key=lambda one: (
            _rank(vocabulary, one.commodity, one.price_type),
            vocabulary.places[one.place_id].name,
        ),
    )


def months_before(
    session: Session, vocabulary: Vocabulary, newest: PublishedMonth
) -> list[tuple[date, Decimal]]:
    """The published series of five years up to its newest month, in order."""
    series = Series(newest.commodity, newest.price_type, newest.place_id)
    row = published_price(session, vocabulary, series, newest.priced_on)
    earlier = earlier_months(session, row, since=newest.priced_on - CHARTED_MONTHS)
    return [*sorted(earlier.items()), (newest.priced_on, newest.price)]


def _rank(vocabulary: Vocabulary, commodity: str, step: PriceType) -> tuple[int, str, bool, int]:
    """The menu's order; of one commodity its own step of the trade first."""
    entry = vocabulary.commodities[commodity]
    return entry.rank, entry.code, step is not entry.price_type, list(PriceType).index(step)


def _beside(estimate: Estimate, week_ago: Decimal | None) -> Decimal | None:
    """An old price is not held against an older one: nobody knows how it moved."""
    return None if estimate.confidence is Confidence.OLD else week_ago


def _quantile(belief: Belief, share: float) -> Decimal:
    (found,) = belief.quantiles(share)
    return max(Decimal(exp(min(found, 30.0))).quantize(SMALLEST), SMALLEST)


def _newest_beliefs(cell_ids: Collection[int], day: date) -> Select[int, date, bytes]:
    """The last checkpoint of each cell up to a day, from the primary key."""
    kept = CellBelief
    newest = (
        select(kept.cell_id, func.max(kept.day).label("day"))
        .where(kept.cell_id.in_(cell_ids))
        .where(kept.day > day - max(RECENT.values()), kept.day <= day)
        .group_by(kept.cell_id)
        .subquery()
    )
    is_newest = and_(newest.c.cell_id == kept.cell_id, newest.c.day == kept.day)
    return (
        select(kept.cell_id, kept.day, kept.belief)
        .join(newest, is_newest)
        .where(kept.version == VERSION)
    )


def _newest_months(
    vocabulary: Vocabulary,
    today: date,
    commodities: Collection[str],
    place_ids: Collection[Place] | None,
) -> Select[str, Place, PriceType, Decimal, date, str]:
    row, currency = PublishedPrice, vocabulary.country.currency
    series = (row.commodity_code, row.place_id, row.price_type)
    dated = (
        select(*series, func.max(row.priced_on).label("newest"))
        .where(row.commodity_code.in_(commodities), row.currency == currency)
        .where(row.priced_on > today - PUBLISHED_AGE, row.priced_on <= today)
        .group_by(*series)
    )
    if place_ids is not None:
        dated = dated.where(row.place_id.in_(place_ids))
    newest = dated.subquery()
    is_newest = and_(
        newest.c.commodity_code == row.commodity_code,
        newest.c.place_id == row.place_id,
        newest.c.price_type == row.price_type,
        newest.c.newest == row.priced_on,
    )
    return (
        select(*series, row.price_per_base_unit, row.priced_on, row.source)
        .join(newest, is_newest)
        .where(row.currency == currency)
        .order_by(row.product, row.unit_quoted, row.source)
    )
