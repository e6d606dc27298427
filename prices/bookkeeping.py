"""Open the books of cells, let them begin, and write them: the filter at work."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from db.beside import Beside, ChangeIfStill, Replace
from db.looking import Looking
from db.prepared import Prepared
from db.upserts import insert_missing, insert_or_replace
from prices.book_reads import AT_ONCE, LockedRow, cell_of, last_scores, load_books, slices
from prices.books import Book, part_of
from prices.cells import Cell
from prices.estimates import OLDEST, Estimate
from prices.filter import VERSION, Belief, unknown
from prices.models import CellBelief, PriceCell, PriceObservation
from prices.new_report import AnyReport, NewReport
from prices.priors import UnderWay, prior_of
from prices.report_reads import Opened, open_at_once
from prices.vocabulary import Vocabulary


def cells_of(report: AnyReport) -> Iterator[Cell]:
    """The cells in which a report has a part, the whole one first."""
    for buyer in (None, report.buyer) if report.buyer else (None,):
        for grade in (None, report.grade) if report.grade else (None,):
            yield Cell(report.commodity_code, report.place_id, report.price_type, buyer, grade)


def mark_pending(session: Session, vocabulary: Vocabulary, since: Mapping[Cell, date]) -> None:
    """Cells have reports that nobody heard yet, from a day on; those missing are made."""
    insert_missing(session, PriceCell, [_new_row(vocabulary, cell) for cell in since])
    later = [
        {"id": row.id, "pending_from": since[cell_of(row)]}
        for some in slices(list(since), AT_ONCE // 5)
        for row in _locked(session, some)
        if row.pending_from is None or row.pending_from > since[cell_of(row)]
    ]
    if later:
        session.execute(update(PriceCell), later)


def mark_outdated(session: Session) -> None:
    """Cells whose checkpoints are another filter's are to be heard again from their first day."""
    kept = CellBelief
    outdated = select(kept.cell_id).where(kept.version != VERSION).distinct()
    _hear_from_the_first(session, PriceCell.id.in_(outdated))


def _hear_from_the_first(session: Session, wanted: ColumnElement[bool]) -> None:
    row, report = PriceCell, PriceObservation
    first = (
        select(func.min(report.reported_on))
        .where(report.commodity_code == row.commodity_code, report.place_id == row.place_id)
        .where(report.price_type == row.price_type)
        .scalar_subquery()
    )
    session.execute(
        update(row)
        .where(wanted, row.pending_from.is_(None))
        .values(pending_from=first)
        .execution_options(synchronize_session=False)
    )


def open_books(
    session: Session,
    vocabulary: Vocabulary,
    cells: Sequence[Cell],
    since: date,
    *,
    is_whole_month: bool = False,
) -> list[Book] | None:
    """The books of one report's cells from a day on, the whole one first, locked until the commit.

    They are made when missing. None where more is still to be heard, of an import or after a change
    of the filter: this report will be heard with it. With `is_whole_month` they know enough of the
    days before to say what is published when a report is taken out and only older ones remain.
    """
    rows = _locked_or_made(session, vocabulary, cells)
    if _is_pending(rows):
        return None
    back = OLDEST if is_whole_month else None
    books = load_books(session, vocabulary, rows, [since] * len(rows), back=back)
    if _is_outdated(session, books):
        return None
    return sorted(books, key=lambda book: cells.index(book.cell))


def open_to_hear(session: Session, vocabulary: Vocabulary, report: NewReport) -> Opened | None:
    """The books of a report that comes in, with all that it is looked at with; else as above."""
    cells, since = list(cells_of(report)), report.reported_on
    if len(cells) > 1:
        books = open_books(session, vocabulary, cells, since)
        if books is None:
            return None
        return Opened(books, last_scores(session, report.reporter_id, since))
    rows = _locked_or_made(session, vocabulary, cells)
    if _is_pending(rows):
        return None
    opened = open_at_once(session, vocabulary, rows[0], reporter_id=report.reporter_id, since=since)
    return None if _is_outdated(session, opened.books) else opened


def _locked_or_made(
    session: Session, vocabulary: Vocabulary, cells: Sequence[Cell]
) -> list[LockedRow]:
    rows = _locked(session, cells)
    if len(rows) < len(cells):
        insert_missing(session, PriceCell, [_new_row(vocabulary, cell) for cell in cells])
        rows = _locked(session, cells)
    return rows


def _is_pending(rows: Sequence[LockedRow]) -> bool:
    return any(row.pending_from is not None for row in rows)


def _is_outdated(session: Session, books: Sequence[Book]) -> bool:
    """Whether a checkpoint is another filter's: then all is to be heard again."""
    if not any(book.is_outdated for book in books):
        return False
    _hear_from_the_first(session, PriceCell.id.in_([book.id for book in books]))
    return True


def beginning_of(
    session: Session,
    vocabulary: Vocabulary,
    book: Book,
    day: date,
    whole: Book,
    under_way: UnderWay = MappingProxyType({}),
) -> Belief:
    """What is believed of a cell before the reports of a day, its very first one too.

    A part begins near its whole, the whole with its prior, and where there is none with its first
    report: then any price is as probable. `under_way` says what is believed of neighbours whose
    checkpoints are not written yet.
    """
    known = book.start_of(day)
    if known is not None:
        return known
    if whole is not book and (start := whole.start_of(day)) is not None:
        return part_of(start)
    if book.prior is None or book.prior[0] != day:
        book.prior = day, _prior(session, vocabulary, book, day, under_way)
    return book.prior[1]


