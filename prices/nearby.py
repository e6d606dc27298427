"""Where a thing can be sold within reach: who pays best, and who is nearest (pure)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from prices.cells import CellEstimate
from prices.estimates import Confidence, Estimate
from prices.kinds import Buyer, PriceType
from prices.netback import FINENESS, Netback, Terms
from prices.vocabulary import PlaceEntry

# Where a producer sells; behind the counter of a shop only whoever sells to the eater himself.
_SOLD_AT = frozenset({PriceType.FARM_GATE, PriceType.WHOLESALE})
# How much a figure that is told may differ from the one that was reckoned: half of a fortieth.
_ROUNDED_BY = Decimal(1) / 2 / FINENESS
_HALF_A_HUNDREDTH = Decimal("0.005")


@dataclass(frozen=True)
class Offer:
    """What somebody pays at a market, what is left of it, and how far away that is.

    `distance_km` is along the great circle, 0 for the place itself and what lies in it. `buyer`
    None: whoever buys there.
    """

    place: PlaceEntry
    distance_km: float
    price_type: PriceType
    buyer: Buyer | None
    terms: Terms
    estimate: Estimate
    netback: Netback


@dataclass(frozen=True)
class Selling:
    """Where a thing can be sold from a place, the best first.

    `quantity`, in base units, is what the way was reckoned for; None: nothing is taken off for
    the way, because the place is none to set out from or nobody knows what carrying costs.
    """

    offers: tuple[Offer, ...]
    quantity: Decimal | None
    is_demo: bool


@dataclass(frozen=True)
class Few:
    """That only so many of the offers will be told, the best by the figures that are told.

    `told` makes of a price the rounder one that is told: it is an 80th of the price away at most,
    or half a hundredth. So of most markets it is known beforehand that they are not among these.
    """

    count: int
    told: Callable[[Decimal], Decimal]

    def told_net(self, offer: Offer) -> Decimal:
        """What is left of a price as it is told."""
        return self.told_of(offer.netback)

    def told_of(self, netback: Netback) -> Decimal:
        """The same, of what is left of a price."""
        return self.told(netback.price) - netback.costs

    def worst(self, offers: Iterable[Offer]) -> Decimal:
        """What the last of so many leaves, as it is told."""
        return sorted(map(self.told_net, offers), reverse=True)[self.count - 1]

    def least_price(self, worst: Decimal, transport: Decimal) -> Decimal:
        """No lower price leaves as much as the worst, where the way costs at least so much.

        What is told as left is more than what is left by both roundings, of price and of cost. It
        is so of whoever buys: of a buyer, whose own terms count, it is not known.
        """
        return (worst + transport - _HALF_A_HUNDREDTH) / (1 + 2 * _ROUNDED_BY)

    def chosen(self, offers: Iterable[Offer]) -> list[Offer]:
        """The best so many, with the nearest and the farthest of all: is_nearest_best sees those.

        In the order of `best_first`, as all of them would be.
        """
        ranked = best_first(offers)
        told = sorted(ranked, key=lambda offer: -self.told_net(offer))[: self.count]
        ends = (min(ranked, key=_way, default=None), max(ranked, key=_way, default=None))
        wanted = {id(one) for one in (*told, *ends)}
        return [one for one in ranked if id(one) in wanted]


def sold_at(own_type: PriceType, price_type: PriceType | None) -> frozenset[PriceType]:
    """The kinds of prices that a seller gets; one that is asked for is the only one."""
    return _SOLD_AT | {own_type} if price_type is None else frozenset({price_type})


def sellable(
    cells: Iterable[CellEstimate],
    *,
    own_type: PriceType,
    price_type: PriceType | None,
    grade: str | None,
) -> list[CellEstimate]:
    """The fresh prices that a seller can get: at the farm, wholesale, and at the thing's own step.

    A price type that is asked for is the only one. Of a market and a price type, buyers that are
    told of by themselves stand for that market: their reports are in the price over all too. So
    with a grade that is asked for.
    """
    wanted = sold_at(own_type, price_type)
    fresh = [
        one
        for one in cells
        if one.estimate.confidence is not Confidence.OLD
        and (one.cell.price_type in wanted or _is_sold_to_the_eater(one, price_type))
    ]
    graded = [one for one in fresh if grade is not None and one.cell.grade == grade]
    return _by_buyer(graded or [one for one in fresh if one.cell.grade is None])


def best_first(offers: Iterable[Offer]) -> list[Offer]:
    """What leaves most comes first; of equal ones the nearest, then what more people tell of."""

    def rank(offer: Offer) -> tuple[object, ...]:
        which = (offer.place.id, offer.price_type, offer.buyer or "")
        return (-offer.netback.net, offer.distance_km, -offer.estimate.reports, *which)

    return sorted(offers, key=rank)


def is_nearest_best(ranked: Sequence[Offer]) -> bool:
    """True where going farther pays nothing: the best is the nearest, and there are others."""
    ways = [offer.distance_km for offer in ranked]
    return bool(ways) and ways[0] == min(ways) < max(ways)


def _way(offer: Offer) -> float:
    return offer.distance_km


def _is_sold_to_the_eater(one: CellEstimate, price_type: PriceType | None) -> bool:
    return price_type is None and one.cell.buyer is Buyer.DIRECT


def _by_buyer(cells: Iterable[CellEstimate]) -> list[CellEstimate]:
    markets: defaultdict[tuple[int, PriceType], list[CellEstimate]] = defaultdict(list)
    for one in cells:
        markets[one.cell.place_id, one.cell.price_type].append(one)
    return [
        one
        for of_market in markets.values()
        for one in ([one for one in of_market if one.cell.buyer is not None] or of_market)
    ]
