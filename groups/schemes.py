"""How a group pays for milk, and what that comes to for each member of a period (pure).

Every line is rounded by itself, half away from zero, to the smallest coin, so that whoever has the
litres and the rate finds the same amount with a pencil. What that leaves between the lines and the
whole is a line of its own, ROUNDING: the parts always add up to the whole.
"""

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from groups.book_kinds import EntryKind
from groups.book_lines import Line

_HALF = 15  # the last day of a month's first half
_NONE, _PER_CENT = Decimal(0), Decimal(100)
# A price worked out of sales is told and used with so many decimals: what is printed is what pays.
_RATE = Decimal("0.0001")
# A delivery's grade word: "A", and what was measured behind it: "A/F3.8", "D27", "P300".
_MEASURED = re.compile(r"([DFP])(\d+(?:\.\d+)?)")
_LABEL = re.compile(r"(\d{4})-(\d{2})([ab]?)")


class Measure(StrEnum):
    """What is measured of milk; the value is the letter that leads the figure."""

    DENSITY = "D"  # degrees of the lactometer: 28 is 1.028 kg a litre
    FAT = "F"  # per cent
    COUNT = "P"  # total plate count, thousands a millilitre


@dataclass(frozen=True)
class GradeRate:
    """What a litre of a grade brings more than the base price, or less."""

    grade: str
    per_litre: Decimal


@dataclass(frozen=True)
class Band:
    """What a litre brings more or less that measured above the bound, or below it."""

    measure: Measure
    is_above: bool
    bound: Decimal
    per_litre: Decimal

    def holds(self, measured: Decimal) -> bool:
        """Whether a figure is beyond the bound; the bound itself is not."""
        return measured > self.bound if self.is_above else measured < self.bound


@dataclass(frozen=True)
class Season:
    """What a litre brings more or less in some months, both told; November to February is one."""

    first_month: int
    last_month: int
    per_litre: Decimal

    def holds(self, month: int) -> bool:
        """Whether a month lies in it."""
        if self.first_month <= self.last_month:
            return self.first_month <= month <= self.last_month
        return month >= self.first_month or month <= self.last_month


@dataclass(frozen=True)
class BuyerTerms:
    """How many days after a sale a buyer pays."""

    buyer: str
    days_to_pay: int


@dataclass(frozen=True)
class Scheme:
    """How a group pays. All amounts are in its currency, per litre where nothing else is said.

    `base_price` None: what the buyers paid a litre on average, less `margin`. The levy per cent is
    of the milk with all that its quality adds or takes, before anything else is kept.
    """

    base_price: Decimal | None = None
    margin: Decimal = _NONE
    grades: tuple[GradeRate, ...] = ()
    bands: tuple[Band, ...] = ()
    seasons: tuple[Season, ...] = ()
    levy_per_cent: Decimal = _NONE
    levy_per_litre: Decimal = _NONE
    transport_per_litre: Decimal = _NONE
    is_monthly: bool = False
    days_to_pay: int = 5  # after the period's last day, where no buyer takes longer
    buyers: tuple[BuyerTerms, ...] = ()
    smallest_coin: Decimal = Decimal("0.01")


@dataclass(frozen=True)
class Period:
    """A half month or a month that is paid at once; `until` is the day after its last."""

    since: date
    until: date

    @property
    def last_day(self) -> date:
        """The last day that is paid in it."""
        return self.until - timedelta(days=1)

    @property
    def label(self) -> str:
        """As it is named: 2026-11a, 2026-11b, 2026-11."""
        is_month = self.since.day == 1 and self.until.day == 1
        half = "" if is_month else "a" if self.since.day == 1 else "b"
        return f"{self.since:%Y-%m}{half}"

    def holds(self, day: date) -> bool:
        """Whether a day is paid in it."""
        return self.since <= day < self.until


def period_of(day: date, *, is_monthly: bool) -> Period:
    """The period that a day belongs to."""
    first = day.replace(day=1)
    next_first = first + timedelta(days=calendar.monthrange(day.year, day.month)[1])
    if is_monthly:
        return Period(first, next_first)
    middle = first.replace(day=_HALF + 1)
    return Period(first, middle) if day < middle else Period(middle, next_first)


def period_named(label: str) -> Period | None:
    """The period of a label such as 2026-11a; None where there is none."""
    found = _LABEL.fullmatch(label.strip().lower())
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), _HALF + 1 if found[3] == "b" else 1)
    except ValueError:
        return None
    return period_of(day, is_monthly=not found[3])


class Part(StrEnum):
    """What a line of a statement is for, in the order in which they stand."""

    MILK = "milk"
    AGREED = "agreed"  # milk for which a price was said when it was brought
    GRADE = "grade"
    DENSITY = "density"
    FAT = "fat"
    COUNT = "count"
    SEASON = "season"
    TRANSPORT = "transport"
    LEVY = "levy"
    CHARGE = "charge"
    ROUNDING = "rounding"
    CORRECTION = "correction"  # of a period that was paid before: what it should have been more
    PAID = "paid"  # what the member has had of it already