def _prior(
    session: Session, vocabulary: Vocabulary, book: Book, day: date, under_way: UnderWay
) -> Belief:
    votes = book.votes(day)
    # Whoever was asked because of the prior, and stands by their price, knows better than it.
    is_known_better = any(vote.is_confirmed for vote in votes)
    prior = None if is_known_better else prior_of(session, vocabulary, book.cell, day, under_way)
    return prior or unknown(votes[0].price if votes else 0)


def write_books(session: Session, books: Collection[Book], since: date) -> None:
    """Replace the checkpoints from a day on by those that were heard."""
    row = CellBelief
    gone = [
        book.id
        for book in books
        if book.last_kept is not None
        and book.last_kept >= since
        # The usual case needs none: another report of the newest day.
        and not (book.last_kept == since and since in book.heard)
    ]
    for some in slices(gone):
        session.execute(delete(row).where(row.cell_id.in_(some), row.day >= since))
    insert_or_replace(
        session,
        row,
        [row for book in books for row in _heard(book)],
        key=_A_DAY,
    )


def _heard(book: Book) -> list[dict[str, Any]]:
    """The checkpoints that it made."""
    return [
        {"cell_id": book.id, "day": day, "version": VERSION, "belief": belief}
        for day, belief in book.heard.items()
    ]


_A_DAY = "cell_id", "day"


def beside_report(opened: Opened, today: date) -> list[Beside] | None:
    """What the report of a book that was only looked at would have written, but for its own row.

    It holds if nobody writes the cell meanwhile. None where more is to be written than usually.
    """
    (book,), row = opened.books, opened.row
    is_newest = book.last_kept is None or book.last_kept <= today
    if row is None or not is_newest or list(book.heard) != [today] or book.has_demo:
        return None
    # The processes of the version before this one do not count what they publish.
    still = {name: getattr(row, name) for name in ("hearings", "pending_from", "newest_at")}
    (heard,) = _heard(book)
    return [
        Replace(CellBelief, heard, key=_A_DAY),
        ChangeIfStill(PriceCell, row.id, still, _to_publish(book, today), counter="hearings"),
    ]


def publish(session: Session, books: Collection[Book], today: date) -> None:
    """Write what a question about these cells is answered with, today or on their newest day."""
    if not books:
        return
    _PUBLISH.each(session, [{"of": book.id, **_to_publish(book, today)} for book in books])
    if made_up := [book.id for book in books if book.has_demo]:
        session.execute(update(PriceCell).where(PriceCell.id.in_(made_up)).values(has_demo=True))


_PUBLISHED = ("price", "low", "high", "reports", "reporters", "newest_at", "is_demo")
_ROW = PriceCell.__table__.c
_PUBLISH = Prepared(
    PriceCell.__table__.update()  # type: ignore[attr-defined]
    .where(_ROW.id == bindparam("of"))
    .values({name: bindparam(name) for name in ("estimated_on", *_PUBLISHED)})
    .values(hearings=_ROW.hearings + 1)
)


def _to_publish(book: Book, today: date) -> dict[str, Any]:
    on = max(filter(None, (today, book.day, book.estimated_on)))
    return {"estimated_on": on, **_published(book, book.estimate(on))}


def _published(book: Book, found: Estimate | None) -> dict[str, Any]:
    if found is not None:
        return {name: getattr(found, name) for name in _PUBLISHED}
    nothing = dict.fromkeys(("price", "low", "high"))
    return nothing | {
        "reports": 0,
        "reporters": 0,
        "newest_at": book.newest_at,
        "is_demo": False,
    }


def _new_row(vocabulary: Vocabulary, cell: Cell) -> dict[str, Any]:
    return _key(cell) | {
        "currency": vocabulary.country.currency,
        "reports": 0,
        "reporters": 0,
        "is_demo": False,
        "has_demo": False,
    }


def _locked(session: Session, cells: Sequence[Cell]) -> list[LockedRow]:
    """The rows, in one order whoever locks them."""
    rows: Iterable[Sequence[Any]]
    if len(cells) == 1:
        # Who only looks would hold it for no longer than the statement, and write that it is held.
        one = _READ_ONE if isinstance(session, Looking) else _LOCK_ONE
        rows = one.rows(session, _key(cells[0]))
    else:
        query = _LOCK.where(or_(*map(_is, cells))).order_by(PriceCell.id)
        rows = session.execute(query)
    return [LockedRow(*row) for row in rows]


def _key(cell: Cell) -> dict[str, Any]:
    return {
        "commodity_code": cell.commodity,
        "place_id": cell.place_id,
        "price_type": cell.price_type,
        "buyer": cell.buyer or "",
        "grade": cell.grade or "",
    }


def _is(cell: Cell) -> ColumnElement[bool]:
    return and_(*(getattr(PriceCell, name) == value for name, value in _key(cell).items()))


_READ = select(*(_ROW[name] for name in LockedRow._fields))
_LOCK = _READ.with_for_update()
# Most reports have a part in one cell: put together once.
_IS_ONE = [
    _ROW[name] == bindparam(name)
    for name in ("commodity_code", "place_id", "price_type", "buyer", "grade")
]
_READ_ONE, _LOCK_ONE = Prepared(_READ.where(*_IS_ONE)), Prepared(_LOCK.where(*_IS_ONE))
