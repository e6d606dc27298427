"""Where it is best to go, by the figures that readers are told (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from messaging.phrases.formats import as_told
from prices.nearby import Offer
from prices.vocabulary import PlaceEntry
from scheduler.bulletin_parts import Trade


@dataclass(frozen=True)
class Best:
    """Where most is left of a price, or least is to be paid."""

    commodity: str
    offer: Offer
    is_bought: bool
    is_net: bool
    is_here: bool  # at the very place that the bulletin is for

    @property
    def figure(self) -> Decimal:
        """What is told of it: what is left of the price; of what is bought the price itself."""
        return as_told(self.offer.netback.price) if self.is_bought else shown_net(self.offer)


def best_of(trade: Trade | None, place: PlaceEntry, *, is_demo: bool) -> Best | None:
    """The best that may be told; None where there is nothing to choose from.

    What was made up, a price or a fare, has a part in it only in a bulletin that is marked so.
    """
    if trade is None or (trade.selling.is_demo and not is_demo):
        return None
    offers = [one for one in trade.selling.offers if is_demo or not one.estimate.is_demo]
    rank: Callable[[Offer], Decimal] = _cost if trade.is_bought else _loss
    best = min(offers, key=lambda one: (rank(one), one.distance_km), default=None)
    if best is None or _is_no_choice(best, offers, place, is_net=trade.is_net):
        return None
    is_here = best.place.id == place.id
    return Best(trade.commodity, best, trade.is_bought, trade.is_net, is_here)


def shown_net(offer: Offer) -> Decimal:
    """What is left of a price as it is told, so that what is told adds up."""
    return as_told(offer.netback.price) - offer.netback.costs


def _is_no_choice(best: Offer, offers: Sequence[Offer], place: PlaceEntry, *, is_net: bool) -> bool:
    """True where it was held against nothing: neither another market nor another buyer.

    What is left of the one price that is known elsewhere, though, is news by itself.
    """
    if len({one.place.id for one in offers}) > 1 or (best.place.id != place.id and is_net):
        return False
    return best.buyer is None or len(offers) == 1


def _loss(offer: Offer) -> Decimal:
    return -shown_net(offer)


def _cost(offer: Offer) -> Decimal:
    """What somebody pays who buys there, with the way."""
    return as_told(offer.netback.price) + offer.netback.transport
