"""The text of a bulletin: what its readers need most first, until its segments are full (pure).

What is said after the price, in this order:

- to a member: one thing of the group's own book, the audience's other commodities, the best market,
  the markets the operator named, shops, what is usual in the month, the feed, who buys, whatever
  else is told of at the place;
- to the secretary, for the meeting: what the group's own book says for the step it is on, the other
  commodities, each buyer with the days to pay, the best market and how it is reckoned, the feed and
  what it is worth, what else the book says, sellers against buyers, a month ago, usual, named
  markets, shops, the rest; and at the end what there is to decide.

A group without a milk book reads no word of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from groups.bulletin_figures import FeedCost, GroupFigures, decide
from groups.models import Form
from messaging.phrases import say
from messaging.phrases.formats import capitalised
from prices.answers import NearestPrice, NoPrice, OwnPrice
from prices.kinds import PriceType
from prices.vocabulary import PlaceEntry
from scheduler.bulletin_best import Best, best_of
from scheduler.bulletin_clauses import (
    best_words,
    buyers_words,
    market_words,
    month_ago_words,
    shop_words,
    sides_words,
    usual_words,
)
from scheduler.bulletin_decision import decision_slot
from scheduler.bulletin_filling import Slot, filled
from scheduler.bulletin_group import Beside, further_slots, member_words, step_slots
from scheduler.bulletin_parts import FEEDS, BulletinPrices, Told, is_fresh
from scheduler.bulletin_voice import Voice
from scheduler.bulletin_words import Detail, lead_words, other_words

# How long a name of the lead may be where even its briefest wording has no room: barely a name.
CUT_NAMES = (24, 16, 11, 8)


def group_bulletin(
    prices: BulletinPrices, *, name: str, form: Form, segments: int, is_demo: bool, voice: Voice
) -> str:
    """What a group reads: KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (+2, 6 reports)."""

    def heading(voice: Voice) -> str:
        answer = prices.lead.answer
        per_unit = "" if isinstance(answer, NoPrice) else f"/{voice.unit(answer.commodity)}"
        return f"{name} {voice.day()}. {voice.commodity(answer.commodity)}{per_unit}:"

    return _Bulletin(prices, voice, form, is_demo).text(heading, segments)


def list_bulletin(
    prices: BulletinPrices, *, commodity: str, place: PlaceEntry, segments: int, voice: Voice
) -> str:
    """What a subscriber reads: Milk, Nakuru, 23 Nov: farm gate KES 47/L (+2, 6 reports)."""

    def heading(voice: Voice) -> str:
        said = f"{voice.commodity(commodity)}, {voice.place(place)}, {voice.day()}:"
        instead = prices.lead.answer.commodity
        # What shops sell in its stead.
        return said if instead == commodity else f"{said} {voice.commodity(instead)}"

    voice = replace(voice, headed_place_id=place.id)
    return _Bulletin(prices, voice, Form.SHORT, is_demo=False).text(heading, segments)


@dataclass(frozen=True)
class _Bulletin:
    """One text to compose. Nothing made up is said in it unless it is a demo, or its lead is."""

    prices: BulletinPrices
    voice: Voice
    form: Form
    is_demo: bool

    def text(self, heading: Callable[[Voice], str], segments: int) -> str:
        """As much as so many segments hold."""
        if self.prices.lead.is_demo and not self.is_demo:
            return replace(self, is_demo=True).text(heading, segments)
        besides = [slot for slot in self._besides() if self.is_demo or not slot.is_demo]
        lead = Slot(tuple(self._leads(heading)))
        mark = partial(_marked, self.voice.language) if self.is_demo else _unmarked
        return filled(lead, besides, segments, mark)

    def _leads(self, heading: Callable[[Voice], str]) -> Iterator[str]:
        """The heading and the price, the fullest wording first."""
        told = self.prices.lead if self.is_demo else self.prices.lead.without_made_up()
        cut = [replace(self.voice, longest_name=longest) for longest in CUT_NAMES]
        fullest = Detail.FULL if self.form is Form.LONG else Detail.PLAIN
        wordings = [(self.voice, Detail(detail)) for detail in range(fullest, -1, -1)]
        wordings += [(voice, Detail.BRIEF) for voice in cut]
        for voice, detail in wordings:
            yield f"{heading(voice)} {lead_words(told, voice, detail, self.prices.since)}"

    def _besides(self) -> Iterator[Slot]:
        return self._to_the_secretary() if self.form is Form.LONG else self._to_a_member()

    def _to_a_member(self) -> Iterator[Slot]:
        best = self._best()
        yield from self._own_clause()
        yield from map(self._other, self.prices.wanted)
        yield from self._best_slot(best)
        yield from self._markets(best)
        yield from self._shops()
        yield from self._usual()
        yield from map(self._other, self._feed())
        yield from self._buyers()
        yield from map(self._other, self.prices.others)

    def _to_the_secretary(self) -> Iterator[Slot]:
        best, own = self._best(), self.prices.own
        # What milk costs to make is what the second step is about.
        is_feed_first = own is not None and own.standing.step == 2
        if own is not None:
            yield from self._decision(own)
            yield from step_slots(own, self._beside(), self.voice)
        yield from map(self._other, self._feed() if is_feed_first else ())
        yield from map(self._other, self.prices.wanted)
        yield from self._buyers()
        yield from self._best_slot(best)
        yield from map(self._other, () if is_feed_first else self._feed())
        if own is not None:
            yield from further_slots(own, self.voice)
        yield from self._movements()
        yield from self._usual()
        yield from self._markets(best)
        yield from self._shops()
        yield from map(self._other, self.prices.others)

    def _own_clause(self) -> Iterator[Slot]:
        """What a member reads of the own group."""
        own, answer = self.prices.own, self.prices.lead.answer
        if own is None:
            return
        # Behind the price of another thing, or of none, "group 46" would be misread.
        is_priced = self._is_of_milk() and not isinstance(answer, NoPrice)
        words = member_words(own, self.voice, is_priced=is_priced)
        if words:
            yield self._slot(words)

    def _decision(self, own: GroupFigures) -> Iterator[Slot]:
        beside = self._beside()
        decision = decide(own, beside.market, beside.feed)
        if decision is not None:
            yield decision_slot(decision, self.voice)

    def _beside(self) -> Beside:
        """What the group's own figures are held against; nothing that was made up for others."""
        return Beside(self._market_price(), self._feed_cost())

    def _market_price(self) -> Decimal | None:
        """What others there lately got at the farm gate."""
        answer = self.prices.lead.answer
        if not isinstance(answer, OwnPrice | NearestPrice) or not is_fresh(answer):
            return None
        is_like = self._is_of_milk() and answer.price_type is PriceType.FARM_GATE
        return answer.estimate.price if is_like else None

    def _is_of_milk(self) -> bool:
        """The price that leads is of what the book is about, and not of what shops sell instead."""
        return self.prices.lead.answer.commodity in FEEDS

    def _feed_cost(self) -> FeedCost | None:
        for told in (*self._feed(), *self.prices.wanted):
            if told.worth is not None and (self.is_demo or not told.is_demo):
                return FeedCost(told.answer.commodity, told.worth, told.worth_before)
        return None

    def _best(self) -> Best | None:
        """The best market, unless it is the lead itself and nothing comes off it for the way."""
        best = best_of(self.prices.trade, self.prices.place, is_demo=self.is_demo)
        if best is None or best.is_here or best.is_net:
            return best
        return None if best.offer.place.id == self.prices.lead.answer.place.id else best

    def _best_slot(self, best: Best | None) -> Iterator[Slot]:
        if best is not None:
            wordings = [best_words(best, self.voice)]
            if self.form is Form.LONG:
                wordings.insert(0, best_words(best, self.voice, in_full=True))
            yield self._slot(*wordings, is_demo=self._is_made_up(best))

    def _is_made_up(self, best: Best) -> bool:
        fares = self.prices.trade is not None and self.prices.trade.selling.is_demo
        return best.offer.estimate.is_demo or fares

    def _markets(self, best: Best | None) -> Iterator[Slot]:
        """The markets the operator named, but for the one that is named as the best."""
        named = None if best is None else best.offer.place.id
        for market in self.prices.markets:
            if market.price.place.id != named:
                words = market_words(market, self.voice)
                yield self._slot(words, is_demo=market.price.estimate.is_demo)

    def _shops(self) -> Iterator[Slot]:
        shops = self.prices.shops
        if shops is not None:
            yield self._slot(shop_words(shops, self.voice), is_demo=shops.estimate.is_demo)

    def _usual(self) -> Iterator[Slot]:
        if self.prices.usual is not None:
            place_id = self.prices.lead.answer.place.id
            yield self._slot(usual_words(self.prices.usual, place_id, self.voice))

    def _buyers(self) -> Iterator[Slot]:
        """All buyers, or as many of the best as there is room for."""
        buyers = [one for one in self.prices.buyers if self.is_demo or not one.estimate.is_demo]
        price_type = self.prices.lead.answer.price_type
        if buyers:
            counts = range(len(buyers), 0, -1)
            wordings = [buyers_words(buyers[:count], price_type, self.voice) for count in counts]
            yield Slot(tuple(map(capitalised, wordings)), is_sentence=True)

    def _movements(self) -> Iterator[Slot]:
        """Sellers against buyers, and now against a month ago."""
        if self.prices.sides is not None:
            yield self._slot(sides_words(self.prices.sides, self.voice))
        if self.prices.month_ago is not None:
            yield self._slot(month_ago_words(self.prices.month_ago, self.voice))

    def _feed(self) -> tuple[Told, ...]:
        return () if self.prices.feed is None else (self.prices.feed,)

    def _other(self, told: Told) -> Slot:
        lead = self.prices.lead.answer.commodity
        wordings = [other_words(told, self.voice, lead)]
        if self.form is Form.LONG and told.worth is not None:
            wordings.insert(0, other_words(told, self.voice, lead, with_worth=True))
        return Slot(tuple(wordings), is_demo=told.is_demo, is_sentence=True)

    def _slot(self, *wordings: str, is_demo: bool = False) -> Slot:
        """A part of the first sentence; in the long form a sentence of its own."""
        if self.form is Form.SHORT:
            return Slot(wordings, is_demo)
        return Slot(tuple(map(capitalised, wordings)), is_demo, is_sentence=True)


def _marked(language: str, text: str) -> str:
    return say(language, "DEMO {text}", text=text)


def _unmarked(text: str) -> str:
    return text
