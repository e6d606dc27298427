"""The audit of a milk book: what was received against what it became, and both sides (pure).

What members brought must be what buyers took and what was written as lost; what a member wrote
down must be what stands on their receipts. What is beyond the tolerance is a finding.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from statistics import median

from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line

# Drops left in cans, froth, and a scale read to the half litre come to one or two in a hundred at
# an honest point; watering and side-selling are told of in tens.
TOLERANCE_PERCENT = Decimal(2)
# What a group may agree on instead: no scale is read to less than half a per cent, and of ten a can
# a day goes unseen.
LEAST_PERCENT, MOST_PERCENT = Decimal("0.5"), Decimal(10)
# Of little milk a share is less than anybody can read off a can.
LEAST_LITRES = Decimal(2)  # of the whole, per sale: a can of 50 is read to about half a litre
LEAST_OWN_LITRES = Decimal("0.5")  # of one member: cups and tins at home
# Raw milk that nobody sold for so long is not sold any more: further back belongs to no sale.
LOOK_BACK = timedelta(days=4)
# Buyers' slips come with the next lorry: whoever writes the sale has the day after for it.
GRACE = timedelta(days=1)
# The last day of the first half of a month.
HALF = 15

KINDS = (EntryKind.DELIVERY, EntryKind.OWN, EntryKind.LOSS, EntryKind.SALE)


class FindingKind(StrEnum):
    """Where two figures of the book part."""

    BEFORE_SALE = "before_sale"  # received, and neither sold nor lost; or sold, and not received
    AT_BUYER = "at_buyer"  # sent, and not taken
    DRIP = "drip"  # a little every day, too much in all
    OWN_SIDE = "own_side"  # a member wrote other litres than their receipt


@dataclass(frozen=True)
class Finding:
    """Two figures that should be one, in litres: as received, and as sold, lost or self-written.

    `since` to `day` are the days whose milk it is; of a drip `day` is the last of the period.
    """

    kind: FindingKind
    since: date
    day: date
    received: Decimal
    found: Decimal
    member_id: int | None = None

    @property
    def missing(self) -> Decimal:
        """Litres that were received and not found again; below zero: more were found."""
        return self.received - self.found

    @property
    def key(self) -> str:
        """What makes it this finding and no other of its group, whatever its figures become."""
        match self.kind:
            case FindingKind.OWN_SIDE:
                return f"own:{self.day}:{self.member_id}"
            case FindingKind.DRIP:
                return f"drip:{self.day}"
            case _:
                return f"milk:{self.day}"


@dataclass(frozen=True)
class Span:
    """The milk of one sale day: all that came since the one before it, and what became of it."""

    since: date
    day: date
    received: Decimal
    sent: Decimal
    accepted: Decimal
    lost: Decimal

    @property
    def found(self) -> Decimal:
        """Litres of which the book says what became of them."""
        return self.accepted + self.lost

    @property
    def missing(self) -> Decimal:
        """Litres of which it does not; below zero: more were sold than received."""
        return self.received - self.found


@dataclass(frozen=True)
class Audit:
    """What the books of some days come to, and where they part; litres.

    `percent` of the milk may be missing and is no finding.
    """

    since: date
    through: date
    spans: tuple[Span, ...]
    findings: tuple[Finding, ...]
    percent: Decimal = TOLERANCE_PERCENT

    @property
    def received(self) -> Decimal:
        """All the milk that was compared."""
        return sum((span.received for span in self.spans), Decimal(0))

    @property
    def accepted(self) -> Decimal:
        """What buyers took of it."""
        return sum((span.accepted for span in self.spans), Decimal(0))

    @property
    def lost(self) -> Decimal:
        """What was written as lost."""
        return sum((span.lost for span in self.spans), Decimal(0))

    @property
    def missing(self) -> Decimal:
        """What is left over."""
        return sum((span.missing for span in self.spans), Decimal(0))


@dataclass(frozen=True)
class Period:
    """A half month, from its first day to its last."""

    first: date
    last: date


def period_of(day: date) -> Period:
    """The half month of a day: members are paid by it, so it is audited by it."""
    if day.day <= HALF:
        return Period(day.replace(day=1), day.replace(day=HALF))
    next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(day.replace(day=HALF + 1), next_month - timedelta(days=1))


def last_closed(today: date) -> date:
    """The last day on which everything should be written."""
    return today - GRACE - timedelta(days=1)


def audit(
    lines: Sequence[Line], period: Period, through: date, percent: Decimal = TOLERANCE_PERCENT
) -> Audit:
    """Compare what came in a period, as far as the day `through`, with what became of it.

    `lines` are those that count, from `LOOK_BACK` before the period on. Milk that no sale followed
    yet is not compared, nor is anything where no sale was written.
    """
    through = min(through, period.last)
    written = [line for line in lines if line.day <= through]
    spans = [span for span in _spans(written) if span.day >= period.first]
    beyond = [span for span in spans if is_beyond(span.missing, span.received, percent)]
    within = [span for span in spans if span not in beyond]
    findings = [_of_span(span) for span in beyond]
    if through == period.last:
        findings += _drip(within, period, percent)
    findings += _own_sides([line for line in written if line.day >= period.first], percent)
    return Audit(period.first, through, tuple(spans), tuple(findings), percent)


def is_beyond(
    difference: Decimal,
    of: Decimal,
    percent: Decimal = TOLERANCE_PERCENT,
    least: Decimal = LEAST_LITRES,
) -> bool:
    """Whether a difference is more than an honest point has."""
    return abs(difference) > max(of * percent / 100, least)


def _of_span(span: Span) -> Finding:
    """Where most of it went: on the buyer's scale, or before."""
    not_taken = span.sent - span.accepted
    is_the_buyers = span.missing > 0 and not_taken * 2 > span.missing
    kind = FindingKind.AT_BUYER if is_the_buyers else FindingKind.BEFORE_SALE
    return Finding(kind, span.since, span.day, span.received, span.found)


