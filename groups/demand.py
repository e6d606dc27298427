"""What people want to know: how often each price is asked for, and how few tell it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.beside import CountUp
from groups.models import CellQueryCount
from prices.cells import Cell
from prices.estimates import RECENT
from prices.kinds import SPEAKING
from prices.models import Place, PriceObservation
from prices.vocabulary import Vocabulary

# How long a question counts, and after how many days it counts half.
REMEMBERED = timedelta(days=14)
HALF_LIFE_DAYS = 7


@dataclass(frozen=True)
class Supply:
    """What people told of a price lately: votes, one a person and day; how old the newest is.

    `age` is 0 for one of this day, and 1 where it is about to be too old to speak.
    """

    votes: int
    age: float


def was_thin(session: Session, vocabulary: Vocabulary, told: PriceObservation) -> bool:
    """Whether a report was worth much: at most one was known of its price, none of theirs today.

    A second report of one person on one day says nothing new.
    """
    row, on = PriceObservation, told.reported_on
    others = session.execute(
        select(row.reporter_id, row.reported_on)
        .where(row.commodity_code == told.commodity_code, row.place_id == told.place_id)
        .where(row.price_type == told.price_type, row.id != told.id)
        .where(row.reported_on > on - _recent(vocabulary, told.commodity_code))
        .where(row.reported_on <= on, row.status.in_(SPEAKING), row.is_demo.is_(False))
        .distinct()
        .limit(2)
    ).all()
    return len(others) < 2 and (told.reporter_id, on) not in map(tuple, others)


def count_query(
    session: Session, cell: Cell, day: date, *, is_answered: bool, times: int = 1
) -> None:
    """Count a question for a price; of several, in one order, since each row stays locked."""
    query_count(cell, day, is_answered=is_answered, times=times).write(session)


def query_count(cell: Cell, day: date, *, is_answered: bool, times: int = 1) -> CountUp:
    """What counts it, to be carried out later."""
    key = {
        "commodity_code": cell.commodity,
        "place_id": cell.place_id,
        "price_type": cell.price_type,
        "day": day,
    }
    return CountUp(CellQueryCount, key, {"asked": times, "unanswered": 0 if is_answered else times})


def demand(session: Session, country: str, day: date) -> dict[Cell, float]:
    """How much each price of a country was asked for in the last 14 days.

    A question counts half after a week, and double where it found no fresh price.
    """
    row = CellQueryCount
    wanted: dict[Cell, float] = defaultdict(float)
    for count in session.scalars(
        select(row)
        .join(Place, Place.id == row.place_id)
        .where(Place.country == country, row.day > day - REMEMBERED, row.day <= day)
    ):
        age_days = (day - count.day).days
        cell = Cell(count.commodity_code, count.place_id, count.price_type)
        wanted[cell] += (count.asked + count.unanswered) * 0.5 ** (age_days / HALF_LIFE_DAYS)
    return wanted


def supply(
    session: Session, vocabulary: Vocabulary, cells: Collection[Cell], day: date
) -> dict[Cell, Supply]:
    """What real people told of these prices lately; a price that nobody told is left out."""
    row = PriceObservation
    votes: dict[Cell, set[tuple[int, date]]] = defaultdict(set)
    for commodity, place_id, price_type, person, told_on in session.execute(
        select(row.commodity_code, row.place_id, row.price_type, row.reporter_id, row.reported_on)
        .distinct()
        .where(row.commodity_code.in_({cell.commodity for cell in cells}))
        .where(row.place_id.in_({cell.place_id for cell in cells}))
        .where(row.reported_on > day - max(RECENT.values()), row.reported_on <= day)
        .where(row.status.in_(SPEAKING), row.is_demo.is_(False))
    ):
        if told_on > day - _recent(vocabulary, commodity):
            votes[Cell(commodity, place_id, price_type)].add((person, told_on))
    return {
        cell: Supply(
            votes=len(of_cell),
            age=(day - max(on for _, on in of_cell)) / _recent(vocabulary, cell.commodity),
        )
        for cell, of_cell in votes.items()
    }


def _recent(vocabulary: Vocabulary, commodity: str) -> timedelta:
    return RECENT[vocabulary.commodities[commodity].pace]