_PARTS = tuple(Part)
# Money that moved, and what was rounded when its own period was paid: no sum is rounded twice.
_AS_IT_IS = frozenset({Part.CORRECTION, Part.PAID})
_OF_MEASURE = {
    Measure.DENSITY: Part.DENSITY,
    Measure.FAT: Part.FAT,
    Measure.COUNT: Part.COUNT,
}


@dataclass(frozen=True)
class Entry:
    """One line: `amount` is `exact` rounded to the coin; what is kept from the member is below 0.

    `detail` is the grade, the bound, what a charge is for, or the label of the period that is
    corrected. `rate` is per litre, but of a levy in per cent it is the per cent, of `share_of`.
    """

    part: Part
    exact: Decimal
    amount: Decimal
    detail: str = ""
    litres: Decimal | None = None
    rate: Decimal | None = None
    share_of: Decimal | None = None
    day: date | None = None  # of a charge and of money paid


@dataclass(frozen=True)
class Account:
    """What is left to pay a member for a period: `total` is the sum of the entries' amounts."""

    member_id: int
    litres: Decimal
    entries: tuple[Entry, ...]
    total: Decimal

    @property
    def paid(self) -> Decimal:
        """What they have had of it already."""
        return -sum((one.amount for one in self.entries if one.part is Part.PAID), _NONE)


@dataclass(frozen=True)
class Carried:
    """What a period that was paid before should have brought a member more, or less."""

    member_id: int
    period: Period
    amount: Decimal


@dataclass(frozen=True)
class Settlement:
    """What is left to pay of a period: accounts and rounding add up to `whole`, to the coin.

    `by_part` sums the accounts' entries, and adds up to `paid` like the accounts themselves.
    """

    period: Period
    base_price: Decimal
    accounts: tuple[Account, ...]
    by_part: Mapping[Part, Decimal]
    paid: Decimal
    rounding: Decimal
    whole: Decimal
    litres: Decimal

    def of(self, member_id: int) -> Account | None:
        """A member's account; None where they neither brought nor owe anything."""
        return next((one for one in self.accounts if one.member_id == member_id), None)


@dataclass(frozen=True)
class NoPrice:
    """Nothing was sold in the period, and its milk is paid by what the buyers paid."""

    period: Period


def work_out(
    scheme: Scheme,
    lines: Iterable[Line],
    charges: Iterable[Line],
    period: Period,
    *,
    payments: Iterable[Line] = (),
    carried: Iterable[Carried] = (),
) -> Settlement | NoPrice:
    """What each member gets for a period; lines and charges of other days are left out.

    So are payments for another period. `carried` is what earlier ones were paid wrongly.
    """
    within = [line for line in lines if period.holds(line.day)]
    brought = _by_member(line for line in within if line.kind is EntryKind.DELIVERY)
    owed = _by_member(line for line in charges if period.holds(line.day))
    paid = _by_member(line for line in payments if is_paid_for(line, period))
    corrected: defaultdict[int, list[Carried]] = defaultdict(list)
    for one in carried:
        corrected[one.member_id].append(one)
    shares = [
        _Share(one, brought[one], owed[one], paid[one], corrected[one])
        for one in sorted({*brought, *owed, *paid, *corrected})
    ]
    base_price = base_price_of(scheme, within)
    if base_price is None:
        if not shares or any(share.hangs_on_the_price for share in shares):
            return NoPrice(period)
        base_price = _NONE  # there is no milk to be paid by it
    accounts = tuple(_account(scheme, base_price, share, period) for share in shares)
    return _settled(scheme, base_price, accounts, period)


def is_paid_for(line: Line, period: Period) -> bool:
    """Whether money to a member is for this period: it is named in the line, else it is the day's.

    Before a group says how it pays there are no periods to name.
    """
    if line.kind is not EntryKind.PAID or line.member_id is None:
        return False
    return period.holds(line.day) if line.what_for is None else line.what_for == period.label


def base_price_of(scheme: Scheme, lines: Iterable[Line]) -> Decimal | None:
    """The price of a litre before its quality; None where it hangs on sales and there are none."""
    if scheme.base_price is not None:
        return scheme.base_price
    litres = value = _NONE
    for line in lines:
        taken = sold_litres(line)
        if line.kind is EntryKind.SALE and line.price_per_litre is not None:
            litres, value = litres + taken, value + taken * line.price_per_litre
    if not litres:
        return None
    return (value / litres - scheme.margin).quantize(_RATE, ROUND_HALF_UP)


