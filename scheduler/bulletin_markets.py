"""The markets a bulletin may compare: within reach, named by the operator, and who buys at home."""

from collections.abc import Iterator
from dataclasses import replace
from math import inf

from prices.answers import OwnPrice, PriceAnswer
from prices.best_markets import best_markets
from prices.geography import distances
from prices.kinds import Buyer, PriceType
from prices.nearby import Offer
from prices.published import estimates_of
from prices.vocabulary import PlaceEntry
from scheduler.bulletin_asker import Asker
from scheduler.bulletin_parts import Market, Trade

# Where nobody knows what the way costs, markets are compared as far as an hour on a matatu.
COMPARED_KM = 50.0


def trade_from(asker: Asker, commodity: str) -> Trade | None:
    """Where it can be sold within reach; a thing that shops sell is a thing the readers buy."""
    is_bought = asker.vocabulary.commodities[commodity].price_type is PriceType.RETAIL
    selling = best_markets(
        asker.session,
        asker.vocabulary,
        commodity=commodity,
        place_id=asker.place.id,
        price_type=PriceType.RETAIL if is_bought else None,
        now=asker.now,
    )
    # Nobody sets out from the middle of a county: there its own markets are compared.
    reach = inf if selling.quantity is not None else COMPARED_KM
    if not asker.place.kind.is_trading_place:
        reach = 0.0
    offers = tuple(offer for offer in selling.offers if offer.distance_km <= reach)
    return Trade(commodity, replace(selling, offers=offers), is_bought) if offers else None


def buyers_there(trade: Trade | None, lead: PriceAnswer) -> Iterator[Offer]:
    """Who buys where the lead is told of, by himself, and for how much."""
    if trade is None or trade.is_bought:
        return
    for offer in trade.selling.offers:
        is_there = offer.place.id == lead.place.id and offer.buyer is not None
        if is_there and (offer.price_type is lead.price_type or offer.buyer is Buyer.DIRECT):
            yield offer


def named_markets(asker: Asker, lead: PriceAnswer, place_ids: tuple[int, ...]) -> Iterator[Market]:
    """What is paid at each market that the operator chose, even if that was some time ago."""
    vocabulary = asker.vocabulary
    away: dict[int, float] = {}
    if asker.place.kind.is_trading_place:  # from the middle of a county nobody sets out
        away = distances(vocabulary, asker.place, place_ids, within_km=inf)
    for place_id in dict.fromkeys(place_ids):
        if place_id in vocabulary.places and place_id not in {asker.place.id, lead.place.id}:
            price = _at_market(asker, lead, vocabulary.places[place_id])
            if price is not None:
                yield Market(price, away.get(place_id))


def _at_market(asker: Asker, lead: PriceAnswer, place: PlaceEntry) -> OwnPrice | None:
    """What the lead costs at another place; of a market also what was told some time ago."""
    fresh = asker.fresh(lead.commodity, place, lead.price_type)
    if fresh is not None:
        return fresh
    told = estimates_of(
        asker.session,
        asker.vocabulary,
        commodity=lead.commodity,
        place_ids=[place.id],
        now=asker.now,
        price_type=lead.price_type,
        is_whole=True,
    )
    currency = asker.vocabulary.country.currency
    prices = (
        OwnPrice(lead.commodity, place, lead.price_type, currency, one.estimate) for one in told
    )
    return next(prices, None)
