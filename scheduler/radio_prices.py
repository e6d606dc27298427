"""What a radio script has to tell: a handful of prices, the most useful to its listeners first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from prices.answers import NearestPrice, NoPrice, OwnPrice, PriceAnswer
from prices.cells import CellEstimate
from prices.estimates import Confidence
from prices.geography import distances, trading_places
from prices.kinds import PriceType
from prices.published import estimates_of
from prices.queries import answer_price, own_price
from prices.reads import reported_at
from prices.vocabulary import PlaceEntry, Vocabulary

WEEK = timedelta(days=7)
# An hour on a matatu: what a listener with a can of milk may compare.
COMPARED_KM = 50.0
# Nobody keeps more figures from one hearing.
MOST_PRICES = 6
# So many goods where the station asked for none: that leaves room for another market and the shops.
MOST_GOODS = 4
OTHER_MARKETS = 2


@dataclass(frozen=True)
class Heard:
    """One thing to be told about one commodity.

    `week_ago` is the same price a week before, where that is known. `distance_km` is how far a
    market lies that is told besides; None for the place itself and inside its county.
    """

    commodity: str
    answer: PriceAnswer
    week_ago: Decimal | None = None
    distance_km: float | None = None


@dataclass(frozen=True)
class RadioPrices:
    """All that one script may say, the most useful first. Only the first is sure to be said."""

    place: PlaceEntry
    heard: tuple[Heard, ...]
    is_demo: bool


def collect_radio_prices(
    session: Session,
    vocabulary: Vocabulary,
    *,
    place_id: int,
    commodities: Sequence[str],
    now: datetime,
) -> RadioPrices:
    """Ask the price store what listeners at a place want to know; of no commodities: what is told.

    Each of the goods comes before anything else. Then the first one's price at another market, in
    the shops, and at a second market. Made-up prices are told only where no real one is.
    """
    asker = _Asker(session, vocabulary, vocabulary.places[place_id], now)
    leads = [asker.lead(code) for code in commodities] or _leads_told_there(asker)
    is_demo = not any(_is_real(lead.answer) for lead in leads) and any(map(_is_made_up, leads))
    if not is_demo:
        leads = [_without_demo(lead) for lead in leads]
    heard = [*leads, *(one for one in _besides(asker, leads[0]) if _is_made_up(one) == is_demo)]
    return RadioPrices(asker.place, tuple(heard[:MOST_PRICES]), is_demo)


@dataclass(frozen=True)
class _Asker:
    """One place at one moment, to be asked for several prices."""

    session: Session
    vocabulary: Vocabulary
    place: PlaceEntry
    now: datetime

    def lead(self, commodity: str) -> Heard:
        """What the place itself pays, or the best honest answer instead, with its change."""
        answer = answer_price(
            self.session,
            self.vocabulary,
            commodity=commodity,
            place_id=self.place.id,
            price_type=None,
            now=self.now,
        )
        if not isinstance(answer, OwnPrice):
            return Heard(commodity, answer)
        told = self._at_its_market(answer)
        return Heard(commodity, told, self._week_ago(told))

    def fresh(self, commodity: str, price_type: PriceType) -> OwnPrice | None:
        """What people at the place lately said of another step of the trade."""
        return own_price(
            self.session,
            self.vocabulary,
            commodity=commodity,
            place_id=self.place.id,
            price_type=price_type,
            now=self.now,
        )

    def cells(
        self, commodity: str, places: Sequence[PlaceEntry] | None, price_type: PriceType
    ) -> list[CellEstimate]:
        """The fresh prices of some markets, or of every one in the country."""
        found = self._cells(commodity, places, price_type)
        return [one for one in found if one.estimate.confidence is not Confidence.OLD]

    def _cells(
        self, commodity: str, places: Sequence[PlaceEntry] | None, price_type: PriceType
    ) -> list[CellEstimate]:
        return estimates_of(
            self.session,
            self.vocabulary,
            commodity=commodity,
            place_ids=None if places is None else [place.id for place in places],
            now=self.now,
            price_type=price_type,
            is_whole=True,
        )

    def _at_its_market(self, answer: OwnPrice) -> OwnPrice:
        """A county for which one market spoke alone: the price is that market's, by its name."""
        if answer.markets > 1 or self.place.kind.is_trading_place:
            return answer
        inside = trading_places(self.vocabulary, self.place)
        found = self._cells(answer.commodity, inside, answer.price_type)
        spoke = (one.cell.place_id for one in found if one.estimate == answer.estimate)
        return replace(answer, place=self.vocabulary.places[next(spoke, self.place.id)])

    def _week_ago(self, answer: OwnPrice) -> Decimal | None:
        """The price of a week ago, made of that week's own reports; only like is held to like."""
        if answer.estimate.confidence is Confidence.OLD:
            return None
        then = own_price(
            self.session,
            self.vocabulary,
            commodity=answer.commodity,
            place_id=answer.place.id,
            price_type=answer.price_type,
            now=self.now - WEEK,
        )
        if then is None or then.markets != answer.markets:
            return None
        is_alike = then.estimate.is_demo == answer.estimate.is_demo
        return then.estimate.price if is_alike else None


