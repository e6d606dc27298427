"""What is published: one row a cell, and on other days what its checkpoints say of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.book_reads import CellRow, cell_of, load_books
from prices.bookkeeping import beginning_of
from prices.books import Book
from prices.cells import CellEstimate
from prices.estimates import OLDEST, RECENT, Estimate, confidence, is_recent
from prices.kinds import PriceType
from prices.lists import Among, as_list
from prices.models import PriceCell
from prices.vocabulary import Vocabulary


def estimates_of(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_ids: Collection[int] | None,
    now: datetime,
    price_type: PriceType | None = None,
    is_whole: bool = False,
    is_real: bool = False,
) -> list[CellEstimate]:
    """The estimates of a commodity's cells that rest on reports of the last 30 days.

    No places: the whole country. `is_whole`: only those over all buyers and grades. `is_real`: as
    if nobody had made up reports to show how Bei works. On the day they were written for they are
    read as they stand; for another day, past or to come, they are worked out from the checkpoints,
    so that nobody depends on a clock that stopped.
    """
    rows = rows_of(
        session,
        vocabulary,
        commodity=commodity,
        place_ids=place_ids,
        now=now,
        price_type=price_type,
        is_whole=is_whole,
    )
    today = local_day(vocabulary, now)
    return estimates_of_rows(session, vocabulary, rows, today, is_real=is_real)


def rows_of(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_ids: Collection[int] | None,
    now: datetime,
    price_type: PriceType | None = None,
    is_whole: bool = False,
) -> list[CellRow]:
    """The rows of a commodity's cells with a report of the last 30 days, as they stand."""
    asked = {
        "commodity": commodity,
        "currency": vocabulary.country.currency,
        "since": now - OLDEST,
    }
    rows = (CellRow(*row) for row in _rows(session, asked, place_ids, is_whole=is_whole))
    return [
        row
        for row in rows
        if row.place_id in vocabulary.places and price_type in {None, row.price_type}
    ]


def estimates_of_rows(
    session: Session,
    vocabulary: Vocabulary,
    rows: Sequence[CellRow],
    today: date,
    *,
    is_real: bool = False,
) -> list[CellEstimate]:
    """What is published on a day of cells whose rows were read."""
    estimates: dict[int, Estimate | None] = {}
    made_up, others = [], []
    for row in rows:
        if is_real and row.has_demo:
            made_up.append(row)
        elif row.estimated_on == today:
            estimates[row.id] = as_written(vocabulary, row, today)
        else:
            others.append(row)
    if others:
        estimates |= estimates_on(session, vocabulary, others, today)
    if made_up:
        estimates |= _without_demo(session, vocabulary, made_up, today)
    return [
        CellEstimate(cell_of(row), estimate)
        for row in rows
        if (estimate := estimates[row.id]) is not None
    ]


def _rows(
    session: Session,
    asked: dict[str, Any],
    place_ids: Collection[int] | None,
    *,
    is_whole: bool,
) -> Iterable[Sequence[Any]]:
    if place_ids is None:
        return _everywhere(is_whole=is_whole).rows(session, asked)
    if len(place_ids) == 1:  # what is asked most: one place's price
        return _at_place(is_whole=is_whole).rows(session, asked | {"place": next(iter(place_ids))})
    return _at_places(is_whole=is_whole).rows(session, asked | {"places": as_list(place_ids)})


@cache
def _everywhere(*, is_whole: bool) -> Prepared:
    return Prepared(_cells(is_whole=is_whole))


@cache
def _at_place(*, is_whole: bool) -> Prepared:
    at_place = PriceCell.__table__.c.place_id == bindparam("place")
    return Prepared(_cells(is_whole=is_whole).where(at_place))


@cache
def _at_places(*, is_whole: bool) -> Prepared:
    at_places = Among(PriceCell.__table__.c.place_id, "places")
    return Prepared(_cells(is_whole=is_whole).where(at_places))


def _cells(*, is_whole: bool) -> Select[Any]:
    """The rows of a commodity's cells: put together once, which takes longer than its answer."""
    row = PriceCell.__table__.c
    query = (
        select(*(row[name] for name in CellRow._fields))
        .where(row.commodity_code == bindparam("commodity"))
        .where(row.currency == bindparam("currency"), row.newest_at > bindparam("since"))
        .order_by(row.id)
    )
    return query.where(row.buyer == "", row.grade == "") if is_whole else query


def commodities_with_cells(session: Session, vocabulary: Vocabulary) -> list[str]:
    """The commodities of which anybody ever told a price in the country's money, by code."""
    row = PriceCell
    found = session.scalars(
        select(row.commodity_code).where(row.currency == vocabulary.country.currency).distinct()
    )
    return sorted(found)


