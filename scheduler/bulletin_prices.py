"""What a bulletin has to tell: its commodity's price first, then what is worth knowing besides."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from sqlalchemy.orm import Session

from prices.answers import NearestPrice, OwnPrice, PriceAnswer
from prices.estimates import Confidence
from prices.geography import distances, trading_places
from prices.kinds import PriceType
from prices.published import estimates_of
from prices.queries import answer_price
from prices.reads import reported_at
from prices.vocabulary import PlaceEntry, Vocabulary

WEEK = timedelta(days=7)
# An hour on a matatu: what somebody with a can of milk may compare.
COMPARED_KM = 50.0
# Markets priced to find the best one: each is a few queries, and one segment names one market.
COMPARED_MARKETS = 5
OTHER_COMMODITIES = 2


@dataclass(frozen=True)
class Told:
    """A price, and what it was a week ago; None where that is not known."""

    answer: PriceAnswer
    week_ago: Decimal | None = None


@dataclass(frozen=True)
class Market:
    """What is paid elsewhere; the distance is None inside the county that the bulletin is for."""

    price: OwnPrice
    distance_km: float | None


@dataclass(frozen=True)
class Other:
    """What people at the place itself say of another commodity, and what it was a week ago."""

    price: OwnPrice
    week_ago: Decimal | None


@dataclass(frozen=True)
class BulletinPrices:
    """All that one bulletin may say; only the lead is sure to be said."""

    lead: Told
    market: Market | None = None
    shops: OwnPrice | None = None
    others: tuple[Other, ...] = ()


@dataclass(frozen=True)
class _Asker:
    """One place at one moment, to be asked for several prices."""

    session: Session
    vocabulary: Vocabulary
    place: PlaceEntry
    now: datetime

    def answer(self, commodity: str, place: PlaceEntry, kind: PriceType | None) -> PriceAnswer:
        return self._answer(commodity, place, kind, self.now)

    def a_week_ago(self, commodity: str, place: PlaceEntry, kind: PriceType) -> PriceAnswer:
        return self._answer(commodity, place, kind, self.now - WEEK)

    def fresh(self, commodity: str, place: PlaceEntry, kind: PriceType | None) -> OwnPrice | None:
        """The price people lately reported at that very place."""
        answer = self.answer(commodity, place, kind)
        return answer if _is_fresh(answer) and isinstance(answer, OwnPrice) else None

    def reported(
        self, commodity: str, places: list[PlaceEntry] | None, kind: PriceType
    ) -> dict[int, int]:
        """How many recent reports a commodity has, by place."""
        found = estimates_of(
            self.session,
            self.vocabulary,
            commodity=commodity,
            place_ids=None if places is None else [place.id for place in places],
            now=self.now,
            price_type=kind,
            is_whole=True,
        )
        return {
            one.cell.place_id: one.estimate.reports
            for one in found
            if one.estimate.confidence is not Confidence.OLD
        }

    def _answer(
        self, commodity: str, place: PlaceEntry, kind: PriceType | None, at: datetime
    ) -> PriceAnswer:
        return answer_price(
            self.session,
            self.vocabulary,
            commodity=commodity,
            place_id=place.id,
            price_type=kind,
            now=at,
        )


def collect_prices(
    session: Session, vocabulary: Vocabulary, *, commodity: str, place_id: int, now: datetime
) -> BulletinPrices:
    """Ask the price store for everything a bulletin of that commodity and place may say."""
    asker = _Asker(session, vocabulary, vocabulary.places[place_id], now)
    lead = asker.answer(commodity, asker.place, None)
    return BulletinPrices(
        lead=Told(lead, _week_ago(asker, lead)),
        market=_best_market(asker, lead),
        shops=_shops(asker, lead),
        others=tuple(islice(_other_commodities(asker, commodity), OTHER_COMMODITIES)),
    )


def _is_fresh(answer: PriceAnswer) -> bool:
    return (
        isinstance(answer, OwnPrice | NearestPrice)
        and answer.estimate.confidence is not Confidence.OLD
    )


def _week_ago(asker: _Asker, answer: PriceAnswer) -> Decimal | None:
    """The price as it was published a week ago, made of that week's own reports.

    Only like is compared with like: the same place, the same price type, as many markets.
    """
    if not isinstance(answer, OwnPrice | NearestPrice) or not _is_fresh(answer):
        return None
    then = asker.a_week_ago(answer.commodity, answer.place, answer.price_type)
    if not isinstance(then, OwnPrice) or not _is_fresh(then):
        return None
    markets = answer.markets if isinstance(answer, OwnPrice) else 1
    return then.estimate.price if then.markets == markets else None


def _best_market(asker: _Asker, lead: PriceAnswer) -> Market | None:
    """The best market within reach, apart from those the lead names: dear to sell, cheap to buy."""
    told = {asker.place.id, lead.place.id}
    found = []
    for place, km in _markets_within_reach(asker, lead):
        price = asker.fresh(lead.commodity, place, lead.price_type)
        if place.id not in told and price is not None:
            found.append(Market(price, km))
    sign = -1 if lead.price_type is PriceType.RETAIL else 1
    return max(
        found,
        key=lambda market: (sign * market.price.estimate.price, -(market.distance_km or 0)),
        default=None,
    )


def _markets_within_reach(
    asker: _Asker, lead: PriceAnswer
) -> list[tuple[PlaceEntry, float | None]]:
    """Where it was reported lately: the nearest first, or inside a county the most reported."""
    places = asker.vocabulary.places
    if not asker.place.kind.is_trading_place:
        inside = trading_places(asker.vocabulary, asker.place)
        counts = asker.reported(lead.commodity, inside, lead.price_type)
        most = sorted(counts, key=lambda place_id: (-counts[place_id], place_id))
        return [(places[place_id], None) for place_id in most[:COMPARED_MARKETS]]
    near = distances(
        asker.vocabulary,
        asker.place,
        asker.reported(lead.commodity, None, lead.price_type).keys() - {asker.place.id},
        within_km=COMPARED_KM,
    )
    nearest = sorted(near, key=lambda place_id: (near[place_id], place_id))[:COMPARED_MARKETS]
    return [(places[place_id], near[place_id]) for place_id in nearest]


def _shops(asker: _Asker, lead: PriceAnswer) -> OwnPrice | None:
    """What shops at the place take for it, as people there reported."""
    if lead.price_type is PriceType.RETAIL:
        return None
    return asker.fresh(lead.commodity, asker.place, PriceType.RETAIL)


def _other_commodities(asker: _Asker, commodity: str) -> Iterator[Other]:
    """What else was reported at the place lately, in the order of menus."""
    entries = asker.vocabulary.commodities
    places = trading_places(asker.vocabulary, asker.place)
    codes = reported_at(asker.session, asker.vocabulary, places, now=asker.now) - {commodity}
    for code in sorted(codes, key=lambda code: (entries[code].rank, code)):
        price = asker.fresh(code, asker.place, None)
        if price is not None:
            yield Other(price, _week_ago(asker, price))
