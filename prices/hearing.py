"""A single report and its cells: how it looks, and what its cells believe with or without it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from math import exp, log
from typing import cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.book_reads import last_scores
from prices.bookkeeping import (
    beginning_of,
    cells_of,
    mark_pending,
    open_books,
    publish,
    write_books,
)
from prices.books import Book, Told
from prices.door import standing
from prices.estimates import SMALLEST
from prices.filter import Score
from prices.kinds import ObservationStatus
from prices.models import ObservationChange, PriceObservation
from prices.reputation import reporter_of
from prices.vocabulary import Vocabulary
from prices.votes import Report

# A report that is not kept yet comes after all that are.
NEWEST = 2**62


def look(
    session: Session, vocabulary: Vocabulary, books: Sequence[Book], row: PriceObservation
) -> Score | None:
    """See a new report from what is believed, write its standing into its row, add it to its books.

    The whole cell's book comes first. None for a copy of what another phone told minutes ago: it
    says nothing.
    """
    day, whole = row.reported_on, books[0]
    told = _told(session, row)
    for book in books:
        book.add(told)
    _, scores = whole.listen(day, beginning_of(session, vocabulary, whole, day, whole))
    if told.reporter is not None:
        row.reporter_bias, row.reporter_noise = told.reporter.bias, told.reporter.noise
        row.reporter_slip_share = told.reporter.slip_share
    _score_again(session, whole.told[day], scores)
    score = next((score for vote, score in scores if vote is told.report), None)
    if score is not None:
        row.error, row.error_deviation = score.error, score.deviation
        row.slip_probability = score.slip_probability
        row.status = standing(score, is_confirmed=row.is_confirmed)
    return score


def hear_again(
    session: Session, vocabulary: Vocabulary, books: Sequence[Book], since: date
) -> None:
    """Let books hear all days from one on, write their checkpoints and what is published."""
    whole = books[0]
    days = sorted({day for book in books for day in book.told if day >= since})
    for day in days:
        heard = [book for book in books if book.told.get(day)]
        # All of them begin with what was believed before this day, the parts of the whole too.
        starts = [beginning_of(session, vocabulary, book, day, whole) for book in heard]
        for book, start in zip(heard, starts, strict=True):
            book.hear(day, start)
    write_books(session, books, since)
    publish(session, books, since)


def change_standing(
    session: Session,
    vocabulary: Vocabulary,
    row: PriceObservation,
    status: ObservationStatus,
    *,
    by: str,
    reason: str,
    now: datetime,
    is_confirmed: bool | None = None,
) -> None:
    """Give a report another standing, write down why, and let its cells hear their days again."""
    before = row.status
    row.status = status
    if is_confirmed is not None:
        row.is_confirmed = is_confirmed
    note_change(session, row, before, by=by, reason=reason, now=now)
    if not (before.speaks or status.speaks):
        return
    session.flush()
    cells = list(cells_of(row))
    books = open_books(session, vocabulary, cells, row.reported_on, is_whole_month=True)
    if books is None:
        mark_pending(session, vocabulary, dict.fromkeys(cells, row.reported_on))
    else:
        hear_again(session, vocabulary, books, row.reported_on)


def note_change(
    session: Session,
    row: PriceObservation,
    before: ObservationStatus | None,
    *,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    """Write down that a report changed its standing, by whom and why."""
    session.add(
        ObservationChange(
            observation_id=row.id,
            old_status=before,
            new_status=row.status,
            changed_at=now,
            changed_by=by,
            reason=reason,
        )
    )


def usual_of(row: PriceObservation, score: Score) -> Decimal:
    """What was believed to be the price per base unit, before a report came."""
    usual = exp(log(row.price_per_base_unit) - score.error)
    return max(Decimal(usual).quantize(SMALLEST), SMALLEST)


def _score_again(
    session: Session, told: Sequence[Told], scores: Sequence[tuple[Report, Score]]
) -> None:
    """What somebody corrected the same day is seen no more, nor are others seen beside it."""
    votes = {vote.id for vote, _ in scores}
    gone = [one.report.id for one in told if one.report.id not in {*votes, NEWEST}]
    if not gone:
        return
    rows = [{"of": id_, **dict.fromkeys(_SCORED)} for id_ in gone]
    rows += [
        {
            "of": vote.id,
            "new_error": score.error,
            "new_deviation": score.deviation,
            "new_slip": score.slip_probability,
        }
        for vote, score in scores
        if vote.id != NEWEST
    ]
    _SCORE_AGAIN.each(session, rows)


_SCORED = ("new_error", "new_deviation", "new_slip")
_REPORT = cast(Table, PriceObservation.__table__)
_SCORE_AGAIN = Prepared(
    update(_REPORT)
    .where(_REPORT.c.id == bindparam("of"))
    .values(
        error=bindparam("new_error"),
        error_deviation=bindparam("new_deviation"),
        slip_probability=bindparam("new_slip"),
    )
)


def _told(session: Session, row: PriceObservation) -> Told:
    report = Report(
        NEWEST,
        log(row.price_per_base_unit),
        row.reporter_id,
        row.reported_at,
        row.reported_on,
        row.is_confirmed,
        row.is_demo,
    )
    reporter = reporter_of(last_scores(session, row.reporter_id, row.reported_on))
    return Told(report, reporter, row.buyer, row.grade)
