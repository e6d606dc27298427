"""Read the books of cells: their last checkpoints, their reports, and what is known of people."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import log
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.books import Book, Told
from prices.cells import Cell
from prices.estimates import RECENT
from prices.filter import VERSION, Reporter, Score
from prices.kinds import SPEAKING, Buyer, PriceType
from prices.models import CellBelief, PriceCell, PriceObservation
from prices.reputation import LAST
from prices.slips import slip_ratios
from prices.vocabulary import Vocabulary
from prices.votes import REPEATS_WITHIN, Report

# Values of one statement: SQLite takes some 32,000 in all.
AT_ONCE = 500

Key = tuple[str, int, PriceType]  # commodity, place, price type


class CellRow(NamedTuple):
    """A cell's row, as quickly as it can be read."""

    id: int
    commodity_code: str
    place_id: int
    price_type: PriceType
    buyer: str
    grade: str
    estimated_on: date | None
    price: Decimal | None
    low: Decimal | None
    high: Decimal | None
    reports: int
    reporters: int
    newest_at: datetime
    is_demo: bool
    has_demo: bool


class LockedRow(NamedTuple):
    """The same of a row that is locked, to write what is published in it; or only looked at."""

    id: int
    commodity_code: str
    place_id: int
    price_type: PriceType
    buyer: str
    grade: str
    estimated_on: date | None
    pending_from: date | None
    newest_at: datetime | None
    hearings: int


AnyRow = CellRow | LockedRow | PriceCell


def cell_of(row: AnyRow) -> Cell:
    """The cell of a row."""
    buyer = Buyer(row.buyer) if row.buyer else None
    return Cell(row.commodity_code, row.place_id, row.price_type, buyer, row.grade or None)


def load_books(
    session: Session,
    vocabulary: Vocabulary,
    rows: Sequence[AnyRow],
    since: Sequence[date],
    until: date | None = None,
    *,
    back: timedelta | None = None,
) -> list[Book]:
    """The books of rows, each from its day on, with the reports of the weeks before.

    `until` is the first day that is left out; `back` how long before its day a book begins, else
    as long as a report is recent or repeated.
    """
    books = [book_of(session, vocabulary, row) for row in rows]
    by_day: defaultdict[date, list[Book]] = defaultdict(list)
    starts: dict[Book, date] = {}
    for book, day in zip(books, since, strict=True):
        by_day[day].append(book)
        starts[book] = lately_of(book, day, back)
    for day, opened in by_day.items():
        _load_beliefs(session, opened, day)
    _load_reports(session, starts, until)
    return books


def last_scores(session: Session, reporter_id: int, before: date) -> list[Score]:
    """The last twenty reports of somebody before a day, as the filter saw them, the newest last."""
    found = _LAST_SCORES.rows(session, {"reporter_id": reporter_id, "before": before})
    return [Score(error or 0, off or 0, slip or 0) for error, off, slip in reversed(found)]


def all_scores(
    session: Session, reporter_ids: Sequence[int], before: date
) -> dict[int, list[tuple[date, Score]]]:
    """The same of many at once, each with its day: twice as many, for days before that one too."""
    row = PriceObservation
    scored: defaultdict[int, list[tuple[date, Score]]] = defaultdict(list)
    for some in slices(reporter_ids):
        newest = func.row_number().over(
            partition_by=row.reporter_id, order_by=(row.reported_at.desc(), row.id.desc())
        )
        ranked = (
            select(
                row.reporter_id,
                row.reported_on,
                row.error,
                row.error_deviation,
                row.slip_probability,
                newest.label("rank"),
            )
            .where(row.reporter_id.in_(some), row.reported_on < before, row.error.is_not(None))
            .subquery()
        )
        found = session.execute(
            select(ranked).where(ranked.c.rank <= 2 * LAST).order_by(ranked.c.rank.desc())
        )
        for reporter_id, day, error, off, slip, _ in found:
            scored[reporter_id].append((day, Score(error or 0, off or 0, slip or 0)))
    return scored


def slices(items: Sequence[Any], size: int = AT_ONCE) -> Iterable[Sequence[Any]]:
    """The items, so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def book_of(session: Session, vocabulary: Vocabulary, row: AnyRow) -> Book:
    """The book of a row, in which nothing stands yet."""
    pace = vocabulary.commodities[row.commodity_code].pace
    ratios = slip_ratios(session, vocabulary).get(row.commodity_code, ())
    return Book(row.id, cell_of(row), pace, ratios, row.estimated_on)


def lately_of(book: Book, day: date, back: timedelta | None = None) -> date:
    """The first day whose reports a book needs to go on from a day."""
    weeks = max(REPEATS_WITHIN, RECENT[book.pace]) if back is None else back
    return day - weeks if day - date.min > weeks else date.min


def _load_beliefs(session: Session, books: Sequence[Book], before: date) -> None:
    """Each book's last checkpoint before a day, and whether there are any from that day on."""
    by_id = {book.id: book for book in books}
    for some in slices(list(by_id)):
        found = _BELIEFS.rows(session, some, {"before": before})
        for cell_id, last_day, day, version, belief in found:
            book = by_id[cell_id]
            book.last_kept = last_day
            book.is_outdated = version not in {None, VERSION}
            if version == VERSION:
                book.kept, book.day = belief, day


