"""A single report and its cells: how it looks, and what its cells believe with or without it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import exp, log
from typing import NamedTuple, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.bookkeeping import (
    beginning_of,
    cells_of,
    mark_pending,
    open_books,
    publish,
    write_books,
)
from prices.books import Book, Told
from prices.door import is_doubted, standing
from prices.estimates import RECENT, SMALLEST
from prices.filter import Reporter, Score
from prices.kinds import ObservationStatus
from prices.models import ObservationChange, PriceObservation
from prices.new_report import AnyReport, NewReport
from prices.reads import OthersVote
from prices.report_reads import Line, Opened
from prices.reputation import reporter_of
from prices.vocabulary import Vocabulary
from prices.votes import Report

# A report that is not kept yet comes after all that are.
NEWEST = 2**62


class Look(NamedTuple):
    """How a new report looks, and what others of its day look like now that it is there.

    None is the score of a copy of what another phone told minutes ago, which says nothing, and of
    what somebody corrected the same day: it is seen no more.
    """

    score: Score | None
    anew: Mapping[int, Score | None]  # by report


def look(session: Session, vocabulary: Vocabulary, opened: Opened, row: NewReport) -> Look:
    """See a new report from what is believed, write its standing into its row, add it to its books.

    Nothing is written in the database yet.
    """
    day, whole = row.reported_on, opened.books[0]
    reporter = reporter_of(opened.scores)
    told = _told(row, reporter)
    for book in opened.books:
        book.add(told)
    _, scores = whole.listen(day, beginning_of(session, vocabulary, whole, day, whole))
    row.reporter_bias, row.reporter_noise = reporter.bias, reporter.noise
    row.reporter_slip_share = reporter.slip_share
    score = next((score for vote, score in scores if vote is told.report), None)
    if score is not None:
        row.error, row.error_deviation = score.error, score.deviation
        row.slip_probability = score.slip_probability
        row.status = standing(score, is_confirmed=row.is_confirmed)
    return Look(score, _anew(opened, whole.told[day], scores))


def others_told(
    vocabulary: Vocabulary, opened: Opened, seen: Look, row: NewReport
) -> tuple[OthersVote, ...] | None:
    """What `reads.votes_of_others` would find on the day of a report; None where it has to look."""
    if opened.lines is None:
        return None
    lines = opened.lines
    if seen.anew:
        lines = [_as_seen(line, seen) for line in lines]
    after = row.reported_on - RECENT[vocabulary.commodities[row.commodity_code].pace]
    return tuple(
        OthersVote(line.price, line.reporter_id, line.is_demo)
        for line in lines
        if line.reporter_id != row.reporter_id and after < line.reported_on <= row.reported_on
        if not is_doubted(line.slip_probability)
    )


def _as_seen(line: Line, seen: Look) -> Line:
    """A report as it looks now."""
    if line.id not in seen.anew:
        return line
    score = seen.anew[line.id]
    return line._replace(slip_probability=score and score.slip_probability)


def hear_again(
    session: Session, vocabulary: Vocabulary, books: Sequence[Book], since: date
) -> None:
    """Let books hear all days from one on, write their checkpoints and what is published."""
    let_hear(session, vocabulary, books, since)
    write_books(session, books, since)
    publish(session, books, since)


def let_hear(session: Session, vocabulary: Vocabulary, books: Sequence[Book], since: date) -> None:
    """Let books hear all days from one on; nothing is written."""
    whole = books[0]
    days = sorted({day for book in books for day in book.told if day >= since})
    for day in days:
        heard = [book for book in books if book.told.get(day)]
        # All of them begin with what was believed before this day, the parts of the whole too.
        starts = [beginning_of(session, vocabulary, book, day, whole) for book in heard]
        for book, start in zip(heard, starts, strict=True):
            book.hear(day, start)


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
    row: AnyReport,
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


def usual_of(row: AnyReport, score: Score) -> Decimal:
    """What was believed to be the price per base unit, before a report came."""
    usual = exp(log(row.price_per_base_unit) - score.error)
    return max(Decimal(usual).quantize(SMALLEST), SMALLEST)


def _anew(
    opened: Opened, told: Sequence[Told], scores: Sequence[tuple[Report, Score]]
) -> dict[int, Score | None]:
    """What somebody corrected the same day is seen no more, nor are others seen beside it."""
    votes = {vote.id: score for vote, score in scores if vote.id != NEWEST}
    gone = [one.report.id for one in told if one.report.id not in votes and one.report.id != NEWEST]
    if not gone:
        return {}
    anew: dict[int, Score | None] = {**dict.fromkeys(gone), **votes}
    known = {line.id: line.score for line in opened.lines or ()}
    return {id_: score for id_, score in anew.items() if id_ not in known or known[id_] != score}


def score_again(session: Session, anew: Mapping[int, Score | None]) -> None:
    """Write what reports of a day look like now that another one has come."""
    _SCORE_AGAIN.each(
        session,
        [
            {
                "of": id_,
                "new_error": score and score.error,
                "new_deviation": score and score.deviation,
                "new_slip": score and score.slip_probability,
            }
            for id_, score in anew.items()
        ],
    )


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


def _told(row: NewReport, reporter: Reporter) -> Told:
    report = Report(
        NEWEST,
        log(row.price_per_base_unit),
        row.reporter_id,
        row.reported_at,
        row.reported_on,
        row.is_confirmed,
        row.is_demo,
    )
    return Told(report, reporter, row.buyer, row.grade)
