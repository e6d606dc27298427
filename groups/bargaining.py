"""What a group takes to the table when it bargains over its milk (pure).

What others get, what each buyer paid and when, what the milk is worth elsewhere, how much there is
and how steady: and of all that the argument. A figure that nobody told is not made up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from groups.alert_rules import Usually
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line
from messaging.phrases.formats import as_told
from prices.answers import LastKnown
from prices.estimates import Confidence, Estimate
from prices.kinds import Buyer
from prices.nearby import Offer
from prices.statistics import weighted_quantile
from prices.vocabulary import PlaceEntry, fold

# What was paid lately, and how much there was.
LATELY = timedelta(days=30)
# How long a buyer takes is told by sales that were paid, and those are old.
REMEMBERED = timedelta(days=120)
# Fewer days say nothing of how steady milk is.
FEWEST_DAYS = 7
LOW, HIGH = Decimal("0.1"), Decimal("0.9")
# One shilling in fifty: less is no argument, and no price is told more exactly.
CLEARLY = Decimal("1.02")
# What one person alone told may be the group's own word: nobody bargains with that.
FEWEST_PEOPLE = 2
# So many days sooner are worth a word.
SOONER = 3
# From the lowest tenth of the days to the highest it swings by no more than this of the middle.
STEADY = Decimal("0.4")
WRITTEN = Decimal("0.8")  # of the days: else nobody knows whether it was steady
MOST_ARGUMENTS = 3
_NONE = Decimal(0)


@dataclass(frozen=True)
class Told:
    """What people tell of the farm-gate price, at the group's place or the nearest that has one."""

    estimate: Estimate
    place: PlaceEntry
    distance_km: float = 0.0  # 0: the group's own place

    @property
    def is_range(self) -> bool:
        """Whether it may be held against a buyer: recent, and of more than one person."""
        is_fresh = self.estimate.confidence is not Confidence.OLD
        return is_fresh and self.estimate.reporters >= FEWEST_PEOPLE

    @property
    def is_paid_here(self) -> bool:
        """Whether a buyer who comes to the group may be asked for it: elsewhere the way is long."""
        return self.is_range and not self.distance_km


@dataclass(frozen=True)
class BuyerRecord:
    """What the book says of a buyer; money in the book's currency, prices of a litre.

    `price` is what they paid lately on average, by litres; where they bought nothing lately, that
    of the last sale. `days_to_pay` is how long they took, by money; None: they never paid, or
    nobody wrote it.
    """

    name: str
    kind: Buyer | None
    price: Decimal
    litres: Decimal  # taken lately
    last_on: date
    is_lately: bool
    refused: Decimal = _NONE  # the share of what was brought lately that they did not take
    days_to_pay: int | None = None
    owed: Decimal = _NONE
    owed_since: date | None = None


@dataclass(frozen=True)
class Supply:
    """What the group can promise: its litres on a day on which any are written.

    `low` and `high` are the lowest and the highest tenth of the days; None: too few of them.
    `morning` and `refused` are shares; None of the morning: nobody wrote which milk it was.
    """

    days: int
    days_written: int
    litres: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    morning: Decimal | None = None
    refused: Decimal = _NONE  # by the group itself, before it comes to any buyer

    @property
    def is_steady(self) -> bool:
        """Whether a buyer can count on it."""
        if self.low is None or self.high is None or not self.litres:
            return False
        swing = (self.high - self.low) / self.litres
        return self.days_written >= WRITTEN * self.days and swing <= STEADY


@dataclass(frozen=True)
class Card:
    """All of it for one talk: with `target`, or with `asked` to whom nothing was sold yet.

    `elsewhere` is the best that is paid at another place, less the way where `is_net`; `here` what
    kinds of buyers pay at the group's own, as people tell it.
    """

    today: date
    supply: Supply
    asked: str | None = None
    target: BuyerRecord | None = None
    others: tuple[BuyerRecord, ...] = ()
    told: Told | None = None
    last_known: LastKnown | None = None
    elsewhere: Offer | None = None
    is_net: bool = True
    here: tuple[Offer, ...] = ()
    usual: Usually | None = None
    is_demo: bool = False

    @property
    def buyer(self) -> str | None:
        """With whom the talk is."""
        return self.asked if self.target is None else self.target.name

    @property
    def knows_prices(self) -> bool:
        """Whether there is any price to speak of."""
        return bool(self.told or self.target or self.others or self.elsewhere or self.last_known)


