"""How good prices are: errors on log price, coverage of ranges, reports until a shift is seen."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.quality_series import Floats

Mask = NDArray[np.bool_]

NEAR = 0.12  # of the new level: the shift has been seen
STAYING_REPORTS = 3  # after which it must still be seen


@dataclass(frozen=True)
class Accuracy:
    """Absolute log errors summed up: 0.02 is 2 % off; `worst` is a factor, 1.3 is 30 % off."""

    count: int
    median: float
    p90: float
    worst: float


def log_errors(prices: Floats, truth: Floats) -> Floats:
    """How far each price is from the truth on the log scale, up or down alike; NaN stays NaN."""
    return np.abs(np.log(prices / truth))


def accuracy(errors: Floats) -> Accuracy:
    """Of errors without a NaN; all NaN where there is no error at all."""
    if not len(errors):
        return Accuracy(0, math.nan, math.nan, math.nan)
    middle, p90 = np.quantile(errors, (0.5, 0.9))
    return Accuracy(len(errors), float(middle), float(p90), math.exp(errors.max()))


def is_covered(estimates: Floats, truth: Floats) -> Floats:
    """1 where the truth lies in low-high, 0 where it does not, NaN where there is no range."""
    low, high = estimates[..., 1], estimates[..., 2]
    inside = ((low <= truth) & (truth <= high)).astype(np.float64)
    return np.where(np.isnan(low) | np.isnan(high), np.nan, inside)


def share(values: Floats) -> float:
    """The mean of what is there; NaN where nothing is."""
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else math.nan


def reports_needed(prices: Floats, levels: Floats) -> float:
    """After how many reports since a shift the price is near its new level, and stays there.

    Both are told after each report since the shift. It must still be near after the next three
    reports; infinite where it never is. No price (NaN) is not near.
    """
    near = log_errors(prices, levels) <= math.log1p(NEAR)
    for first in range(len(near) - STAYING_REPORTS):
        if near[first : first + STAYING_REPORTS + 1].all():
            return first + 1.0
    return math.inf
