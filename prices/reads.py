"""The rows behind an answer: reports and published months, read by index and never changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from prices.answers import LastKnown
from prices.estimates import WINDOW, Report
from prices.kinds import ObservationStatus, PriceType
from prices.models import Commodity, Country, PriceObservation, PublishedPrice
from prices.vocabulary import Vocabulary

# A published series that ended two years ago says nothing of today.
PUBLISHED_AGE = timedelta(days=731)

Place = int
Cells = Mapping[tuple[PriceType, Place], list[Report]]


@dataclass(frozen=True)
class Series:
    """One published series: what, at which step of the trade, where."""

    commodity: str
    price_type: PriceType
    place_id: int


def countries(session: Session) -> list[str]:
    """The codes of the countries served."""
    return list(session.scalars(select(Country.code)))


def reports_by_cell(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_ids: Collection[Place] | None,
    since: datetime,
    now: datetime,
) -> Cells:
    """The accepted reports of a commodity by price type and place; no places: the whole country."""
    row = PriceObservation
    query = (
        select(
            row.price_type,
            row.place_id,
            row.price_per_base_unit,
            row.reporter_id,
            row.reported_at,
            row.is_demo,
        )
        .where(row.commodity_code == commodity, *_accepted(vocabulary, place_ids))
        .where(row.reported_at > since, row.reported_at <= now)
    )
    cells: dict[tuple[PriceType, Place], list[Report]] = defaultdict(list)
    for price_type, place_id, price, reporter_id, reported_at, is_demo in session.execute(query):
        report = Report(price, reporter_id, reported_at, is_demo)
        cells[price_type, place_id].append(report)
    return cells


def cells_with_reports(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodities: Collection[str],
    price_type: PriceType | None = None,
    place_ids: Collection[Place] | None = None,
    since: datetime,
    now: datetime,
) -> dict[tuple[str, Place], int]:
    """How many reports each commodity has at each place of the country between two moments."""
    row = PriceObservation
    query = (
        select(row.commodity_code, row.place_id, func.count())
        .where(row.commodity_code.in_(commodities), *_accepted(vocabulary, place_ids))
        .where(row.reported_at > since, row.reported_at <= now)
        .group_by(row.commodity_code, row.place_id)
    )
    if price_type is not None:
        query = query.where(row.price_type == price_type)
    return {
        (code, place_id): count
        for code, place_id, count in session.execute(query)
        if place_id in vocabulary.places
    }


def reported_commodities(
    session: Session,
    vocabulary: Vocabulary,
    *,
    place_ids: Collection[Place] | None,
    since: datetime,
    now: datetime,
) -> set[str]:
    """The commodities with at least one report; of each it looks no further than the first."""
    row = PriceObservation
    report = (
        select(row.id)
        .where(row.commodity_code == Commodity.code, *_accepted(vocabulary, place_ids))
        .where(row.reported_at > since, row.reported_at <= now)
    )
    return set(session.scalars(select(Commodity.code).where(report.exists())))


def last_known(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    price_type: PriceType,
    place_ids: Collection[Place] | None,
    now: datetime,
) -> LastKnown | None:
    """The newest report that is too old to be an answer, however old it is."""
    row = PriceObservation
    found = session.execute(
        select(row.price_per_base_unit, row.reported_at)
        .where(row.commodity_code == commodity, row.price_type == price_type)
        .where(*_accepted(vocabulary, place_ids), row.reported_at <= now - WINDOW)
        .order_by(row.reported_at.desc(), row.id.desc())
        .limit(1)
    ).first()
    return None if found is None else LastKnown(*found)


def newest_months(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodities: Collection[str],
    place_ids: Collection[Place] | None = None,
    now: datetime,
) -> dict[Series, date]:
    """The newest date of each published series that is not too old, for these commodities."""
    row = PublishedPrice
    today = now.date()
    query = (
        select(row.commodity_code, row.price_type, row.place_id, func.max(row.priced_on))
        .where(row.commodity_code.in_(commodities), row.currency == vocabulary.country.currency)
        .where(row.priced_on > today - PUBLISHED_AGE, row.priced_on <= today)
        .group_by(row.commodity_code, row.price_type, row.place_id)
    )
    if place_ids is not None:
        query = query.where(row.place_id.in_(place_ids))
    return {
        Series(code, price_type, place_id): priced_on
        for code, price_type, place_id, priced_on in session.execute(query)
        if place_id in vocabulary.places
    }


def published_price(
    session: Session, vocabulary: Vocabulary, series: Series, priced_on: date
) -> PublishedPrice:
    """The row of a series at a date; of several products the first by name, always the same one."""
    row = PublishedPrice
    return session.scalars(
        select(row)
        .where(row.commodity_code == series.commodity, row.place_id == series.place_id)
        .where(row.price_type == series.price_type, row.priced_on == priced_on)
        .where(row.currency == vocabulary.country.currency)
        .order_by(row.product, row.unit_quoted, row.source)
        .limit(1)
    ).one()


def earlier_months(session: Session, newest: PublishedPrice, since: date) -> dict[date, Decimal]:
    """The prices of the same published product before its newest one, by date."""
    row = PublishedPrice
    query = (
        select(row.priced_on, row.price_per_base_unit)
        .where(row.commodity_code == newest.commodity_code, row.place_id == newest.place_id)
        .where(row.price_type == newest.price_type, row.product == newest.product)
        .where(row.source == newest.source, row.unit_quoted == newest.unit_quoted)
        .where(row.currency == newest.currency)
        .where(row.priced_on >= since, row.priced_on < newest.priced_on)
    )
    found = session.execute(query)
    return {month.priced_on: month.price_per_base_unit for month in found}


def at_other_step(
    session: Session, newest: PublishedPrice, price_type: PriceType
) -> Decimal | None:
    """What the same product cost there on the same date at another step of the trade."""
    row = PublishedPrice
    return session.scalars(
        select(row.price_per_base_unit)
        .where(row.commodity_code == newest.commodity_code, row.place_id == newest.place_id)
        .where(row.price_type == price_type, row.priced_on == newest.priced_on)
        .where(row.product == newest.product, row.source == newest.source)
        .where(row.currency == newest.currency)
        .order_by(row.unit_quoted)
        .limit(1)
    ).first()


def _accepted(
    vocabulary: Vocabulary, place_ids: Collection[Place] | None
) -> list[ColumnElement[bool]]:
    """Only accepted reports speak, and only in the country's money."""
    row = PriceObservation
    conditions = [
        row.status == ObservationStatus.ACCEPTED,
        row.currency == vocabulary.country.currency,
    ]
    return conditions if place_ids is None else [*conditions, row.place_id.in_(place_ids)]
