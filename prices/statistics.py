"""Weighted quantiles on exact decimals, and distances on the globe: plain arithmetic, no data."""

from collections.abc import Sequence
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088  # the mean radius of WGS 84

HALF = Decimal("0.5")

Weighted = tuple[Decimal, Decimal]  # a value and its weight


def weighted_quantile(values: Sequence[Weighted], fraction: Decimal) -> Decimal:
    """The value below which a fraction of the weight lies, between neighbours by straight line.

    Each value stands at the middle of its own weight: at (weight below + half its own) / total.
    Outside the first and the last of these points the smallest and the largest value hold. With
    equal weights this is definition 5 of Hyndman and Fan, "Sample Quantiles in Statistical
    Packages" (1996), after Hazen (1914): the median is the usual one, and for five values or fewer
    the 10–90 % range is the smallest and the largest.

    A step function would let the heavier of two values win alone; here two values of nearly equal
    weight meet nearly in the middle. Zero weights and no values at all are a caller's mistake.
    """
    ordered = sorted(values)
    target = fraction * sum((weight for _, weight in ordered), Decimal(0))
    reached = Decimal(0)
    last_value, last_point = ordered[0][0], None
    for value, weight in ordered:
        point = reached + weight / 2
        if point >= target:
            if last_point is None:
                return value
            share = (target - last_point) / (point - last_point)
            return last_value + (value - last_value) * share
        reached += weight
        last_value, last_point = value, point
    return last_value


def weighted_median(values: Sequence[Weighted]) -> Decimal:
    """The weighted quantile at one half."""
    return weighted_quantile(values, HALF)


def distance_km(latitude: float, longitude: float, latitude2: float, longitude2: float) -> float:
    """The great-circle distance between two points in degrees (haversine formula).

    It takes the Earth for a ball: wrong by 0.5 % at most. Roads are longer by a third and more.
    """
    phi, phi2 = radians(latitude), radians(latitude2)
    across = sin((phi2 - phi) / 2) ** 2
    along = sin(radians(longitude2 - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(across + cos(phi) * cos(phi2) * along)))


def distances_km(
    latitude: float,
    longitude: float,
    latitudes: NDArray[np.float64],
    longitudes: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The same from one point to many at once."""
    phi, phis = np.radians(latitude), np.radians(latitudes)
    across = np.sin((phis - phi) / 2) ** 2
    along = np.sin(np.radians(longitudes - longitude) / 2) ** 2
    half = np.sqrt(across + np.cos(phi) * np.cos(phis) * along)
    found: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, half))
    return found
