"""Reports from a file, through the same door as a text: each is kept once, whatever is repeated."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.session import Database
from prices.bookkeeping import cells_of, mark_pending
from prices.catalogue import VocabularyOf
from prices.cells import Cell
from prices.conversion_table import ConversionTable, load_conversion_table
from prices.importers.csv_file import BrokenLine, CsvFile, Fields
from prices.importers.observation_lines import (
    FORM,
    Line,
    Reporter,
    moment_told,
    read_line,
    why_not,
)
from prices.importers.words import NotUnderstoodError, Words
from prices.models import PriceObservation
from prices.new_report import NewReport
from prices.observations import Converting, Told, observation_of
from prices.settling import settle
from prices.vocabulary import Vocabulary

BATCH = 1_000  # rows of one transaction: what a break in the middle costs at most
ATTEMPTS = 3
NAMED = 20

Progress = Callable[[int, int], None]
# The subscribers behind numbers as they are written, met at these moments; None for what is none.
MeetAll = Callable[[Session, Mapping[str, datetime]], Mapping[str, Reporter | None]]


@dataclass(frozen=True)
class Unkept:
    """A line that could not be kept, and why."""

    line: int
    reason: str


@dataclass
class ObservationSummary:
    """What an import did, or would do: every line read is in exactly one of the numbers."""

    read: int = 0
    kept: int = 0
    known: int = 0  # there already, or repeated in the file
    unkept: int = 0
    named: list[Unkept] = field(default_factory=list)  # the first of them
    most_named: int = NAMED

    def add(self, kept: int, known: int, unkept: Sequence[Unkept]) -> None:
        """Count one more batch."""
        self.read += kept + known + len(unkept)
        self.kept += kept
        self.known += known
        self.unkept += len(unkept)
        self.named += unkept[: self.most_named - len(self.named)]


def import_observations(
    database: Database,
    path: Path,
    *,
    country: str,
    meet: MeetAll,
    vocabulary_of: VocabularyOf,
    now: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
    most_named: int = NAMED,
    hear: bool = True,
) -> ObservationSummary:
    """Keep every report of a file that can be kept, and name the others.

    It commits batch by batch; after a break the same command goes on, because what is there
    already is known by its content. When all are kept, the cells hear them day by day; nobody can
    be asked about a file, so what would be held is weighed at once and stands before the
    moderators. A file of another form raises ImportFileError before anything is kept. `country` is
    whose clock a time without a zone means. `progress` hears (done, total). Where they are not to
    be heard here, the worker does it within a minute.
    """
    file = CsvFile(path, FORM)
    total = sum(
        1 for _ in file.lines()
    )  # the whole of it must be readable before the first is kept
    with database.read() as session:
        conversions = load_conversion_table(session)
    summary = ObservationSummary(most_named=most_named)
    run = _Run(database, country, meet, vocabulary_of, conversions, now, dry_run, summary)
    rest = file.lines()
    while lines := list(islice(rest, BATCH)):
        run.take(lines)
        if progress:
            progress(run.summary.read, total)
    if hear and not dry_run:
        settle(database, vocabulary_of, now)
    return run.summary


@dataclass
class _Run:
    """One import under way: what it learned so far, none of it undone by a later fault."""

    database: Database
    country: str
    meet: MeetAll
    vocabulary_of: VocabularyOf
    conversions: ConversionTable
    now: datetime
    dry_run: bool
    summary: ObservationSummary
    reporters: dict[str, Reporter | None] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)  # source keys
    words: dict[Vocabulary, Words] = field(default_factory=dict)

    def take(self, lines: Sequence[Fields | BrokenLine]) -> None:
        """Keep a batch in one transaction."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.database.read() if self.dry_run else self.database.begin() as session:
                    batch = _Batch(self, session)
                    batch.take(lines)
                break
            except IntegrityError:
                # Another process kept the same report a moment ago: next time we find it.
                if attempt == ATTEMPTS:
                    raise
        self.reporters |= batch.reporters
        self.seen |= batch.seen
        self.summary.add(batch.kept, batch.known, batch.unkept)

    def words_in(self, vocabulary: Vocabulary) -> Words:
        """The look-ups of a vocabulary, kept from batch to batch until the catalogue changes."""
        if vocabulary not in self.words:
            self.words[vocabulary] = Words(vocabulary)
        return self.words[vocabulary]


