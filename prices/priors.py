"""What is believed of a cell before its first report: never an observation, always vague."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import log
from statistics import median
from types import MappingProxyType

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.books import Book
from prices.cells import Cell
from prices.estimates import OLDEST
from prices.filter import VERSION, Belief, around, between, unpack
from prices.geography import neighbours
from prices.lists import Among, as_list
from prices.models import CellBelief, PriceBound, PriceCell, PublishedPrice
from prices.remembered import Remembered
from prices.vocabulary import Vocabulary

# How far a neighbour's price is from one's own, at the next door and per 100 km, and how much more
# a month-old shelf price is (standard deviations of logarithms).
NEIGHBOUR, PER_100_KM, PUBLISHED = 0.25, 0.15, 0.45
# What the operator's bounds leave for a price beyond them.
BEYOND = 0.01
SERIES_AGE = timedelta(days=400)
MOST_PUBLISHED = 40


# The books of places whose checkpoints are not written yet, by place.
UnderWay = Mapping[int, Book]


def prior_of(
    session: Session,
    vocabulary: Vocabulary,
    cell: Cell,
    on: date,
    under_way: UnderWay = MappingProxyType({}),
) -> Belief | None:
    """What neighbours say, else published series, else the operator's bounds; None: nothing.

    Neighbours speak as they did before the day, so that the same reports heard again give the same:
    by their checkpoints, or as `under_way` says. Price types and borders are never crossed; buyers
    and grades are, because they differ less than a neighbour does.
    """
    place = vocabulary.places[cell.place_id]
    near = {**neighbours(vocabulary, place), cell.place_id: 0.0}
    return (
        _from_neighbours(session, cell, near, on, under_way)
        or _from_series(session, vocabulary, cell, near, on)
        or _from_bounds(session, vocabulary, cell)
    )


def _from_neighbours(
    session: Session, cell: Cell, near: Mapping[int, float], on: date, under_way: UnderWay
) -> Belief | None:
    """The median of the markets within reach that were reported in the 30 days before."""
    beliefs = _kept(session, cell, near, on)
    beliefs |= {
        place: (under_way[place].belief, under_way[place].day) for place in near.keys() & under_way
    }
    levels = {
        place_id: belief.quantiles(0.5)[0]
        for place_id, (belief, day) in beliefs.items()
        if belief is not None and day is not None and on - OLDEST < day < on
        if place_id != cell.place_id
    }
    if not levels:
        return None
    nearest = min(near[place_id] for place_id in levels)
    return around(median(levels.values()), NEIGHBOUR + PER_100_KM * nearest / 100)


def _kept(
    session: Session, cell: Cell, near: Mapping[int, float], on: date
) -> dict[int, tuple[Belief | None, date | None]]:
    """The last checkpoint of each place before a day, where it is not too old."""
    asked = {
        "commodity": cell.commodity,
        "price_type": cell.price_type,
        "places": as_list(near),
        "since": on - OLDEST,
        "before": on,
    }
    found = _KEPT.rows(session, asked)
    return {place_id: (unpack(belief), day) for place_id, day, belief in found}


_cell, _belief = PriceCell.__table__.c, CellBelief.__table__.c
_NEWEST = (
    select(_cell.place_id, _belief.cell_id, func.max(_belief.day).label("day"))
    .join_from(PriceCell, CellBelief, _belief.cell_id == _cell.id)
    .where(_cell.commodity_code == bindparam("commodity"), Among(_cell.place_id, "places"))
    .where(_cell.price_type == bindparam("price_type"))
    .where(_cell.buyer == "", _cell.grade == "", _cell.has_demo.is_(False))
    .where(_belief.version == VERSION)
    .where(_belief.day < bindparam("before"), _belief.day > bindparam("since"))
    .group_by(_cell.place_id, _belief.cell_id)
    .subquery()
)
# Put together once: of very many places that takes longer than to find what is known of them.
_KEPT = Prepared(
    select(_NEWEST.c.place_id, _belief.day, _belief.belief).join_from(
        _NEWEST,
        CellBelief,
        and_(_NEWEST.c.cell_id == _belief.cell_id, _NEWEST.c.day == _belief.day),
    )
)


def _from_series(
    session: Session, vocabulary: Vocabulary, cell: Cell, near: Mapping[int, float], on: date
) -> Belief | None:
    """The newest month of the place's own series, else the median of those within reach."""
    series = {"commodity": cell.commodity, "price_type": cell.price_type}
    places = _published_at(session, vocabulary, series) & near.keys()
    if not places:
        return None
    since = on - SERIES_AGE
    asked = {"places": as_list(places), "currency": vocabulary.country.currency}
    found = _SERIES.rows(session, {**series, **asked, "on": on, "since": since})
    if not found:
        return None
    own = [price for place_id, _, price in found if place_id == cell.place_id]
    months = [price for _, priced_on, price in found if priced_on == found[0][1]]
    level = log(own[0]) if own else median([log(price) for price in months])
    return around(level, PUBLISHED)


def _published_at(
    session: Session, vocabulary: Vocabulary, series: Mapping[str, str]
) -> frozenset[int]:
    """The places where anything was ever published of it: most have nothing."""

    def work_out() -> frozenset[int]:
        return frozenset(place_id for (place_id,) in _PUBLISHED_AT.rows(session, series))

    return _PLACES.answer(vocabulary, tuple(series.values()), work_out)


_PLACES: Remembered[frozenset[int]] = Remembered()
_published = PublishedPrice.__table__.c
_IS_SERIES = and_(
    _published.commodity_code == bindparam("commodity"),
    _published.price_type == bindparam("price_type"),
)
_PUBLISHED_AT = Prepared(select(_published.place_id).distinct().where(_IS_SERIES))
_SERIES = Prepared(
    select(_published.place_id, _published.priced_on, _published.price_per_base_unit)
    .where(_IS_SERIES, Among(_published.place_id, "places"))
    .where(_published.currency == bindparam("currency"))
    .where(_published.priced_on <= bindparam("on"), _published.priced_on > bindparam("since"))
    .order_by(_published.priced_on.desc(), _published.id)
    .limit(MOST_PUBLISHED)
)


def _from_bounds(session: Session, vocabulary: Vocabulary, cell: Cell) -> Belief | None:
    asked = {"country": vocabulary.country.code, "commodity": cell.commodity}
    found = _BOUNDS.first(session, asked)
    return None if found is None else between(log(found[0]), log(found[1]), doubt=BEYOND)


_bound = PriceBound.__table__.c
_BOUNDS = Prepared(
    select(_bound.low, _bound.high)
    .where(_bound.country == bindparam("country"))
    .where(_bound.commodity_code == bindparam("commodity"))
)
