"""What a group's bulletin tells of its own milk book, and the one thing to decide by it (pure)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from groups.book_kinds import Reason
from groups.mode import AS_GOOD, Need, Record, Standing
from prices.kinds import Buyer

# The milk of one or two members is somebody's own (`groups.milk_map`).
FEWEST = 3
# Less of the week's milk than this is one can on a bad morning; and of what is usual, half as much
# again is no chance any more.
REFUSED_AT_LEAST, REFUSED_MORE = Decimal("0.02"), Decimal("1.5")
# A neighbour who takes a jug is no buyer to bargain with.
BUYS_AT_LEAST = Decimal("0.1")
# The bag and the litre each move by a few per cent in any week.
FEED_DEARER = Decimal("1.1")

FORMAL = frozenset({Buyer.COOPERATIVE, Buyer.PROCESSOR})
INFORMAL = frozenset({Buyer.TRADER, Buyer.DIRECT})
_NONE = Decimal(0)


@dataclass(frozen=True)
class Milk:
    """What came in some days, in litres, from how many members; what was refused came besides."""

    litres: Decimal = _NONE
    members: int = 0
    days: int = 0  # on which any came
    refused: Decimal = _NONE
    lost: Decimal = _NONE
    why: Reason | None = None  # for what most of it was refused

    @property
    def may_be_told(self) -> bool:
        """Whether the sum says nothing of any one member."""
        return self.members >= FEWEST

    @property
    def refused_share(self) -> Decimal:
        """Of all that was brought."""
        return share(self.refused, self.litres + self.refused)

    @property
    def lost_share(self) -> Decimal:
        """Of all that was taken."""
        return share(self.lost, self.litres)


@dataclass(frozen=True)
class OwnBuyer:
    """What a buyer paid the group for a litre in some days, and how long their money takes."""

    name: str
    kind: Buyer | None
    litres: Decimal
    price: Decimal
    days_to_pay: int | None = None  # None: they have paid for nothing yet


@dataclass(frozen=True)
class Sold:
    """What was sold with its price in some days, by buyer; the largest first."""

    buyers: tuple[OwnBuyer, ...] = ()

    @property
    def litres(self) -> Decimal:
        """All of it."""
        return sum((one.litres for one in self.buyers), _NONE)

    @property
    def price(self) -> Decimal | None:
        """The mean of what was paid, by litres."""
        return mean_price(self.buyers)

    @property
    def spread(self) -> tuple[Decimal, Decimal] | None:
        """What formal and informal buyers paid; None where only one of the two bought."""
        formal = mean_price(one for one in self.buyers if one.kind in FORMAL)
        informal = mean_price(one for one in self.buyers if one.kind in INFORMAL)
        return None if formal is None or informal is None else (formal, informal)


@dataclass(frozen=True)
class Overdue:
    """What a buyer owes for longer than they agreed to, and since when."""

    buyer: str
    amount: Decimal
    since: date


@dataclass(frozen=True)
class Checked:
    """What the audit of the half month says of all the milk; litres."""

    first: date
    through: date
    missing: Decimal  # below zero: more was sold than received
    is_even: bool
    odd_days: int  # sale days that do not come out even by themselves


@dataclass(frozen=True)
class FeedCost:
    """How many litres have the price of a bag of feed, now and when readers last heard of it."""

    commodity: str
    litres: Decimal
    before: Decimal | None


@dataclass(frozen=True)
class Tally:
    """What the group orders together now."""

    words: str  # for it, as an officer typed them
    is_feed: bool
    ordered: int
    threshold: int
    last_day: date


@dataclass(frozen=True)
class GroupFigures:
    """All that a bulletin may tell of a group's own book, until yesterday.

    `week` is the last seven days, `before` the seven before, `usual` the four weeks before the
    week; `sold` is since the last edition, and `sold_before` as long before that.
    """

    standing: Standing
    record: Record
    week: Milk = Milk()
    before: Milk = Milk()
    usual: Milk = Milk()
    sold: Sold = Sold()
    sold_before: Decimal | None = None
    overdue: tuple[Overdue, ...] = ()
    checked: Checked | None = None
    orders: tuple[Tally, ...] = ()


# What a meeting may have to decide.


@dataclass(frozen=True)
class AskForPay:
    """A buyer owes for longer than agreed: ask."""

    overdue: Overdue


@dataclass(frozen=True)
class CareForMilk:
    """More is refused than usual: do what helps against the commonest reason."""

    why: Reason | None
    share: Decimal
    usual: Decimal


@dataclass(frozen=True)
class Bargain:
    """A buyer pays less than others do."""

    buyer: str
    price: Decimal
    others: Decimal


@dataclass(frozen=True)
class BuyTogether:
    """Feed takes more milk than it did: order it together."""

    feed: FeedCost


@dataclass(frozen=True)
class Begin:
    """The next thing on the way to an enterprise."""

    need: Need


Decision = AskForPay | CareForMilk | Bargain | BuyTogether | Begin


def decide(of: GroupFigures, market: Decimal | None, feed: FeedCost | None) -> Decision | None:
    """The one thing that the figures ask for most; None where nothing is missing.

    What is lost for good if nobody acts this week comes first: money that is due, milk that is
    poured away; then the price, which the next meeting may settle too; then the long way.
    `market` is what others get for a litre, where that is known.
    """
    return next(_decisions(of, market, feed), None)


def mean_price(buyers: Iterable[OwnBuyer]) -> Decimal | None:
    """What was paid for a litre on average, by litres."""
    litres = worth = _NONE
    for one in buyers:
        litres, worth = litres + one.litres, worth + one.litres * one.price
    return worth / litres if litres else None


def share(part: Decimal, whole: Decimal) -> Decimal:
    """Which part of it; none of nothing."""
    return part / whole if whole else _NONE


def _decisions(
    of: GroupFigures, market: Decimal | None, feed: FeedCost | None
) -> Iterator[Decision]:
    if of.overdue:
        yield AskForPay(max(of.overdue, key=lambda one: one.amount))
    if _is_refused_more(of):
        yield CareForMilk(of.week.why, of.week.refused_share, of.usual.refused_share)
    yield from _bargains(of.sold, market)
    if feed is not None and _is_dearer(feed) and not any(one.is_feed for one in of.orders):
        yield BuyTogether(feed)
    if of.standing.next is not None:
        yield Begin(of.standing.next)


def _is_dearer(feed: FeedCost) -> bool:
    return bool(feed.before) and feed.litres >= (feed.before or _NONE) * FEED_DEARER


def _is_refused_more(of: GroupFigures) -> bool:
    """Nothing is usual where nothing was brought before."""
    limit = max(of.usual.refused_share * REFUSED_MORE, REFUSED_AT_LEAST)
    return of.week.may_be_told and of.usual.litres > 0 and of.week.refused_share >= limit


def _bargains(sold: Sold, market: Decimal | None) -> Iterator[Bargain]:
    """The buyer who is furthest below the group's others, else below what others there get."""
    least = sold.litres * BUYS_AT_LEAST
    large = [one for one in sold.buyers if one.litres >= least]
    found = [
        Bargain(one.name, one.price, others)
        for one in large
        if (others := mean_price(other for other in large if other is not one)) is not None
        and one.price < others * AS_GOOD
    ]
    if found:
        yield min(found, key=lambda one: one.price / one.others)
    own = sold.price
    if own is not None and market is not None and own < market * AS_GOOD:
        # Where all pay about the same it is said of whoever takes most.
        yield Bargain(large[0].name, large[0].price, market)