def sold_litres(line: Line) -> Decimal:
    """How many litres of a sale are paid: what the buyer took, else all that was brought."""
    taken = line.litres if line.accepted_litres is None else line.accepted_litres
    return taken or _NONE


def days_to_pay(scheme: Scheme, buyer: str | None) -> int:
    """How many days after a sale a buyer pays; 0 where nobody said: at once."""
    said = (buyer or "").casefold()
    return next((one.days_to_pay for one in scheme.buyers if one.buyer.casefold() == said), 0)


def pay_day(scheme: Scheme, lines: Iterable[Line], period: Period) -> date:
    """When members are paid: not before the last buyer of the period has to pay."""
    usual = period.last_day + timedelta(days=scheme.days_to_pay)
    due = (
        line.day + timedelta(days=days_to_pay(scheme, line.buyer))
        for line in lines
        if line.kind is EntryKind.SALE and period.holds(line.day)
    )
    return max(usual, *due, usual)


def grade_of(word: str | None) -> tuple[str | None, dict[Measure, Decimal]]:
    """A delivery's grade, and what was measured: "A/F3.8" is grade A with 3.8 per cent of fat."""
    grade, measured = None, dict[Measure, Decimal]()
    for part in (word or "").upper().split("/"):
        found = _MEASURED.fullmatch(part.strip())
        if found is not None:
            measured[Measure(found[1])] = Decimal(found[2])
        elif part.strip():
            grade = grade or part.strip()
    return grade, measured


@dataclass(frozen=True)
class Change:
    """What another scheme or price would do: how many gain and lose, the most, and in all.

    `most_gained` and `most_lost` are a member and by how much; None where nobody does.
    """

    gain: int
    lose: int
    same: int
    most_gained: tuple[int, Decimal] | None
    most_lost: tuple[int, Decimal] | None
    before: Decimal
    after: Decimal

    @property
    def in_all(self) -> Decimal:
        """How much more the group pays."""
        return self.after - self.before


def totals_of(settlements: Iterable[Settlement]) -> dict[int, Decimal]:
    """What each member gets of several periods together."""
    totals: defaultdict[int, Decimal] = defaultdict(Decimal)
    for settlement in settlements:
        for account in settlement.accounts:
            totals[account.member_id] += account.total
    return dict(totals)


def compare(before: Mapping[int, Decimal], after: Mapping[int, Decimal]) -> Change:
    """Who gains and who loses by a change of what each member gets."""
    by = {one: after.get(one, _NONE) - before.get(one, _NONE) for one in {*before, *after}}
    # Of several that gain the same the first: the answer is the same whenever it is asked.
    ranked = sorted(by.items(), key=lambda one: (one[1], -one[0]))
    gain, lose = sum(one > 0 for one in by.values()), sum(one < 0 for one in by.values())
    return Change(
        gain=gain,
        lose=lose,
        same=len(by) - gain - lose,
        most_gained=ranked[-1] if gain else None,
        most_lost=ranked[0] if lose else None,
        before=sum(before.values(), _NONE),
        after=sum(after.values(), _NONE),
    )


def rounded(exact: Decimal, coin: Decimal) -> Decimal:
    """An amount in whole coins; half a coin is one, of what is owed too."""
    return (exact / coin).quantize(Decimal(1), ROUND_HALF_UP) * coin


def _by_member(lines: Iterable[Line]) -> defaultdict[int, list[Line]]:
    found: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.member_id is not None:
            found[line.member_id].append(line)
    return found


@dataclass(frozen=True)
class _Share:
    """All of a period that is one member's."""

    member_id: int
    brought: Sequence[Line]
    owed: Sequence[Line]
    paid: Sequence[Line]
    corrected: Sequence[Carried]

    @property
    def hangs_on_the_price(self) -> bool:
        """Whether any of the milk came without a price of its own."""
        return any(line.price_per_litre is None for line in self.brought)


def _account(scheme: Scheme, base_price: Decimal, share: _Share, period: Period) -> Account:
    coin = scheme.smallest_coin
    litres = _litres(share.brought)
    entries = _milk(scheme, base_price, share.brought, period)
    entries += _kept(scheme, litres, sum((one.exact for one in entries), _NONE))
    entries += [_charge(line, coin) for line in share.owed]
    earned = rounded(sum((one.exact for one in entries), _NONE), coin)
    left = earned - sum((one.amount for one in entries), _NONE)
    if left:
        entries.append(Entry(Part.ROUNDING, _NONE, left))
    as_it_is = [*map(_correction, share.corrected), *map(_payment, share.paid)]
    total = earned + sum((one.amount for one in as_it_is), _NONE)
    return Account(share.member_id, litres, (*entries, *as_it_is), total)


