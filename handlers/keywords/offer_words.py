"""A market among others: who pays there, what is left of it, when, and how good that is (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from handlers.keywords.fitting import clip
from handlers.keywords.plain_words import (
    Listener,
    buyer_words,
    distance_words,
    mode_words,
    price_type_words,
)
from messaging.phrases import say, say_many
from messaging.phrases.formats import age_words, amount, as_told, money
from prices.kinds import Buyer
from prices.nearby import Few, Offer

MOST_OFFERS = 3


# The same few hundred prices are told all day.
@lru_cache(maxsize=10_000)
def told_price(price: Decimal) -> Decimal:
    """A price as it is told."""
    return as_told(price)


# Of all the offers so many are told, in the order of the figures that are told.
FEW = Few(MOST_OFFERS, told_price)


@dataclass(frozen=True)
class Wording:
    """How much room an offer has: letters for a name, and what is told beside its price."""

    longest: int
    with_age: bool
    with_payday: bool = True


def shown_net(offer: Offer) -> Decimal:
    """What is left of a price as it is told, so that what is told adds up."""
    return FEW.told_net(offer)


def as_ranked(offers: Iterable[Offer]) -> list[Offer]:
    """In the order of the figures that are told, which are rounder than those reckoned."""
    return sorted(offers, key=lambda offer: -shown_net(offer))


def market(listener: Listener, commodity: str, offer: Offer, number: int, wording: Wording) -> str:
    """One offer: 1 Molo trader KES 48 (50 less 2 bus, 25 km), pays in 14 days.

    The first shows its money and how it is reckoned.
    """
    language = listener.language
    notes = [
        reckoning(language, offer) if number == 1 else "",
        way(language, offer),
        _age(listener, offer) if wording.with_age else "",
    ]
    told = ", ".join(filter(None, notes))
    figure = net_words(listener, offer, with_money=number == 1)
    priced = f"{number} {seller_to(listener, commodity, offer, wording.longest)} {figure}"
    paid = payday(language, offer) if wording.with_payday else ""
    return ", ".join(filter(None, (f"{priced} ({told})" if told else priced, paid))) + "."


def net_words(listener: Listener, offer: Offer, *, with_money: bool) -> str:
    """What is left of the price: KES 48."""
    figure = amount(shown_net(offer), listener.language)
    if not with_money:
        return figure
    return money(figure, listener.vocabulary.country.currency_sign, listener.language)


def seller_to(listener: Listener, commodity: str, offer: Offer, longest: int) -> str:
    """Where, and to whom: Molo trader, Nakuru KCC; a price of another step is called so."""
    language, told = listener.language, [clip(offer.place.name, longest)]
    if offer.buyer is not None:
        told.append(clip(offer.terms.name or buyer_words(language, offer.buyer), longest))
    own_type = listener.vocabulary.commodities[commodity].price_type
    if offer.price_type is not own_type and offer.buyer is not Buyer.DIRECT:
        told.append(price_type_words(language, offer.price_type))
    return " ".join(told)


def reckoning(language: str, offer: Offer) -> str:
    """What comes off the price, and on top of it: 50 less 2 bus."""
    netback = offer.netback
    costs = []
    if netback.rejected:
        costs.append(say(language, "less {cost} rejected", cost=amount(netback.rejected, language)))
    if netback.bonus:
        costs.append(say(language, "plus {bonus} bonus", bonus=amount(netback.bonus, language)))
    if netback.transport:
        cost, mode = amount(netback.transport, language), mode_words(language, netback.mode)
        costs.append(say(language, "less {cost} {mode}", cost=cost, mode=mode))
    return " ".join([amount(as_told(netback.price), language), *costs]) if costs else ""


def way(language: str, offer: Offer) -> str:
    """How far it is; nothing for the place itself."""
    return distance_words(language, offer.distance_km) if offer.distance_km else ""


def payday(language: str, offer: Offer) -> str:
    """When the money comes; nothing where that is not known."""
    days = offer.terms.days_to_pay
    if days is None:
        return ""
    if days == 0:
        return say(language, "cash")
    return say_many(language, "pays in {n} day", "pays in {n} days", days)


def counts(language: str, offers: Sequence[Offer]) -> str:
    """How many reports the offers rest on: 4 reports each, 1-4 reports each."""
    reports = [offer.estimate.reports for offer in offers]
    low, high = min(reports), max(reports)
    if len(offers) == 1:
        return say_many(language, "{n} report", "{n} reports", high)
    if low == high:
        return say_many(language, "{n} report each", "{n} reports each", high)
    return say(language, "{low}-{high} reports each", low=low, high=high)


def one_age(listener: Listener, offers: Iterable[Offer]) -> str:
    """How old all of them are; nothing where they are not of one day."""
    ages = {_age(listener, offer) for offer in offers}
    return ages.pop() if len(ages) == 1 else ""


def _age(listener: Listener, offer: Offer) -> str:
    timezone = listener.vocabulary.country.timezone
    return age_words(offer.estimate.newest_at, listener.now, timezone, listener.language)
