"""What is written beside a text that is kept: worked out before, and told as data.

So whoever keeps the text can write all of it at once: step by step in a transaction, or on
PostgreSQL in one statement, of which these are parts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import (
    CTE,
    BindParameter,
    Column,
    ColumnElement,
    String,
    Table,
    bindparam,
    literal,
    not_,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from db.base import Base
from db.prepared import Prepared
from db.upserts import adding, count_up, insert_once, insert_or_replace, replacing

# Where the text's id belongs, in the name of something that comes of it.
TEXT_ID = "{text}"

# Stands in the whole statement for a value of a part, under a name of its own.
Bound = Callable[[str, Column[Any]], BindParameter[Any]]


def named(name: str, column: Column[Any]) -> BindParameter[Any]:
    """A value of a statement that stands alone."""
    return bindparam(name, type_=column.type)


class ChangedMeanwhileError(Exception):
    """What was worked out rests on what somebody else has changed since: it is to be done anew."""


class Shape(Protocol):
    """What a part looks like, whatever its values: equal ones make one statement."""

    def part(self, text: CTE, bound: Bound) -> Any:
        """What writes it, if `text` has the text: a part of a statement of PostgreSQL's."""


class Beside(Protocol):
    """One thing that is written with a text."""

    @property
    def shape(self) -> Shape:
        """What it looks like in a statement."""

    @property
    def values(self) -> Mapping[str, Any]:
        """What its shape has bound."""

    def write(self, session: Session, text_id: int) -> None:
        """Write it now; ChangedMeanwhileError where it does not hold any more."""


@dataclass(frozen=True)
class CountUp:
    """Counters of one row that are to be added to, as `count_up` does: the row with this key."""

    table: type[Base]
    key: Mapping[str, Any]
    by: Mapping[str, int]

    @property
    def shape(self) -> Shape:
        """By the names of its key and counters."""
        return _Counting(self.table, tuple(self.key), tuple(self.by))

    @property
    def values(self) -> Mapping[str, Any]:
        """By column."""
        return {**self.key, **self.by}

    def write(self, session: Session, text_id: int | None = None) -> None:
        """Count; no text has to be kept for it."""
        count_up(session, self.table, self.key, self.by)


@dataclass(frozen=True)
class Add:
    """A new row. What stands in its column `key` is unique, as it names the text by TEXT_ID."""

    table: type[Base]
    row: Mapping[str, Any]
    key: str

    @property
    def shape(self) -> Shape:
        """By its columns, and by what stands about the text's id."""
        others = tuple(name for name in self.row if name != self.key)
        before, _, after = self.row[self.key].partition(TEXT_ID)
        return _Adding(self.table, self.key, others, before, after)

    @property
    def values(self) -> Mapping[str, Any]:
        """By column."""
        return self.row

    def write(self, session: Session, text_id: int) -> None:
        """Insert it, or raise ChangedMeanwhileError: there is one of that name."""
        name = self.row[self.key].replace(TEXT_ID, str(text_id))
        if insert_once(session, self.table, {**self.row, self.key: name}, key=self.key) is None:
            raise ChangedMeanwhileError


@dataclass(frozen=True)
class Replace:
    """A row that takes the place of the one with the same key, if there is one."""

    table: type[Base]
    row: Mapping[str, Any]
    key: tuple[str, ...]

    @property
    def shape(self) -> Shape:
        """By its columns."""
        return _Replacing(self.table, self.key, tuple(self.row))

    @property
    def values(self) -> Mapping[str, Any]:
        """By column."""
        return self.row

    def write(self, session: Session, text_id: int) -> None:
        """Insert it, or write it anew."""
        insert_or_replace(session, self.table, [self.row], key=self.key)


@dataclass(frozen=True)
class ChangeIfStill:
    """A row that is written anew if it is `still` as it was when that was worked out.

    `counter` is its column that counts how often it was.
    """

    table: type[Base]
    id: int
    still: Mapping[str, Any]
    to: Mapping[str, Any]
    counter: str

    @property
    def shape(self) -> "Changing":
        """By the columns that are looked at, and those that are written."""
        return Changing(self.table, tuple(self.still), tuple(self.to), self.counter)

    @property
    def values(self) -> Mapping[str, Any]:
        """By column; of what it has to be still by the names of `_was`."""
        was = {_was(name): value for name, value in self.still.items()}
        return {_was("id"): self.id, **was, **self.to}

    def write(self, session: Session, text_id: int) -> None:
        """Change it, or raise ChangedMeanwhileError."""
        if self.shape.prepared().count(session, self.values) == 0:
            raise ChangedMeanwhileError


