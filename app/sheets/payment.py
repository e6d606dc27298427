"""The payment sheet of a group: read out, paid by, and signed on paper."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape

from groups.members import Member
from groups.payments import Due, Sheet
from groups.schemes import Account, Part
from handlers.keywords.audit_words import days_told
from handlers.keywords.scheme_words import scheme_told
from handlers.keywords.statement_words import lines_told, litres_paid, part_named
from messaging.phrases import say
from messaging.phrases.formats import amount, day_month

# A4 lying on its side; black on white, for any printer. The head stands on every page.
_STYLE = """
@page { size: A4 landscape; margin: 12mm }
body { font: 10pt/1.3 sans-serif; color: #000; background: #fff; margin: 0 }
h1 { font-size: 15pt; margin: 0 } p { margin: 2mm 0 }
table { border-collapse: collapse; width: 100%; margin: 3mm 0 }
thead { display: table-header-group } tr { break-inside: avoid }
th, td { border: 0.3mm solid #000; padding: 1mm 1.5mm; text-align: right; vertical-align: top }
th.name, td.name { text-align: left } td.signed { min-width: 30mm }
small { display: block; font-size: 8pt } tfoot td { font-weight: bold }
"""


def payment_html(
    sheet: Sheet,
    members: Mapping[int, Member],
    *,
    group: str,
    language: str,
    currency: str,
) -> str:
    """The whole page. Names are what people typed: nothing of them is taken for HTML."""
    title = f"{say(language, 'Payment sheet')} – {group}"
    period = sheet.settlement.period
    days = f"{days_told(period.since, period.last_day, language)} {period.last_day.year}"
    pay = say(
        language,
        "To be paid by {day}. Sums in {currency}.",
        day=day_month(sheet.pay_on, language),
        currency=currency,
    )
    coin = amount(sheet.scheme.smallest_coin, language)
    rule = say(
        language,
        "Each sum is rounded by itself, half up, to {coin}. "
        "What that leaves between the lines and the whole is Rounding.",
        coin=coin,
    )
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{escape(language)}">',
            f'<head><meta charset="utf-8"><title>{escape(title)}</title>',
            f"<style>{_STYLE}</style></head>\n<body>",
            f"<h1>{escape(title)}</h1>",
            f"<p><b>{escape(days)}</b>. {escape(pay)}</p>",
            f"<p>{escape(scheme_told(language, sheet.scheme))}</p>",
            _members(sheet, members, language),
            _buyers(sheet.dues, language),
            f"<p><small>{escape(rule)}</small></p>",
            "</body></html>\n",
        ]
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


def _members(sheet: Sheet, members: Mapping[int, Member], language: str) -> str:
    settlement, parts = sheet.settlement, list(sheet.settlement.by_part)
    head = [
        "#",
        say(language, "Member"),
        say(language, "Litres"),
        *(part_named(language, part) for part in parts),
        say(language, "To pay"),
        say(language, "Signature"),
    ]
    lines = [
        _member(account, members[account.member_id], parts, language)
        for account in _by_number(sheet, members)
    ]
    totals = [
        "",
        say(language, "All"),
        litres_paid(settlement.litres, language),
        *(amount(settlement.by_part[part], language) for part in parts),
        amount(settlement.paid, language),
        "",
    ]
    foot = _row(totals)
    if settlement.rounding:
        blank = [""] * (len(parts) + 1)
        rounding, whole = settlement.rounding, settlement.whole
        foot += _row(
            ["", part_named(language, Part.ROUNDING), *blank, amount(rounding, language), ""]
        )
        foot += _row(["", say(language, "All"), *blank, amount(whole, language), ""])
    return _table(head, lines, foot)


def _member(account: Account, member: Member, parts: Sequence[Part], language: str) -> str:
    """One member's line, with all that it is made of below the name."""
    sums = _sums(account)
    details = "; ".join(lines_told(language, account))
    cells = [
        f"<td>{member.number}</td>",
        f'<td class="name">{escape(member.name)}<small>{escape(details)}</small></td>',
        f"<td>{escape(litres_paid(account.litres, language))}</td>",
        *(
            f"<td>{escape(amount(sums[part], language)) if part in sums else ''}</td>"
            for part in parts
        ),
        f"<td><b>{escape(amount(account.total, language))}</b></td>",
        '<td class="signed"></td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _buyers(dues: Sequence[Due], language: str) -> str:
    """What each buyer took, owes by when, and has paid."""
    if not dues:
        return ""
    head = [
        say(language, "Day"),
        say(language, "Buyer"),
        say(language, "Litres"),
        say(language, "Worth"),
        say(language, "Due"),
        say(language, "Received"),
    ]
    lines = [
        _row(
            [
                day_month(due.line.day, language),
                due.line.buyer or "",
                litres_paid(due.litres, language),
                amount(due.worth, language),
                day_month(due.pay_by, language),
                amount(due.paid, language),
            ]
        )
        for due in dues
    ]
    return _table(head, lines, "")


def _table(head: Sequence[str], lines: Sequence[str], foot: str) -> str:
    heads = "".join(
        f'<th class="{"name" if at == 1 else "sum"}">{escape(one)}</th>'
        for at, one in enumerate(head)
    )
    return (
        f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{chr(10).join(lines)}</tbody>\n"
        f"<tfoot>{foot}</tfoot></table>"
    )


def _row(cells: Sequence[str]) -> str:
    return "<tr>{}</tr>".format(
        "".join(
            f'<td class="{"name" if at == 1 else "sum"}">{escape(one)}</td>'
            for at, one in enumerate(cells)
        )
    )
