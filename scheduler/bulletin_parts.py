"""All that a bulletin may say, as plain values; how much of it is said is settled later (pure)."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from groups.bulletin_figures import GroupFigures
from prices.answers import NearestPrice, NoPrice, OwnPrice, PriceAnswer
from prices.comparisons import Sides, Usual
from prices.estimates import Confidence
from prices.nearby import Offer, Selling
from prices.vocabulary import PlaceEntry

# What the animals are fed with that give a thing: its price decides what the thing earns.
FEEDS = {"milk": "dairy_meal", "milk_goat": "dairy_meal"}


@dataclass(frozen=True)
class Told:
    """A price, and what it was when readers last heard of it; None where that is not known."""

    answer: PriceAnswer
    before: Decimal | None = None
    # Of a feed: as much of the lead has the price of one measure of it; and had, back then.
    worth: Decimal | None = None
    worth_before: Decimal | None = None

    @property
    def is_demo(self) -> bool:
        """Whether the price was made up to show how Bei works."""
        return isinstance(self.answer, OwnPrice | NearestPrice) and self.answer.estimate.is_demo

    def without_made_up(self) -> "Told":
        """The same without a last price that was made up."""
        answer = self.answer
        if isinstance(answer, NoPrice | NearestPrice) and _is_made_up(answer):
            return replace(self, answer=replace(answer, last_known=None))
        return self


@dataclass(frozen=True)
class Market:
    """What is paid at a market the operator names; None: the map cannot tell how far away it is."""

    price: OwnPrice
    distance_km: float | None


@dataclass(frozen=True)
class Trade:
    """Where the lead can be sold; where it is a thing of shops, where it can be bought.

    What is too far away to be compared has no part in it.
    """

    commodity: str
    selling: Selling
    is_bought: bool

    @property
    def is_net(self) -> bool:
        """Whether the way to each market is known, and reckoned with."""
        return self.selling.quantity is not None


@dataclass(frozen=True)
class BulletinPrices:
    """All that the texts of one edition may say; only the lead is sure to be said."""

    place: PlaceEntry  # that the bulletin is for
    lead: Told
    since: datetime  # when readers last heard of it: what `before` is the price of
    wanted: tuple[Told, ...] = ()  # the audience's other commodities
    trade: Trade | None = None
    markets: tuple[Market, ...] = ()
    shops: OwnPrice | None = None
    usual: Usual | None = None
    feed: Told | None = None
    buyers: tuple[Offer, ...] = ()
    others: tuple[Told, ...] = ()
    own: GroupFigures | None = None  # of a group that keeps a milk book
    # What only the long form tells.
    sides: Sides | None = None
    month_ago: Decimal | None = None


def is_fresh(answer: PriceAnswer) -> bool:
    """True of what people lately reported, there or near."""
    return (
        isinstance(answer, OwnPrice | NearestPrice)
        and answer.estimate.confidence is not Confidence.OLD
    )


def _is_made_up(answer: NoPrice | NearestPrice) -> bool:
    return answer.last_known is not None and answer.last_known.is_demo