@dataclass(frozen=True)
class Unless:
    """Nothing is kept where there is what was not looked for: a text does more then than usual.

    `there_is` makes the condition, with its values `bound`; it is the same for all texts.
    """

    there_is: Callable[[Bound], ColumnElement[bool]]
    values: Mapping[str, Any]

    @property
    def shape(self) -> "Barring":
        """By the condition."""
        return Barring(self.there_is)

    def write(self, session: Session, text_id: int) -> None:
        """Write nothing, or raise ChangedMeanwhileError."""
        if _asking(self.there_is).first(session, self.values) != (False,):
            raise ChangedMeanwhileError


class Barring(NamedTuple):
    """The shape of what must not be there: it only holds or not, and writes nothing."""

    there_is: Callable[[Bound], ColumnElement[bool]]

    def holds(self, name: str, bound: Bound) -> ColumnElement[bool]:
        """Whether there is none."""
        return not_(self.there_is(bound))

    def part(self, text: CTE, bound: Bound) -> None:
        """Nothing."""


class _Counting(NamedTuple):
    table: type[Base]
    key: tuple[str, ...]
    counters: tuple[str, ...]

    def part(self, text: CTE, bound: Bound) -> Any:
        insert = _insert_of(text, bound, self.table, (*self.key, *self.counters))
        return adding(insert, self.table, self.key, self.counters)


class _Adding(NamedTuple):
    table: type[Base]
    key: str
    others: tuple[str, ...]
    before: str
    after: str

    def part(self, text: CTE, bound: Bound) -> Any:
        name = literal(self.before) + sql_cast(text.c.id, String) + literal(self.after)
        return _insert_of(text, bound, self.table, self.others, {self.key: name})


class _Replacing(NamedTuple):
    table: type[Base]
    key: tuple[str, ...]
    columns: tuple[str, ...]

    def part(self, text: CTE, bound: Bound) -> Any:
        others = tuple(name for name in self.columns if name not in self.key)
        return replacing(_insert_of(text, bound, self.table, self.columns), self.key, others)


class Changing(NamedTuple):
    """The shape of a row that is written anew if it is still as it was."""

    table: type[Base]
    still: tuple[str, ...]
    to: tuple[str, ...]
    counter: str

    def holds(self, name: str, bound: Bound) -> ColumnElement[bool]:
        """Whether it is still as it was: nobody else changes it until the statement is done."""
        row = select(_table(self.table).c.id).where(*self._is_still(bound)).with_for_update()
        return select(row.cte(name).c.id).exists()

    def part(self, text: CTE, bound: Bound) -> Any:
        """The change of a row that `holds`."""
        columns = _table(self.table).c
        is_it = columns.id == bound(_was("id"), columns.id)
        return self._change(bound).where(is_it, text.c.id.is_not(None))

    def prepared(self) -> Prepared:
        """The same as a statement that stands alone."""
        return _changing(self)

    def change(self, bound: Bound) -> Any:
        """Write it anew if it is still as it was."""
        return self._change(bound).where(*self._is_still(bound))

    def _change(self, bound: Bound) -> Any:
        columns = _table(self.table).c
        anew: dict[str, Any] = {name: bound(name, columns[name]) for name in self.to}
        again = columns[self.counter] + 1
        return update(_table(self.table)).values({**anew, self.counter: again})

    def _is_still(self, bound: Bound) -> list[ColumnElement[bool]]:
        columns = _table(self.table).c
        was = [
            columns[name].is_not_distinct_from(bound(_was(name), columns[name]))
            for name in self.still
        ]
        return [columns.id == bound(_was("id"), columns.id), *was]


@cache
def _asking(there_is: Callable[[Bound], ColumnElement[bool]]) -> Prepared:
    return Prepared(select(there_is(named)))


@cache
def _changing(shape: Changing) -> Prepared:
    return Prepared(shape.change(named))


def _was(name: str) -> str:
    """What a value is called that a column has to have."""
    return f"was_{name}"


def _insert_of(
    text: CTE,
    bound: Bound,
    table: type[Base],
    names: tuple[str, ...],
    made: Mapping[str, ColumnElement[Any]] | None = None,
) -> Any:
    """An insert of one row, if there is a text."""
    columns = _table(table).c
    row = {**(made or {}), **{name: bound(name, columns[name]) for name in names}}
    source = select(*row.values()).select_from(text)
    return postgresql.insert(_table(table)).from_select([*row], source, include_defaults=False)


def _table(table: type[Base]) -> Table:
    return cast(Table, table.__table__)
