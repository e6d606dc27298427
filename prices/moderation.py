"""A moderator judges a report: it counts, it does not, or it meant something else.

What they saw goes along with every word of theirs: whoever answered meanwhile – its reporter, the
clock, another moderator – is not overruled by somebody who does not know it yet.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from prices.hearing import change_standing, note_change
from prices.held_reports import CORRECTED
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from prices.observations import Held, PriceRefused, Recorded, UnitUnknown, record_observation
from prices.vocabulary import Vocabulary

ACCEPTED, DROPPED = ObservationStatus.ACCEPTED, ObservationStatus.DROPPED


class Why(StrEnum):
    """Why a report does not count."""

    FAR = "far"
    OTHER_THING = "other_thing"
    NO_PRICE = "no_price"
    TEST = "test"


WORDS = {
    Why.FAR: "too far from what others tell there",
    Why.OTHER_THING: "of another product, unit or place",
    Why.NO_PRICE: "no price that was paid",
    Why.TEST: "a test",
}


@dataclass(frozen=True)
class Judge:
    """Who judges, when, and what they say of it in their own words."""

    staff_id: int
    now: datetime
    note: str = ""

    @property
    def by(self) -> str:
        """How they stand in the history of a report."""
        return f"staff:{self.staff_id}"

    def saying(self, reason: str) -> str:
        """A reason with their own words behind it."""
        return f"{reason}: {self.note}" if self.note else reason


@dataclass(frozen=True)
class Judged:
    """It was done; `corrected_by` is the report that stands in its stead."""

    before: ObservationStatus
    after: ObservationStatus
    corrected_by: int | None = None


@dataclass(frozen=True)
class Overtaken:
    """Nothing was done: it is not what they saw any more, or a correction of it stands already."""

    status: ObservationStatus
    corrected_by: int | None = None


@dataclass(frozen=True)
class Unchanged:
    """Nothing was done: that is what was told."""


def hold_report(session: Session, observation_id: int) -> PriceObservation | None:
    """A report, locked until the transaction ends: of two who judge the second finds it judged."""
    return session.get(PriceObservation, observation_id, with_for_update=True)


def accept(
    session: Session,
    vocabulary: Vocabulary,
    report: PriceObservation,
    judge: Judge,
    *,
    seen: ObservationStatus,
) -> Judged | Overtaken:
    """It counts as it stands, as if its reporter had been asked and stood by it."""
    overtaken = _overtaken(session, report, seen)
    if overtaken is not None:
        return overtaken
    _change(session, vocabulary, report, ACCEPTED, judge, "accepted", is_confirmed=True)
    return Judged(seen, ACCEPTED)


def drop(
    session: Session,
    vocabulary: Vocabulary,
    report: PriceObservation,
    judge: Judge,
    *,
    seen: ObservationStatus,
    why: Why,
) -> Judged | Overtaken:
    """It does not count; that it was said stays written."""
    if report.status is not seen or report.status is DROPPED:
        return Overtaken(report.status, correction_of(session, report))
    _change(session, vocabulary, report, DROPPED, judge, WORDS[why])
    return Judged(seen, DROPPED)


def correct(
    session: Session,
    vocabulary: Vocabulary,
    report: PriceObservation,
    judge: Judge,
    *,
    seen: ObservationStatus,
    price: Decimal,
    unit: str,
) -> Judged | Overtaken | Unchanged | UnitUnknown | PriceRefused:
    """It meant something else: that is kept in its stead, as of the moment it was told.

    What was said first stays as it was said. The correction counts, however far it is from what is
    believed: who makes it knows that.
    """
    overtaken = _overtaken(session, report, seen)
    if overtaken is not None:
        return overtaken
    if (price, unit) == (report.price, report.unit_code):
        return Unchanged()
    told = record_observation(
        session,
        vocabulary,
        source_key=_correction_key(report),
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
        raw_text=report.raw_text,
        now=report.reported_at,
        is_confirmed=True,
        is_demo=report.is_demo,
    )
    if isinstance(told, Held):
        raise TypeError("a price that was confirmed is never asked back")
    if not isinstance(told, Recorded):
        return told
    _vouch(session, vocabulary, told, report, judge)
    if report.status is not DROPPED:
        reason = f"corrected by report {told.observation_id}"
        _change(session, vocabulary, report, DROPPED, judge, reason)
    return Judged(seen, DROPPED, told.observation_id)


def correction_of(session: Session, report: PriceObservation) -> int | None:
    """The report that stands in the stead of this one, whoever corrected it."""
    row = PriceObservation
    return session.scalar(select(row.id).where(row.source_key == _correction_key(report)))


def _overtaken(
    session: Session, report: PriceObservation, seen: ObservationStatus
) -> Overtaken | None:
    corrected_by = correction_of(session, report)
    if report.status is seen and corrected_by is None:
        return None
    return Overtaken(report.status, corrected_by)


def _vouch(
    session: Session,
    vocabulary: Vocabulary,
    told: Recorded,
    report: PriceObservation,
    judge: Judge,
) -> None:
    """Let a correction count, and write down whose it is."""
    row = session.get_one(PriceObservation, told.observation_id)
    reason = f"corrects report {report.id}"
    if row.status is ACCEPTED:
        said = judge.saying(reason)
        note_change(session, row, None, by=judge.by, reason=said, now=judge.now)
    else:
        _change(session, vocabulary, row, ACCEPTED, judge, reason)


def _change(
    session: Session,
    vocabulary: Vocabulary,
    report: PriceObservation,
    status: ObservationStatus,
    judge: Judge,
    reason: str,
    *,
    is_confirmed: bool | None = None,
) -> None:
    change_standing(
        session,
        vocabulary,
        report,
        status,
        by=judge.by,
        reason=judge.saying(reason),
        now=judge.now,
        is_confirmed=is_confirmed,
    )


def _correction_key(report: PriceObservation) -> str:
    return f"{report.source_key}{CORRECTED}"
