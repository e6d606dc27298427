"""From raw reports to the price that is published: a pure function of reports and a moment."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from statistics import median_low

from prices.statistics import weighted_median, weighted_quantile

WINDOW = timedelta(days=7)
# Older than this, a price says nothing of today: then it is only told as the last one known.
OLDEST = timedelta(days=30)

# Farther than this factor from the usual lie digits and units mistaken (price-quality protocol,
# step 2).
SLIP = 3

LOW, HIGH = Decimal("0.1"), Decimal("0.9")
SMALLEST = Decimal("0.0001")  # what the price columns hold

# Wards, and markets known from price files only, come without a number of people; towns of the map
# have 2,000 and more.
SMALL_MARKET_POPULATION = 5_000


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
    """A published price per base unit, with what it rests on.

    `reports` counts votes: a person's latest report of a day. `reporters` counts people.
    """

    price: Decimal
    low: Decimal
    high: Decimal
    reports: int
    reporters: int
    newest_at: datetime
    confidence: Confidence
    is_demo: bool


def estimate(reports: Sequence[Report], now: datetime) -> Estimate | None:
    """Make one price of many reports; None when there is none of the last 30 days.

    The price is the weighted median of the last 7 days' votes, low and high are their weighted
    10–90 % range (five votes or fewer: very nearly the smallest and the largest). One person has
    one vote a day, the latest. Without a vote in the window the newest older day speaks, marked
    OLD. Reports later than `now` are not known yet: so an estimate of a past day stays what it was.
    """
    votes = counted_votes(reports, now)
    if not votes:
        return None
    weighted = [(vote.price, weight) for vote, weight in _weights(votes, now)]
    reporters = len({vote.reporter_id for vote in votes})
    newest_at = max(vote.reported_at for vote in votes)
    return Estimate(
        price=weighted_median(weighted).quantize(SMALLEST),
        low=weighted_quantile(weighted, LOW).quantize(SMALLEST),
        high=weighted_quantile(weighted, HIGH).quantize(SMALLEST),
        reports=len(votes),
        reporters=reporters,
        newest_at=newest_at,
        confidence=confidence(len(votes), reporters, newest_at, now),
        is_demo=any(vote.is_demo for vote in votes),
    )


def counted_votes(reports: Iterable[Report], now: datetime) -> list[Report]:
    """The reports an estimate rests on: one vote per person and day, of the window if there is one.

    A day ends at midnight UTC: three in the morning in Nairobi, when no market is open. Votes that
    no market could have meant are left out.
    """
    latest: dict[tuple[int, date], Report] = {}
    for report in reports:
        if now - OLDEST < report.reported_at <= now:
            voice = (report.reporter_id, report.reported_at.date())
            latest[voice] = max(report, latest.get(voice, report), key=_order)
    votes = sorted(latest.values(), key=_order)
    fresh = [vote for vote in votes if is_fresh(vote.reported_at, now)]
    return _without_slips(
        fresh or [v for v in votes if v.reported_at.date() == votes[-1].reported_at.date()]
    )


def _without_slips(votes: list[Report]) -> list[Report]:
    """The votes within a factor of 3 of their median; of two nobody can tell which one slipped."""
    if len(votes) < 3:
        return votes
    middle = median_low([vote.price for vote in votes])
    return [vote for vote in votes if middle <= vote.price * SLIP and vote.price <= middle * SLIP]


def is_fresh(reported_at: datetime, now: datetime) -> bool:
    """True within the window: such a report speaks for today."""
    return reported_at > now - WINDOW


def confidence(reports: int, reporters: int, newest_at: datetime, now: datetime) -> Confidence:
    """The label of price-quality protocol, step 8."""
    if not is_fresh(newest_at, now):
        return Confidence.OLD
    if reports >= 4 and reporters >= 3:
        return Confidence.GOOD
    return Confidence.ONE if reports == 1 else Confidence.FEW


def estimate_region(
    markets: Sequence[tuple[int | None, Sequence[Report]]], now: datetime
) -> tuple[Estimate, int] | None:
    """One price of many markets, each with its population, and how many markets spoke.

    It is the population-weighted median of the market medians (price-quality protocol, step 9);
    low and high are the 10–90 % range of those medians, as somebody free to choose the market
    meets them. Markets with fresh reports speak; when there is none, those with older ones do.
    """
    known = [
        (people, reports, made)
        for people, reports in markets
        if (made := estimate(reports, now)) is not None
    ]
    fresh = [market for market in known if market[2].confidence is not Confidence.OLD]
    speaking = fresh or known
    if len(speaking) < 2:
        return (speaking[0][2], 1) if speaking else None
    votes = [vote for _, reports, _ in speaking for vote in counted_votes(reports, now)]
    medians = [(m.price, Decimal(people or SMALL_MARKET_POPULATION)) for people, _, m in speaking]
    reporters = len({vote.reporter_id for vote in votes})
    newest_at = max(vote.reported_at for vote in votes)
    whole = Estimate(
        price=weighted_median(medians).quantize(SMALLEST),
        low=weighted_quantile(medians, LOW).quantize(SMALLEST),
        high=weighted_quantile(medians, HIGH).quantize(SMALLEST),
        reports=len(votes),
        reporters=reporters,
        newest_at=newest_at,
        confidence=confidence(len(votes), reporters, newest_at, now),
        is_demo=any(vote.is_demo for vote in votes),
    )
    return whole, len(speaking)


def _order(report: Report) -> tuple[datetime, Decimal, bool]:
    # The price settles what time cannot: the same reports give the same estimate in any order.
    return (report.reported_at, report.price, report.is_demo)


def _weights(votes: Sequence[Report], now: datetime) -> list[tuple[Report, Decimal]]:
    """What each vote weighs: 10 / (10 + age in days), shared among a person's votes.

    A report's error has a variance of about 0.0132 on log prices (11.5 %); the true price moves
    by about a tenth of that a day (diffusion 1.4 %, and now and then a jump), so a report ten days
    old is worth half a new one. A person's repeats share one bias: n of them weigh as √n, not n.
    Four places are kept, so that sums are exact and equal voices tie.
    """
    repeats = Counter(vote.reporter_id for vote in votes)
    weighted = []
    for vote in votes:
        age_days = Decimal((now - vote.reported_at) // timedelta(hours=1)) / 24
        weight = 10 / (10 + age_days) / Decimal(repeats[vote.reporter_id]).sqrt()
        weighted.append((vote, weight.quantize(SMALLEST)))
    return weighted
