"""Read the books of cells: their last checkpoints, their reports, and what is known of people."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import log
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from prices.books import Book, Told
from prices.cells import Cell
from prices.estimates import RECENT
from prices.filter import VERSION, Reporter, Score, unpack
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


AnyRow = CellRow | PriceCell


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
    ratios = slip_ratios(session, vocabulary)
    books = [_book(vocabulary, ratios, row) for row in rows]
    by_day: defaultdict[date, list[Book]] = defaultdict(list)
    starts: dict[Book, date] = {}
    for book, day in zip(books, since, strict=True):
        by_day[day].append(book)
        weeks = max(REPEATS_WITHIN, RECENT[book.pace]) if back is None else back
        starts[book] = day - weeks if day - date.min > weeks else date.min
    for day, opened in by_day.items():
        _load_beliefs(session, opened, day)
    _load_reports(session, starts, until)
    return books


def last_scores(session: Session, reporter_id: int, before: date) -> list[Score]:
    """The last twenty reports of somebody before a day, as the filter saw them, the newest last."""
    found = session.execute(_LAST_SCORES, {"reporter_id": reporter_id, "before": before}).all()
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


def _book(vocabulary: Vocabulary, ratios: Mapping[str, tuple[float, ...]], row: AnyRow) -> Book:
    pace = vocabulary.commodities[row.commodity_code].pace
    ratios_of = ratios.get(row.commodity_code, ())
    return Book(row.id, cell_of(row), pace, ratios_of, row.estimated_on)


def _load_beliefs(session: Session, books: Sequence[Book], before: date) -> None:
    """Each book's last checkpoint before a day, and whether there are any from that day on."""
    by_id = {book.id: book for book in books}
    for some in slices(list(by_id)):
        found = session.execute(_BELIEFS, {"cells": some, "before": before})
        for cell_id, last_day, day, version, belief in found:
            book = by_id[cell_id]
            book.last_kept = last_day
            book.is_outdated = version not in {None, VERSION}
            if version == VERSION:
                book.belief, book.day = unpack(belief), day


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
        .where(cell.id.in_(bindparam("cells", expanding=True)), row.status.in_(SPEAKING))
    )


def _told(
    session: Session, cell_ids: Sequence[int], since: date, until: date | None
) -> Iterator[tuple[Key, Told]]:
    asked = {"cells": cell_ids, "since": since, "until": until or date.max}
    for commodity, place_id, price_type, id_, price, *rest in session.execute(_TOLD, asked):
        reporter_id, at, on, is_confirmed, is_demo, bias, noise, slips, buyer, grade = rest
        report = Report(id_, log(price), reporter_id, at, on, is_confirmed, is_demo)
        reporter = None if bias is None else Reporter(bias, noise, slips)
        yield (commodity, place_id, price_type), Told(report, reporter, buyer, grade)


# A report asks all of these, and putting a statement together takes longer than its answer: once.

_report = PriceObservation

_TOLD = reports_in_cells(
    _report.commodity_code,
    _report.place_id,
    _report.price_type,
    _report.id,
    _report.price_per_base_unit,
    _report.reporter_id,
    _report.reported_at,
    _report.reported_on,
    _report.is_confirmed,
    _report.is_demo,
    _report.reporter_bias,
    _report.reporter_noise,
    _report.reporter_slip_share,
    _report.buyer,
    _report.grade,
).where(_report.reported_on >= bindparam("since"), _report.reported_on < bindparam("until"))

_LAST_SCORES = (
    select(_report.error, _report.error_deviation, _report.slip_probability)
    .where(_report.reporter_id == bindparam("reporter_id"), _report.error.is_not(None))
    .where(_report.reported_on < bindparam("before"))
    .order_by(_report.reported_at.desc(), _report.id.desc())
    .limit(LAST)
)

_newest = (
    select(
        CellBelief.cell_id,
        func.max(CellBelief.day).filter(CellBelief.day < bindparam("before")).label("day"),
        func.max(CellBelief.day).label("last_day"),
    )
    .where(CellBelief.cell_id.in_(bindparam("cells", expanding=True)))
    .group_by(CellBelief.cell_id)
    .subquery()
)

_BELIEFS = select(
    _newest.c.cell_id, _newest.c.last_day, CellBelief.day, CellBelief.version, CellBelief.belief
).outerjoin_from(
    _newest,
    CellBelief,
    and_(_newest.c.cell_id == CellBelief.cell_id, _newest.c.day == CellBelief.day),
)