def _drip(spans: Sequence[Span], period: Period, percent: Decimal) -> list[Finding]:
    """What is too little to be seen on any one day, and too much in all."""
    received = sum((span.received for span in spans), Decimal(0))
    found = sum((span.found for span in spans), Decimal(0))
    if not is_beyond(received - found, received, percent):
        return []
    return [Finding(FindingKind.DRIP, period.first, period.last, received, found)]


def _spans(lines: Sequence[Line]) -> list[Span]:
    """The milk of each sale day, by the habit of the group by which more of it comes out even.

    Who has a cooler sells last evening's milk with this morning's; who has none, the same day. The
    book does not say which. A leak of some days does not move the middle of all of them.
    """
    habits = [_spans_by(lines, keeps_evening=keeps) for keeps in (False, True)]
    return min(habits, key=_usual_difference)


def _usual_difference(spans: Sequence[Span]) -> Decimal:
    return median([abs(span.missing) for span in spans] or [Decimal(0)])


def _spans_by(lines: Sequence[Line], *, keeps_evening: bool) -> list[Span]:
    sale_days = sorted({line.day for line in lines if line.kind is EntryKind.SALE})
    sums: dict[date, dict[str, Decimal]] = {day: defaultdict(Decimal) for day in sale_days}
    first = dict(zip(sale_days, sale_days, strict=True))
    for line in lines:
        sold_on = _sold_on(line, sale_days, keeps_evening=keeps_evening)
        if sold_on is None:
            continue
        for name, litres in _parts(line):
            sums[sold_on][name] += litres
        if line.kind is EntryKind.DELIVERY:
            first[sold_on] = min(first[sold_on], line.day)
    return [
        Span(first[day], day, of["received"], of["sent"], of["accepted"], of["lost"])
        for day, of in sums.items()
    ]


def _sold_on(line: Line, sale_days: Sequence[date], *, keeps_evening: bool) -> date | None:
    """The day of the sale that this milk went into, of days in order; None: it is not sold yet."""
    is_kept = keeps_evening and line.milking is Milking.EVENING and line.kind is not EntryKind.SALE
    ready = line.day + timedelta(days=is_kept)
    at = bisect_left(sale_days, ready)
    return sale_days[at] if at < len(sale_days) else None


def _parts(line: Line) -> list[tuple[str, Decimal]]:
    """What a line adds to the milk of its sale."""
    litres = line.litres or Decimal(0)
    match line.kind:
        case EntryKind.DELIVERY:
            return [("received", litres)]
        case EntryKind.LOSS:
            return [("lost", litres)]
        case EntryKind.SALE:
            accepted = litres if line.accepted_litres is None else line.accepted_litres
            return [("sent", litres), ("accepted", accepted)]
        case _:
            return []


def _own_sides(lines: Iterable[Line], percent: Decimal) -> list[Finding]:
    """Members whose own side of a day is not their receipts', by day and member.

    A line of their own side without litres is a dispute, of which officers were told at once.
    """
    by_day: defaultdict[tuple[date, int], list[Line]] = defaultdict(list)
    for line in lines:
        if line.member_id is not None and line.litres is not None:
            by_day[line.day, line.member_id].append(line)
    every = (_own_side(day, of, days, percent) for (day, of), days in sorted(by_day.items()))
    return [finding for finding in every if finding is not None]


def _own_side(day: date, member_id: int, lines: Sequence[Line], percent: Decimal) -> Finding | None:
    own = [line for line in lines if line.kind is EntryKind.OWN]
    delivered = [line for line in lines if line.kind is EntryKind.DELIVERY]
    if not own:
        return None
    told = _litres(own)
    # Somebody may write of one milking alone, or of the day at once: either may be meant.
    milkings = {line.milking for line in own}
    same = [line for line in delivered if None in milkings or line.milking in milkings]
    received = min((_litres(delivered), _litres(same)), key=lambda sum_: abs(sum_ - told))
    if not is_beyond(received - told, received, percent, LEAST_OWN_LITRES):
        return None
    return Finding(FindingKind.OWN_SIDE, day, day, received, told, member_id)


def _litres(lines: Iterable[Line]) -> Decimal:
    return sum((line.litres or Decimal(0) for line in lines), Decimal(0))
