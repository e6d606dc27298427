"""The prices around a place, read from the nearest outwards, so that most need not be read."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, not_, or_, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.book_reads import CellRow
from prices.cells import CellEstimate
from prices.committed import PlacesTold
from prices.estimates import OLDEST, RECENT
from prices.kinds import Buyer, PriceType
from prices.lists import Among, as_list
from prices.models import PriceCell
from prices.published import estimates_of_rows, local_day
from prices.remembered import Remembered
from prices.vocabulary import Vocabulary

# How many places with prices the first ring has, and how many times as many lie within the next
# one. Where it is not known which have any it takes more: one place in four or six does.
FIRST, FIRST_OF_ALL, TIMES = 8, 32, 16
_ANY_PRICE = Decimal(0)
_NO_BUYER = "-"


@dataclass(frozen=True)
class Ring:
    """Places that lie about as far away, none of them nearer than so far."""

    places: str  # as a statement takes them
    least_km: float


@dataclass(frozen=True)
class Wanted:
    """Which prices of a commodity are read: of these types, and what eaters pay a seller."""

    commodity: str
    types: Collection[PriceType]
    with_eaters: bool
    now: datetime


@dataclass(frozen=True)
class Bar:
    """What a price of whoever buys has to pass.

    Lower than `least` it is in vain anywhere in its ring; `passes` says it of a place and a price.
    """

    least: Decimal
    passes: Callable[[int, Decimal], bool]


def rings_around(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    place_id: int,
    reach: Mapping[int, float],
    apart: frozenset[int],
    now: datetime,
) -> Sequence[Ring]:
    """The places within reach that may have a price, the nearest first.

    Those set apart are in the first ring.
    """
    told = _TOLD.of(session, vocabulary, commodity, now)
    which = place_id, apart, commodity, None if told is None else len(told)

    def work_out() -> Sequence[Ring]:
        if told is None:
            return tuple(_rings(reach, apart, FIRST_OF_ALL))
        return tuple(_rings({one: reach[one] for one in reach if one in told}, apart, FIRST))

    return _RINGS.answer(vocabulary, which, work_out)


# A few kB each where places are many.
_RINGS: Remembered[Sequence[Ring]] = Remembered(most=2_000)


def _rings(reach: Mapping[int, float], apart: frozenset[int], first: int) -> Iterator[Ring]:
    nearest_first = sorted(reach, key=reach.__getitem__)
    began, ends = 0, first
    while began < len(nearest_first):
        ring = nearest_first[began:ends]
        places = (
            [one for one in ring if one not in apart]
            if began
            else [*ring, *apart & reach.keys() - {*ring}]
        )
        yield Ring(as_list(places), reach[ring[0]])
        began, ends = ends, ends * TIMES


_TOLD = PlacesTold(
    select(PriceCell.id, PriceCell.commodity_code, PriceCell.place_id)
    .where(PriceCell.id > bindparam("newest"))
    .order_by(PriceCell.id)
)


def read_ring(
    session: Session, vocabulary: Vocabulary, ring: Ring, wanted: Wanted, bar: Bar | None
) -> list[CellEstimate]:
    """What is published in a ring, of what was told over all buyers only what passes the bar.

    A buyer's own price is always read: it stands for its market, even where it is low. So is what
    has to be worked out yet. What is too old to speak for today is not, nor what is graded.
    """
    today = local_day(vocabulary, wanted.now)
    least = _ANY_PRICE if bar is None else bar.least
    found = _CELLS.rows(session, _asked(vocabulary, ring, wanted, today) | {"least": least})
    rows = [CellRow(*row) for row in found]
    if bar is not None:
        rows = [row for row in rows if _is_wanted(row, bar, today)]
    return estimates_of_rows(session, vocabulary, rows, today)


def _is_wanted(row: CellRow, bar: Bar, today: date) -> bool:
    if row.buyer or row.price is None or row.estimated_on != today:
        return True
    return bar.passes(row.place_id, row.price)


def _asked(vocabulary: Vocabulary, ring: Ring, wanted: Wanted, today: date) -> dict[str, Any]:
    pace = vocabulary.commodities[wanted.commodity].pace
    first, second, third = (*wanted.types, *wanted.types, *wanted.types)[:3]
    return {
        "places": ring.places,
        "commodity": wanted.commodity,
        "currency": vocabulary.country.currency,
        "since": wanted.now - OLDEST,
        "today": today,
        # The beginning of the first day that is recent is never more than a day before that.
        "recent": wanted.now - RECENT[pace] - timedelta(days=1),
        "first": first,
        "second": second,
        "third": third,
        "eaters": Buyer.DIRECT if wanted.with_eaters else _NO_BUYER,
    }


_ROW = PriceCell.__table__.c
_is_worked_out = _ROW.estimated_on == bindparam("today")
_may_be_best = and_(
    _ROW.newest_at > bindparam("recent"), or_(_ROW.buyer != "", _ROW.price >= bindparam("least"))
)
_CELLS = Prepared(
    select(*(_ROW[name] for name in CellRow._fields))
    .where(_ROW.commodity_code == bindparam("commodity"), Among(_ROW.place_id, "places"))
    .where(_ROW.currency == bindparam("currency"), _ROW.newest_at > bindparam("since"))
    .where(_ROW.grade == "")
    .where(
        or_(
            _ROW.price_type.in_([bindparam("first"), bindparam("second"), bindparam("third")]),
            _ROW.buyer == bindparam("eaters"),
        )
    )
    .where(or_(_ROW.estimated_on.is_(None), not_(_is_worked_out), _may_be_best))
)
