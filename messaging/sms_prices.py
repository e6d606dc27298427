"""What may be spent on texts in a day and in a month, and what a segment costs (pure)."""

import re
from dataclasses import dataclass
from decimal import Decimal

_MONEY = re.compile(r"([A-Z]{3}) (\d{1,9}(?:\.\d{1,4})?)", re.ASCII)
_SEGMENTS = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class SmsPrice:
    """What a segment is reckoned at until a gateway has told its price."""

    currency: str
    per_segment: Decimal

    def of(self, segments: int) -> Decimal:
        """What so many segments cost."""
        return self.per_segment * segments


@dataclass(frozen=True)
class SmsLimit:
    """So many segments, and so much money; None: no limit of that kind."""

    segments: int | None = None
    money: Decimal | None = None


@dataclass(frozen=True)
class SmsLimits:
    """The limits of a day and of a month, by the clock of `timezone`.

    Money is counted in the currency of `price`; a limit of money needs one.
    """

    timezone: str
    day: SmsLimit = SmsLimit()
    month: SmsLimit = SmsLimit()
    price: SmsPrice | None = None


@dataclass(frozen=True)
class SmsSpent:
    """What texts have taken of a day, or of a month."""

    segments: int = 0
    money: Decimal = Decimal(0)


def segments_left(
    limit: SmsLimit, spent: SmsSpent, price: SmsPrice | None, percent: int
) -> int | None:
    """How many segments more go into `percent` of a limit; None: no limit holds them back.

    Below nothing where the limit is passed: its gateway asked for more than was reckoned.
    """
    left = []
    if limit.segments is not None:
        left.append(limit.segments * percent // 100 - spent.segments)
    if limit.money is not None and price is not None:
        left.append(int((limit.money * percent / 100 - spent.money) // price.per_segment))
    return min(left, default=None)


def parse_money(written: str) -> tuple[str, Decimal] | None:
    """The currency and amount in "KES 0.80"; None where it is no money, or none at all."""
    found = _MONEY.fullmatch(written.strip())
    if found is None or not Decimal(found[2]):
        return None
    return found[1], Decimal(found[2])


def parse_price(written: str) -> SmsPrice:
    """The price of a segment in "KES 0.80"; ValueError with one sentence where it is none."""
    money = parse_money(written)
    if money is None:
        raise ValueError("it must be a currency and an amount: KES 0.80")
    return SmsPrice(*money)


def parse_limit(written: str) -> tuple[SmsLimit, str | None]:
    """The limit in "5000", "KES 4000" or "5000, KES 4000", and the currency of its money.

    ValueError with one sentence where it is none. A thousand is written without a comma.
    """
    segments, money = None, None
    for part in written.split(","):
        if segments is None and _SEGMENTS.fullmatch(part.strip()):
            segments = int(part)
        elif money is None and (found := parse_money(part)):
            money = found
        else:
            raise ValueError("it must be segments, money, or both: 5000, KES 4000")
    if money is None:
        return SmsLimit(segments), None
    return SmsLimit(segments, money[1]), money[0]
