"""What a price is held against: plain values for any channel (pure)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from prices.answers import OwnPrice, Published
from prices.kinds import PriceType
from prices.norms import Norm
from prices.vocabulary import PlaceEntry

ONE, SMALLEST_GAP = Decimal(1), Decimal("0.001")


@dataclass(frozen=True)
class Usual:
    """The norm of a month, and where it comes from. `place` may be a county: see `markets`."""

    norm: Norm
    month: date  # its first day
    place: PlaceEntry
    distance_km: float  # 0 for the place asked about, and for its county
    markets: int = 1


@dataclass(frozen=True)
class Sides:
    """The median price per base unit of those who sell, and of those who buy."""

    sellers: Decimal
    buyers: Decimal

    @property
    def gap(self) -> Decimal:
        """By which share of the buyers' price the sellers' lies above it; below zero: under it."""
        return (self.sellers / self.buyers - ONE).quantize(SMALLEST_GAP)


@dataclass(frozen=True)
class OtherStep:
    """The same thing there at another step of the trade: shops against wholesale."""

    price_type: PriceType
    price: Decimal


@dataclass(frozen=True)
class OwnTrend:
    """What people there say, and what they said then; None where nobody said anything."""

    now: OwnPrice
    week_ago: Decimal | None
    month_ago: Decimal | None
    usual: Usual | None
    other_step: OtherStep | None
    sides: Sides | None


@dataclass(frozen=True)
class PublishedTrend:
    """The newest published month, and those to hold it against, where they were published."""

    now: Published
    month_before: Decimal | None
    year_before: Decimal | None
    usual: Usual | None
    other_step: OtherStep | None
