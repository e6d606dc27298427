"""Published series into the price store: what a file says wins over what was said before."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from sqlalchemy.orm import Session

from db.session import Database
from prices.importers import bulk
from prices.importers.bulk import Changes, PriceShown
from prices.importers.published import PricedLine, SkippedLine, SkipReason
from prices.importers.reference import count_change
from prices.importers.spool import Spool, open_spool
from prices.importers.wfp_markets import Market, make_markets

TOLD_EVERY = 5_000  # lines
EXAMPLES = 3
NAMED = 1_000  # lines left out for one reason that are named by their number
SHOWN = 20  # prices that are new, and as many that differ, as a dry run shows them

Progress = Callable[[int, int], None]


class Numbered(Protocol):
    """A line that knows where in its file it stands."""

    @property
    def number(self) -> int:
        """The header being line 1."""


L = TypeVar("L", bound=Numbered, contravariant=True)


class NamedLine(NamedTuple):
    """A line that was left out, and the words that were the reason."""

    number: int
    example: str


@dataclass
class Skipped:
    """How many lines were left out for one reason, and the first different ones of them."""

    count: int = 0
    examples: list[str] = field(default_factory=list)
    named: list[NamedLine] = field(default_factory=list, compare=False, repr=False)

    def add(self, example: str, number: int) -> None:
        """Count one more."""
        self.count += 1
        if len(self.named) < NAMED:
            self.named.append(NamedLine(number, example))
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
    # In a dry run the first of those updated, and of those inserted.
    shown: Sequence[PriceShown] = field(default=(), compare=False)


class Reader(Protocol[L]):
    """How the lines of one form are understood."""

    def understand(self, line: L) -> PricedLine | SkippedLine:
        """The price a line tells, or why none."""

    @property
    def new_markets(self) -> Sequence[Market]:
        """Markets that nobody knew, and that have to be made."""


def import_series(
    database: Database,
    lines: Iterable[L],
    reader: Reader[L],
    *,
    total: int,
    dry_run: bool,
    progress: Progress | None,
) -> ImportSummary:
    """Bring the published series to what some lines say, all of it or, when it fails, nothing.

    What they do not name stays. `total` is about how many lines there are, 0 where nobody knows;
    `progress` hears (lines done, lines in all).
    """
    bar = _Bar(progress, total)
    with open_spool(database.engine.dialect) as spool:
        # Understanding takes as long as writing: meanwhile nobody who has to write waits for us.
        skipped = _understand(lines, reader, spool, bar)
        with database.read() if dry_run else database.begin() as session:
            changes = _bring_in(session, spool, reader.new_markets, dry_run, bar)
            shown = _shown(session, reader.new_markets) if dry_run else ()
    read = spool.count + sum(left_out.count for left_out in skipped.values())
    bar.end(read)
    return ImportSummary(
        read=read,
        inserted=changes.inserted,
        updated=changes.updated,
        unchanged=changes.unchanged,
        duplicates=changes.duplicates,
        skipped=skipped,
        new_markets=[f"{market.name} ({market.country})" for market in reader.new_markets],
        shown=shown,
    )


def _shown(session: Session, new_markets: Sequence[Market]) -> list[PriceShown]:
    unmade = {market.id: market.name for market in new_markets}
    found = [bulk.first_of(session, updated=updated, most=SHOWN) for updated in (True, False)]
    return [
        one._replace(place=one.place or unmade.get(one.place_id)) for some in found for one in some
    ]


@dataclass(frozen=True)
class _Bar:
    """Progress over both halves: what was read is half done."""

    progress: Progress | None
    total: int

    def read(self, lines: int) -> None:
        self._tell(lines)

    def written(self, prices: int, of: int) -> None:
        self._tell(self.total + self.total * prices // of)

    def _tell(self, halves: int) -> None:
        if self.progress and self.total:
            self.progress(min(halves // 2, self.total), self.total)

    def end(self, read: int) -> None:
        if self.progress:
            self.progress(self.total or read, self.total or read)


def _understand(
    lines: Iterable[L], reader: Reader[L], spool: Spool, bar: _Bar
) -> dict[SkipReason, Skipped]:
    """Put aside what the lines tell; of those that tell nothing, why."""
    skipped: defaultdict[SkipReason, Skipped] = defaultdict(Skipped)
    for number, line in enumerate(lines, start=1):
        understood = reader.understand(line)
        if isinstance(understood, SkippedLine):
            skipped[understood.reason].add(understood.example, line.number)
        else:
            spool.add(understood)
        if number % TOLD_EVERY == 0:
            bar.read(number)
    return dict(skipped)


def _bring_in(
    session: Session, spool: Spool, markets: Sequence[Market], dry_run: bool, bar: _Bar
) -> Changes:
    place_ids = {}
    if not dry_run:
        bulk.lock(session)
        place_ids = make_markets(session, markets)
    bulk.stage(session, spool.rows(place_ids))
    changes = bulk.compare(session)
    if not dry_run:
        for position in bulk.write(session):
            bar.written(position, of=changes.distinct)
        bulk.clear(session)
        if changes.inserted or changes.updated:
            count_change(session)  # what is usual rests on these prices
    return changes
