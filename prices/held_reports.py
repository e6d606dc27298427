"""Reports that wait for an answer: stood by, corrected, taken back, or weighed after two hours."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from prices.catalogue import VocabularyOf
from prices.door import standing
from prices.filter import Score
from prices.hearing import change_standing
from prices.kinds import ObservationStatus
from prices.models import Place, PriceObservation
from prices.observations import (
    Held,
    PriceRefused,
    Recorded,
    UnitUnknown,
    record_observation,
    recorded,
)
from prices.vocabulary import Vocabulary

# As long as a question waits for its answer: see messaging.held_questions.
WAITING = timedelta(hours=2)
WAITING_STATES = frozenset({ObservationStatus.HELD, ObservationStatus.UNANSWERED})

REPORTER, CLOCK = "reporter", "clock"
# Behind the source key of the report that it stands in for.
CORRECTED = ":corrected"


def stand_by(
    session: Session, vocabulary: Vocabulary, report: PriceObservation, now: datetime
) -> Recorded:
    """Its reporter was asked and means what they said: it counts, and the moderators see it."""
    if report.status in WAITING_STATES:
        score = Score(report.error or 0, report.error_deviation or 0, report.slip_probability or 0)
        change_standing(
            session,
            vocabulary,
            report,
            standing(score, is_confirmed=True),
            by=REPORTER,
            reason="asked back, and stands by it",
            now=now,
            is_confirmed=True,
        )
    return recorded(report)


def correct(
    session: Session,
    vocabulary: Vocabulary,
    report: PriceObservation,
    *,
    price: Decimal,
    unit: str | None,
    raw_text: str,
    now: datetime,
) -> Recorded | Held | UnitUnknown | PriceRefused:
    """Its reporter was asked and means something else: that is kept in its stead, as of then.

    What was said first stays as it was said, with the reason why it does not count. Corrected
    twice, the first correction stands.
    """
    corrected = record_observation(
        session,
        vocabulary,
        source_key=f"{report.source_key}{CORRECTED}",
        reporter_id=report.reporter_id,
        commodity=report.commodity_code,
        place_id=report.place_id,
        price=price,
        unit=unit,
        price_type=report.price_type,
        quantity=report.quantity if unit == report.unit_code else None,
        grade=report.grade,
        buyer=report.buyer,
        currency=report.currency,
        side=report.side,
        raw_text=raw_text,
        now=report.reported_at,
        is_confirmed=True,
        is_demo=report.is_demo,
    )
    if isinstance(corrected, Recorded) and report.status in WAITING_STATES:
        reason = f"asked back, and corrected by report {corrected.observation_id}"
        _drop(session, vocabulary, report, reason, now)
    return corrected


def take_back(
    session: Session, vocabulary: Vocabulary, report: PriceObservation, now: datetime
) -> None:
    """Its reporter was asked and wants it forgotten; that it was said stays written."""
    if report.status in WAITING_STATES:
        _drop(session, vocabulary, report, "asked back, and taken back", now)


def withdraw(session: Session, vocabulary: Vocabulary, source_key: str, now: datetime) -> None:
    """What was told under this key was a mistake: it has no part in any price any more."""
    row = PriceObservation
    told = session.scalar(select(row).where(row.source_key == source_key).with_for_update())
    if told is not None and told.status is not ObservationStatus.DROPPED:
        _drop(session, vocabulary, told, "taken out of the book it was told by", now)


def find_held(session: Session, observation_id: int, reporter_id: int) -> PriceObservation | None:
    """The report that somebody was asked about; None where it is not theirs.

    It is locked: of two answers at once the second finds it answered.
    """
    report = session.get(PriceObservation, observation_id, with_for_update=True)
    return report if report is not None and report.reporter_id == reporter_id else None


def weigh_unanswered(session: Session, vocabulary_of: VocabularyOf, now: datetime) -> int:
    """Let a report speak that was held in vain, as the filter weighs it: the oldest of them.

    Whoever calls goes on until it is 0, one transaction each: two that weigh at once must not wait
    for one another's cells. It stands before the moderators until somebody looks.
    """
    row = PriceObservation
    waiting = session.execute(
        select(row, Place.country)
        .join(Place, Place.id == row.place_id)
        .where(row.status == ObservationStatus.HELD, row.reported_at <= now - WAITING)
        .order_by(row.reported_at, row.id)
        .limit(1)
        .with_for_update(of=row, skip_locked=True)
    ).all()
    for report, country in waiting:
        change_standing(
            session,
            vocabulary_of(session, country),
            report,
            ObservationStatus.UNANSWERED,
            by=CLOCK,
            reason="no answer in two hours",
            now=now,
        )
    return len(waiting)


def _drop(
    session: Session, vocabulary: Vocabulary, report: PriceObservation, reason: str, now: datetime
) -> None:
    change_standing(
        session, vocabulary, report, ObservationStatus.DROPPED, by=REPORTER, reason=reason, now=now
    )
