"""All that a report of one cell is looked at with, read in one statement.

Whoever texts waits for it, and each statement is a way to the database and back.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from math import log
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    LargeBinary,
    Select,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.book_reads import LockedRow, book_of, lately_of
from prices.books import Book, Told
from prices.filter import VERSION, Reporter, Score
from prices.kinds import SPEAKING
from prices.models import CellBelief, PriceObservation
from prices.reputation import LAST
from prices.vocabulary import Vocabulary
from prices.votes import Report


class Line(NamedTuple):
    """A report that speaks, as it is kept: the columns that the filter asks for."""

    id: int
    price: Decimal  # per base unit
    reporter_id: int
    reported_at: datetime
    reported_on: date
    is_confirmed: bool
    is_demo: bool
    bias: float | None
    noise: float | None
    slip_share: float | None
    error: float | None
    deviation: float | None
    slip_probability: float | None

    @property
    def score(self) -> Score | None:
        """How it looked when it came; None where nobody has looked, or it says nothing."""
        if self.error is None:
            return None
        return Score(self.error, self.deviation or 0, self.slip_probability or 0)


class Opened(NamedTuple):
    """The books of a report's cells, the whole one first, and what its reporter told before.

    Of a report with a part in one cell only, `lines` are the reports of lately there, and `row` is
    what was published.
    """

    books: Sequence[Book]
    scores: Sequence[Score]
    lines: Sequence[Line] | None = None
    row: LockedRow | None = None


def open_at_once(
    session: Session, vocabulary: Vocabulary, row: LockedRow, *, reporter_id: int, since: date
) -> Opened:
    """The book of a cell over all buyers and grades, from a day on."""
    book = book_of(session, vocabulary, row)
    asked = {
        "cell": row.id,
        "commodity": row.commodity_code,
        "place": row.place_id,
        "price_type": row.price_type,
        "reporter": reporter_id,
        "before": since,
        "since": lately_of(book, since),
    }
    lines: list[Line] = []
    scored: list[Line] = []
    for kind, line, told, belief in _found(session, asked):
        if told is not None:
            lines.append(line)
            book.told[line.reported_on].append(told)
        elif kind == _SCORED:
            scored.append(line)
        elif kind == _BELIEVED:
            _begin(book, line, belief)
        else:
            book.last_kept = line.reported_on
    scored.sort(key=lambda one: (one.reported_at, one.id))
    return Opened([book], [one.score for one in scored if one.score is not None], lines, row)


class _Row(NamedTuple):
    """One row of what is read at once; `told` of a report that speaks."""

    kind: int
    line: Line
    told: Told | None
    belief: bytes


# The rows of a week are read with every report of it, and hardly one of them has changed.
_KNOWN: dict[tuple[Any, ...], _Row] = {}
MOST_KNOWN = 4_000  # of some 2 kB


def _found(session: Session, asked: dict[str, Any]) -> list[_Row]:
    if len(_KNOWN) > MOST_KNOWN:
        _KNOWN.clear()
    return _AT_ONCE.made(session, asked, _made, _KNOWN)


def _made(row: tuple[Any, ...]) -> _Row:
    kind, belief, *columns = row
    line = Line(*columns)
    return _Row(kind, line, _told(line) if kind == _SPEAKING else None, belief)


def _begin(book: Book, line: Line, belief: bytes) -> None:
    """With the checkpoint that is kept: its version stands in the place of an id."""
    book.is_outdated = line.id != VERSION
    if not book.is_outdated:
        book.kept, book.day = belief, line.reported_on


def _told(line: Line) -> Told:
    reporter = (
        None
        if line.bias is None or line.noise is None or line.slip_share is None
        else Reporter(line.bias, line.noise, line.slip_share)
    )
    return Told(
        Report(
            line.id,
            log(line.price),
            line.reporter_id,
            line.reported_at,
            line.reported_on,
            line.is_confirmed,
            line.is_demo,
        ),
        reporter,
    )


# Which kind of row it is.
_SPEAKING, _SCORED, _BELIEVED, _LAST_KEPT = range(4)

_report = PriceObservation.__table__.c
_kept = CellBelief.__table__.c


def _speaking() -> Select[Any]:
    return (
        select(
            _kind(_SPEAKING),
            cast(null(), LargeBinary).label("belief"),
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
            _report.error,
            _report.error_deviation,
            _report.slip_probability,
        )
        .where(_report.commodity_code == bindparam("commodity"))
        .where(_report.place_id == bindparam("place"))
        .where(_report.price_type == bindparam("price_type"))
        .where(_report.reported_on >= bindparam("since"))
        .where(or_(*(_report.status == status for status in sorted(SPEAKING))))
    )


def _scored() -> Select[Any]:
    last = (
        select(
            _report.id,
            _report.reported_at,
            _report.error,
            _report.error_deviation,
            _report.slip_probability,
        )
        .where(_report.reporter_id == bindparam("reporter"), _report.error.is_not(None))
        .where(_report.reported_on < bindparam("before"))
        .order_by(_report.reported_at.desc(), _report.id.desc())
        .limit(LAST)
        .subquery()
        .c
    )
    return _row(
        _SCORED,
        id=last.id,
        reported_at=last.reported_at,
        error=last.error,
        error_deviation=last.error_deviation,
        slip_probability=last.slip_probability,
    )


def _believed() -> Select[Any]:
    newest = (
        select(_kept.day, _kept.version, _kept.belief)
        .where(_kept.cell_id == bindparam("cell"), _kept.day < bindparam("before"))
        .order_by(_kept.day.desc())
        .limit(1)
        .subquery()
        .c
    )
    return _row(_BELIEVED, belief=newest.belief, id=newest.version, reported_on=newest.day)


def _last_kept() -> Select[Any]:
    last = select(func.max(_kept.day).label("day")).where(_kept.cell_id == bindparam("cell"))
    return _row(_LAST_KEPT, reported_on=last.subquery().c.day)


def _row(kind: int, **said: Any) -> Select[Any]:
    """A row in the columns of a report that speaks; of those not said nothing."""
    names = list(_speaking().exported_columns.keys())[1:]
    return select(_kind(kind), *(said.get(name, null()).label(name) for name in names))


def _kind(kind: int) -> Any:
    return literal_column(str(kind)).label("kind")


def _all_at_once() -> CompoundSelect[Any]:
    return union_all(_speaking(), _scored(), _believed(), _last_kept())


_AT_ONCE = Prepared(_all_at_once())
