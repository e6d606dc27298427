"""A watched price as it is published now, what is usual for it, and where it stands to a mark."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median

from sqlalchemy.orm import Session

from groups.alert_rules import (
    FAR_FROM_WEEKS,
    Mark,
    Usually,
    Zone,
    speaks,
    zone_at_mark,
    zone_by_usual,
)
from prices.cells import Cell
from prices.estimates import Confidence, Estimate, estimate_region
from prices.geography import trading_places
from prices.kinds import PlaceKind, PriceType
from prices.published import estimates_of, local_day
from prices.usual import usual_price
from prices.vocabulary import Vocabulary

WEEK = timedelta(days=7)
# Two months are long enough for a middle that one odd week does not move, and short enough that a
# price which stays where it went is soon the usual one.
WEEKS, FEWEST_WEEKS = 8, 4


@dataclass(frozen=True)
class Seen:
    """What is published of a price, and of each market that speaks for it."""

    estimate: Estimate
    by_market: Mapping[int, Estimate]

    @property
    def speaks(self) -> bool:
        """Whether that is good enough to be acted upon."""
        return speaks(self.estimate.confidence)

    @property
    def markets(self) -> int:
        """How many markets it is of."""
        return len(_fresh(self.by_market) or self.by_market)


@dataclass(frozen=True)
class Watch:
    """One price at one moment, as whoever watches it may see it: what is asked of it is read once.

    `is_real`: as if nobody had made up reports to show how Bei works.
    """

    session: Session
    vocabulary: Vocabulary
    cell: Cell
    is_real: bool
    now: datetime

    @cached_property
    def seen(self) -> Seen | None:
        """The price that people at the place tell, of a county or the country that of its markets.

        None where nobody told one in the last 30 days.
        """
        by_market = _markets(self, self.now)
        estimate = _together(self, by_market)
        return None if estimate is None else Seen(estimate, by_market)

    @property
    def lately(self) -> Seen | None:
        """The same as far as recent reports tell it, though it be one."""
        seen = self.seen
        return None if seen is None or seen.estimate.confidence is Confidence.OLD else seen

    @cached_property
    def usual(self) -> Usually | None:
        """What is usual: in this month where the place has a norm of its own, else lately.

        Lately is the middle of what was published at the end of each of the last eight weeks, by
        the very markets that speak now: of others the price may be another all year round. None
        where fewer than four of these weeks had an estimate that is good enough.
        """
        if self.seen is None:
            return None
        return _of_the_month(self) or _of_the_weeks(self, self.seen)

    def zone(self, mark: Mark | None, before: Zone) -> Zone | None:
        """Where it stands to a mark, or without one to what is usual; None where nobody can say."""
        if self.seen is None or not self.seen.speaks:
            return None
        price, confidence = self.seen.estimate.price, self.seen.estimate.confidence
        if mark is not None:
            return zone_at_mark(before, mark, price, confidence)
        if self.usual is None:
            return None
        return zone_by_usual(before, self.usual, price, confidence)


def watch_meant(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    is_real: bool,
    now: datetime,
) -> Watch:
    """The price that is meant: of the type said, else of the commodity's own, else one told."""
    own = vocabulary.commodities[commodity].price_type
    types = [price_type] if price_type else [own, *(one for one in PriceType if one is not own)]
    watches = [
        Watch(session, vocabulary, Cell(commodity, place_id, one), is_real, now) for one in types
    ]
    return next((one for one in watches if one.lately is not None), watches[0])


def _markets(watch: Watch, moment: datetime) -> dict[int, Estimate]:
    place = watch.vocabulary.places[watch.cell.place_id]
    inside = None
    if place.kind is not PlaceKind.COUNTRY:
        inside = [one.id for one in trading_places(watch.vocabulary, place)]
    found = estimates_of(
        watch.session,
        watch.vocabulary,
        commodity=watch.cell.commodity,
        place_ids=inside,
        now=moment,
        price_type=watch.cell.price_type,
        is_whole=True,
        is_real=watch.is_real,
    )
    return {one.cell.place_id: one.estimate for one in found}


def _together(watch: Watch, by_market: Mapping[int, Estimate]) -> Estimate | None:
    places = watch.vocabulary.places
    found = estimate_region([(places[at].population, one) for at, one in by_market.items()])
    return None if found is None else found[0]


def _of_the_month(watch: Watch) -> Usually | None:
    """The place's own norm: beside a neighbour's nobody is told of what is only a distance.

    It is far at one standard deviation, where WFP's ALPS begins to speak of an alert.
    """
    if not watch.vocabulary.places[watch.cell.place_id].kind.is_trading_place:
        return None
    found = usual_price(
        watch.session,
        watch.vocabulary,
        commodity=watch.cell.commodity,
        place_id=watch.cell.place_id,
        price_type=watch.cell.price_type,
        on=local_day(watch.vocabulary, watch.now),
    )
    if found is None or found.place.id != watch.cell.place_id:
        return None
    return Usually(found.norm.price, found.norm.deviation, found.month)


def _of_the_weeks(watch: Watch, seen: Seen) -> Usually | None:
    speaking = _fresh(seen.by_market)
    before = []
    for weeks in range(1, WEEKS + 1):
        then = _fresh(_markets(watch, watch.now - weeks * WEEK))
        alike = {at: one for at, one in then.items() if at in speaking}
        estimate = _together(watch, alike)
        if estimate is not None and len(alike) == len(speaking) and speaks(estimate.confidence):
            before.append(estimate.price)
    if len(before) < FEWEST_WEEKS:
        return None
    return Usually(median(before), FAR_FROM_WEEKS)


def _fresh(by_market: Mapping[int, Estimate]) -> dict[int, Estimate]:
    """Those that speak for a region: markets with recent reports."""
    return {at: one for at, one in by_market.items() if one.confidence is not Confidence.OLD}
