"""The text of a bulletin: as much as one segment holds, the most needed first (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from messaging.phrases import say
from messaging.segments import measure, to_gsm7
from prices.answers import NearestPrice, NoPrice, OwnPrice
from prices.vocabulary import PlaceEntry
from scheduler.bulletin_prices import BulletinPrices
from scheduler.bulletin_words import Voice, lead_words, market_words, other_words, shop_words


@dataclass(frozen=True)
class _Clause:
    """One thing said: a part of the first sentence, or a sentence of its own."""

    text: str
    is_demo: bool = False
    is_sentence: bool = False


def group_bulletin(prices: BulletinPrices, *, name: str, is_demo: bool, voice: Voice) -> str:
    """What a group's members read: KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (+2, 6 reports)."""
    answer = prices.lead.answer
    per_unit = "" if isinstance(answer, NoPrice) else f"/{voice.unit(answer.commodity)}"
    heading = f"{name} {voice.day()}. {voice.commodity(answer.commodity)}{per_unit}:"
    return _fit(heading, prices, is_demo, voice)


def list_bulletin(
    prices: BulletinPrices, *, commodity: str, place: PlaceEntry, voice: Voice
) -> str:
    """What a subscriber reads: Milk, Nakuru, 23 Nov: farm gate KES 47/L (+2, 6 reports)."""
    voice = replace(voice, headed_place_id=place.id)
    heading = f"{voice.commodity(commodity)}, {voice.place(place)}, {voice.day()}:"
    instead = prices.lead.answer.commodity
    if instead != commodity:  # what shops sell in its stead
        heading = f"{heading} {voice.commodity(instead)}"
    return _fit(heading, prices, False, voice)


def _fit(heading: str, prices: BulletinPrices, is_demo: bool, voice: Voice) -> str:
    """The fullest lead that fits, and behind it, in their order, whatever else still fits.

    Nothing made up is said in a bulletin that is no demo: only the lead can make it one.
    """
    leads = [_lead(prices, voice, brief=brief) for brief in (False, True)]
    is_demo = is_demo or leads[0].is_demo
    whole = partial(_whole, heading, is_demo=is_demo, language=voice.language)
    clauses = [next((lead for lead in leads if _fits(whole([lead]))), leads[-1])]
    for clause in _besides(prices, voice):
        if (is_demo or not clause.is_demo) and _fits(whole([*clauses, clause])):
            clauses.append(clause)
    return whole(clauses)


def _whole(heading: str, clauses: Sequence[_Clause], *, is_demo: bool, language: str) -> str:
    first = ", ".join(clause.text for clause in clauses if not clause.is_sentence)
    others = [clause.text for clause in clauses if clause.is_sentence]
    text = f"{heading} {'. '.join([first, *others])}."
    return say(language, "DEMO {text}", text=text) if is_demo else text


def _fits(text: str) -> bool:
    return measure(to_gsm7(text)).segments == 1


def _lead(prices: BulletinPrices, voice: Voice, *, brief: bool) -> _Clause:
    answer = prices.lead.answer
    is_demo = isinstance(answer, OwnPrice | NearestPrice) and answer.estimate.is_demo
    return _Clause(lead_words(prices.lead, voice, brief=brief), is_demo)


def _besides(prices: BulletinPrices, voice: Voice) -> Iterator[_Clause]:
    """What is worth knowing besides the lead, most worth first."""
    if prices.market is not None:
        is_demo = prices.market.price.estimate.is_demo
        yield _Clause(market_words(prices.market, voice), is_demo)
    if prices.shops is not None:
        yield _Clause(shop_words(prices.shops, voice), prices.shops.estimate.is_demo)
    for other in prices.others:
        yield _Clause(other_words(other, voice), other.price.estimate.is_demo, is_sentence=True)
