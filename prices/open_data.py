"""What everybody may read, page by page: made-up prices and who said what are left out."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from prices.cells import CellEstimate
from prices.estimates import Confidence
from prices.kinds import SPEAKING, Buyer, PlaceKind, PriceType, Side
from prices.models import PriceObservation
from prices.published import commodities_with_cells, estimates_of
from prices.vocabulary import PlaceEntry, Vocabulary


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
) -> list[CellEstimate]:
    """What is published at a moment, in order, behind `after`; prices of a past day too."""
    found: list[CellEstimate] = []
    for commodity in _commodities(session, vocabulary, wanted, after):
        found += [
            one
            for one in _of_commodity(session, vocabulary, wanted, commodity, now)
            if after is None or price_key(vocabulary, one) > after
        ]
        if len(found) >= limit:
            break
    return found[:limit]


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
    found = [
        report
        for status in sorted(SPEAKING)
        for report in _of_status(session, wanted, status, after, limit)
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


def _of_commodity(
    session: Session, vocabulary: Vocabulary, wanted: PriceFilter, commodity: str, now: datetime
) -> list[CellEstimate]:
    found = estimates_of(
        session,
        vocabulary,
        commodity=commodity,
        place_ids=wanted.place_ids,
        now=now,
        price_type=wanted.price_type,
        is_real=True,
    )
    return sorted(
        (one for one in found if _is_wanted(one, wanted)),
        key=lambda one: price_key(vocabulary, one),
    )


def _is_wanted(one: CellEstimate, wanted: PriceFilter) -> bool:
    found = one.estimate
    return (
        wanted.buyer in {None, one.cell.buyer}
        and wanted.grade in {None, one.cell.grade}
        and wanted.confidence in {None, found.confidence}
        and (wanted.updated_since is None or found.newest_at >= wanted.updated_since)
    )


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
    session: Session, wanted: ReportFilter, status: str, after: ReportKey | None, limit: int
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
    if wanted.place_ids is not None:
        query = query.where(row.place_id.in_(wanted.place_ids))
    return [_report(found) for found in session.execute(query)]


def _report(found: Any) -> OpenReport:
    return OpenReport(*found)