def _leads_told_there(asker: _Asker) -> list[Heard]:
    """The goods that people tell at the place; where there are none, those that menus begin with.

    Goods that nobody knows a price of are left out, unless that is all there is to say.
    """
    entries = asker.vocabulary.commodities
    inside = trading_places(asker.vocabulary, asker.place)
    told = reported_at(asker.session, asker.vocabulary, inside, now=asker.now) or entries.keys()
    first = sorted(told, key=lambda code: (entries[code].rank, code))[:MOST_GOODS]
    leads = [asker.lead(code) for code in first]
    return [lead for lead in leads if not isinstance(lead.answer, NoPrice)] or leads[:1]


def _besides(asker: _Asker, lead: Heard) -> Iterator[Heard]:
    """The first commodity's price elsewhere and in the shops."""
    answer = lead.answer
    if not isinstance(answer, OwnPrice):
        return
    markets = _other_markets(asker, answer)[:OTHER_MARKETS]
    yield from markets[:1]
    if answer.price_type is not PriceType.RETAIL:
        shops = asker.fresh(lead.commodity, PriceType.RETAIL)
        if shops is not None:
            yield Heard(lead.commodity, shops)
    yield from markets[1:]


def _other_markets(asker: _Asker, lead: OwnPrice) -> list[Heard]:
    """Around a market the dearest of those within reach, or the cheapest for who buys in shops.

    Inside a county those that most people told of: a listener lives at one of them.
    """
    if asker.place.kind.is_trading_place:
        cells = asker.cells(lead.commodity, None, lead.price_type)
        goals = {one.cell.place_id for one in cells} - {asker.place.id}
        km: dict[int, float] = distances(
            asker.vocabulary, asker.place, goals, within_km=COMPARED_KM
        )
        cells = [one for one in cells if one.cell.place_id in km]
        sign = 1 if lead.price_type is PriceType.RETAIL else -1
        cells.sort(key=lambda one: (sign * one.estimate.price, km[one.cell.place_id]))
    else:
        inside = trading_places(asker.vocabulary, asker.place)
        cells = asker.cells(lead.commodity, inside, lead.price_type)
        cells = [one for one in cells if one.cell.place_id != lead.place.id]
        cells.sort(key=lambda one: (-one.estimate.reports, one.cell.place_id))
        km = {}
    return [_told_at(asker, lead, one, km.get(one.cell.place_id)) for one in cells]


def _told_at(asker: _Asker, lead: OwnPrice, cell: CellEstimate, km: float | None) -> Heard:
    place = asker.vocabulary.places[cell.cell.place_id]
    answer = replace(lead, place=place, estimate=cell.estimate, markets=1)
    return Heard(lead.commodity, answer, distance_km=km)


def _is_real(answer: PriceAnswer) -> bool:
    return isinstance(answer, OwnPrice | NearestPrice) and not answer.estimate.is_demo


def _is_made_up(heard: Heard) -> bool:
    answer = heard.answer
    return isinstance(answer, OwnPrice | NearestPrice) and answer.estimate.is_demo


def _without_demo(lead: Heard) -> Heard:
    """A made-up price beside real ones is no price: that is what real people there told."""
    answer = lead.answer
    match answer:
        case OwnPrice(place=place) | NearestPrice(asked_place=place) if answer.estimate.is_demo:
            none = NoPrice(answer.commodity, place, answer.price_type, answer.currency, None)
            return replace(lead, answer=none, week_ago=None)
        case NoPrice(last_known=last_known) if last_known is not None and last_known.is_demo:
            return replace(lead, answer=replace(answer, last_known=None))
        case _:
            return lead
