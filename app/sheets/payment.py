"""The payment sheet of a group, as words: read out, paid by, and signed on paper (pure).

`payment_html` and `payment_pdf` draw it; neither works out or words anything of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from groups.members import Member
from groups.payments import Due, Sheet
from groups.schemes import Account, Part
from handlers.keywords.audit_words import days_told
from handlers.keywords.scheme_words import scheme_told
from handlers.keywords.statement_words import lines_told, litres_paid, part_named
from messaging.phrases import say
from messaging.phrases.formats import amount, day_month

Cells = tuple[str, ...]


@dataclass(frozen=True)
class MemberLine:
    """One member: number, name, litres, a sum for each part ("": none), and what they are paid.

    `details` is all that this is made of.
    """

    number: str
    name: str
    details: Cells
    litres: str
    sums: Cells
    to_pay: str


@dataclass(frozen=True)
class Page:
    """All that stands on it. A total has as many cells as `head`; the second is a name."""

    language: str
    title: str
    days: str
    pay: str
    scheme: str
    head: Cells
    members: tuple[MemberLine, ...]
    totals: tuple[Cells, ...]
    buyers_head: Cells
    buyers: tuple[Cells, ...]
    rule: str


def payment_page(
    sheet: Sheet,
    members: Mapping[int, Member],
    *,
    group: str,
    language: str,
    currency: str,
) -> Page:
    """A period of a group, in its language."""
    period = sheet.settlement.period
    parts = list(sheet.settlement.by_part)
    return Page(
        language=language,
        title=f"{say(language, 'Payment sheet')} – {group}",
        days=f"{days_told(period.since, period.last_day, language)} {period.last_day.year}",
        pay=say(
            language,
            "To be paid by {day}. Sums in {currency}.",
            day=day_month(sheet.pay_on, language),
            currency=currency,
        ),
        scheme=scheme_told(language, sheet.scheme),
        head=_head(parts, language),
        members=tuple(
            _member(account, members[account.member_id], parts, language)
            for account in _by_number(sheet, members)
        ),
        totals=_totals(sheet, parts, language),
        buyers_head=_buyers_head(language),
        buyers=tuple(_buyer(due, language) for due in sheet.dues),
        rule=say(
            language,
            "Each sum is rounded by itself, half up, to {coin}. "
            "What that leaves between the lines and the whole is Rounding.",
            coin=amount(sheet.scheme.smallest_coin, language),
        ),
    )


COLUMNS = ("number", "member", "litres", *(part.value for part in Part), "to_pay")


def payment_rows(
    sheet: Sheet, members: Mapping[int, Member]
) -> Iterable[Sequence[str | int | Decimal | None]]:
    """The same as rows under `COLUMNS`; the last one is the whole."""
    for account in _by_number(sheet, members):
        member, sums = members[account.member_id], _sums(account)
        parts = [sums.get(part) for part in Part]
        yield (member.number, member.name, account.litres, *parts, account.total)
    whole = dict(sheet.settlement.by_part)
    whole[Part.ROUNDING] = whole.get(Part.ROUNDING, Decimal(0)) + sheet.settlement.rounding
    parts = [whole.get(part) for part in Part]
    yield (None, "", sheet.settlement.litres, *parts, sheet.settlement.whole)


def _by_number(sheet: Sheet, members: Mapping[int, Member]) -> list[Account]:
    """In the order of the members' numbers."""
    accounts = sheet.settlement.accounts
    return sorted(accounts, key=lambda account: members[account.member_id].number)


def _sums(account: Account) -> dict[Part, Decimal]:
    sums: dict[Part, Decimal] = {}
    for entry in account.entries:
        sums[entry.part] = sums.get(entry.part, Decimal(0)) + entry.amount
    return sums


def _head(parts: Sequence[Part], language: str) -> Cells:
    return (
        "#",
        say(language, "Member"),
        say(language, "Litres"),
        *(part_named(language, part) for part in parts),
        say(language, "To pay"),
        say(language, "Signature"),
    )


def _member(account: Account, member: Member, parts: Sequence[Part], language: str) -> MemberLine:
    sums = _sums(account)
    return MemberLine(
        number=str(member.number),
        name=member.name,
        details=tuple(lines_told(language, account)),
        litres=litres_paid(account.litres, language),
        sums=tuple(amount(sums[part], language) if part in sums else "" for part in parts),
        to_pay=amount(account.total, language),
    )


def _totals(sheet: Sheet, parts: Sequence[Part], language: str) -> tuple[Cells, ...]:
    """The sum of the lines, and what rounding leaves between them and the whole."""
    settlement = sheet.settlement
    every = say(language, "All")
    paid = (
        "",
        every,
        litres_paid(settlement.litres, language),
        *(amount(settlement.by_part[part], language) for part in parts),
        amount(settlement.paid, language),
        "",
    )
    if not settlement.rounding:
        return (paid,)
    blank = [""] * (len(parts) + 1)
    named, rounding = part_named(language, Part.ROUNDING), amount(settlement.rounding, language)
    whole = amount(settlement.whole, language)
    return (paid, ("", named, *blank, rounding, ""), ("", every, *blank, whole, ""))


def _buyers_head(language: str) -> Cells:
    """What each buyer took, owes by when, and has paid."""
    return (
        say(language, "Day"),
        say(language, "Buyer"),
        say(language, "Litres"),
        say(language, "Worth"),
        say(language, "Due"),
        say(language, "Received"),
    )


def _buyer(due: Due, language: str) -> Cells:
    return (
        day_month(due.line.day, language),
        due.line.buyer or "",
        litres_paid(due.litres, language),
        amount(due.worth, language),
        day_month(due.pay_by, language),
        amount(due.paid, language),
    )
