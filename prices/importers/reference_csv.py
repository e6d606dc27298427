"""One table of the reference data from a file: all of it or, when a line has a fault, nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from prices.importers.csv_file import BrokenLine, CsvFile, Fields, Form
from prices.reference_fields import Value
from prices.reference_rows import StoredKnown, rows_of
from prices.reference_tables import BadRow, ReferenceTable
from prices.reference_writes import Pen

# A spreadsheet shows a text behind this mark as it is; our own exports put it before a formula.
MARK = "'"
FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class RowChange:
    """A row that a file brings, or brings to something else; `before` None: it is new."""

    line: int
    before: Mapping[str, str] | None
    after: Mapping[str, str]


@dataclass(frozen=True)
class RowFault:
    """A line that says something that cannot be."""

    line: int
    reason: str


@dataclass
class Brought:
    """What a file did to a table, or would do."""

    read: int = 0
    unchanged: int = 0
    changes: list[RowChange] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def form_of(table: ReferenceTable) -> Form:
    """The form of a table's file: every column of it."""
    return Form(f"file of {table.title.lower()}", table.columns, holds="row")


def bring_rows(session: Session, table: ReferenceTable, path: Path) -> Brought:
    """Add the rows of a file that are not there, change those that differ; what it lacks stays.

    Where the file has a fault, whoever called it must undo all of it.
    """
    run = _Run(session, table)
    for line, written in _waves(table, CsvFile(path, form_of(table)).lines(), run.brought):
        run.take(line, written)
    run.pen.put_down()
    run.brought.changes.sort(key=lambda change: change.line)
    run.brought.faults.sort(key=lambda fault: fault.line)
    return run.brought


def _waves(
    table: ReferenceTable, lines: Iterator[Fields | BrokenLine], brought: Brought
) -> Sequence[tuple[int, Mapping[str, str]]]:
    """The lines in the order in which they can be brought in: what others refer to comes first."""
    rows: list[tuple[int, Mapping[str, str]]] = []
    for line in lines:
        brought.read += 1
        if isinstance(line, BrokenLine):
            brought.faults.append(RowFault(line.number, "too few or too many fields"))
        else:
            values = map(_unmarked, line.values)
            rows.append((line.number, dict(zip(table.columns, values, strict=False))))
    return sorted(rows, key=lambda row: table.wave(row[1]))


def _unmarked(text: str) -> str:
    return text[1:] if text[:1] == MARK and text[1:].startswith(FORMULA_STARTS) else text


class _Run:
    def __init__(self, session: Session, table: ReferenceTable) -> None:
        self.table = table
        self.known = StoredKnown(session)
        self.pen = Pen(session, table, self.known)
        self.brought = Brought()
        self._stored = {self._key(row.values): row for row in rows_of(session, table)}
        self._seen: dict[tuple[Value, ...], int] = {}

    def take(self, line: int, written: Mapping[str, str]) -> None:
        """Bring one row in, or say what is wrong with it."""
        try:
            self._bring(line, self.table.read(written, self.known))
        except BadRow as bad:
            self.brought.faults.append(RowFault(line, self._sentence(bad)))

    def _bring(self, line: int, values: Mapping[str, Value]) -> None:
        key = self._key(values)
        if key in self._seen:
            raise BadRow({"": f"Line {self._seen[key]} says the same row."})
        self._seen[key] = line
        stored, after = self._stored.get(key), self.table.write(values)
        if stored is None:
            self.pen.add(values)
            self.brought.changes.append(RowChange(line, None, after))
        elif stored.written != after:
            self.pen.change(stored, values)
            self.brought.changes.append(RowChange(line, stored.written, after))
        else:
            self.brought.unchanged += 1

    def _key(self, values: Mapping[str, Value]) -> tuple[Value, ...]:
        return tuple(values[name] for name in self.table.key)

    def _sentence(self, bad: BadRow) -> str:
        return " ".join(f"{name}: {fault}" if name else fault for name, fault in bad.faults.items())
