"""The reference data read row by row, and what a row of it may refer to."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, inspect, or_, select
from sqlalchemy.orm import Session, aliased

from db.base import Base
from prices.importers.kept import kept_keys, row_key
from prices.kinds import PlaceKind
from prices.models import Commodity, Country, Place, Unit, UnitFactor
from prices.reference_fields import Field, Kind, PlaceKnown, Value
from prices.reference_tables import TABLES, ReferenceTable

PK = "_pk"


@dataclass(frozen=True)
class ReferenceRow:
    """A row as it is stored, and by which key of its table."""

    pk: str
    values: Mapping[str, Value]
    table: ReferenceTable

    @cached_property
    def written(self) -> Mapping[str, str]:
        """The row as the form has it."""
        return self.table.write(self.values)

    @property
    def mark(self) -> str:
        """Another one as soon as anything in it is another."""
        told = "\x1f".join(f"{name}={value}" for name, value in self.written.items())
        return hashlib.sha256(f"{self.pk}\x1f{told}".encode()).hexdigest()[:16]


class StoredKnown:
    """What is stored and may be referred to, each kind read when first asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def commodities(self) -> dict[str, str]:
        """Their codes, with the base unit of each."""
        by_rank = select(Commodity.code, Commodity.base_unit).order_by(Commodity.rank)
        return dict(self._session.execute(by_rank).all())

    @cached_property
    def units(self) -> list[str]:
        """Their codes."""
        return list(self._session.scalars(select(Unit.code).order_by(Unit.code)))

    @cached_property
    def countries(self) -> list[str]:
        """Their codes."""
        return list(self._session.scalars(select(Country.code).order_by(Country.code)))

    @cached_property
    def places(self) -> dict[str, PlaceKnown]:
        """By their codes."""
        found = self._session.execute(
            select(Place.code, Place.id, Place.country, Place.kind, Place.admin1_id)
        )
        return {
            code: PlaceKnown(id_, country, PlaceKind(kind), admin1_id)
            for code, id_, country, kind, admin1_id in found
        }

    def add(self, table: ReferenceTable, pk: str, columns: Mapping[str, Any]) -> None:
        """A row was made to which the next may refer."""
        match table.name:
            case "commodities":
                self.commodities[columns["code"]] = columns["base_unit"]
            case "units":
                self.units.append(columns["code"])
            case "places":
                self.places[columns["code"]] = PlaceKnown(
                    int(pk),
                    columns["country"],
                    PlaceKind(columns["kind"]),
                    int(pk) if columns["kind"] == PlaceKind.ADMIN1 else columns["admin1_id"],
                )


def rows_of(
    session: Session,
    table: ReferenceTable,
    *,
    words: str = "",
    alike: Mapping[str, str] | None = None,
    sort: str = "",
    is_descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[ReferenceRow]:
    """The rows that hold some words, with these fields, in this order; of factors the newest."""
    query, columns = _selected(table)
    if words:
        query = query.where(_holds(table, columns, words))
    for name, value in (alike or {}).items():
        query = query.where(columns[name] == _typed(table, name, value))
    order = columns[sort or table.sort]
    query = query.order_by(order.desc() if is_descending else order.asc(), columns[PK])
    return _rows(session, table, query.offset(offset).limit(limit))


def row_of(
    session: Session, table: ReferenceTable, pk: str, *, to_write: bool = False
) -> ReferenceRow | None:
    """One row; of a factor that has a newer version None."""
    query, columns = _selected(table)
    if isinstance(columns[PK].type, String) and "\0" not in pk:
        query = query.where(columns[PK] == pk)
    elif pk.isascii() and pk.isdecimal() and len(pk) < 10:
        query = query.where(columns[PK] == int(pk))
    else:
        return None
    if to_write:
        query = query.with_for_update(of=table.model)
    found = _rows(session, table, query)
    return found[0] if found else None


def row_alike(
    session: Session, table: ReferenceTable, values: Mapping[str, Value]
) -> ReferenceRow | None:
    """The row with the same key, if there is one."""
    query, columns = _selected(table)
    for name in table.key:
        query = query.where(columns[name].is_(None) if values[name] is None else columns[name] == (
            values[name]
        ))  # fmt: skip
    found = _rows(session, table, query)
    return found[0] if found else None


def versions_of(session: Session, pk: str) -> list[UnitFactor]:
    """All versions of a factor, the newest first."""
    key = select(UnitFactor.key).where(UnitFactor.id == int(pk)).scalar_subquery()
    found = select(UnitFactor).where(UnitFactor.key == key).order_by(UnitFactor.version.desc())
    return list(session.scalars(found))


def sizes(session: Session) -> dict[str, tuple[int, int]]:
    """How many rows each table has, and of how many of them the desk decided."""
    return {
        table.name: (
            session.scalar(_newest(table, select(func.count()).select_from(table.model))) or 0,
            len(kept_keys(session, table.model)),
        )
        for table in TABLES
    }


def kept_key(table: ReferenceTable, columns: Mapping[str, Any]) -> str:
    """How the files' reader knows a row."""
    return row_key(table.model, columns, [table.by_name[name].column_name for name in table.key])


def pk_column(model: type[Base]) -> Any:
    """The column that names a row of a table."""
    return inspect(model).primary_key[0]


def _selected(table: ReferenceTable) -> tuple[Select[Any], dict[str, ColumnElement[Any]]]:
    """The rows of a table with their fields under their own names; places by their codes."""
    columns: dict[str, ColumnElement[Any]] = {PK: pk_column(table.model)}
    query = select().select_from(table.model)
    for one in table.fields:
        column = getattr(table.model, one.column_name)
        if one.kind is Kind.PLACE:
            place = aliased(Place)
            query = query.outerjoin(place, place.id == column)
            column = place.code
        columns[one.name] = column
    query = query.add_columns(*(column.label(name) for name, column in columns.items()))
    return _newest(table, query), columns


def _newest(table: ReferenceTable, query: Select[Any]) -> Select[Any]:
    """Of what has versions only the newest."""
    if not table.is_versioned:
        return query
    newer = aliased(UnitFactor)
    is_newer = (newer.key == UnitFactor.key, newer.version > UnitFactor.version)
    return query.where(~select(newer.id).where(*is_newer).exists())


def _rows(session: Session, table: ReferenceTable, query: Select[Any]) -> list[ReferenceRow]:
    names = table.columns
    session.flush()
    # By the thousand: of plain columns the session would look at each row once more.
    rows = session.connection().execute(query)
    return [ReferenceRow(str(pk), dict(zip(names, row, strict=True)), table) for pk, *row in rows]


_SEARCHED = frozenset({Kind.TEXT, Kind.WORD, Kind.CODE, Kind.PLACE, Kind.COMMODITY, Kind.UNIT})


def _holds(
    table: ReferenceTable, columns: Mapping[str, ColumnElement[Any]], words: str
) -> ColumnElement[bool]:
    """That one of its texts holds the words, whatever their case."""
    return or_(
        *(
            func.lower(columns[one.name]).contains(words.lower(), autoescape=True)
            for one in table.fields
            if one.kind in _SEARCHED
        )
    )


def _typed(table: ReferenceTable, name: str, value: str) -> Any:
    one: Field = table.by_name[name]
    return value == "yes" if one.kind is Kind.YES_NO else value
