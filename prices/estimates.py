"""From raw reports to the price that is published: a pure function of reports and a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Confidence(StrEnum):
    """How good an estimate is, in a word (price-quality protocol, step 8)."""

    GOOD = "good"  # at least 4 reports from at least 3 people
    FEW = "few"  # fewer than that, but more than one
    ONE = "one"  # one report
    OLD = "old"  # none within the window: the last one, with its date


@dataclass(frozen=True)
class Report:
    """A report as the estimate sees it: price per base unit, who, when."""

    price: Decimal
    reporter_id: int
    reported_at: datetime
    is_demo: bool = False


@dataclass(frozen=True)
class Estimate:
    """A published price per base unit, with what it rests on."""

    price: Decimal
    low: Decimal
    high: Decimal
    reports: int
    reporters: int
    newest_at: datetime
    confidence: Confidence
    is_demo: bool


def estimate(reports: Sequence[Report], now: datetime) -> Estimate | None:
    """Make one price of many reports; None when there is not one report."""
    raise NotImplementedError
