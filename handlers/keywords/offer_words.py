"""A market among others: who pays there, what is left of it, when, and how good that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from handlers.conversation import Conversation
from handlers.keywords.fitting import clip
from handlers.keywords.naming import place_name, price_type_words
from handlers.keywords.price_notes import distance
from handlers.keywords.transport_words import mode_words
from handlers.keywords.verbs import Subject
from messaging.phrases import say, say_many
from messaging.phrases.formats import age_words, amount, as_told, money
from prices.kinds import Buyer
from prices.nearby import Offer


@dataclass(frozen=True)
class Wording:
    """How much room an offer has: letters for a name, and what is told beside its price."""

    longest: int
    with_age: bool
    with_payday: bool = True


def shown_net(offer: Offer) -> Decimal:
    """What is left of a price as it is told, so that what is told adds up."""
    return as_told(offer.netback.price) - offer.netback.costs


def market(
    conversation: Conversation, subject: Subject, offer: Offer, number: int, wording: Wording
) -> str:
    """One offer: 1 Molo trader KES 48 (50 less 2 bus, 25 km), pays in 14 days.

    The first shows its money and how it is reckoned.
    """
    language = conversation.language
    figure = amount(shown_net(offer), language)
    if number == 1:
        figure = money(figure, conversation.vocabulary.country.currency_sign, language)
    notes = [
        _reckoning(conversation, offer) if number == 1 else "",
        distance(conversation, offer.distance_km) if offer.distance_km else "",
        _age(conversation, offer) if wording.with_age else "",
    ]
    told = ", ".join(filter(None, notes))
    priced = f"{number} {_seller_to(conversation, subject, offer, wording.longest)} {figure}"
    paid = _pays(language, offer.terms.days_to_pay) if wording.with_payday else ""
    return ", ".join(filter(None, (f"{priced} ({told})" if told else priced, paid))) + "."


def counts(conversation: Conversation, offers: Sequence[Offer]) -> str:
    """How many reports the offers rest on: 4 reports each, 1-4 reports each."""
    language = conversation.language
    reports = [offer.estimate.reports for offer in offers]
    low, high = min(reports), max(reports)
    if len(offers) == 1:
        return say_many(language, "{n} report", "{n} reports", high)
    if low == high:
        return say_many(language, "{n} report each", "{n} reports each", high)
    return say(language, "{low}-{high} reports each", low=low, high=high)


def one_age(conversation: Conversation, offers: Sequence[Offer]) -> str:
    """How old all of them are; nothing where they are not of one day."""
    ages = {_age(conversation, offer) for offer in offers}
    return ages.pop() if len(ages) == 1 else ""


def _age(conversation: Conversation, offer: Offer) -> str:
    newest_at, language = offer.estimate.newest_at, conversation.language
    return age_words(newest_at, conversation.now, conversation.timezone, language)


def _seller_to(conversation: Conversation, subject: Subject, offer: Offer, longest: int) -> str:
    """Where, and to whom: Molo trader, Nakuru KCC; a price of another step is called so."""
    language, told = conversation.language, [place_name(conversation, offer.place, longest)]
    if offer.buyer is not None:
        told.append(clip(offer.terms.name or buyer_words(language, offer.buyer), longest))
    own_type = conversation.vocabulary.commodities[subject.commodity].price_type
    if offer.price_type is not own_type and offer.buyer is not Buyer.DIRECT:
        told.append(price_type_words(language, offer.price_type))
    return " ".join(told)


def buyer_words(language: str, buyer: Buyer) -> str:
    """Who buys: trader."""
    match buyer:
        case Buyer.DIRECT:
            return say(language, "direct")
        case Buyer.TRADER:
            return say(language, "trader")
        case Buyer.COOPERATIVE:
            return say(language, "co-op")
        case Buyer.PROCESSOR:
            return say(language, "processor")
        case _:
            assert_never(buyer)


def _reckoning(conversation: Conversation, offer: Offer) -> str:
    """What comes off the price, and on top of it: 50 less 2 bus."""
    language, netback = conversation.language, offer.netback
    costs = []
    if netback.rejected:
        costs.append(say(language, "less {cost} rejected", cost=amount(netback.rejected, language)))
    if netback.bonus:
        costs.append(say(language, "plus {bonus} bonus", bonus=amount(netback.bonus, language)))
    if netback.transport:
        cost, mode = amount(netback.transport, language), mode_words(language, netback.mode)
        costs.append(say(language, "less {cost} {mode}", cost=cost, mode=mode))
    return " ".join([amount(as_told(netback.price), language), *costs]) if costs else ""


def _pays(language: str, days: int | None) -> str:
    """When the money comes; nothing where that is not known."""
    if days is None:
        return ""
    if days == 0:
        return say(language, "cash")
    return say_many(language, "pays in {n} day", "pays in {n} days", days)
