"""What may be spent on texts in a day and in a month, and what a segment costs (pure)."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class SmsLimit:
    """So many segments, and so much money; None: no limit of that kind."""

    segments: int | None = None
    money: Decimal | None = None


@dataclass(frozen=True)
class SmsLimits:
    """The limits of a day and of a month, by the clock of `timezone`.

    `segment_price` is what a segment is reckoned at until the gateway has told its price.
    """

    timezone: str
    day: SmsLimit = SmsLimit()
    month: SmsLimit = SmsLimit()
    currency: str | None = None
    segment_price: Decimal | None = None
