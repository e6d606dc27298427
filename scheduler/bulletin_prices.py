"""What a bulletin has to tell: its commodity's price first, then what is worth knowing besides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from sqlalchemy.orm import Session

from groups.bulletin_figures import GroupFigures
from prices.answers import NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.comparisons import Sides, Usual
from prices.geography import trading_places
from prices.kinds import PlaceKind, PriceType
from prices.published import commodities_with_cells, local_day
from prices.reads import reported_at
from prices.sides import sides_at
from prices.usual import usual_for_published, usual_price
from prices.vocabulary import Vocabulary
from scheduler.bulletin_asker import Asker
from scheduler.bulletin_markets import buyers_there, named_markets, trade_from
from scheduler.bulletin_parts import FEEDS, BulletinPrices, Told, is_fresh

__all__ = ["BulletinPrices", "Wanted", "collect_prices", "last_heard"]

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
# Of an edition that old nobody remembers the figures; a monthly one is younger.
FORGOTTEN = timedelta(days=45)
# What nobody asked for, but is told of at the place. Each is a few queries and half a line.
MOST_OTHERS = 4


@dataclass(frozen=True)
class Wanted:
    """What an audience's bulletin is about."""

    commodities: tuple[str, ...]  # the lead first
    place_id: int
    markets: tuple[int, ...] = ()  # those to compare with, by the operator's choice
    since: datetime | None = None  # when its last edition was made
    wants_long: bool = False  # somebody gets the long form
    own: GroupFigures | None = None  # what the audience's own book says


def collect_prices(
    session: Session, vocabulary: Vocabulary, wanted: Wanted, now: datetime
) -> BulletinPrices:
    """Ask the price store for everything that a text of this edition may say."""
    commodity, *besides = wanted.commodities
    since = last_heard(wanted.since, now)
    asker = Asker(session, vocabulary, vocabulary.places[wanted.place_id], now, since)
    lead = asker.told(commodity)
    answer = lead.answer
    # Under the name of what shops sell in its stead, its own market would be misread.
    trade = trade_from(asker, commodity) if answer.commodity == commodity else None
    prices = BulletinPrices(
        place=asker.place,
        lead=lead,
        since=since,
        wanted=tuple(_known(asker, lead, dict.fromkeys(besides), wanted.own)),
        trade=trade,
        markets=tuple(named_markets(asker, answer, wanted.markets)),
        shops=_shops(asker, answer),
        usual=_usual(asker, answer),
        feed=next(_known(asker, lead, _feeds(commodity) - {*besides}, wanted.own), None),
        buyers=tuple(buyers_there(trade, answer)),
        others=tuple(_others(asker, {*wanted.commodities} | _feeds(commodity))),
        own=wanted.own,
    )
    return _with_long(asker, prices) if wanted.wants_long else prices


def _with_long(asker: Asker, prices: BulletinPrices) -> BulletinPrices:
    """What only a meeting needs besides."""
    lead, month_ago = prices.lead.answer, asker.now - MONTH
    is_news = prices.since - month_ago > WEEK  # else the change since the last edition says it
    return replace(
        prices,
        sides=_sides(asker, lead),
        month_ago=asker.before(lead, month_ago) if is_news else None,
    )


def last_heard(since: datetime | None, now: datetime) -> datetime:
    """When readers last heard of prices: with their last edition, else say a week ago."""
    is_remembered = since is not None and since <= now and now - since < FORGOTTEN
    return since if since is not None and is_remembered else now - WEEK


def _feeds(commodity: str) -> set[str]:
    return {FEEDS[commodity]} if commodity in FEEDS else set()


def _known(
    asker: Asker, lead: Told, commodities: Iterable[str], own: GroupFigures | None
) -> Iterator[Told]:
    """What is known of commodities besides the lead; of its feed also how much of it that costs."""
    feeds = _feeds(lead.answer.commodity)
    for commodity in commodities:
        told = asker.told(commodity)
        if not isinstance(told.answer, NoPrice):
            yield _weighed(told, lead.answer, own) if commodity in feeds else told


def _weighed(feed: Told, lead: PriceAnswer, own: GroupFigures | None) -> Told:
    """A feed with what it is worth, by the group's own price or a fresh one of others."""
    paid = feed.answer
    if not isinstance(paid, OwnPrice | NearestPrice) or not is_fresh(paid):
        return feed
    if own is not None and own.sold.price:
        return _by_own_price(feed, paid.estimate.price, own.sold.price, own.sold_before)
    if not isinstance(lead, OwnPrice | NearestPrice) or not is_fresh(lead):
        return feed
    if lead.price_type is PriceType.RETAIL:
        return feed  # what shops take is nothing that anybody earns who feeds a cow
    return replace(feed, worth=paid.estimate.price / lead.estimate.price)


def _by_own_price(feed: Told, price: Decimal, own: Decimal, own_before: Decimal | None) -> Told:
    """What a feed costs in the group's milk; and did, where both prices are known of back then."""
    before = None
    if feed.before is not None and own_before:
        before = feed.before / own_before
    return replace(feed, worth=price / own, worth_before=before)


def _shops(asker: Asker, lead: PriceAnswer) -> OwnPrice | None:
    """What shops at the place take for it, as people there reported."""
    if lead.price_type is PriceType.RETAIL:
        return None
    return asker.fresh(lead.commodity, asker.place, PriceType.RETAIL)


def _usual(asker: Asker, lead: PriceAnswer) -> Usual | None:
    """What is usual in this month of the year for the price that is told."""
    if isinstance(lead, Published):
        return usual_for_published(asker.session, asker.vocabulary, lead)
    return usual_price(
        asker.session,
        asker.vocabulary,
        commodity=lead.commodity,
        place_id=lead.place.id,
        price_type=lead.price_type,
        on=local_day(asker.vocabulary, asker.now),
    )


def _sides(asker: Asker, lead: PriceAnswer) -> Sides | None:
    if not is_fresh(lead):
        return None
    return sides_at(
        asker.session,
        asker.vocabulary,
        commodity=lead.commodity,
        place_id=lead.place.id,
        price_type=lead.price_type,
        now=asker.now,
    )


def _others(asker: Asker, told: set[str]) -> Iterator[Told]:
    """What else was reported at the place lately, the first few in the order of menus."""
    entries = asker.vocabulary.commodities
    codes = _reported(asker) & entries.keys() - told
    ranked = sorted(codes, key=lambda code: (entries[code].rank, code))
    fresh = (asker.fresh(code, asker.place, None) for code in ranked)
    for price in islice((price for price in fresh if price is not None), MOST_OTHERS):
        yield asker.with_before(price)


def _reported(asker: Asker) -> set[str]:
    """The commodities somebody may lately have told of there."""
    if asker.place.kind is PlaceKind.COUNTRY:
        return set(commodities_with_cells(asker.session, asker.vocabulary))
    places = trading_places(asker.vocabulary, asker.place)
    return reported_at(asker.session, asker.vocabulary, places, now=asker.now)