def _milk(
    scheme: Scheme, base_price: Decimal, brought: Sequence[Line], period: Period
) -> list[Entry]:
    """What milk brings: by the scheme, and what came with a price of its own by that alone."""
    coin = scheme.smallest_coin
    by_scheme = [line for line in brought if line.price_per_litre is None]
    litres = _litres(by_scheme)
    entries = [_per_litre(Part.MILK, "", litres, base_price, coin)] if litres else []
    entries += _agreed(brought, coin)
    entries += _quality(scheme, by_scheme, coin)
    entries += [
        _per_litre(Part.SEASON, "", litres, season.per_litre, coin)
        for season in scheme.seasons
        if litres and season.holds(period.since.month)
    ]
    return entries


def _agreed(brought: Iterable[Line], coin: Decimal) -> list[Entry]:
    """Each price that was said, with the litres it was said of."""
    litres: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line in brought:
        if line.price_per_litre is not None:
            litres[line.price_per_litre] += line.litres or _NONE
    return [
        _per_litre(Part.AGREED, "", of, price, coin) for price, of in sorted(litres.items()) if of
    ]


def _litres(lines: Iterable[Line]) -> Decimal:
    return sum((line.litres or _NONE for line in lines), _NONE)


def _quality(scheme: Scheme, brought: Iterable[Line], coin: Decimal) -> list[Entry]:
    """What grades and measures add or take; a delivery that says none gets the base price."""
    by_word: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    for line in brought:
        by_word[line.grade] += line.litres or _NONE
    litres: defaultdict[tuple[Part, str, Decimal], Decimal] = defaultdict(Decimal)
    for word, of in by_word.items():  # a member's milk has some three words among dozens of lines
        for key in _rates(scheme, word):
            litres[key] += of
    ordered = sorted(litres.items(), key=lambda one: (_PARTS.index(one[0][0]), one[0][1]))
    return [_per_litre(part, detail, of, rate, coin) for (part, detail, rate), of in ordered if of]


def _rates(scheme: Scheme, word: str | None) -> list[tuple[Part, str, Decimal]]:
    grade, measured = grade_of(word)
    rates = [(Part.GRADE, one.grade, one.per_litre) for one in scheme.grades if one.grade == grade]
    for band in scheme.bands:
        figure = measured.get(band.measure)
        if figure is not None and band.holds(figure):
            bound = f"{'>' if band.is_above else '<'}{band.bound.normalize():f}"
            rates.append((_OF_MEASURE[band.measure], bound, band.per_litre))
    return rates


def _kept(scheme: Scheme, litres: Decimal, milk: Decimal) -> list[Entry]:
    """What the group keeps of the milk's worth: transport and the levy."""
    coin, entries = scheme.smallest_coin, list[Entry]()
    if scheme.transport_per_litre and litres:
        entries.append(_per_litre(Part.TRANSPORT, "", litres, -scheme.transport_per_litre, coin))
    if scheme.levy_per_cent and milk:
        exact = -milk * scheme.levy_per_cent / _PER_CENT
        entries.append(
            Entry(
                Part.LEVY,
                exact,
                rounded(exact, coin),
                rate=-scheme.levy_per_cent,
                share_of=milk,
            )
        )
    if scheme.levy_per_litre and litres:
        entries.append(_per_litre(Part.LEVY, "", litres, -scheme.levy_per_litre, coin))
    return entries


def _charge(line: Line, coin: Decimal) -> Entry:
    exact = -(line.amount or _NONE)
    return Entry(Part.CHARGE, exact, rounded(exact, coin), line.what_for or "", day=line.day)


def _correction(one: Carried) -> Entry:
    return Entry(Part.CORRECTION, one.amount, one.amount, one.period.label)


def _payment(line: Line) -> Entry:
    amount = -(line.amount or _NONE)
    return Entry(Part.PAID, amount, amount, day=line.day)


def _per_litre(part: Part, detail: str, litres: Decimal, rate: Decimal, coin: Decimal) -> Entry:
    exact = litres * rate
    return Entry(part, exact, rounded(exact, coin), detail, litres, rate)


def _settled(
    scheme: Scheme, base_price: Decimal, accounts: tuple[Account, ...], period: Period
) -> Settlement:
    by_part: defaultdict[Part, Decimal] = defaultdict(Decimal)
    exact = as_it_is = _NONE
    for account in accounts:
        for entry in account.entries:
            by_part[entry.part] += entry.amount
            if entry.part in _AS_IT_IS:
                as_it_is += entry.amount
            else:
                exact += entry.exact
    paid = sum((account.total for account in accounts), _NONE)
    whole = rounded(exact, scheme.smallest_coin) + as_it_is
    return Settlement(
        period=period,
        base_price=base_price,
        accounts=accounts,
        by_part={part: by_part[part] for part in _PARTS if part in by_part},
        paid=paid,
        rounding=whole - paid,
        whole=whole,
        litres=sum((account.litres for account in accounts), _NONE),
    )
