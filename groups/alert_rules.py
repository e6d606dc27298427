"""When a price that somebody watches has passed its mark, and when it may pass it again (pure).

A price that stands at a mark does not stand still: each report moves it a little, to either side.
So it is told once that it is there, and then no more until it has come back by a margin.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import log
from typing import assert_never

from messaging.phrases.formats import as_told
from prices.estimates import Confidence

# Whoever watches more is told so often that they read no more of it.
MOST = 10
# By how much a price has to come back: nine of ten estimates are nearer than that to the truth
# (decision 0013, the 90th percentiles of full and of thin cells). One report, or old ones, say
# nothing that anybody should be woken for.
MARGINS = {Confidence.GOOD: Decimal("0.05"), Confidence.FEW: Decimal("0.10")}
# Where no month is known to be usual: by how much a price is far from that of the last weeks. From
# one month to the next a price moves by a twenty-third in the middle (decision 0012), and hardly
# ever by as much as this.
FAR_FROM_WEEKS = log(1.15)


class AlertWay(StrEnum):
    """What somebody wants to be told of."""

    ABOVE = "above"  # at the mark or over it
    BELOW = "below"  # at the mark or under it
    UNUSUAL = "unusual"  # far from what is usual, to either side: a glut, a shortage


class Zone(StrEnum):
    """Where a watched price stands."""

    WITHIN = "within"  # nothing to tell: whatever happens next will be
    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True)
class Mark:
    """What a price is held against, as it was said: so much for a unit of so many base units."""

    way: AlertWay
    price: Decimal
    base_units: Decimal = Decimal(1)


@dataclass(frozen=True)
class Usually:
    """What a price usually is, and from how far off it is told of, on log price.

    `month`: it is usual for that month of the year, by its first day; None: it is that of the last
    weeks.
    """

    price: Decimal
    far: float
    month: date | None = None

    def off(self, price: Decimal) -> float:
        """How far a price is from it, upwards or downwards, in such distances."""
        return (log(price) - log(self.price)) / self.far


def towards(mark: Decimal, now: Decimal | None) -> AlertWay | None:
    """Which way a price has to go to come to a mark; None: it is there, or nobody can tell."""
    if now is None or now == mark:
        return None
    return AlertWay.ABOVE if now < mark else AlertWay.BELOW


def speaks(confidence: Confidence) -> bool:
    """Whether an estimate is good enough to be acted upon."""
    return confidence in MARGINS


def zone_at_mark(before: Zone, mark: Mark, price: Decimal, confidence: Confidence) -> Zone:
    """Where a price (per base unit) stands to a mark, after it stood somewhere before.

    It is compared as it is told: whoever reads 50 and waits for 50 has what they wait for.
    """
    told = as_told(price * mark.base_units)
    margin = MARGINS[confidence]
    match mark.way:
        case AlertWay.ABOVE:
            is_there, is_back = told >= mark.price, told <= mark.price * (1 - margin)
            there = Zone.HIGH
        case AlertWay.BELOW:
            is_there, is_back = told <= mark.price, told >= mark.price * (1 + margin)
            there = Zone.LOW
        case AlertWay.UNUSUAL:
            raise ValueError("what is unusual has no mark")
        case _:
            assert_never(mark.way)
    if is_there:
        return there
    return Zone.WITHIN if is_back else before


def zone_by_usual(before: Zone, usually: Usually, price: Decimal, confidence: Confidence) -> Zone:
    """Where a price stands to what is usual; it is back when it is half as far, or by the margin.

    It may pass from a shortage to a glut at once: then that is told.
    """
    off = usually.off(price)
    if abs(off) >= 1:
        return Zone.HIGH if off > 0 else Zone.LOW
    margin = max(0.5, log(1 + MARGINS[confidence]) / usually.far)
    back = max(1 - margin, 0.0)
    is_back = {Zone.HIGH: off <= back, Zone.LOW: off >= -back, Zone.WITHIN: True}
    return Zone.WITHIN if is_back[before] else before
