"""What a price usually is at a time of the year: the seasonal norm of a published series (pure).

The figures are sums over a few dozen months: no table of numbers is solved, and none is needed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import exp, log, sqrt
from statistics import fmean, median, stdev

from prices.estimates import SMALLEST

Month = int  # months since the year 0, so that each is one more than the month before
Months = Mapping[Month, float]  # a series: the natural logarithm of the price in each month

YEAR = 12
# The season of the last five years, as the monthly bulletins of food prices compare with.
WINDOW = 5 * YEAR
# A series that ended two years ago says nothing of today.
OLDEST = 2 * YEAR
# The first month any norm may rest on, counted back from the one it is for.
REACH = WINDOW + OLDEST
FOR_FIT, FOR_RATIO = 36, 12  # the shortest series for either way (price-quality protocol, step 11)
# A year of which a quarter is missing may have lost its harvest: its mean is not the year's.
FULL_YEAR = 9
FEWEST_RATIOS = 3
FEWEST_YEARS = 2  # one November is an event, not a season
# A price fixed by decree hardly moves: what strays by less than this is nobody's shortage.
SMALLEST_DEVIATION = 0.05


class Standing(StrEnum):
    """How a price stands to the usual one; the bands of WFP's ALPS, downwards too."""

    SHORTAGE = "shortage"  # two standard deviations above, and more
    FAR_ABOVE = "far_above"  # one to two
    ABOVE = "above"  # a quarter to one
    USUAL = "usual"
    BELOW = "below"
    FAR_BELOW = "far_below"
    GLUT = "glut"


BANDS = (
    (0.25, Standing.USUAL, Standing.USUAL),
    (1.0, Standing.BELOW, Standing.ABOVE),
    (2.0, Standing.FAR_BELOW, Standing.FAR_ABOVE),
    (float("inf"), Standing.GLUT, Standing.SHORTAGE),
)


@dataclass(frozen=True)
class Norm:
    """The usual price of a month of the year, and what it rests on."""

    price: Decimal
    deviation: float  # the standard deviation around it, on log price
    months: int
    years: int | None  # in how many the same month was published; None for a pooled ratio


def month_number(day: date) -> Month:
    """The number of the month a day lies in."""
    return day.year * YEAR + day.month - 1


def first_day(month: Month) -> date:
    """The first day of a month."""
    return date(month // YEAR, month % YEAR + 1, 1)


def series_of(prices: Iterable[tuple[date, Decimal]]) -> Months:
    """A series by month; of a month published twice the geometric mean, of zero prices nothing."""
    logs: dict[Month, list[float]] = defaultdict(list)
    for day, price in prices:
        if price > 0:
            logs[month_number(day)].append(log(price))
    return {month: fmean(told) for month, told in logs.items()}


def standing(price: Decimal, norm: Norm) -> Standing:
    """How far from usual a price is, measured by how far prices stray there."""
    off = (log(price) - log(norm.price)) / norm.deviation
    return next(above if off > 0 else below for end, below, above in BANDS if abs(off) < end)


def fitted_norm(series: Months, month: Month) -> Norm | None:
    """The norm of 36 months and more: a trend and twelve months of the year, by least squares.

    This is the model of WFP's "Alert for Price Spikes" (ALPS, 2014) on log prices:
    price(t) = slope · t + effect(month of the year) + residual. Its least-squares slope needs no
    matrix: taking from each price and each t the mean of its month of the year leaves a line
    through the origin, slope = Σ t'p' / Σ t't' (the theorem of Frisch and Waugh, 1933), and the
    effect of a month of the year is mean(p) - slope · mean(t) over its own prices.

    Gaps only make the sums shorter. The month asked for and those after it have no part in it:
    a price cannot be its own measure. The slope is not carried beyond the newest price.
    """
    past = _past(series, month)
    same = [t for t in past if _is_same(t, month)]
    if len(past) < FOR_FIT or len(same) < FEWEST_YEARS:
        return None
    slope, effects = _least_squares(past)
    residuals = (price - slope * t - effects[t % YEAR] for t, price in past.items())
    freedom = len(past) - len(effects) - 1
    deviation = sqrt(sum(residual**2 for residual in residuals) / freedom)
    usual = effects[month % YEAR] + slope * max(past)
    return Norm(_price(usual), max(deviation, SMALLEST_DEVIATION), len(past), len(same))


def pooled_norm(series: Months, region: Iterable[Months], month: Month) -> Norm | None:
    """The norm of a shorter series: its own last year times what the month is in its region.

    The ratio of a month is its price over the mean of the twelve months before it; the middle one
    of all the region's series and years counts. The month itself has no part here either.
    """
    past = _past(series, month)
    if len(past) < FOR_RATIO:
        return None
    level = _year_before(past, max(past) + 1)
    ratios = [
        (t, price - mean)
        for one in region
        for t, price in one.items()
        if t < month and _is_same(t, month) and (mean := _year_before(one, t)) is not None
    ]
    if level is None or len(ratios) < FEWEST_RATIOS or len({t for t, _ in ratios}) < FEWEST_YEARS:
        return None
    told = [ratio for _, ratio in ratios]
    deviation = max(stdev(told), SMALLEST_DEVIATION)
    return Norm(_price(level + median(told)), deviation, len(past), None)


def _past(series: Months, month: Month) -> Months:
    """The five years up to the newest price before a month; nothing where that is too old."""
    newest = max((t for t in series if t < month), default=0)
    if newest < month - OLDEST:
        return {}
    return {t: price for t, price in series.items() if newest - WINDOW < t <= newest}


def _least_squares(series: Months) -> tuple[float, dict[int, float]]:
    """The slope, and the effect of each month of the year."""
    groups: dict[int, list[Month]] = defaultdict(list)
    for t in series:
        groups[t % YEAR].append(t)
    means = {
        of_year: (fmean(group), fmean(series[t] for t in group))
        for of_year, group in groups.items()
    }
    centred = [(t - means[t % YEAR][0], price - means[t % YEAR][1]) for t, price in series.items()]
    slope = sum(t * price for t, price in centred) / sum(t * t for t, _ in centred)
    return slope, {of_year: price - slope * t for of_year, (t, price) in means.items()}


def _year_before(series: Months, month: Month) -> float | None:
    """The mean of the twelve months before one; None where too many of them are missing."""
    year = [series[t] for t in range(month - YEAR, month) if t in series]
    return fmean(year) if len(year) >= FULL_YEAR else None


def _is_same(month: Month, other: Month) -> bool:
    return (month - other) % YEAR == 0


def _price(logarithm: float) -> Decimal:
    return max(Decimal(exp(logarithm)).quantize(SMALLEST), SMALLEST)