class _Batch:
    """The lines of one transaction; what it learned counts only when that is committed."""

    def __init__(self, run: _Run, session: Session) -> None:
        self.run = run
        self.session = session
        self.reporters: dict[str, Reporter | None] = {}
        self.seen: set[str] = set()
        self.kept = self.known = 0
        self.unkept: list[Unkept] = []
        # The first day on which each cell has something new to hear.
        self.pending: defaultdict[Vocabulary, dict[Cell, date]] = defaultdict(dict)
        self.words_of = cache(self._words_of)

    def take(self, lines: Sequence[Fields | BrokenLine]) -> None:
        self._meet_all(lines)
        told = [(line.number, *read) for line in lines if (read := self._read(line))]
        self.seen = set(self.run.seen & {report.source_key for _, report, _ in told})
        self.seen |= self._stored([report.source_key for _, report, _ in told])
        for number, report, words in told:
            self._keep(number, report, words)
        for vocabulary, since in self.pending.items():
            mark_pending(self.session, vocabulary, since)
        self.unkept.sort(key=lambda unkept: unkept.line)

    def _read(self, line: Fields | BrokenLine) -> tuple[Told, Words] | None:
        if isinstance(line, BrokenLine):
            self._leave(line.number, "too few or too many fields")
            return None
        home = self.words_of(self.run.country)
        try:
            return read_line(
                line, home, self._meet, self.words_of, self.run.conversions, self.run.now
            )
        except NotUnderstoodError as fault:
            self._leave(line.number, str(fault))
            return None

    def _keep(self, number: int, report: Told, words: Words) -> None:
        if report.source_key in self.seen:
            self.known += 1
            return
        made = observation_of(words.vocabulary, report, converting=self._converting(words))
        if not isinstance(made, NewReport):
            self._leave(number, why_not(made, words))
            return
        self.seen.add(report.source_key)
        self.kept += 1
        if not self.run.dry_run:
            self.session.add(PriceObservation(**made.columns))
            since = self.pending[words.vocabulary]
            for cell in cells_of(made):
                since[cell] = min(since.get(cell, made.reported_on), made.reported_on)

    def _leave(self, number: int, reason: str) -> None:
        self.unkept.append(Unkept(number, reason))

    def _meet_all(self, lines: Sequence[Fields | BrokenLine]) -> None:
        """Meet everybody of the batch at once, each at the moment of their first line."""
        home, met_at = self.words_of(self.run.country), dict[str, datetime]()
        for line in lines:
            if isinstance(line, Fields):
                told = Line(*line.values)
                if told.reporter not in self.run.reporters and told.reporter not in met_at:
                    with suppress(NotUnderstoodError):  # it is named when its line is read
                        met_at[told.reporter] = moment_told(told, home, self.run.now)
        self.reporters |= self.run.meet(self.session, met_at)

    def _meet(self, written: str, at: datetime) -> Reporter | None:
        known = self.run.reporters
        return known[written] if written in known else self.reporters[written]

    def _words_of(self, country: str) -> Words:
        return self.run.words_in(self.run.vocabulary_of(self.session, country))

    def _converting(self, words: Words) -> Converting:
        code, table = words.vocabulary.country.code, self.run.conversions
        return lambda commodity, unit, place_id, on: table.convert(
            commodity=commodity, unit=unit, country=code, place_id=place_id, on=on
        )

    def _stored(self, keys: Sequence[str]) -> set[str]:
        key = PriceObservation.source_key
        return set(self.session.scalars(select(key).where(key.in_(keys))))
