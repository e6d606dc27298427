"""Who reports, by their newest report: a list that no size of the table makes slow."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from prices.book_reads import last_scores
from prices.filter import Reporter
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from prices.report_lines import ReportLine, newest_told
from prices.reporters import FEWEST
from prices.reputation import reporter_of

# So many reports are looked at at once, so often: behind somebody who floods us come others.
AT_ONCE, MOST_LOOKS = 500, 4


@dataclass(frozen=True)
class KnownReporter:
    """Somebody with their newest report, and what their last twenty say of the next one.

    `scored` of these could be held against what others told; half of them came `within` a share of
    it, None where they are too few to say.
    """

    newest: ReportLine
    known: Reporter
    scored: int
    within: float | None


@dataclass(frozen=True)
class Page:
    """Some of them, and the report behind which the next ones begin; None: these are all."""

    people: Sequence[KnownReporter]
    after: int | None


def known_reporters(
    session: Session,
    now: datetime,
    today: date,
    *,
    statuses: Collection[ObservationStatus] = tuple(ObservationStatus),
    after_id: int | None,
    limit: int,
) -> Page:
    """Whose newest report of the last 30 days lies behind a report, the newest first."""
    newest: dict[int, ReportLine] = {}
    seen_before, cursor, is_end = after_id, after_id, False
    for _ in range(MOST_LOOKS):
        lines = newest_told(session, statuses, now, after_id=cursor, limit=AT_ONCE)
        is_end = len(lines) < AT_ONCE
        known = _told_later(session, {one.reporter_id for one in lines}, seen_before, statuses)
        for line in lines:
            if len(newest) >= limit and line.reporter_id not in newest:
                return _page(session, newest, today, cursor)
            if line.reporter_id not in known:
                newest.setdefault(line.reporter_id, line)
            cursor = line.id
        if is_end:
            break
    return _page(session, newest, today, None if is_end else cursor)


def _told_later(
    session: Session,
    reporter_ids: Collection[int],
    report_id: int | None,
    statuses: Collection[ObservationStatus],
) -> set[int]:
    """Which of these people stand on a page before, for a report that is newer than that one."""
    row = PriceObservation
    if report_id is None:
        return set()
    moment = session.scalar(select(row.reported_at).where(row.id == report_id))
    if moment is None:
        return set()
    found = session.execute(
        select(row.reporter_id)
        .where(row.reporter_id.in_(reporter_ids), row.reported_at >= moment)
        .where((row.reported_at > moment) | (row.id >= report_id))
        .where(row.status.in_(statuses))
        .distinct()
    )
    return {reporter_id for (reporter_id,) in found}


def _page(session: Session, newest: dict[int, ReportLine], today: date, after: int | None) -> Page:
    return Page([_known(session, line, today) for line in newest.values()], after)


def _known(session: Session, line: ReportLine, today: date) -> KnownReporter:
    scores = last_scores(session, line.reporter_id, today + timedelta(days=1))
    off = [exp(abs(one.error)) - 1 for one in scores]
    return KnownReporter(
        line, reporter_of(scores), len(scores), median(off) if len(off) >= FEWEST else None
    )
