"""What is published of a cell has changed for whoever reads it: seen once, whoever looks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.prepared import dialect_of
from prices.book_reads import CellRow, cell_of
from prices.catalogue import VocabularyOf
from prices.cells import Cell
from prices.estimates import OLDEST
from prices.models import EstimateMark, Place, PriceCell
from prices.open_price import NOTHING, Json, as_json, price_row, published
from prices.published import estimates_of_rows, local_day
from prices.vocabulary import Vocabulary

# So many cells are looked at and marked in one transaction: on SQLite everybody else waits for it.
AT_ONCE = 500
# What a change is; that a report more says the same is none.
_TELLING = ("price", "low", "high", "confidence")
# Of a cell's row, what shows that a reader may be told something else.
_SIGN = ("estimated_on", "price", "low", "high", "reports", "reporters", "newest_at", "has_demo")


# A cell's row, the number of its mark, and what was told of it.
_Read = tuple[CellRow, int | None, Mapping[str, Json]]


@dataclass(frozen=True)
class Look:
    """A cell whose row is another than when it was last looked at, and what a reader is told now.

    `number` is that of its mark, None where nobody looked before; `before` and `told` are empty
    where there is no recent price. `vocabulary` is of its country.
    """

    row: CellRow
    vocabulary: Vocabulary
    number: int | None
    before: Mapping[str, Json]
    told: Mapping[str, Json]

    @property
    def cell(self) -> Cell:
        """What it is of."""
        return cell_of(self.row)

    @property
    def is_change(self) -> bool:
        """Whether a reader sees the difference."""
        return any(self.before.get(name) != self.told.get(name) for name in _TELLING)


def looks(
    session: Session,
    vocabulary_of: VocabularyOf,
    countries: Collection[str],
    *,
    is_real: bool,
    after_id: int,
    now: datetime,
) -> list[Look]:
    """The next cells behind `after_id`, over all buyers and grades, whose rows have changed.

    Of cells nobody looked at only those with a recent price are among them; of those that were
    told also where the price has only grown too old. Countries with the same money come along.
    """
    words = {code: vocabulary_of(session, code) for code in countries}
    values = {
        "currencies": sorted({one.country.currency for one in words.values()}),
        "is_real": is_real,
        "after_id": after_id,
        "since": now - OLDEST,
    }
    by_country: dict[str, list[_Read]] = {}
    width = len(CellRow._fields)
    for found in session.execute(_moved(), values):
        row, (country, number, told) = CellRow(*found[:width]), found[width:]
        by_country.setdefault(country, []).append((row, number, told or {}))
    every = [
        look
        for country, rows in by_country.items()
        for look in _of_country(
            session, words.get(country) or vocabulary_of(session, country), rows, now, is_real
        )
    ]
    return sorted(every, key=lambda look: look.row.id)


def keep_marks(session: Session, seen: Sequence[Look], *, is_real: bool) -> list[Look]:
    """Mark cells as looked at; those that nobody else marked since they were read."""
    new = [look for look in seen if look.number is None]
    known = [look for look in seen if look.number is not None]
    ours = _first_marked(session, new, is_real=is_real) | _held(session, known, is_real=is_real)
    kept = [look for look in seen if look.row.id in ours]
    again = [
        {"of": look.row.id, "real": is_real, **_mark(look)}
        for look in kept
        if look.number is not None
    ]
    if again:
        session.connection().execute(_again(), again)
    return kept


def change_told(look: Look) -> dict[str, Any]:
    """A change as programs are told it: the API's row, and what was told before."""
    gone = {**NOTHING, "newest_at": look.before.get("newest_at")}
    now = as_json(price_row(look.vocabulary, look.cell, {}))
    return {**now, **(look.told or gone), "before": {**NOTHING, **look.before}}


def _of_country(
    session: Session,
    vocabulary: Vocabulary,
    rows: Sequence[_Read],
    now: datetime,
    is_real: bool,
) -> list[Look]:
    since = now - OLDEST
    read = [row for row, _, _ in rows if row.newest_at is not None and row.newest_at > since]
    today = local_day(vocabulary, now)
    found = {
        one.cell: as_json(published(one.estimate))
        for one in estimates_of_rows(session, vocabulary, read, today, is_real=is_real)
    }
    return [
        Look(row, vocabulary, number, before, found.get(cell_of(row), {}))
        for row, number, before in rows
    ]


# Prices of a country are told in its own money: what shares the money may be looked at beside it.
_COUNTRY = select(Place.country).where(Place.id == PriceCell.place_id).scalar_subquery()


@cache
def _moved() -> Select[Any]:
    """Cells beside their marks, in the order of their ids, from which a page begins.

    Joined with their places, SQLite would begin with those, and sort all cells for each page.
    """
    cell, mark = PriceCell.__table__.c, EstimateMark.__table__.c
    is_marked = mark.cell_id.is_not(None)
    is_recent = cell.newest_at > bindparam("since")
    is_too_old = and_(mark.is_told, cell.newest_at <= bindparam("since"))
    return (
        select(
            *(cell[name] for name in CellRow._fields),
            _COUNTRY,
            mark.number,
            mark.told,
        )
        .select_from(PriceCell)
        .outerjoin(
            EstimateMark,
            and_(
                EstimateMark.cell_id == PriceCell.id,
                EstimateMark.is_real == bindparam("is_real"),
            ),
        )
        .where(cell.id > bindparam("after_id"), cell.buyer == "", cell.grade == "")
        .where(cell.currency.in_(bindparam("currencies", expanding=True)))
        .where(
            or_(
                and_(mark.cell_id.is_(None), is_recent, cell.price.is_not(None)),
                and_(is_marked, or_(*_differences())),
                is_too_old,
            )
        )
        .order_by(cell.id)
        .limit(AT_ONCE)
    )


def _differences() -> list[ColumnElement[bool]]:
    cell, mark = PriceCell.__table__.c, EstimateMark.__table__.c
    return [cell[name].is_distinct_from(mark[name]) for name in _SIGN]


def _mark(look: Look) -> dict[str, Any]:
    return {
        "number": (look.number or 0) + 1,
        **{name: getattr(look.row, name) for name in _SIGN},
        "told": dict(look.told),
        "is_told": bool(look.told),
    }


def _first_marked(session: Session, new: Sequence[Look], *, is_real: bool) -> set[int]:
    if not new:
        return set()
    of_dialect: Any = postgresql if dialect_of(session).name == "postgresql" else sqlite
    insert = of_dialect.insert(EstimateMark).on_conflict_do_nothing()
    rows = [{"cell_id": look.row.id, "is_real": is_real, **_mark(look)} for look in new]
    return set(session.scalars(insert.returning(EstimateMark.cell_id), rows))


def _held(session: Session, known: Sequence[Look], *, is_real: bool) -> set[int]:
    """Those that stand as they were read, locked in one order."""
    if not known:
        return set()
    read = {look.row.id: look.number for look in known}
    found = session.execute(
        select(EstimateMark.cell_id, EstimateMark.number)
        .where(EstimateMark.cell_id.in_(read), EstimateMark.is_real == is_real)
        .order_by(EstimateMark.cell_id)
        .with_for_update()
    )
    return {cell_id for cell_id, number in found if read[cell_id] == number}


@cache
def _again() -> Any:
    marks = cast(Table, EstimateMark.__table__)
    names = ("number", *_SIGN, "told", "is_told")
    return (
        update(marks)
        .where(marks.c.cell_id == bindparam("of"), marks.c.is_real == bindparam("real"))
        .values({name: bindparam(name) for name in names})
    )
