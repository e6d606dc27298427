"""The three steps from a group to an enterprise, worked out from what its book says (pure).

After the FAO's Market Oriented Dairy Enterprise approach (Bennett, Lhoste, Crook and Phelan, "The
future of small scale dairying", FAO): first the milk is known, then the money, then the market. The
approach names what belongs to a step; what counts as done is our own, with its reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

# A dry and a wet spell, or most of one: a group that did well for a week is no enterprise yet.
LOOKED_AT = timedelta(days=90)
STEPS = 3

# Four days in five: some groups rest on Sundays, and every book has a gap.
MOST = Decimal("0.8")
HALF = Decimal("0.5")
# About 6 per cent of Kenya's milk is lost on its way (Lore, Omore and Staal 2005; Muriuki 2011).
USUAL_LOSS = Decimal("0.06")
# A price is told to a fortieth (`messaging.phrases.formats.SUREST`): nearer is as good.
AS_GOOD = Decimal("0.95")
# Nine sale days in ten come out even; fewer sale days than these say nothing.
EVEN, FEWEST_SALES = Decimal("0.9"), 20
# Who compares has two of them; who has a contract sells to the same one every month.
BUYERS, MONTHS = 2, 3


class Need(StrEnum):
    """What a group has to do, in the order in which it is best begun."""

    RECORDS = "records"  # every delivery is written
    MILK_MAP = "milk_map"  # who brings how much, in the morning and in the evening
    LOSSES = "losses"  # what is lost and refused is written, and no more than usual
    PRICES = "prices"  # what buyers pay is written
    ACCOUNTS = "accounts"  # what was paid is written
    QUALITY = "quality"  # milk is graded
    COSTS = "costs"  # what members owe is written: feed, transport, levies
    NEGOTIATION = "negotiation"  # the price is as good as elsewhere
    AUDIT = "audit"  # the book comes out even
    MARKET = "market"  # more than one buyer is known
    CONTRACTS = "contracts"  # one buyer comes month after month
    INVESTMENT = "investment"  # the litres are steady: a plan can be built on them


NEEDS: Mapping[int, tuple[Need, ...]] = {
    1: (Need.RECORDS, Need.MILK_MAP, Need.LOSSES, Need.PRICES),
    2: (Need.ACCOUNTS, Need.QUALITY, Need.COSTS, Need.NEGOTIATION),
    3: (Need.AUDIT, Need.MARKET, Need.CONTRACTS, Need.INVESTMENT),
}


@dataclass(frozen=True)
class Record:
    """What a book says of the last 90 days; litres and money. Prices are of a litre.

    `market_price`, and `feed_price` of a bag, are what people tell there now; None: unknown.
    """

    days: int  # that were looked at
    days_written: int  # on which anything was delivered
    members: int  # in the group now
    members_bringing: int
    litres: Decimal
    litres_by_milking: Decimal  # of which the book says whether it was morning or evening
    graded: Decimal
    rejected: Decimal
    lost: Decimal
    sold: Decimal
    sold_with_price: Decimal
    worth: Decimal  # of what was sold, where the price is known
    paid: Decimal  # of that, by buyers
    charges: int
    buyers: int
    months_of_steadiest: int  # in how many of the three months the steadiest buyer took milk
    sale_days: int
    sale_days_even: int
    litres_last_month: Decimal
    litres_month_before: Decimal
    price: Decimal | None = None  # the mean of what buyers paid
    market_price: Decimal | None = None
    feed_price: Decimal | None = None

    @property
    def litres_per_member_and_day(self) -> Decimal:
        """Of those who bring any, on a day on which any is brought."""
        return _share(self.litres, Decimal(self.members_bringing * self.days_written))

    @property
    def wasted(self) -> Decimal:
        """The share of all milk brought to the group that was refused or lost."""
        return _share(self.rejected + self.lost, self.litres + self.rejected)

    @property
    def litres_for_feed(self) -> Decimal | None:
        """How many litres a bag of dairy meal costs: what is left over feed, as farmers say it."""
        if not self.price or self.feed_price is None:
            return None
        return self.feed_price / self.price


@dataclass(frozen=True)
class Standing:
    """The step a group is on, and what of it is done; of a group that is through, all of step 3."""

    step: int
    done: tuple[Need, ...]
    missing: tuple[Need, ...]

    @property
    def next(self) -> Need | None:
        """What to begin now; None where nothing is missing."""
        return next(iter(self.missing), None)


def standing(record: Record) -> Standing:
    """The first step of which something is missing: nobody builds on a step they skipped."""
    steps = (_on(step, record) for step in NEEDS)
    found = list(steps)
    return next((one for one in found if one.missing), found[-1])


def is_met(need: Need, record: Record) -> bool:
    """Whether a group does what a step needs."""
    return _MET[need](record)


def _on(step: int, record: Record) -> Standing:
    done = tuple(need for need in NEEDS[step] if is_met(need, record))
    return Standing(step, done, tuple(need for need in NEEDS[step] if need not in done))


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole if whole else Decimal(0)


def _has_milk_map(record: Record) -> bool:
    brings = _share(Decimal(record.members_bringing), Decimal(record.members)) >= HALF
    return brings and _share(record.litres_by_milking, record.litres) >= MOST


def _keeps_losses(record: Record) -> bool:
    """Where none was written in 90 days, nobody writes them."""
    return 0 < record.wasted <= USUAL_LOSS


def _negotiates(record: Record) -> bool:
    if record.price is None or record.market_price is None:
        return False
    return record.price >= record.market_price * AS_GOOD


def _comes_out_even(record: Record) -> bool:
    even = _share(Decimal(record.sale_days_even), Decimal(record.sale_days))
    return record.sale_days >= FEWEST_SALES and even >= EVEN


def _is_steady(record: Record) -> bool:
    return 0 < record.litres_month_before * EVEN <= record.litres_last_month


_MET: Mapping[Need, Callable[[Record], bool]] = {
    Need.RECORDS: lambda of: _share(Decimal(of.days_written), Decimal(of.days)) >= MOST,
    Need.MILK_MAP: _has_milk_map,
    Need.LOSSES: _keeps_losses,
    Need.PRICES: lambda of: _share(of.sold_with_price, of.sold) >= MOST,
    Need.ACCOUNTS: lambda of: _share(of.paid, of.worth) >= HALF,
    Need.QUALITY: lambda of: _share(of.graded, of.litres) >= MOST,
    Need.COSTS: lambda of: of.charges > 0,
    Need.NEGOTIATION: _negotiates,
    Need.AUDIT: _comes_out_even,
    Need.MARKET: lambda of: of.buyers >= BUYERS,
    Need.CONTRACTS: lambda of: of.months_of_steadiest >= MONTHS,
    Need.INVESTMENT: _is_steady,
}