class Ground(StrEnum):
    """What an argument rests on."""

    OTHER_PAYS = "other_pays"  # another buyer of the group pays more
    ELSEWHERE = "elsewhere"  # another market leaves more
    BELOW_RANGE = "below_range"  # nearly everybody there gets more
    BELOW_USUAL = "below_usual"  # it is more at this time in other years
    PAYS_LATE = "pays_late"  # another buyer pays sooner
    OWES = "owes"  # they owe for longer than they usually take
    STEADY = "steady"  # they can count on the milk
    PAYS_WELL = "pays_well"  # against the group: nobody there gets more


@dataclass(frozen=True)
class Argument:
    """One thing to say: `figure` is a price, money, days or litres, as the ground is."""

    ground: Ground
    figure: Decimal
    name: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Aim:
    """What to begin with, and what is got elsewhere if nothing comes of it; None: not known."""

    begin: Decimal | None
    elsewhere: Decimal | None


def net_of(offer: Offer) -> Decimal:
    """What is left of a price as it is told, so that what is told adds up."""
    return as_told(offer.netback.price) - offer.netback.costs


def arguments(card: Card) -> tuple[Argument, ...]:
    """What speaks for a better price, the strongest first; that of none is said too."""
    found = [*_of_price(card), *_of_days(card)]
    if not found and _pays_well(card) and card.target is not None:
        found.append(Argument(Ground.PAYS_WELL, card.target.price, card.target.name))
    supply = card.supply
    if supply.is_steady:
        found.append(Argument(Ground.STEADY, supply.litres))
    return tuple(found[:MOST_ARGUMENTS])


def aim(card: Card) -> Aim:
    """Begin at the upper end of what others get, else at the best that is paid elsewhere."""
    paid = _NONE if card.target is None else card.target.price
    best = max((figure for figure, *_ in _alternatives(card)), default=None)
    high = card.told.estimate.high if card.told is not None and card.told.is_paid_here else None
    wanted = [one for one in (high, best) if one is not None and one >= paid * CLEARLY]
    return Aim(max(wanted, default=None), best)


def meant(records: Iterable[BuyerRecord], asked: str) -> BuyerRecord | None:
    """The buyer of that name, however it is written; also by how it begins, if only one does."""
    wanted, known = fold(asked), {fold(one.name): one for one in records}
    if wanted in known:
        return known[wanted]
    alike = [one for name, one in known.items() if wanted and name.startswith(wanted)]
    return alike[0] if len(alike) == 1 else None


def buyers_of(lines: Sequence[Line], today: date) -> tuple[BuyerRecord, ...]:
    """What each buyer took and paid, by the lines that count; who took most lately comes first."""
    sales: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind is EntryKind.SALE and line.buyer and line.price_per_litre is not None:
            sales[fold(line.buyer)].append(line)
    payments: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind is EntryKind.PAID and line.of_line_id is not None:
            payments[line.of_line_id].append(line)
    records = [_record(of_buyer, payments, today) for of_buyer in sales.values()]
    return tuple(sorted(records, key=lambda one: (-one.litres, -one.last_on.toordinal(), one.name)))


def supply_of(
    by_day: Mapping[tuple[date, Milking | None], Decimal], rejected: Decimal, days: int
) -> Supply:
    """What was brought, by day and milking, and what the group refused of it."""
    whole: defaultdict[date, Decimal] = defaultdict(Decimal)
    for (day, _), litres in by_day.items():
        whole[day] += litres
    litres = sum(whole.values(), _NONE)
    if not litres:
        return Supply(days, len(whole), _NONE, refused=_share(rejected, rejected))
    said = _sum(by_day, Milking.MORNING) + _sum(by_day, Milking.EVENING)
    totals = [(one, Decimal(1)) for one in whole.values()]
    enough = len(totals) >= FEWEST_DAYS
    return Supply(
        days=days,
        days_written=len(whole),
        litres=litres / len(whole),
        low=weighted_quantile(totals, LOW) if enough else None,
        high=weighted_quantile(totals, HIGH) if enough else None,
        # Of a few litres that were said nobody knows what the others are.
        morning=_sum(by_day, Milking.MORNING) / said if said >= litres * WRITTEN else None,
        refused=_share(rejected, litres + rejected),
    )


