"""What a bulletin says beside its price: where to sell, who buys, what is usual (pure)."""

from collections.abc import Sequence
from decimal import Decimal

from messaging.phrases import say, say_many
from messaging.phrases.formats import as_told, month_name
from prices.answers import OwnPrice
from prices.comparisons import Sides, Usual
from prices.kinds import Buyer, PriceType
from prices.nearby import Offer
from scheduler.bulletin_best import Best
from scheduler.bulletin_parts import Market
from scheduler.bulletin_voice import Voice
from scheduler.bulletin_words import km, noted, reliability


def best_words(best: Best, voice: Voice, *, in_full: bool = False) -> str:
    """Where most is left of the price: best net Molo 48 (38 km); in full (pays 50, 38 km)."""
    seller = _seller_to(best, voice)
    if not seller:
        if best.is_bought:
            return say(voice.language, "cheapest here")
        return say(voice.language, "best sold here")
    market = f"{seller} {voice.figure(best.figure)}"
    said = noted(_ranked(best, market, voice), *_best_notes(best, voice, in_full=in_full))
    paid = _payday(best.offer, voice) if in_full else ""
    return ", ".join(filter(None, (said, paid)))


def market_words(market: Market, voice: Voice) -> str:
    """What is paid at a market: Molo 48 (38 km), Molo 44 (38 km, 12 days old)."""
    estimate = market.price.estimate
    away = "" if market.distance_km is None else km(market.distance_km, voice)
    where = f"{voice.place(market.price.place)} {voice.figure(estimate.price)}"
    return noted(where, away, reliability(estimate, voice))


def shop_words(shops: OwnPrice, voice: Voice) -> str:
    """What shops at the place take: shops 62."""
    return f"{voice.price_type(shops.price_type)} {voice.figure(shops.estimate.price)}"


def usual_words(usual: Usual, asked: int, voice: Voice) -> str:
    """What is usual in this month of the year: usual Nov 44; of another place (Nakuru)."""
    said = say(
        voice.language,
        "usual {month} {price}",
        month=month_name(usual.month, voice.language, is_short=True),
        price=voice.figure(usual.norm.price),
    )
    return noted(said, "" if usual.place.id == asked else voice.place(usual.place))


def buyers_words(buyers: Sequence[Offer], price_type: PriceType, voice: Voice) -> str:
    """What each buyer pays, and when: Buyers: KCC 45, pays in 14 days; trader 44, cash."""
    told = "; ".join(_buyer(offer, price_type, voice) for offer in buyers)
    return say(voice.language, "buyers: {prices}", prices=told)


def sides_words(sides: Sides, voice: Voice) -> str:
    """How far those who sell and those who buy are apart: sellers say 47, buyers 45."""
    return say(
        voice.language,
        "sellers say {sellers}, buyers {buyers}",
        sellers=voice.figure(sides.sellers),
        buyers=voice.figure(sides.buyers),
    )


def month_ago_words(price: Decimal, voice: Voice) -> str:
    """What it was thirty days ago: a month ago 43."""
    return say(voice.language, "a month ago {price}", price=voice.figure(price))


def _ranked(best: Best, market: str, voice: Voice) -> str:
    if best.is_bought:
        return say(voice.language, "cheapest {market}", market=market)
    if best.is_net:
        return say(voice.language, "best net {market}", market=market)
    return say(voice.language, "best price {market}", market=market)


def _best_notes(best: Best, voice: Voice, *, in_full: bool) -> list[str]:
    offer, notes = best.offer, []
    price = as_told(offer.netback.price)
    if in_full and price != best.figure:
        notes.append(say(voice.language, "pays {price}", price=voice.figure(price)))
    if offer.distance_km > 0:
        notes.append(km(offer.distance_km, voice))
    return [*notes, reliability(offer.estimate, voice)]


def _seller_to(best: Best, voice: Voice) -> str:
    """Where, and to whom: Molo, Nakuru KCC; where the readers are, only to whom: KCC."""
    where = "" if best.is_here else voice.place(best.offer.place)
    own_type = voice.vocabulary.commodities[best.commodity].price_type
    return " ".join(filter(None, (where, *_whom(best.offer, own_type, voice))))


def _whom(offer: Offer, own_type: PriceType, voice: Voice) -> list[str]:
    """To whom it is sold; a price of another step of the trade is called so."""
    words = []
    if offer.buyer is not None:
        words.append(offer.terms.name or voice.buyer(offer.buyer))
    if offer.price_type is not own_type and offer.buyer is not Buyer.DIRECT:
        words.append(voice.price_type(offer.price_type))
    return words


def _buyer(offer: Offer, price_type: PriceType, voice: Voice) -> str:
    words = " ".join([*_whom(offer, price_type, voice), voice.figure(offer.netback.price)])
    priced = noted(words, reliability(offer.estimate, voice))
    return ", ".join(filter(None, (priced, _payday(offer, voice))))


def _payday(offer: Offer, voice: Voice) -> str:
    """When the money comes; nothing where that is not known."""
    days = offer.terms.days_to_pay
    if days is None:
        return ""
    if days == 0:
        return say(voice.language, "cash")
    return say_many(voice.language, "pays in {n} day", "pays in {n} days", days)
