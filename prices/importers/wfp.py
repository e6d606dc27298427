"""Published prices of the WFP, from the files HDX publishes, into the price store."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.session import Database
from prices.importers.csv_file import BrokenLine, ImportFileError
from prices.importers.wfp_file import Line, read_lines
from prices.importers.wfp_lines import (
    PricedLine,
    PriceKey,
    PriceValues,
    SkippedLine,
    SkipReason,
    load_lookups,
    understand,
)
from prices.importers.wfp_markets import SOURCE, Market, make_markets
from prices.models import PublishedPrice

__all__ = ["ImportFileError", "ImportSummary", "SkipReason", "Skipped", "import_wfp"]

BATCH = 2_000
EXAMPLES = 3

Progress = Callable[[int, int], None]


@dataclass
class Skipped:
    """How many lines were left out for one reason, and the first different ones of them."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, example: str) -> None:
        """Count one more."""
        self.count += 1
        if len(self.examples) < EXAMPLES and example not in self.examples:
            self.examples.append(example)


@dataclass(frozen=True)
class ImportSummary:
    """What an import did, or would do: every line read is in exactly one of these numbers."""

    read: int
    inserted: int
    updated: int
    unchanged: int
    duplicates: int  # repeated by a later line, which wins
    skipped: Mapping[SkipReason, Skipped]
    new_markets: Sequence[str]


def import_wfp(
    database: Database, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> ImportSummary:
    """Bring the published series to what a WFP file says, all of it or, when it fails, nothing.

    The file wins over what is stored: WFP corrects past months. What it does not name stays. A
    file of another form raises ImportFileError. `progress` hears (lines done, lines in all).
    """
    lines = read_lines(path)
    with database.read() if dry_run else database.begin() as session:
        plan = _plan(session, lines)
        if not dry_run:
            _write(session, plan, progress)
    if progress:
        progress(len(lines), len(lines))
    return plan.summary


@dataclass
class _Plan:
    """What an import will write; made without writing anything."""

    summary: ImportSummary
    inserts: list[PricedLine]
    updates: list[tuple[int, PriceValues]]
    markets: list[Market]


def _plan(session: Session, lines: Sequence[Line | BrokenLine]) -> _Plan:
    known = load_lookups(session)
    wanted: dict[PriceKey, PriceValues] = {}
    skipped: defaultdict[SkipReason, Skipped] = defaultdict(Skipped)
    duplicates = 0
    for line in lines:
        understood = understand(line, known)
        if isinstance(understood, SkippedLine):
            skipped[understood.reason].add(understood.example)
            continue
        key, values = understood
        duplicates += key in wanted
        wanted[key] = values
    stored = _stored(session, {key.currency for key in wanted})
    inserts = [priced for priced in wanted.items() if priced[0] not in stored]
    updates = [
        (stored[key][0], values)
        for key, values in wanted.items()
        if key in stored and stored[key][1] != values
    ]
    summary = ImportSummary(
        read=len(lines),
        inserted=len(inserts),
        updated=len(updates),
        unchanged=len(wanted) - len(inserts) - len(updates),
        duplicates=duplicates,
        skipped=dict(skipped),
        new_markets=[f"{market.name} ({market.country})" for market in known.markets.new],
    )
    return _Plan(summary, inserts, updates, known.markets.new)


def _stored(session: Session, currencies: set[str]) -> dict[PriceKey, tuple[int, PriceValues]]:
    row = PublishedPrice
    keys = (getattr(row, name) for name in PriceKey._fields)
    values = (getattr(row, name) for name in PriceValues._fields)
    found = session.execute(
        select(row.id, *keys, *values).where(row.source == SOURCE, row.currency.in_(currencies))
    )
    middle = 1 + len(PriceKey._fields)
    return {
        PriceKey(*fields[1:middle]): (fields[0], PriceValues(*fields[middle:])) for fields in found
    }


def _write(session: Session, plan: _Plan, progress: Progress | None) -> None:
    place_ids = make_markets(session, plan.markets)
    done = plan.summary.read - len(plan.inserts) - len(plan.updates)
    for start in range(0, len(plan.inserts), BATCH):
        inserts = plan.inserts[start : start + BATCH]
        session.execute(insert(PublishedPrice), [_row(priced, place_ids) for priced in inserts])
        done += len(inserts)
        if progress:
            progress(done, plan.summary.read)
    if plan.updates:
        session.execute(
            update(PublishedPrice),
            [{"id": id_} | values._asdict() for id_, values in plan.updates],
        )


def _row(priced: PricedLine, place_ids: Mapping[int, int]) -> dict[str, Any]:
    key, values = priced
    place_id = place_ids.get(key.place_id, key.place_id)
    return {"source": SOURCE} | key._asdict() | values._asdict() | {"place_id": place_id}
