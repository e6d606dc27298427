"""What charts share: round figures beside them, and where a value stands (pure)."""

from collections.abc import Callable
from math import floor, log10


def steps(lowest: float, highest: float, ticks: int) -> list[float]:
    """Round figures from below the lowest to above the highest, a handful."""
    step = _round_up((highest - lowest or max(highest, 1) * 0.1) / (ticks - 1))
    first = count = floor(lowest / step)
    while count * step < highest:
        count += 1
    # A price that does not move still has a line above and below it.
    return [round(number * step, 6) for number in range(first, max(count, first + 1) + 1)]


def scale(from_: float, until: float, start: float, end: float) -> Callable[[float], float]:
    """Where a value stands on an axis, to a tenth of its unit."""
    span = until - from_ or 1
    return lambda value: round(start + (value - from_) / span * (end - start), 1)


def _round_up(rough: float) -> float:
    power = 10.0 ** floor(log10(rough))
    return float(next(one * power for one in (1, 2, 5, 10) if one * power >= rough * 0.999))
