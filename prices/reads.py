"""The rows behind an answer: reports and published months, read by index and never changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import log
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.answers import LastKnown
from prices.door import FLAG
from prices.estimates import OLDEST, RECENT
from prices.kinds import SPEAKING, PriceType, Side
from prices.lists import Among, as_list
from prices.models import Country, PriceCell, PriceObservation, PublishedPrice
from prices.published import local_day
from prices.vocabulary import PlaceEntry, Vocabulary
from prices.votes import Report

# A published series that ended two years ago says nothing of today.
PUBLISHED_AGE = timedelta(days=731)

Place = int


@dataclass(frozen=True)
class Series:
    """One published series: what, at which step of the trade, where."""

    commodity: str
    price_type: PriceType
    place_id: int


def countries(session: Session) -> list[str]:
    """The codes of the countries served."""
    return list(session.scalars(select(Country.code)))


class OthersVote(NamedTuple):
    """A report of somebody else: price per base unit, who, and whether it was made up."""

    price: Decimal
    reporter_id: int
    is_demo: bool


def votes_of_others(
    session: Session,
    *,
    commodity: str,
    place_id: Place,
    price_type: PriceType,
    reporter_id: int,
    since: date,
    until: date,
) -> list[OthersVote]:
    """What everybody but one person said there after one day and until another, without slips."""
    found = _VOTES_OF_OTHERS.rows(
        session,
        {
            "commodity": commodity,
            "place": place_id,
            "price_type": price_type,
            "reporter": reporter_id,
            "since": since,
            "until": until,
        },
    )
    return [OthersVote(*one) for one in found]


_told = PriceObservation.__table__.c
_VOTES_OF_OTHERS = Prepared(
    select(_told.price_per_base_unit, _told.reporter_id, _told.is_demo)
    .where(_told.commodity_code == bindparam("commodity"), _told.place_id == bindparam("place"))
    .where(_told.price_type == bindparam("price_type"))
    .where(_told.reporter_id != bindparam("reporter"))
    .where(_told.reported_on > bindparam("since"), _told.reported_on <= bindparam("until"))
    .where(or_(*(_told.status == status for status in sorted(SPEAKING))))
    .where(or_(_told.slip_probability.is_(None), _told.slip_probability < FLAG))
)


class SidedReport(NamedTuple):
    """A report as a vote, its price per base unit, who told it, and how probably it slipped."""

    report: Report
    price: Decimal
    side: Side | None
    slip_probability: float | None  # None: nobody has looked yet, or it says nothing


def sided_reports(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: Place,
    price_type: PriceType,
    today: date,
    now: datetime,
) -> list[SidedReport]:
    """What was told there of which any may still be recent; made-up reports are left out.

    Those of no side too: whoever told another price later the same day took back the one before.
    """
    row = PriceObservation
    found = session.execute(
        select(
            row.id,
            row.price_per_base_unit,
            row.reporter_id,
            row.reported_at,
            row.reported_on,
            row.side,
            row.slip_probability,
        )
        .where(row.commodity_code == commodity, row.place_id == place_id)
        .where(row.price_type == price_type, row.currency == vocabulary.country.currency)
        .where(row.reported_on > today - max(RECENT.values()), row.reported_on <= today)
        .where(row.reported_at <= now, row.status.in_(SPEAKING), row.is_demo.is_(False))
    )
    return [
        SidedReport(Report(id_, log(price), reporter_id, at, on), price, side, slipped)
        for id_, price, reporter_id, at, on, side, slipped in found
    ]


def reporters(
    session: Session,
    *,
    commodity: str,
    price_type: PriceType,
    place_ids: Collection[Place],
    since: date,
    until: date,
) -> int:
    """How many people reported at some places after one day and until another."""
    asked = {
        "commodity": commodity,
        "price_type": price_type,
        "places": as_list(place_ids),
        "since": since,
        "until": until,
    }
    found = _REPORTERS.first(session, asked)
    return 0 if found is None else found[0]


_REPORTERS = Prepared(
    select(func.count(_told.reporter_id.distinct()))
    .where(_told.commodity_code == bindparam("commodity"), Among(_told.place_id, "places"))
    .where(_told.price_type == bindparam("price_type"))
    .where(or_(*(_told.status == status for status in sorted(SPEAKING))))
    .where(_told.reported_on > bindparam("since"), _told.reported_on <= bindparam("until"))
)


def reported_at(
    session: Session, vocabulary: Vocabulary, places: Collection[PlaceEntry], *, now: datetime
) -> set[str]:
    """The commodities with a report of the last 30 days at one of these places."""
    row = PriceCell
    found = session.scalars(
        select(row.commodity_code)
        .distinct()
        .where(row.newest_at > now - OLDEST, row.currency == vocabulary.country.currency)
        .where(row.place_id.in_([place.id for place in places]))
    )
    return set(found) & vocabulary.commodities.keys()


def told_things(
    session: Session, vocabulary: Vocabulary, now: datetime
) -> list[tuple[str, Place, int, datetime]]:
    """Each commodity and place with a report of the last 30 days: how many, and the newest."""
    found = _TOLD.rows(session, {"currency": vocabulary.country.currency, "since": now - OLDEST})
    return [
        (code, place_id, reports, newest_at)
        for code, place_id, reports, newest_at in found
        if newest_at is not None
    ]


def sold_things(session: Session, vocabulary: Vocabulary, now: datetime) -> set[tuple[str, Place]]:
    """Each commodity and place with a published price that is not too old."""
    today = now.date()
    found = _SOLD.rows(
        session,
        {
            "currency": vocabulary.country.currency,
            "since": today - PUBLISHED_AGE,
            "today": today,
        },
    )
    return {(code, place_id) for code, place_id in found}


_TOLD = Prepared(
    select(
        PriceCell.commodity_code,
        PriceCell.place_id,
        func.sum(PriceCell.reports),
        func.max(PriceCell.newest_at),
    )
    .where(PriceCell.currency == bindparam("currency"), PriceCell.newest_at > bindparam("since"))
    .where(PriceCell.buyer == "", PriceCell.grade == "")
    .group_by(PriceCell.commodity_code, PriceCell.place_id)
)
_SOLD = Prepared(
    select(PublishedPrice.commodity_code, PublishedPrice.place_id)
    .distinct()
    .where(PublishedPrice.currency == bindparam("currency"))
    .where(PublishedPrice.priced_on > bindparam("since"))
    .where(PublishedPrice.priced_on <= bindparam("today"))
)


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
    if place_ids is None or len(place_ids) > 1:
        newest = _newest_place(session, vocabulary, commodity, price_type, place_ids)
        place_ids = [] if newest is None else [newest]
    if not place_ids:
        return None
    (place_id,) = place_ids
    asked = {
        "commodity": commodity,
        "price_type": price_type,
        "place": place_id,
        "currency": vocabulary.country.currency,
        "until": local_day(vocabulary, now) - RECENT[vocabulary.commodities[commodity].pace],
    }
    found = _LAST_KNOWN.first(session, asked)
    return None if found is None else LastKnown(*found)


# Put together once: it is asked wherever a place has no fresh price of its own.
_LAST_KNOWN = Prepared(
    select(
        PriceObservation.price_per_base_unit,
        PriceObservation.reported_at,
        PriceObservation.is_demo,
    )
    .where(PriceObservation.commodity_code == bindparam("commodity"))
    .where(PriceObservation.price_type == bindparam("price_type"))
    .where(PriceObservation.place_id == bindparam("place"))
    .where(PriceObservation.currency == bindparam("currency"))
    .where(PriceObservation.reported_on <= bindparam("until"))
    .where(or_(*(PriceObservation.status == status for status in sorted(SPEAKING))))
    .order_by(
        PriceObservation.reported_on.desc(),
        PriceObservation.reported_at.desc(),
        PriceObservation.id.desc(),
    )
    .limit(1)
)


def _newest_place(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    price_type: PriceType,
    place_ids: Collection[Place] | None,
) -> Place | None:
    """Where it was reported last."""
    asked = {
        "commodity": commodity,
        "price_type": price_type,
        "currency": vocabulary.country.currency,
    }
    if place_ids is None:
        found = _NEWEST_ANYWHERE.first(session, asked)
    else:
        found = _NEWEST_PLACE.first(session, asked | {"places": as_list(place_ids)})
    return None if found is None else found[0]


_cell = PriceCell.__table__.c
_NEWEST = (
    select(_cell.place_id)
    .where(_cell.commodity_code == bindparam("commodity"))
    .where(_cell.price_type == bindparam("price_type"))
    .where(_cell.currency == bindparam("currency"), _cell.newest_at.is_not(None))
    .order_by(_cell.newest_at.desc())
    .limit(1)
)
_NEWEST_ANYWHERE = Prepared(_NEWEST)
_NEWEST_PLACE = Prepared(_NEWEST.where(Among(_cell.place_id, "places")))


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


class PublishedMonth(NamedTuple):
    """A published price per base unit: of which product, and who published it when."""

    source: str
    place_id: Place
    commodity_code: str
    product: str
    price_type: PriceType
    priced_on: date
    currency: str
    unit_quoted: str
    price_per_base_unit: Decimal


def published_price(
    session: Session, vocabulary: Vocabulary, series: Series, priced_on: date
) -> PublishedMonth:
    """The row of a series at a date; of several products the first by name, always the same one."""
    asked = {
        "commodity": series.commodity,
        "place": series.place_id,
        "price_type": series.price_type,
        "priced_on": priced_on,
        "currency": vocabulary.country.currency,
    }
    found = _PUBLISHED_PRICE.first(session, asked)
    if found is None:
        raise LookupError(f"nothing is published of {series} on {priced_on}")
    return PublishedMonth(*found)


_published = PublishedPrice.__table__.c
_PUBLISHED_PRICE = Prepared(
    select(*(_published[name] for name in PublishedMonth._fields))
    .where(_published.commodity_code == bindparam("commodity"))
    .where(_published.place_id == bindparam("place"))
    .where(_published.price_type == bindparam("price_type"))
    .where(_published.priced_on == bindparam("priced_on"))
    .where(_published.currency == bindparam("currency"))
    .order_by(_published.product, _published.unit_quoted, _published.source)
    .limit(1)
)


def earlier_months(session: Session, newest: PublishedMonth, since: date) -> dict[date, Decimal]:
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
    session: Session, newest: PublishedMonth, price_type: PriceType
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
