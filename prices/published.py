"""What is published: one row a cell, and on other days what its checkpoints say of them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from prices.book_reads import CellRow, cell_of, load_books
from prices.bookkeeping import beginning_of
from prices.cells import CellEstimate
from prices.estimates import OLDEST, RECENT, Estimate, confidence, is_recent
from prices.kinds import PriceType
from prices.models import PriceCell
from prices.vocabulary import Vocabulary

AT_ONCE = 500


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
    if nobody had made up reports to show how Bei works. On the day they
    were written for they are read as they stand; for another day, past or to come, they are worked
    out from the checkpoints, so that nobody depends on a clock that stopped.
    """
    row = PriceCell
    wanted: list[ColumnElement[bool]] = [row.commodity_code == commodity]
    if price_type is not None:
        wanted.append(row.price_type == price_type)
    if is_whole:
        wanted += [row.buyer == "", row.grade == ""]
    if place_ids is None:
        return cell_estimates(session, vocabulary, wanted, now, is_real=is_real)
    places = list(place_ids)
    return [
        found
        for start in range(0, len(places), AT_ONCE)
        for found in cell_estimates(
            session,
            vocabulary,
            [*wanted, row.place_id.in_(places[start : start + AT_ONCE])],
            now,
            is_real=is_real,
        )
    ]


_COLUMNS = [getattr(PriceCell, name) for name in CellRow._fields]


def cell_estimates(
    session: Session,
    vocabulary: Vocabulary,
    wanted: Sequence[ColumnElement[bool]],
    now: datetime,
    *,
    is_real: bool = False,
) -> list[CellEstimate]:
    """The estimates of the cells that meet these conditions, in the country's money."""
    row, today = PriceCell, local_day(vocabulary, now)
    found = session.execute(
        select(*_COLUMNS)
        .where(*wanted, row.currency == vocabulary.country.currency)
        .where(row.newest_at > now - OLDEST)
        .order_by(row.id)
    )
    known = [CellRow(*one) for one in found if one.place_id in vocabulary.places]
    estimates: dict[int, Estimate | None] = {}
    made_up, others = [], []
    for one in known:
        if is_real and one.has_demo:
            made_up.append(one)
        elif one.estimated_on == today:
            estimates[one.id] = _as_written(vocabulary, one, today)
        else:
            others.append(one)
    if others:
        estimates |= estimates_on(session, vocabulary, others, today)
    if made_up:
        estimates |= _without_demo(session, vocabulary, made_up, today)
    return [
        CellEstimate(cell_of(one), estimate)
        for one in known
        if (estimate := estimates[one.id]) is not None
    ]


def commodities_with_cells(session: Session, vocabulary: Vocabulary) -> list[str]:
    """The commodities of which anybody ever told a price in the country's money, by code."""
    row = PriceCell
    found = session.scalars(
        select(row.commodity_code).where(row.currency == vocabulary.country.currency).distinct()
    )
    return sorted(found)


def fresh_cells(
    session: Session,
    vocabulary: Vocabulary,
    commodity: str,
    price_type: PriceType,
    *,
    now: datetime,
) -> set[int]:
    """The places where a commodity may have a recent price: each has a report since its window."""
    row = PriceCell
    pace = vocabulary.commodities[commodity].pace
    found = session.scalars(
        select(row.place_id)
        .where(row.commodity_code == commodity, row.price_type == price_type)
        .where(row.buyer == "", row.grade == "", row.newest_at > now - RECENT[pace])
        .where(row.currency == vocabulary.country.currency)
    )
    return set(found)


def estimates_on(
    session: Session, vocabulary: Vocabulary, rows: Sequence[CellRow], day: date
) -> dict[int, Estimate | None]:
    """What is, was or will be published of cells at the end of a day, from their checkpoints."""
    following = day + timedelta(days=1)
    books = load_books(
        session, vocabulary, rows, [following] * len(rows), until=following, back=OLDEST
    )
    return {book.id: book.estimate(day) for book in books}


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
    return moment.astimezone(ZoneInfo(vocabulary.country.timezone)).date()


def _as_written(vocabulary: Vocabulary, row: CellRow, today: date) -> Estimate | None:
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