def unsaid_commodities(
    session: Session, vocabulary: Vocabulary, now: datetime, *, is_real: bool
) -> set[str]:
    """Those of which not every row says what is published today.

    Its day is not worked out yet; or, for who wants real prices, made-up reports are in it.
    """
    row = PriceCell
    is_unsaid = or_(row.estimated_on.is_(None), row.estimated_on != local_day(vocabulary, now))
    if is_real:
        is_unsaid = or_(is_unsaid, row.has_demo)
    found = session.scalars(
        select(row.commodity_code)
        .where(row.currency == vocabulary.country.currency, row.newest_at > now - OLDEST)
        .where(row.buyer == "", row.grade == "", is_unsaid)
        .distinct()
    )
    return set(found)


def fresh_cells(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    price_type: PriceType,
    *,
    among: Sequence[int] | None = None,
    now: datetime,
) -> set[int]:
    """The places where a commodity may have a recent price: each has a report since its window.

    `among` are at most `CLOSE` places: that costs the same however many others there are.
    """
    pace = vocabulary.commodities[commodity].pace
    asked = {
        "commodity": commodity,
        "price_type": price_type,
        "currency": vocabulary.country.currency,
        "since": now - RECENT[pace],
    }
    if among is None:
        return {place_id for (place_id,) in _FRESH.rows(session, asked)}
    if not among:
        return set()
    return {
        place_id for (place_id,) in _FRESH_AMONG.rows(session, asked | {"places": as_list(among)})
    }


# So many neighbours are looked at before all of a country's cells are.
CLOSE = 32
_TOLD = (
    select(PriceCell.place_id)
    .where(PriceCell.commodity_code == bindparam("commodity"))
    .where(PriceCell.price_type == bindparam("price_type"))
    .where(PriceCell.buyer == "", PriceCell.grade == "")
    .where(PriceCell.currency == bindparam("currency"))
)
_FRESH = Prepared(_TOLD.where(PriceCell.newest_at > bindparam("since")))
# Of a bare date SQLite would use the index, and read all that is fresh in the country.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_FRESH_AMONG = Prepared(
    _TOLD.where(Among(PriceCell.__table__.c.place_id, "places")).where(
        func.coalesce(PriceCell.newest_at, _NEVER)
        > bindparam("since", type_=PriceCell.newest_at.type)
    )
)


def estimates_on(
    session: Session, vocabulary: Vocabulary, rows: Sequence[CellRow], day: date
) -> dict[int, Estimate | None]:
    """What is, was or will be published of cells at the end of a day, from their checkpoints.

    Most have recent reports, and then need no others: the older ones are read of the rest alone.
    """
    paces = {vocabulary.commodities[row.commodity_code].pace for row in rows}
    recent = max((RECENT[pace] for pace in paces), default=OLDEST)
    books = _books_until(session, vocabulary, rows, day, recent)
    is_told = {
        book.id: any(is_recent(on, day, book.pace) for on, told in book.told.items() if told)
        for book in books
    }
    older = [row for row in rows if not is_told[row.id]]
    if older:
        books += _books_until(session, vocabulary, older, day, OLDEST)
    # Of two books of a cell the later one, which goes back farther.
    return {book.id: book.estimate(day) for book in books}


def _books_until(
    session: Session, vocabulary: Vocabulary, rows: Sequence[CellRow], day: date, back: timedelta
) -> list[Book]:
    following = day + timedelta(days=1)
    return load_books(
        session, vocabulary, rows, [following] * len(rows), until=following, back=back
    )


def _without_demo(
    session: Session, vocabulary: Vocabulary, rows: Sequence[CellRow], day: date
) -> dict[int, Estimate | None]:
    """What would be published if only real reports had been heard, all of them from the first."""
    following = day + timedelta(days=1)
    books = load_books(session, vocabulary, rows, [date.min] * len(rows), until=following)
    for book in books:
        book.leave_out_demo()
        for told_on in sorted(book.told):
            book.hear(told_on, beginning_of(session, vocabulary, book, told_on, book))
    return {book.id: book.estimate(day) for book in books}


def local_day(vocabulary: Vocabulary, moment: datetime) -> date:
    """The day of a moment by the country's clock: one vote a person and day."""
    return _day_at(moment, vocabulary.country.timezone)


# The day of an answer is asked for at every step towards it.
@lru_cache(maxsize=256)
def _day_at(moment: datetime, timezone: str) -> date:
    return moment.astimezone(ZoneInfo(timezone)).date()


def as_written(vocabulary: Vocabulary, row: CellRow, today: date) -> Estimate | None:
    """What stands in a row, judged by its age today."""
    if row.price is None or row.low is None or row.high is None:
        return None
    newest_on = local_day(vocabulary, row.newest_at)
    pace = vocabulary.commodities[row.commodity_code].pace
    is_fresh = is_recent(newest_on, today, pace)
    return Estimate(
        price=row.price,
        low=row.low,
        high=row.high,
        reports=row.reports,
        reporters=row.reporters,
        newest_at=row.newest_at,
        confidence=confidence(row.reports, row.reporters, is_fresh=is_fresh),
        is_demo=row.is_demo,
    )
