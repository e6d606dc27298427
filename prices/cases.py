"""Everything a moderator looks at before they judge a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import exp, log

from sqlalchemy.orm import Session

from prices.audit import EIGHTY_PERCENT
from prices.board import board_rows, standing_prices
from prices.book_reads import last_scores
from prices.cells import Cell
from prices.estimates import SMALLEST, Estimate
from prices.filter import Reporter
from prices.geography import neighbours
from prices.models import PriceObservation
from prices.moderation import correction_of
from prices.published import estimates_of, local_day
from prices.report_lines import Mark, ReportLine, history, report_line, told_of
from prices.reporters import OwnReports, own_reports
from prices.reputation import reporter_of
from prices.vocabulary import PlaceEntry, Vocabulary

# What others told there: so long before the report and after it, so many of them at most.
AROUND = timedelta(days=7)
MOST_OTHERS, MOST_NEIGHBOURS = 12, 5


@dataclass(frozen=True)
class Expected:
    """What was believed before a report came, per base unit, with its 10–90 % range."""

    price: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Neighbour:
    """What is published not far away."""

    place: PlaceEntry
    distance_km: float
    estimate: Estimate


@dataclass(frozen=True)
class Record:
    """What is known of whoever reports: of their last weeks, and of their last twenty reports.

    `scored` is how many of these could be held against what others told.
    """

    lately: OwnReports | None
    known: Reporter
    scored: int


@dataclass(frozen=True)
class Case:
    """A report, and what it is judged by."""

    report: ReportLine
    expected: Expected | None
    estimate: Estimate | None  # what is published there now
    neighbours: Sequence[Neighbour]
    others: Sequence[ReportLine]
    record: Record
    history: Sequence[Mark]
    corrected_by: int | None


def case_of(
    session: Session, vocabulary: Vocabulary, observation_id: int, now: datetime
) -> Case | None:
    """A report with all that is known around it; None where there is none of this country."""
    report = report_line(session, observation_id)
    if report is None or report.place_id not in vocabulary.places:
        return None
    return Case(
        report=report,
        expected=expected_of(report),
        estimate=published_of(session, vocabulary, report.cell, now),
        neighbours=_neighbours(session, vocabulary, report.cell, now),
        others=_others(session, report),
        record=record_of(session, report.reporter_id, local_day(vocabulary, now), now),
        history=history(session, observation_id),
        corrected_by=correction_of(session, session.get_one(PriceObservation, observation_id)),
    )


def expected_of(report: ReportLine) -> Expected | None:
    """What was believed before it came, by how far off it was; None where nobody has looked."""
    score = report.score
    if score is None:
        return None
    middle = log(report.price_per_base_unit) - score.error
    spread = EIGHTY_PERCENT * score.deviation
    price, low, high = (_price(one) for one in (middle, middle - spread, middle + spread))
    return Expected(price, low, high)


def record_of(session: Session, reporter_id: int, today: date, now: datetime) -> Record:
    """The record of whoever reports, as of the end of a day."""
    scores = last_scores(session, reporter_id, today + timedelta(days=1))
    lately = own_reports(session, reporter_id, now=now)
    return Record(lately, reporter_of(scores), len(scores))


def published_of(
    session: Session, vocabulary: Vocabulary, cell: Cell, now: datetime
) -> Estimate | None:
    """What is published of a whole cell at a moment."""
    found = estimates_of(
        session,
        vocabulary,
        commodity=cell.commodity,
        place_ids=[cell.place_id],
        now=now,
        price_type=cell.price_type,
        is_whole=True,
    )
    return found[0].estimate if found else None


def _neighbours(
    session: Session, vocabulary: Vocabulary, cell: Cell, now: datetime
) -> list[Neighbour]:
    """The nearest places with a price of their own, as it stands: good enough to compare with."""
    near = neighbours(vocabulary, vocabulary.places[cell.place_id])
    rows = board_rows(session, vocabulary, now, commodity=cell.commodity, place_ids=list(near))
    alike = (
        row for row in rows if row.price_type is cell.price_type and row.place_id != cell.place_id
    )
    found = [
        Neighbour(vocabulary.places[row.place_id], near[row.place_id], estimate)
        for row, estimate in standing_prices(vocabulary, alike, now)
    ]
    return sorted(found, key=lambda one: one.distance_km)[:MOST_NEIGHBOURS]


def _others(session: Session, report: ReportLine) -> list[ReportLine]:
    since, until = report.reported_on - AROUND, report.reported_on + AROUND
    found = told_of(session, report.cell, since=since, until=until, limit=MOST_OTHERS + 1)
    return [one for one in found if one.id != report.id][:MOST_OTHERS]


def _price(logarithm: float) -> Decimal:
    return max(Decimal(exp(min(logarithm, 30.0))).quantize(SMALLEST), SMALLEST)
