"""Published series into the price store: what a file says wins over what was said before."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.session import Database
from prices.importers.published import (
    PricedLine,
    PriceKey,
    PriceValues,
    SkippedLine,
    SkipReason,
)
from prices.importers.wfp_markets import Market, make_markets
from prices.models import PublishedPrice

BATCH = 2_000
EXAMPLES = 3

Progress = Callable[[int, int], None]
L = TypeVar("L", contravariant=True)


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


class Reader(Protocol[L]):
    """How the lines of one form are understood."""

    def understand(self, line: L) -> PricedLine | SkippedLine:
        """The price a line tells, or why none."""

    @property
    def new_markets(self) -> Sequence[Market]:
        """Markets that nobody knew, and that have to be made."""


def import_series(
    database: Database,
    lines: Sequence[L],
    reader: Callable[[Session], Reader[L]],
    *,
    dry_run: bool,
    progress: Progress | None,
) -> ImportSummary:
    """Bring the published series to what some lines say, all of it or, when it fails, nothing.

    What they do not name stays. `progress` hears (lines done, lines in all).
    """
    with database.read() if dry_run else database.begin() as session:
        plan = _plan(session, lines, reader(session))
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
    markets: Sequence[Market]


def _plan(session: Session, lines: Sequence[L], reader: Reader[L]) -> _Plan:
    wanted: dict[PriceKey, PriceValues] = {}
    skipped: defaultdict[SkipReason, Skipped] = defaultdict(Skipped)
    duplicates = 0
    for line in lines:
        understood = reader.understand(line)
        if isinstance(understood, SkippedLine):
            skipped[understood.reason].add(understood.example)
            continue
        key, values = understood
        duplicates += key in wanted
        wanted[key] = values
    stored = _stored(session, wanted)
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
        new_markets=[f"{market.name} ({market.country})" for market in reader.new_markets],
    )
    return _Plan(summary, inserts, updates, reader.new_markets)


def _stored(
    session: Session, wanted: Collection[PriceKey]
) -> dict[PriceKey, tuple[int, PriceValues]]:
    row = PublishedPrice
    keys = (getattr(row, name) for name in PriceKey._fields)
    values = (getattr(row, name) for name in PriceValues._fields)
    found = session.execute(
        select(row.id, *keys, *values).where(
            row.source.in_({key.source for key in wanted}),
            row.currency.in_({key.currency for key in wanted}),
        )
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
    return key._asdict() | values._asdict() | {"place_id": place_id}
