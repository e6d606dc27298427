"""What the filter is held against: the plain rules of others, over the last seven days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

import numpy as np

from bench.quality_series import Floats
from bench.quality_world import World

WINDOW = timedelta(days=7)
FENCE = 2.0  # interquartile ranges: FPCA's rule (JRC/IITA)

Rule = Callable[[Floats], float]


class Estimator(Protocol):
    """Something that makes a price of reports."""

    @property
    def name(self) -> str:
        """What the table calls it."""

    def estimate(self, world: World) -> Floats:
        """Price, low and high by cell and day: an array of [cells, days, 3].

        Each is made at the end of its day of all reports until then; NaN where none is published.
        """


@runtime_checkable
class Follower(Protocol):
    """An estimator that can also be asked after every single report."""

    def follow(self, world: World) -> Floats:
        """The price of a report's cell just after it, for each of `world.reports` in order."""


@dataclass(frozen=True)
class WindowRule:
    """A plain rule on the reports of the last seven days; it has no range."""

    name: str
    rule: Rule

    def estimate(self, world: World) -> Floats:
        """By cell and day; NaN where the window is empty."""
        estimates = np.full((*world.truth.shape, 3), np.nan)
        for cell, (moments, prices) in enumerate(_by_cell(world)):
            for day in range(len(world.days)):
                end = world.end_of(day).timestamp()
                if len(inside := _window(moments, prices, end)):
                    estimates[cell, day, 0] = self.rule(inside)
        return estimates

    def follow(self, world: World) -> Floats:
        """After each report, of the seven days until then."""
        cells = _by_cell(world)
        return np.array(
            [
                self.rule(_window(*cells[report.cell], report.at.timestamp()))
                for report in world.reports
            ]
        )


def mean(prices: Floats) -> float:
    """The plain mean."""
    return float(prices.mean())


def median(prices: Floats) -> float:
    """The plain median."""
    return float(np.median(prices))


def fenced_mean(prices: Floats) -> float:
    """The mean of what lies within Q1 - 2 IQR and Q3 + 2 IQR; it cannot fire below four."""
    low, high = np.quantile(prices, (0.25, 0.75))
    reach = FENCE * (high - low)
    # Of equal prices, rounding must not put all of them outside.
    inside = prices[(prices >= low - reach - 1e-9 * low) & (prices <= high + reach + 1e-9 * high)]
    return float(inside.mean())


PLAIN_MEDIAN = WindowRule("plain median", median)
RIVALS = (WindowRule("plain mean", mean), PLAIN_MEDIAN, WindowRule("2·IQR, mean", fenced_mean))


def _by_cell(world: World) -> list[tuple[Floats, Floats]]:
    """Of each cell the moments (seconds since 1970, rising) and the prices."""
    gathered: list[tuple[list[float], list[float]]] = [([], []) for _ in world.cells]
    for report in world.reports:
        moments, prices = gathered[report.cell]
        moments.append(report.at.timestamp())
        prices.append(report.price)
    return [(np.array(moments), np.array(prices)) for moments, prices in gathered]


def _window(moments: Floats, prices: Floats, end: float) -> Floats:
    """The prices of the seven days until that moment."""
    first = np.searchsorted(moments, end - WINDOW.total_seconds(), side="right")
    return prices[first : np.searchsorted(moments, end, side="right")]
