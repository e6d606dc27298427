"""A statement in words: what was brought, what it brings, what is kept of it, what is left."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from groups.payments import Statement
from groups.schemes import Account, Entry, Part, period_named
from handlers.keywords.audit_words import days_told
from handlers.keywords.fitting import NAME_LENGTHS, clip, quotable
from handlers.keywords.fitting import Part as Said
from messaging.phrases import say
from messaging.phrases.formats import amount, day_month

SEGMENTS, DETAILED_SEGMENTS = 1, 3
# With names this short there is no room for each part: only what adds and what takes is told.
_BARE = NAME_LENGTHS[-1]
_CENT = Decimal("0.01")
_PURPOSE_LENGTH = 16
# Of these each has a line of its own by what it is for.
_TOLD_APART = frozenset({Part.GRADE, Part.CHARGE, Part.CORRECTION})


def statement_told(language: str, name: str, statement: Statement, longest: int) -> Sequence[Said]:
    """Jane, 1-15 Nov: 188.5 L x 45 = 8,482.50. Grade A +188.50. … To pay 7,376.75 by 20 Nov."""
    account = statement.account
    if account is None:
        return [Said(_nothing(language, name, statement, longest)), _since(language, statement)]
    return [
        Said(_head(language, name, statement, account, longest)),
        *(Said(f"{one}.") for one in _summed(language, account, longest)),
        Said(_paid(language, account)),
        Said(_total(language, statement, account)),
        _since(language, statement),
        Said(say(language, "Details: STATEMENT DETAILS"), rank=2),
    ]


def details_told(language: str, name: str, statement: Statement, longest: int) -> Sequence[Said]:
    """The same, each line with its litres and its rate."""
    account = statement.account
    if account is None:
        return statement_told(language, name, statement, longest)
    lines = (
        _summed(language, account, longest)
        if longest <= _BARE
        else [_line(language, entry, longest) for entry in _beside_milk(account)]
    )
    return [
        Said(_head(language, name, statement, account, longest)),
        *(Said(f"{one}.") for one in lines),
        Said(_paid(language, account)),
        Said(_total(language, statement, account)),
        _since(language, statement),
    ]


def rate_told(rate: Decimal, language: str) -> str:
    """A rate as it pays: to the cent where it is so, else with all its decimals."""
    return amount(rate, language) if rate == rate.quantize(_CENT) else f"{rate.normalize():f}"


def litres_paid(litres: Decimal, language: str) -> str:
    """Litres as they are paid, to the centilitre that kilos turn into: 188, 188.5, 188.55."""
    told = amount(litres, language)
    is_whole, is_tenths = litres % 1 == 0, litres * 10 % 1 == 0
    return told[:-1] if is_tenths and not is_whole else told


def signed(value: Decimal, language: str) -> str:
    """An amount that is added or taken: +188.50, -1,200."""
    return f"{'+' if value > 0 else '-'}{amount(abs(value), language)}"


def signed_rate(rate: Decimal, language: str) -> str:
    """A rate that is added or taken."""
    return f"{'+' if rate > 0 else '-'}{rate_told(abs(rate), language)}"


def purpose_told(what_for: str) -> str:
    """What a charge is for, as it begins a sentence: Feed."""
    words = clip(quotable(what_for), _PURPOSE_LENGTH)
    return words[:1].upper() + words[1:].lower()


def _head(language: str, name: str, statement: Statement, account: Account, longest: int) -> str:
    told = {
        "name": clip(quotable(name), longest),
        "days": _days(language, statement),
        "litres": litres_paid(account.litres, language),
    }
    milk = next((one for one in account.entries if one.part is Part.MILK), None)
    if milk is None and account.litres:  # all of it came with a price of its own
        return say(language, "{name}, {days}: {litres} L.", **told)
    if milk is None or milk.rate is None:
        return say(language, "{name}, {days}: no milk.", name=told["name"], days=told["days"])
    return say(
        language,
        "{name}, {days}: {litres} L x {price} = {amount}.",
        name=told["name"],
        days=told["days"],
        litres=litres_paid(milk.litres or Decimal(0), language),
        price=rate_told(milk.rate, language),
        amount=amount(milk.amount, language),
    )


def _nothing(language: str, name: str, statement: Statement, longest: int) -> str:
    return say(
        language,
        "{name}, {days}: no milk, and nothing owed.",
        name=clip(quotable(name), longest),
        days=_days(language, statement),
    )


def _days(language: str, statement: Statement) -> str:
    return days_told(statement.period.since, statement.period.last_day, language)


def _summed(language: str, account: Account, longest: int) -> list[str]:
    """Every part once, charges by what they are for; where room lacks what adds and what takes."""
    sums: defaultdict[tuple[Part, str], Decimal] = defaultdict(Decimal)
    for entry in _beside_milk(account):
        detail = entry.detail if entry.part in _TOLD_APART else ""
        sums[entry.part, purpose_told(detail)] += entry.amount
    if longest > _BARE:
        return [
            f"{_named(language, part, detail)} {signed(value, language)}"
            for (part, detail), value in sums.items()
            if value
        ]
    added = sum((value for value in sums.values() if value > 0), Decimal(0))
    taken = sum((value for value in sums.values() if value < 0), Decimal(0))
    return [
        *([say(language, "Added {amount}", amount=signed(added, language))] if added else []),
        *([say(language, "Taken {amount}", amount=signed(taken, language))] if taken else []),
    ]


def _beside_milk(account: Account) -> list[Entry]:
    """Without what was paid: that is told behind them."""
    return [entry for entry in account.entries if entry.part not in {Part.MILK, Part.PAID}]


def _line(language: str, entry: Entry, longest: int) -> str:
    """Grade A 188.5 L x 1 = +188.50; Levy 1% of 8,671 = -86.71; Feed 4 Nov -1,200."""
    detail = purpose_told(entry.detail) if entry.part is Part.CHARGE else entry.detail
    told = signed(entry.amount, language)
    named = _named(language, entry.part, clip(detail, longest))
    if entry.litres is not None and entry.rate is not None:
        litres, rate = litres_paid(entry.litres, language), rate_told(entry.rate, language)
        return f"{named} {litres} L x {rate} = {told}"
    if entry.share_of is not None and entry.rate is not None:
        share = say(
            language,
            "{percent}% of {amount}",
            percent=rate_told(-entry.rate, language),
            amount=rate_told(entry.share_of, language),
        )
        return f"{named} {share} = {told}"
    if entry.day is not None:
        return f"{named} {day_month(entry.day, language)} {told}"
    return f"{named} {told}"


def _named(language: str, part: Part, detail: str) -> str:  # noqa: C901 – one case each
    match part:
        case Part.MILK:
            return say(language, "Milk")
        case Part.AGREED:
            return say(language, "Own price")
        case Part.GRADE:
            return say(language, "Grade {grade}", grade=detail)
        case Part.DENSITY:
            return f"{say(language, 'Density')} {detail}".strip()
        case Part.FAT:
            return f"{say(language, 'Fat')} {detail}".strip()
        case Part.COUNT:
            return f"{say(language, 'Plate count')} {detail}".strip()
        case Part.SEASON:
            return say(language, "Season")
        case Part.TRANSPORT:
            return say(language, "Transport")
        case Part.LEVY:
            return say(language, "Levy")
        case Part.CHARGE:
            return detail or say(language, "Charge")
        case Part.CORRECTION:
            return _correction(language, detail)
        case Part.ROUNDING:
            return say(language, "Rounding")
        case Part.PAID:
            return say(language, "Paid")
        case _:
            assert_never(part)


def _correction(language: str, label: str) -> str:
    """Of which period, by its days; as the head of a column of none."""
    period = period_named(label)
    if period is None:
        return say(language, "Correction")
    days = days_told(period.since, period.last_day, language)
    return say(language, "Correction of {days}", days=days)


def lines_told(language: str, account: Account) -> list[str]:
    """Every line of an account, with its litres and its rate."""
    return [_line(language, entry, NAME_LENGTHS[0]) for entry in account.entries]


def part_named(language: str, part: Part) -> str:
    """A part as the head of a column: Milk, Grade, Levy."""
    if part is Part.GRADE:
        return say(language, "Grade")
    return _named(language, part, "")


def _paid(language: str, account: Account) -> str:
    """What they had of it already; nothing where that is all, which the total says."""
    if not account.paid or not account.total:
        return ""
    return say(language, "Paid {amount}.", amount=amount(account.paid, language))


def _total(language: str, statement: Statement, account: Account) -> str:
    total = amount(abs(account.total), language)
    if account.paid and not account.total:
        return say(language, "Paid in full: {amount}.", amount=amount(account.paid, language))
    if account.total < 0:
        return say(language, "You owe {amount}.", amount=total)
    if statement.is_running:
        return say(language, "So far {amount}.", amount=total)
    day = day_month(statement.pay_on, language)
    return say(language, "To pay {amount} by {day}.", amount=total, day=day)


def _since(language: str, statement: Statement) -> Said:
    """What came after the period's end."""
    if not statement.since_then:
        return Said("")
    litres = litres_paid(statement.since_then, language)
    return Said(say(language, "Since then {litres} L.", litres=litres), rank=1)
