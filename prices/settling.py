"""Hear what came in bulk: the reports of all cells day by day, in the order they were told."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from db.session import Database
from prices.book_reads import Key, all_scores, key_of, load_books, reports_in_cells, slices
from prices.bookkeeping import beginning_of, publish, write_books
from prices.books import Book, Told
from prices.catalogue import VocabularyOf
from prices.door import standing, why
from prices.estimates import OLDEST
from prices.filter import Belief, Reporter, Score
from prices.kinds import ObservationStatus
from prices.models import ObservationChange, Place, PriceCell, PriceObservation
from prices.published import local_day
from prices.reputation import LAST, reporter_of
from prices.vocabulary import Vocabulary
from prices.votes import Report, by_time

# Days heard in one transaction: whoever texts meanwhile waits a second, not a minute.
STRETCH = timedelta(days=7)


def settle(database: Database, vocabulary_of: VocabularyOf, now: datetime) -> int:
    """Hear every report that is pending, a week of all cells in a transaction; count the weeks.

    Broken off, it goes on where it was. A person's reports of a day are weighed by what was known
    of them before that day, in whatever order a file told them.
    """
    weeks = 0
    scores: dict[int, list[Score]] = {}
    while _settle_stretch(database, vocabulary_of, scores, now):
        weeks += 1
    return weeks


def _settle_stretch(
    database: Database, vocabulary_of: VocabularyOf, scores: dict[int, list[Score]], now: datetime
) -> bool:
    with database.begin() as session:
        first = session.scalar(select(func.min(PriceCell.pending_from)))
        if first is None:
            return False
        until = first + STRETCH
        rows = session.execute(
            select(PriceCell, Place.country)
            .join(Place, Place.id == PriceCell.place_id)
            .where(PriceCell.pending_from < until)
            .order_by(PriceCell.id)
            .with_for_update(of=PriceCell)
        ).all()
        stretch = _Stretch(session, scores, first, until, now)
        by_country: defaultdict[str, list[PriceCell]] = defaultdict(list)
        for row, country in rows:
            by_country[country].append(row)
        for country, cells in by_country.items():
            stretch.open(vocabulary_of(session, country), cells)
        stretch.hear()
        stretch.write()
    return True


class _Stretch:
    """Some days of all the cells that are pending then."""

    def __init__(
        self,
        session: Session,
        scores: dict[int, list[Score]],
        first: date,
        until: date,
        now: datetime,
    ) -> None:
        self.session = session
        # Of each person the last reports, as the filter saw them, until the day that is heard.
        self.scores = scores
        self.first, self.until, self.now = first, until, now
        self.books: dict[Book, Vocabulary] = {}
        self.rows: dict[Book, PriceCell] = {}
        self.wholes: dict[Key, Book] = {}
        self.by_thing: defaultdict[tuple[str, str], dict[int, Book]] = defaultdict(dict)
        self.earlier: Mapping[int, list[tuple[date, Score]]] = {}
        self.judged: list[dict[str, Any]] = []
        self.changes: list[dict[str, Any]] = []

    def open(self, vocabulary: Vocabulary, rows: Sequence[PriceCell]) -> None:
        since = [row.pending_from or self.first for row in rows]
        books = load_books(self.session, vocabulary, rows, since, self.until)
        for row, book in zip(rows, books, strict=True):
            self.books[book], self.rows[book] = vocabulary, row
            if book.cell.is_whole:
                commodity, place_id, price_type = key_of(book)
                self.wholes[commodity, place_id, price_type] = book
                self.by_thing[commodity, price_type][place_id] = book

    def hear(self) -> None:
        """All days, one after the other, of all cells."""
        self._meet_reporters()
        days = sorted({day for book in self.books for day in book.told if day >= self.first})
        for day in days:
            heard: list[tuple[Report, Score]] = []
            books = [book for book in self.books if day in book.told and day >= self._since(book)]
            # All of them begin with what was believed before this day, the parts of the whole too.
            starts = [self._beginning_of(book, day) for book in books]
            for book, start in zip(books, starts, strict=True):
                heard += self._hear(book, day, start)
            for report, score in sorted(heard, key=lambda one: by_time(one[0])):
                known = self.scores[report.reporter_id]
                self.scores[report.reporter_id] = [*known, score][-LAST:]

    def _meet_reporters(self) -> None:
        """Look up those whose first report this is, all in one."""
        reporters = {
            one.report.reporter_id
            for book in self.books
            for told in book.told.values()
            for one in told
            if one.reporter is None
        }
        unmet = sorted(reporters - self.scores.keys())
        self.earlier = all_scores(self.session, unmet, self.until)

    def _since(self, book: Book) -> date:
        return self.rows[book].pending_from or self.first

    def _beginning_of(self, book: Book, day: date) -> Belief:
        whole = self.wholes.get(key_of(book), book)
        commodity, _, price_type = key_of(book)
        near = self.by_thing[commodity, price_type]
        return beginning_of(self.session, self.books[book], book, day, whole, near)

    def _hear(self, book: Book, day: date, start: Belief) -> list[tuple[Report, Score]]:
        new = {one.report.id for one in book.told[day] if one.reporter is None}
        book.told[day] = [self._looked_up(one, day) for one in book.told[day]]
        scores = book.hear(day, start)
        if not book.cell.is_whole:
            return []
        known = {one.report.id: one.reporter for one in book.told[day]}
        for report, score in scores:
            if report.id in new:
                self._judge(report, score, known[report.id] or Reporter())
        # Copies and what somebody corrected the same day were looked at, and say nothing.
        for told in book.told[day]:
            if told.report.id in new - {report.id for report, _ in scores}:
                self._pass_over(told.report, told.reporter or Reporter())
        return [(report, score) for report, score in scores if report.id in new]

    def _looked_up(self, told: Told, day: date) -> Told:
        """The report with what is known of its reporter, by all they told before this day."""
        if told.reporter is not None:
            return told
        reporter_id = told.report.reporter_id
        if reporter_id not in self.scores:
            known = self.earlier.get(reporter_id, [])
            self.scores[reporter_id] = [score for on, score in known if on < day][-LAST:]
        reporter = reporter_of(self.scores[reporter_id])
        return Told(told.report, reporter, told.buyer, told.grade)

    def _judge(self, report: Report, score: Score, reporter: Reporter) -> None:
        status = standing(score, is_confirmed=report.is_confirmed)
        if status is ObservationStatus.HELD:
            status = ObservationStatus.UNANSWERED  # nobody can be asked about a file
        self.judged.append(
            {
                "id": report.id,
                "status": status,
                "error": score.error,
                "error_deviation": score.deviation,
                "slip_probability": score.slip_probability,
                **_columns(reporter),
            }
        )
        if status is not ObservationStatus.ACCEPTED:
            self.changes.append(
                {
                    "observation_id": report.id,
                    "old_status": ObservationStatus.ACCEPTED,
                    "new_status": status,
                    "changed_at": self.now,
                    "changed_by": "door",
                    "reason": why(score),
                }
            )

    def _pass_over(self, report: Report, reporter: Reporter) -> None:
        nothing = dict.fromkeys(("error", "error_deviation", "slip_probability"))
        status = ObservationStatus.ACCEPTED
        self.judged.append({"id": report.id, "status": status, **nothing, **_columns(reporter)})

    def write(self) -> None:
        if self.judged:
            self.session.execute(update(PriceObservation), self.judged)
        if self.changes:
            self.session.execute(insert(ObservationChange), self.changes)
        by_start: defaultdict[date, list[Book]] = defaultdict(list)
        for book in self.rows:
            by_start[self._since(book)].append(book)
        for since, books in by_start.items():
            write_books(self.session, books, since)
        rest = self._rest()
        for book, row in self.rows.items():
            row.pending_from = rest.get(key_of(book))
        self.session.flush()
        finished = [book for book, row in self.rows.items() if row.pending_from is None]
        by_vocabulary: defaultdict[Vocabulary, list[Book]] = defaultdict(list)
        for book in finished:
            by_vocabulary[self.books[book]].append(book)
        for vocabulary, books in by_vocabulary.items():
            publish(self.session, self._whole(vocabulary, books), local_day(vocabulary, self.now))

    def _whole(self, vocabulary: Vocabulary, books: Sequence[Book]) -> list[Book]:
        """The books with enough of the days before: one without a new report knows none."""
        quiet = [book for book in books if not any(book.told.values())]
        rows = [self.rows[book] for book in quiet]
        again = load_books(self.session, vocabulary, rows, [self.until] * len(rows), back=OLDEST)
        return [*(book for book in books if book not in quiet), *again]

    def _rest(self) -> Mapping[Key, date]:
        """Where there is more to hear: the day it goes on with."""
        row = PriceObservation
        ids = list({key_of(book): book.id for book in self.books}.values())
        rest: dict[Key, date] = {}
        query = (
            reports_in_cells(
                row.commodity_code, row.place_id, row.price_type, func.min(row.reported_on)
            )
            .where(row.reported_on >= self.until)
            .group_by(row.commodity_code, row.place_id, row.price_type)
        )
        for some in slices(ids):
            found = self.session.execute(query, {"cells": some})
            rest |= {(commodity, place, kind): day for commodity, place, kind, day in found}
        return rest


def _columns(reporter: Reporter) -> dict[str, float]:
    return {
        "reporter_bias": reporter.bias,
        "reporter_noise": reporter.noise,
        "reporter_slip_share": reporter.slip_share,
    }
