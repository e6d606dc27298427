"""The reference data: listed, changed row by row, taken away as files."""

import io
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from app.dashboard.guard import needs, note_change, service
from app.dashboard.imports_pages import as_csv
from app.dashboard.word_meanings import other_meanings
from app.imports.outcomes import differences
from app.staff.models import StaffRole
from app.tables import Value as Cell
from app.tables import write_csv
from app.web.listing import PAGE, after_of, sort_of
from prices.importers.kept import kept_keys
from prices.reference_fields import CHOSEN, EVERYWHERE, Field, Kind, Value, written_value
from prices.reference_rows import (
    ReferenceRow,
    StoredKnown,
    row_of,
    rows_of,
    sizes,
    versions_of,
)
from prices.reference_tables import BY_NAME, TABLES, BadRow, ReferenceTable
from prices.reference_writes import (
    add_row,
    change_row,
    is_kept,
    leave_row_to_files,
    remove_row,
)

pages = Blueprint("reference", __name__)

FARTHEST = 100_000  # rows into a list


@pages.get("/reference")
@needs(StaffRole.VIEWER)
def show() -> str:
    """Every table, and how much is in it."""
    with service().database.read() as session:
        rows = sizes(session)
    return render_template("dashboard/reference.html", tables=TABLES, sizes=rows)


@pages.get("/reference/<name>")
@needs(StaffRole.VIEWER)
def show_table(name: str) -> str:
    """The rows of a table; ?q=maziwa, ?commodity_code=milk, ?sort=-rank."""
    table = _table(name)
    sort = sort_of(request.args, table.columns, table.sort)
    offset = min(after_of(request.args) or 0, FARTHEST)
    words, alike = _asked("q")[:80], _alike(table)
    with service().database.read() as session:
        rows = rows_of(
            session,
            table,
            words=words,
            alike=alike,
            sort=sort.key,
            is_descending=sort.is_descending,
            offset=offset,
            limit=PAGE + 1,
        )
        options = _options(table, StoredKnown(session))
    return render_template(
        "dashboard/reference_table.html",
        table=table,
        rows=rows[:PAGE],
        after=offset + PAGE if len(rows) > PAGE else None,
        sort=sort,
        words=words,
        alike=alike,
        filters=[one for one in table.fields if _can_filter(one)],
        options=options,
    )


@pages.get("/reference/<name>.csv")
@needs(StaffRole.VIEWER)
def export(name: str) -> Response:
    """All of a table as the file in which it can be brought in again."""
    table = _table(name)
    with service().database.read() as session:
        rows = rows_of(session, table)
    out = io.StringIO()
    write_csv(out, table.columns, ([*map(_cell, row.values.values())] for row in rows))
    return as_csv(out.getvalue(), f"{table.name}.csv")


@pages.get("/reference/<name>/add")
@needs(StaffRole.ADMIN)
def show_new(name: str) -> str:
    """An empty form; what stands in the address is filled in: ?commodity_code=milk."""
    table = _table(name)
    written = {one.name: request.args.get(one.name, "") for one in table.fields}
    with service().database.read() as session:
        return _form(session, table, written, {})


@pages.post("/reference/<name>/add")
@needs(StaffRole.ADMIN)
def add(name: str) -> AnyResponse | tuple[str, int]:
    """Make a row."""
    table, written = _table(name), _sent(name)

    def save(session: Session) -> str:
        known = StoredKnown(session)
        values = table.read(written, known)
        pk = add_row(session, table, values, known)
        _note(session, "add row", table, None, table.write(values))
        return pk

    return _saved(table, written, save, "{subject} is there now.")


@pages.get("/reference/<name>/row/<pk>")
@needs(StaffRole.VIEWER)
def show_row(name: str, pk: str) -> str:
    """One row: what it says, whose it is, what hangs on it."""
    table = _table(name)
    with service().database.read() as session:
        row = _row(session, table, pk)
        return _form(session, table, row.written, {}, row=row)


@pages.post("/reference/<name>/row/<pk>")
@needs(StaffRole.ADMIN)
def change(name: str, pk: str) -> AnyResponse | tuple[str, int]:
    """Bring a row to what the form says; of a factor that is its next version."""
    table, written = _table(name), _sent(name)

    def save(session: Session) -> str:
        known = StoredKnown(session)
        row = _row(session, table, pk, to_write=True)
        if request.form.get("mark") != row.mark:
            abort(409, "Somebody changed this row after you had opened it: load it anew.")
        values = table.read(_with_fixed(table, written, row), known)
        if table.write(values) == row.written:
            return pk
        new_pk = change_row(session, table, row, values, known)
        _note(session, "change row", table, row.written, table.write(values))
        return new_pk

    return _saved(table, written, save, "{subject} is kept as you wrote it.", pk)


@pages.post("/reference/<name>/row/<pk>/remove")
@needs(StaffRole.ADMIN)
def remove(name: str, pk: str) -> AnyResponse:
    """Take a row away."""
    table = _table(name)
    with service().database.begin() as session:
        row = _row(session, table, pk, to_write=True)
        try:
            remove_row(session, table, row, StoredKnown(session))
        except BadRow as bad:
            abort(409, " ".join(bad.faults.values()))
        filled = {name: value for name, value in row.written.items() if value}
        _write(session, "remove row", table.subject(row.written), filled, {})
    flash(f"{table.subject(row.written)} is gone.", "good")
    return redirect(url_for("desk.reference.show_table", name=name))


