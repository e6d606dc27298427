"""Markets within reach, side by side: which pays best, and which is nearest (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prices.estimates import Estimate
from prices.vocabulary import PlaceEntry


@dataclass(frozen=True)
class MarketPrice:
    """What a market pays, and how far away it is; 0 for the place itself and what lies in it."""

    place: PlaceEntry
    distance_km: float
    estimate: Estimate


def best_first(markets: Iterable[MarketPrice]) -> list[MarketPrice]:
    """The highest price first; of equal ones the nearest, then the one that more people tell of.

    Nothing is taken off for the way: nobody tells us what it costs.
    """

    def rank(market: MarketPrice) -> tuple[object, ...]:
        found = market.estimate
        return (-found.price, market.distance_km, -found.reports, market.place.id)

    return sorted(markets, key=rank)


def is_nearest_best(ranked: Sequence[MarketPrice]) -> bool:
    """True where going farther pays nothing: the best of several is also the nearest."""
    return len(ranked) > 1 and ranked[0].distance_km <= min(one.distance_km for one in ranked)
