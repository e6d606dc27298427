"""What everybody may read, page by page: made-up prices and who said what are left out."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from prices.book_reads import CellRow, slices
from prices.cells import CellEstimate
from prices.estimates import Confidence
from prices.kinds import SPEAKING, Buyer, PlaceKind, PriceType, Side
from prices.models import PriceCell, PriceObservation
from prices.published import commodities_with_cells, estimates_of_rows, local_day, rows_of
from prices.vocabulary import PlaceEntry, Vocabulary

# So many prices are worked out at a time, where a filter may leave most of them out.
FEWEST = 100
# A page works out no more than this: where a filter leaves nearly all out, it ends with few or none
# and the next one goes on there. Prices that stand as they were written today cost nothing.
MOST_WORKED_OUT = 300
DAY = timedelta(days=1)


class PriceKey(NamedTuple):
    """The order of prices: by commodity, place, price type, buyer and grade ("" for all)."""

    commodity: str
    place: str
    price_type: str
    buyer: str
    grade: str


@dataclass(frozen=True)
class PriceFilter:
    """Which prices are wanted; None: any. `place_ids` are the places themselves."""

    commodity: str | None = None
    place_ids: Collection[int] | None = None
    price_type: PriceType | None = None
    buyer: Buyer | None = None
    grade: str | None = None
    confidence: Confidence | None = None
    updated_since: datetime | None = None


@dataclass(frozen=True)
class PricePage:
    """Prices in their order, and behind which key the next page begins; None at the end."""

    prices: Sequence[CellEstimate]
    after: PriceKey | None


@dataclass(frozen=True)
class ReportKey:
    """The order of reports: by when they were told, then by when they were kept."""

    reported_at: datetime
    id: int


@dataclass(frozen=True)
class ReportFilter:
    """Which reports are wanted: told from `since` on, before `until`; None: any."""

    since: datetime
    until: datetime
    commodity: str | None = None
    place_ids: Collection[int] | None = None


@dataclass(frozen=True)
class OpenReport:
    """A report as everybody may read it: neither who told it nor their words."""

    id: int
    reporter_id: int
    reported_at: datetime
    commodity: str
    place_id: int
    price_type: PriceType
    buyer: Buyer | None
    grade: str | None
    price: Decimal  # per `unit`
    unit: str
    currency: str
    price_per_base_unit: Decimal
    quantity: Decimal | None
    side: Side | None

    @property
    def key(self) -> ReportKey:
        """Where it stands."""
        return ReportKey(self.reported_at, self.id)


def open_prices(
    session: Session,
    vocabulary: Vocabulary,
    wanted: PriceFilter,
    *,
    now: datetime,
    after: PriceKey | None,
    limit: int,
) -> PricePage:
    """What is published at a moment, in order, behind `after`; prices of a past day too.

    A page may hold fewer than `limit`, or none, and not be the last.
    """
    found, worked_out, today = list[CellEstimate](), 0, local_day(vocabulary, now)
    for commodity in _commodities(session, vocabulary, wanted, after):
        rows = _in_order(session, vocabulary, wanted, commodity, now, after)
        # Not all of them: those of a past day are worked out one by one.
        for some in slices(rows, max(limit + 1, FEWEST)):
            found += _worked_out(session, vocabulary, wanted, some, today)
            if len(found) > limit:
                return PricePage(found[:limit], price_key(vocabulary, found[limit - 1]))
            worked_out += sum(row.has_demo or row.estimated_on != today for row in some)
            if worked_out >= MOST_WORKED_OUT:
                return PricePage(found, _row_key(vocabulary, some[-1]))
    return PricePage(found, None)


def price_key(vocabulary: Vocabulary, one: CellEstimate) -> PriceKey:
    """Where a price stands among all."""
    cell = one.cell
    place = vocabulary.places[cell.place_id].code
    return PriceKey(cell.commodity, place, cell.price_type, cell.buyer or "", cell.grade or "")


def open_reports(
    session: Session, wanted: ReportFilter, *, after: ReportKey | None, limit: int
) -> list[OpenReport]:
    """The reports that speak, in the order they were told, behind `after`.

    Each standing is read by the index of standings and days, and the few rows are put in order.
    """
    cells = None if wanted.place_ids is None else _cells_told(session, wanted)
    if cells is not None and not cells:
        return []
    found = [
        report
        for status in sorted(SPEAKING)
        for report in _of_status(session, wanted, status, after, limit, cells)
    ]
    return sorted(found, key=lambda one: (one.reported_at, one.id))[:limit]


def open_markets(
    vocabulary: Vocabulary, *, county_id: int | None, after: str | None, limit: int
) -> list[PlaceEntry]:
    """Where prices are told, by code, behind `after`."""
    traded = (place for place in vocabulary.places.values() if place.kind.is_trading_place)
    meant = (place for place in traded if county_id in {None, place.admin1_id})
    behind = (place for place in meant if after is None or place.code > after)
    return sorted(behind, key=lambda place: place.code)[:limit]


def counties_of(vocabulary: Vocabulary) -> list[PlaceEntry]:
    """The counties, districts or regions of a country, by name."""
    found = (place for place in vocabulary.places.values() if place.kind is PlaceKind.ADMIN1)
    return sorted(found, key=lambda place: place.name)


def _commodities(
    session: Session, vocabulary: Vocabulary, wanted: PriceFilter, after: PriceKey | None
) -> Iterator[str]:
    known = (
        commodities_with_cells(session, vocabulary)
        if wanted.commodity is None
        else [wanted.commodity]
    )
    first = "" if after is None else after.commodity
    return (code for code in known if code >= first and code in vocabulary.commodities)


def _in_order(
    session: Session,
    vocabulary: Vocabulary,
    wanted: PriceFilter,
    commodity: str,
    now: datetime,
    after: PriceKey | None,
) -> list[CellRow]:
    """The cells of a commodity behind `after`, in the order of prices."""
    rows = rows_of(
        session,
        vocabulary,
        commodity=commodity,
        place_ids=wanted.place_ids,
        now=now,
        price_type=wanted.price_type,
    )
    keyed = [
        (_row_key(vocabulary, row), row)
        for row in rows
        if wanted.buyer in {None, row.buyer} and wanted.grade in {None, row.grade or None}
    ]
    behind = [one for one in keyed if after is None or one[0] > after]
    return [row for _, row in sorted(behind, key=itemgetter(0))]


def _row_key(vocabulary: Vocabulary, row: CellRow) -> PriceKey:
    place = vocabulary.places[row.place_id].code
    return PriceKey(row.commodity_code, place, row.price_type, row.buyer, row.grade)


def _worked_out(
    session: Session,
    vocabulary: Vocabulary,
    wanted: PriceFilter,
    rows: Sequence[CellRow],
    today: date,
) -> list[CellEstimate]:
    """What is published of these cells, in their order."""
    return [
        one
        for one in estimates_of_rows(session, vocabulary, rows, today, is_real=True)
        if wanted.confidence in {None, one.estimate.confidence}
        and (wanted.updated_since is None or one.estimate.newest_at >= wanted.updated_since)
    ]


_REPORT = (
    PriceObservation.id,
    PriceObservation.reporter_id,
    PriceObservation.reported_at,
    PriceObservation.commodity_code,
    PriceObservation.place_id,
    PriceObservation.price_type,
    PriceObservation.buyer,
    PriceObservation.grade,
    PriceObservation.price,
    PriceObservation.unit_code,
    PriceObservation.currency,
    PriceObservation.price_per_base_unit,
    PriceObservation.quantity,
    PriceObservation.side,
)


def _of_status(
    session: Session,
    wanted: ReportFilter,
    status: str,
    after: ReportKey | None,
    limit: int,
    cells: Collection[tuple[str, int]] | None,
) -> Sequence[OpenReport]:
    row = PriceObservation
    query = (
        select(*_REPORT)
        .where(row.status == status, row.is_demo.is_(False))
        .where(row.reported_at >= wanted.since, row.reported_at < wanted.until)
        .order_by(row.reported_at, row.id)
        .limit(limit)
    )
    if after is not None:
        # The first half is what the index is asked for.
        is_behind = or_(
            row.reported_at > after.reported_at,
            and_(row.reported_at == after.reported_at, row.id > after.id),
        )
        query = query.where(row.reported_at >= after.reported_at, is_behind)
    if wanted.commodity is not None:
        query = query.where(row.commodity_code == wanted.commodity)
    if cells is not None:
        query = query.where(
            row.commodity_code.in_({commodity for commodity, _ in cells}),
            row.place_id.in_({place_id for _, place_id in cells}),
            # The index of cells has days, by the clock of each place.
            row.reported_on >= wanted.since.date() - DAY,
            row.reported_on <= wanted.until.date() + DAY,
        )
    return [_report(found) for found in session.execute(query)]


def _cells_told(session: Session, wanted: ReportFilter) -> set[tuple[str, int]]:
    """Of what and where at these places anybody may have told anything since then.

    For a place of few reports, or of none, the index of standings would be read to its end: all
    that a country told in these weeks.
    """
    row = PriceCell
    may_be_told = or_(
        # Of the day's last words some are no vote, and leave the moment as it was.
        row.newest_at >= wanted.since - 2 * DAY,
        row.newest_at.is_(None),
        row.pending_from.is_not(None),
    )
    query = select(row.commodity_code, row.place_id).where(
        row.place_id.in_(wanted.place_ids or ()), may_be_told
    )
    if wanted.commodity is not None:
        query = query.where(row.commodity_code == wanted.commodity)
    return {(commodity, place_id) for commodity, place_id in session.execute(query)}


def _report(found: Any) -> OpenReport:
    return OpenReport(*found)