def mean_price(records: Iterable[BuyerRecord]) -> Decimal | None:
    """What a litre brought lately, whoever took it; None where nothing was sold lately."""
    lately = [one for one in records if one.litres]
    litres = sum((one.litres for one in lately), _NONE)
    return sum((one.price * one.litres for one in lately), _NONE) / litres if litres else None


def _of_price(card: Card) -> list[Argument]:
    target = card.target
    if target is None:
        return []
    enough = target.price * CLEARLY
    found = [
        Argument(ground, figure, name)
        for figure, ground, name in sorted(_alternatives(card), key=lambda one: -one[0])
        if figure >= enough
    ]
    low = card.told.estimate.low if card.told is not None and card.told.is_paid_here else None
    if low is not None and as_told(target.price) < as_told(low):
        found.append(Argument(Ground.BELOW_RANGE, low))
    if card.usual is not None and card.usual.price >= enough:
        found.append(Argument(Ground.BELOW_USUAL, card.usual.price))
    return found


def _of_days(card: Card) -> list[Argument]:
    target = card.target
    if target is None:
        return []
    found = []
    sooner = [one for one in card.others if one.is_lately and one.days_to_pay is not None]
    quickest = min(sooner, key=lambda one: one.days_to_pay or 0, default=None)
    if target.days_to_pay is not None and quickest is not None:
        days = target.days_to_pay - (quickest.days_to_pay or 0)
        if days >= SOONER:
            found.append(Argument(Ground.PAYS_LATE, Decimal(days), quickest.name))
    since = target.owed_since
    if since is not None and card.today - since > _patience(target):
        found.append(Argument(Ground.OWES, target.owed, target.name, since))
    return found


def _patience(buyer: BuyerRecord) -> timedelta:
    """How long money is waited for before anybody speaks of it: as long as usual, or a month."""
    usual = LATELY if buyer.days_to_pay is None else timedelta(days=buyer.days_to_pay + SOONER)
    return max(usual, LATELY)


def _alternatives(card: Card) -> list[tuple[Decimal, Ground, str]]:
    """What the milk would bring if nothing came of the talk. Old prices are no way out."""
    found = [(one.price, Ground.OTHER_PAYS, one.name) for one in card.others if one.is_lately]
    best = max(found, default=None)
    ways = [] if best is None else [best]
    if card.elsewhere is not None and card.is_net:
        ways.append((net_of(card.elsewhere), Ground.ELSEWHERE, card.elsewhere.place.name))
    return ways


def _pays_well(card: Card) -> bool:
    told, target = card.told, card.target
    if told is None or target is None or not told.is_paid_here or not target.is_lately:
        return False
    return target.price >= told.estimate.high


def _record(
    sales: Sequence[Line], payments: Mapping[int, Sequence[Line]], today: date
) -> BuyerRecord:
    """Sales to one buyer, by day, as lines come."""
    last = sales[-1]
    lately = [one for one in sales if one.day > today - LATELY]
    taken = sum((_taken(one) for one in lately), _NONE)
    worth = sum((_taken(one) * (one.price_per_litre or _NONE) for one in lately), _NONE)
    brought = sum((one.litres or _NONE for one in lately), _NONE)
    waited, paid, owed, since = _NONE, _NONE, _NONE, None
    for sale in sales:
        left = _worth(sale)
        for payment in payments.get(sale.id, ()):
            amount = payment.amount or _NONE
            left -= amount
            paid += amount
            waited += amount * (payment.day - sale.day).days
        if left > 0:
            owed, since = owed + left, since or sale.day
    return BuyerRecord(
        name=last.buyer or "",
        kind=next((one.buyer_kind for one in reversed(sales) if one.buyer_kind), None),
        price=worth / taken if taken else last.price_per_litre or _NONE,
        litres=taken,
        last_on=last.day,
        is_lately=bool(taken),
        refused=_share(brought - taken, brought),
        days_to_pay=round(waited / paid) if paid else None,
        owed=owed,
        owed_since=since,
    )


def _taken(sale: Line) -> Decimal:
    return (sale.litres if sale.accepted_litres is None else sale.accepted_litres) or _NONE


def _worth(sale: Line) -> Decimal:
    if sale.amount is not None:
        return sale.amount
    return _taken(sale) * (sale.price_per_litre or _NONE)


def _sum(by_day: Mapping[tuple[date, Milking | None], Decimal], milking: Milking) -> Decimal:
    return sum((litres for (_, one), litres in by_day.items() if one is milking), _NONE)


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole if whole else _NONE
