"""What is believed of a cell before its first report: never an observation, always vague."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import log
from statistics import median
from types import MappingProxyType

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from prices.books import Book
from prices.cells import Cell
from prices.estimates import OLDEST
from prices.filter import VERSION, Belief, around, between, unpack
from prices.geography import neighbours
from prices.models import CellBelief, PriceBound, PriceCell, PublishedPrice
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
    row, kept = PriceCell, CellBelief
    newest = (
        select(row.place_id, kept.cell_id, func.max(kept.day).label("day"))
        .join(kept, kept.cell_id == row.id)
        .where(row.commodity_code == cell.commodity, row.price_type == cell.price_type)
        .where(row.buyer == "", row.grade == "", row.has_demo.is_(False))
        .where(row.place_id.in_(near), kept.version == VERSION)
        .where(kept.day < on, kept.day > on - OLDEST)
        .group_by(row.place_id, kept.cell_id)
        .subquery()
    )
    found = session.execute(
        select(newest.c.place_id, kept.day, kept.belief).join(
            kept, and_(kept.cell_id == newest.c.cell_id, kept.day == newest.c.day)
        )
    )
    return {place_id: (unpack(belief), day) for place_id, day, belief in found}


def _from_series(
    session: Session, vocabulary: Vocabulary, cell: Cell, near: Mapping[int, float], on: date
) -> Belief | None:
    """The newest month of the place's own series, else the median of those within reach."""
    row = PublishedPrice
    found = session.execute(
        select(row.place_id, row.priced_on, row.price_per_base_unit)
        .where(row.commodity_code == cell.commodity, row.price_type == cell.price_type)
        .where(row.currency == vocabulary.country.currency, row.place_id.in_(near))
        .where(row.priced_on <= on, row.priced_on > on - SERIES_AGE)
        .order_by(row.priced_on.desc(), row.id)
        .limit(MOST_PUBLISHED)
    ).all()
    if not found:
        return None
    own = [price for place_id, _, price in found if place_id == cell.place_id]
    months = [price for _, priced_on, price in found if priced_on == found[0].priced_on]
    level = log(own[0]) if own else median([log(price) for price in months])
    return around(level, PUBLISHED)


def _from_bounds(session: Session, vocabulary: Vocabulary, cell: Cell) -> Belief | None:
    row = PriceBound
    found = session.execute(
        select(row.low, row.high).where(
            row.country == vocabulary.country.code, row.commodity_code == cell.commodity
        )
    ).first()
    return None if found is None else between(log(found.low), log(found.high), doubt=BEYOND)