@pages.post("/reference/<name>/row/<pk>/leave")
@needs(StaffRole.ADMIN)
def leave(name: str, pk: str) -> AnyResponse:
    """Let the files that come with a release decide of this row again."""
    table = _table(name)
    with service().database.begin() as session:
        row = _row(session, table, pk)
        if leave_row_to_files(session, table, row, StoredKnown(session)):
            subject = table.subject(row.written)
            _write(session, "leave row to files", subject, {"decides": "desk"}, {"decides": "file"})
    flash("From the next `bei db seed` on the file decides again.", "good")
    return redirect(url_for("desk.reference.show_row", name=name, pk=pk))


def _table(name: str) -> ReferenceTable:
    table = BY_NAME.get(name)
    if table is None:
        abort(404, "There is no such table of reference data.")
    return table


def _row(
    session: Session, table: ReferenceTable, pk: str, *, to_write: bool = False
) -> ReferenceRow:
    row = row_of(session, table, pk, to_write=to_write)
    if row is None:
        why = "it has a newer version, or never was" if table.is_versioned else "it is gone"
        abort(404, f"There is no such row: {why}.")
    return row


def _alike(table: ReferenceTable) -> dict[str, str]:
    """By which fields the address filters."""
    named = ((one.name, _asked(one.name)) for one in table.fields)
    return {name: value for name, value in named if value and _can_filter(table.by_name[name])}


def _asked(name: str) -> str:
    """A word of the address; PostgreSQL knows no NUL."""
    return request.args.get(name, "").replace("\0", "").strip()


def _can_filter(one: Field) -> bool:
    return one.kind in CHOSEN or one.kind in {Kind.PLACE, Kind.LANGUAGE}


def _options(table: ReferenceTable, known: StoredKnown) -> dict[str, list[str]]:
    """What can be chosen, field by field."""
    return {one.name: _choices(one, known) for one in table.fields if one.kind in CHOSEN}


def _choices(one: Field, known: StoredKnown) -> list[str]:
    match one.kind:
        case Kind.COMMODITY:
            return sorted(known.commodities)
        case Kind.UNIT:
            return list(known.units)
        case Kind.COUNTRY:
            return [EVERYWHERE, *known.countries] if one.everywhere else list(known.countries)
        case Kind.YES_NO:
            return ["yes", "no"]
        case _:
            return list(one.choices)


def _sent(name: str) -> dict[str, str]:
    return {one.name: request.form.get(one.name, "") for one in _table(name).fields}


def _with_fixed(
    table: ReferenceTable, written: Mapping[str, str], row: ReferenceRow
) -> dict[str, str]:
    """What is said once is not asked again: the form shows it and does not send it."""
    fixed = {one.name: row.written[one.name] for one in table.fields if one.is_fixed}
    return {**written, **fixed}


def _saved(
    table: ReferenceTable,
    written: dict[str, str],
    save: Callable[[Session], str],
    told: str,
    pk: str | None = None,
) -> AnyResponse | tuple[str, int]:
    """Save in one transaction; what cannot be comes back with a sentence at each field."""
    try:
        with service().database.begin() as session:
            saved = save(session)
    except BadRow as bad:
        with service().database.read() as session:
            row = None if pk is None else _row(session, table, pk)
            shown = written if row is None else _with_fixed(table, written, row)
            return _form(session, table, shown, bad.faults, row=row), 400
    except IntegrityError:
        abort(409, "Somebody wrote the same row at this very moment: look at what is there now.")
    with service().database.read() as session:
        subject = table.subject(_row(session, table, saved).written)
    flash(told.format(subject=subject.capitalize()), "good")
    return redirect(url_for("desk.reference.show_row", name=table.name, pk=saved))


def _form(
    session: Session,
    table: ReferenceTable,
    written: Mapping[str, str],
    faults: Mapping[str, str],
    row: ReferenceRow | None = None,
) -> str:
    known = StoredKnown(session)
    keys = kept_keys(session, table.model)
    return render_template(
        "dashboard/reference_row.html",
        table=table,
        row=row,
        written=written,
        faults=faults,
        options=_options(table, known),
        is_kept=row is not None and is_kept(table, row, known, keys),
        subject=None if row is None else table.subject(row.written),
        versions=versions_of(session, row.pk) if row is not None and table.is_versioned else [],
        meanings=[] if row is None else _meanings(session, table, row),
        parts=[(BY_NAME[name], field) for name, field in table.parts],
        reads=_reads,
    )


def _meanings(session: Session, table: ReferenceTable, row: ReferenceRow) -> list[str]:
    home = service()
    vocabulary = home.catalogue.vocabulary(session, home.settings.country)
    return other_meanings(vocabulary, table.name, row.written)


def _reads(one: Field) -> str:
    """How a browser should ask for it."""
    match one.kind:
        case Kind.DAY:
            return "date"
        case Kind.NUMBER | Kind.WHOLE | Kind.DEGREES:
            return "decimal"
        case _:
            return "text"


def _cell(value: Value) -> Cell:
    """Numbers as numbers: a latitude of -0.3 is no formula."""
    match value:
        case bool() | date():
            return written_value(value)
        case float():
            return Decimal(repr(value))
        case _:
            return value


def _note(
    session: Session,
    action: str,
    table: ReferenceTable,
    before: Mapping[str, str] | None,
    after: Mapping[str, str],
) -> None:
    was, becomes = differences(before, after)
    _write(session, action, table.subject(after), was, becomes)


def _write(
    session: Session,
    action: str,
    subject: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    note_change(
        session,
        action=action,
        subject=subject,
        before=before,
        after=after,
    )
