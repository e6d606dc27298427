"""The reference data changed at the desk: a row added, changed, taken away, given back.

Whatever is written here is the desk's from then on, and every process reads it anew.
"""

from collections.abc import Collection, Mapping
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from prices.importers.kept import keep, leave_to_files
from prices.importers.reference import count_change
from prices.kinds import PlaceKind
from prices.models import Place, UnitFactor
from prices.reference_fields import Kind, Value, Values
from prices.reference_rows import (
    ReferenceRow,
    StoredKnown,
    kept_key,
    pk_column,
    row_alike,
)
from prices.reference_tables import BadRow, ReferenceTable

WHOLE_ROW = ""


class Pen:
    """Writes rows of one table; what they all need is done once, when it is put down."""

    def __init__(self, session: Session, table: ReferenceTable, known: StoredKnown) -> None:
        self.session = session
        self.table = table
        self.known = known
        self._kept: list[str] = []
        stored, pk = cast(Table, table.model.__table__), pk_column(table.model)
        # Put together once: of thousands of rows that would take longer than to write them.
        self._insert = insert(stored).returning(pk)
        self._update = update(stored).where(pk == bindparam("of_row"))

    def add(self, values: Values) -> str:
        """Make a row that is not there, and tell its key."""
        columns = _columns(self.table, values, self.known)
        if self.table.is_versioned:
            columns |= _next_version(self.session, values)
        pk = self._make(columns)
        self.known.add(self.table, pk, columns)
        self._written(columns)
        return pk

    def change(self, row: ReferenceRow, values: Values) -> str:
        """Bring a row to what is said, and tell its key; a factor's is that of its next version."""
        self._refuse_other(row, values)
        columns = _columns(self.table, values, self.known)
        if self.table.is_versioned:
            columns |= _next_version(self.session, values)
            pk = self._make(columns)
        else:
            pk = row.pk
            of_row = _pk_value(pk, pk_column(self.table.model))
            self.session.execute(self._update, {**columns, "of_row": of_row})
        self._written(columns)
        return pk

    def put_down(self) -> None:
        """All rows are the desk's now, and every process reads them anew."""
        if self._kept:
            keep(self.session, self.table.model, self._kept)
            count_change(self.session)

    def _make(self, columns: Mapping[str, Any]) -> str:
        made = self.session.execute(self._insert, dict(columns)).scalar_one()
        if self.table.model is Place and columns["kind"] == PlaceKind.ADMIN1:
            # It is its own county, and its id is known only now.
            self.session.execute(update(Place).where(Place.id == made).values(admin1_id=made))
        return str(made)

    def _refuse_other(self, row: ReferenceRow, values: Values) -> None:
        for one in self.table.fields:
            if one.is_fixed and values[one.name] != row.values[one.name]:
                raise BadRow({one.name: f"It stays {row.written[one.name] or 'empty'}."})
        if self.table.model is Place and values["parent_code"] != row.values["parent_code"]:
            _refuse_torn_counties(self.session, int(row.pk), values, self.known)

    def _written(self, columns: Mapping[str, Any]) -> None:
        _refuse_second_name(self.session, self.table, columns)
        self._kept.append(kept_key(self.table, columns))


def add_row(session: Session, table: ReferenceTable, values: Values, known: StoredKnown) -> str:
    """Make a row, and tell its key; BadRow where there is one already."""
    if row_alike(session, table, values) is not None:
        raise BadRow({table.key[-1]: "There is one like this already: change that one."})
    pen = Pen(session, table, known)
    pk = pen.add(values)
    pen.put_down()
    return pk


def change_row(
    session: Session, table: ReferenceTable, row: ReferenceRow, values: Values, known: StoredKnown
) -> str:
    """Bring a row to what is said, and tell its key; a factor's is that of its next version."""
    pen = Pen(session, table, known)
    pk = pen.change(row, values)
    pen.put_down()
    return pk


def remove_row(
    session: Session, table: ReferenceTable, row: ReferenceRow, known: StoredKnown
) -> None:
    """Take a row away to which nothing refers."""
    if not table.is_removable:
        raise BadRow({WHOLE_ROW: "Prices may refer to it: it cannot be taken away."})
    pk = pk_column(table.model)
    session.execute(delete(table.model).where(pk == _pk_value(row.pk, pk)))
    keep(session, table.model, [_kept_key(table, row, known)])
    count_change(session)


def leave_row_to_files(
    session: Session, table: ReferenceTable, row: ReferenceRow, known: StoredKnown
) -> bool:
    """Let the files decide of a row again, from the next time they are read."""
    return leave_to_files(session, table.model, _kept_key(table, row, known))


def is_kept(
    table: ReferenceTable, row: ReferenceRow, known: StoredKnown, keys: Collection[str]
) -> bool:
    """Whether the desk decided of a row; `keys` are those of which it did."""
    return bool(keys) and _kept_key(table, row, known) in keys


def _kept_key(table: ReferenceTable, row: ReferenceRow, known: StoredKnown) -> str:
    columns = _columns(table, row.values, known)
    if table.is_versioned:
        columns["key"] = _factor_key(row.values)
    return kept_key(table, columns)


def _columns(table: ReferenceTable, values: Values, known: StoredKnown) -> dict[str, Any]:
    """The row as the table keeps it: places by their ids, and what follows from the rest."""
    columns: dict[str, Any] = {}
    for one in table.fields:
        value = values[one.name]
        if one.kind is Kind.PLACE and value is not None:
            columns[one.column_name] = known.places[str(value)].id
        else:
            columns[one.column_name] = value
    if table.model is Place and columns["kind"] != PlaceKind.ADMIN1:
        parent = values["parent_code"]
        columns["admin1_id"] = None if parent is None else known.places[str(parent)].admin1_id
    return columns


def _pk_value(pk: str, column: Any) -> str | int:
    return int(pk) if column.type.python_type is int else pk


def _next_version(session: Session, values: Values) -> dict[str, Value]:
    key = _factor_key(values)
    newest = select(func.max(UnitFactor.version)).where(UnitFactor.key == key)
    return {"key": key, "version": (session.scalar(newest) or 0) + 1}


def _factor_key(values: Values) -> str:
    """Unit/country/commodity/place, "*" for any, as the files have it."""
    scope = ("unit_code", "country", "commodity_code", "place_code")
    return "/".join(str(values[name] or "*") for name in scope)


def _refuse_torn_counties(
    session: Session, place_id: int, values: Values, known: StoredKnown
) -> None:
    """Places that lie in this one bear its county: it keeps it."""
    above = known.places.get(str(values["parent_code"]))
    county = known.places[str(values["code"])].admin1_id
    if county == place_id or (above is not None and above.admin1_id == county):
        return
    child = select(Place.id).where(Place.parent_id == place_id).limit(1)
    if session.scalar(child) is not None:
        raise BadRow({"parent_code": "Others lie in it, so it stays in its county."})


def _refuse_second_name(
    session: Session, table: ReferenceTable, columns: Mapping[str, Any]
) -> None:
    if not table.one_name_per or not columns["is_name"]:
        return
    model: Any = table.model
    alike = [getattr(model, name) == columns[name] for name in table.one_name_per]
    names = list(session.scalars(select(model.term).where(model.is_name, *alike)))
    others = [name for name in names if name != columns["term"]]
    if others:
        raise BadRow({"is_name": f"“{others[0]}” is the name there: take it from that word first."})