def _load_reports(session: Session, books: Mapping[Book, date], until: date | None) -> None:
    """The reports that speak, from the first book's day on; those of one place are read once."""
    at: defaultdict[Key, list[Book]] = defaultdict(list)
    for book in books:
        at[key_of(book)].append(book)
    since = min(books.values(), default=date.min)
    for some in slices([opened[0].id for opened in at.values()]):
        for key, told in _told(session, some, since, until):
            for book in at[key]:
                if told.is_in(book.cell):
                    book.add(told)


def key_of(book: Book) -> Key:
    """What all cells of a place, a thing and a price type have in common."""
    return book.cell.commodity, book.cell.place_id, book.cell.price_type


def reports_in_cells(*columns: Any) -> Select[Any]:
    """Columns of the reports that speak, of the places of `cells`, of any buyer and grade."""
    return _reports_where(PriceCell.id.in_(bindparam("cells", expanding=True)), *columns)


def _reports_where(of_cells: ColumnElement[bool], *columns: Any) -> Select[Any]:
    row, cell = PriceObservation, PriceCell
    return (
        select(*columns)
        .join(
            cell,
            and_(
                cell.commodity_code == row.commodity_code,
                cell.place_id == row.place_id,
                cell.price_type == row.price_type,
            ),
        )
        .where(of_cells, or_(*(row.status == status for status in sorted(SPEAKING))))
    )


def _told(
    session: Session, cell_ids: Sequence[int], since: date, until: date | None
) -> Iterator[tuple[Key, Told]]:
    found = _TOLD.rows(session, cell_ids, {"since": since, "until": until or date.max})
    for commodity, place_id, price_type, id_, price, *rest in found:
        reporter_id, at, on, is_confirmed, is_demo, bias, noise, slips, buyer, grade = rest
        report = Report(id_, log(price), reporter_id, at, on, is_confirmed, is_demo)
        reporter = None if bias is None else Reporter(bias, noise, slips)
        yield (commodity, place_id, price_type), Told(report, reporter, buyer, grade)


# A report asks all of these, and putting a statement together takes longer than its answer: once.


class _OfCells:
    """A statement about some cells, and the same prepared for one: that is what a report asks."""

    def __init__(
        self, cell_id: ColumnElement[int], query: Callable[[ColumnElement[bool]], Select[Any]]
    ) -> None:
        self._of_one = Prepared(query(cell_id == bindparam("cell")))
        self._of_many = query(cell_id.in_(bindparam("cells", expanding=True)))

    def rows(
        self, session: Session, cell_ids: Sequence[int], asked: Mapping[str, Any]
    ) -> Iterable[Sequence[Any]]:
        if len(cell_ids) == 1:
            return self._of_one.rows(session, {**asked, "cell": cell_ids[0]})
        # By the thousand: of plain columns the session would look at each row once more.
        session.flush()
        return session.connection().execute(self._of_many, {**asked, "cells": cell_ids})


def _told_in(cells: ColumnElement[bool]) -> Select[Any]:
    row = PriceObservation
    return _reports_where(
        cells,
        row.commodity_code,
        row.place_id,
        row.price_type,
        row.id,
        row.price_per_base_unit,
        row.reporter_id,
        row.reported_at,
        row.reported_on,
        row.is_confirmed,
        row.is_demo,
        row.reporter_bias,
        row.reporter_noise,
        row.reporter_slip_share,
        row.buyer,
        row.grade,
    ).where(row.reported_on >= bindparam("since"), row.reported_on < bindparam("until"))


def _beliefs_of(cells: ColumnElement[bool]) -> Select[Any]:
    kept = CellBelief
    newest = (
        select(
            kept.cell_id,
            func.max(kept.day).filter(kept.day < bindparam("before")).label("day"),
            func.max(kept.day).label("last_day"),
        )
        .where(cells)
        .group_by(kept.cell_id)
        .subquery()
    )
    is_newest = and_(newest.c.cell_id == kept.cell_id, newest.c.day == kept.day)
    columns = (newest.c.cell_id, newest.c.last_day, kept.day, kept.version, kept.belief)
    return select(*columns).outerjoin_from(newest, kept, is_newest)


_TOLD = _OfCells(PriceCell.__table__.c.id, _told_in)
_BELIEFS = _OfCells(CellBelief.__table__.c.cell_id, _beliefs_of)

_report = PriceObservation
_LAST_SCORES = Prepared(
    select(_report.error, _report.error_deviation, _report.slip_probability)
    .where(_report.reporter_id == bindparam("reporter_id"), _report.error.is_not(None))
    .where(_report.reported_on < bindparam("before"))
    .order_by(_report.reported_at.desc(), _report.id.desc())
    .limit(LAST)
)
