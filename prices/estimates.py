"""What is published of a belief: a price, its range, what it rests on, how good it is (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import exp

from prices.filter import Belief
from prices.kinds import Pace
from prices.statistics import weighted_median, weighted_quantile
from prices.votes import Report

# How long a report is recent, for what is counted and for the label (price-quality protocol,
# step 3): fast things are old sooner.
RECENT = {
    Pace.PERISHABLE: timedelta(days=3),
    Pace.STAPLE: timedelta(days=7),
    Pace.SLOW: timedelta(days=14),
}
# Older than this, a price says nothing of today: then it is only told as the last one known.
OLDEST = timedelta(days=30)

LOW, HIGH = Decimal("0.1"), Decimal("0.9")
SMALLEST = Decimal("0.0001")  # what the price columns hold
LARGEST = Decimal(10) ** 13

# Wards, and markets known from price files only, come without a number of people; towns of the map
# have 2,000 and more.
SMALL_MARKET_POPULATION = 5_000


class Confidence(StrEnum):
    """How good an estimate is, in a word (price-quality protocol, step 8)."""

    GOOD = "good"  # at least 4 reports from at least 3 people
    FEW = "few"  # fewer than that, but more than one
    ONE = "one"  # one report
    OLD = "old"  # none is recent: the last one, with its date


@dataclass(frozen=True)
class Estimate:
    """A published price per base unit, with what it rests on.

    `price` is the median of what is believed, `low` and `high` its 10–90 % range. `reports` counts
    recent votes – a person's latest report of a day –, `reporters` people.
    """

    price: Decimal
    low: Decimal
    high: Decimal
    reports: int
    reporters: int
    newest_at: datetime
    confidence: Confidence
    is_demo: bool


def estimate_of(
    belief: Belief, votes: Sequence[Report], *, on: date, pace: Pace = Pace.STAPLE
) -> Estimate | None:
    """What is published on a day of what is believed at its end; None when all votes are too old.

    `votes` are those of the last 30 days, or some of them: at least the recent ones, and where
    there is none of these, the newest day's.
    """
    recent = [vote for vote in votes if is_recent(vote.reported_on, on, pace)]
    newest_on = max((vote.reported_on for vote in votes), default=None)
    speaking = recent or [vote for vote in votes if vote.reported_on == newest_on]
    if newest_on is None or on - newest_on >= OLDEST:
        return None
    middle, low, high = (_price(one) for one in belief.quantiles(0.5, 0.1, 0.9))
    reporters = len({vote.reporter_id for vote in speaking})
    return Estimate(
        price=middle,
        low=low,
        high=high,
        reports=len(speaking),
        reporters=reporters,
        newest_at=max(vote.reported_at for vote in speaking),
        confidence=confidence(len(speaking), reporters, is_fresh=bool(recent)),
        is_demo=any(vote.is_demo for vote in speaking),
    )


def is_recent(reported_on: date, on: date, pace: Pace) -> bool:
    """True of a report that still speaks for the day."""
    return timedelta(0) <= on - reported_on < RECENT[pace]


def confidence(reports: int, reporters: int, *, is_fresh: bool) -> Confidence:
    """The label of price-quality protocol, step 8."""
    if not is_fresh:
        return Confidence.OLD
    if reports >= 4 and reporters >= 3:
        return Confidence.GOOD
    return Confidence.ONE if reports == 1 else Confidence.FEW


def estimate_region(
    markets: Sequence[tuple[int | None, Estimate]],
) -> tuple[Estimate, int] | None:
    """One price of many markets, each with its population, and how many markets spoke.

    It is the population-weighted median of the markets' prices (price-quality protocol, step 9);
    low and high are the 10–90 % range of those, as somebody free to choose the market meets them.
    Markets with recent reports speak; when there is none, those with older ones do. Its people are
    those of the market with most of them at least: whoever reports at two is one.
    """
    fresh = [market for market in markets if market[1].confidence is not Confidence.OLD]
    speaking = fresh or list(markets)
    if len(speaking) < 2:
        return (speaking[0][1], 1) if speaking else None
    prices = [(one.price, Decimal(people or SMALL_MARKET_POPULATION)) for people, one in speaking]
    reports = sum(one.reports for _, one in speaking)
    reporters = max(one.reporters for _, one in speaking)
    whole = Estimate(
        price=weighted_median(prices).quantize(SMALLEST),
        low=weighted_quantile(prices, LOW).quantize(SMALLEST),
        high=weighted_quantile(prices, HIGH).quantize(SMALLEST),
        reports=reports,
        reporters=reporters,
        newest_at=max(one.newest_at for _, one in speaking),
        confidence=confidence(reports, reporters, is_fresh=bool(fresh)),
        is_demo=any(one.is_demo for _, one in speaking),
    )
    return whole, len(speaking)


def with_reporters(estimate: Estimate, reporters: int) -> Estimate:
    """The estimate of a region, by how many different people its reports really are."""
    is_fresh = estimate.confidence is not Confidence.OLD
    label = confidence(estimate.reports, reporters, is_fresh=is_fresh)
    return replace(estimate, reporters=reporters, confidence=label)


def _price(logarithm: float) -> Decimal:
    found = Decimal(exp(min(logarithm, 30.0))).quantize(SMALLEST)
    return min(max(found, SMALLEST), LARGEST)
