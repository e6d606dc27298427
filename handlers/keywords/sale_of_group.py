"""The group sells its milk, and is paid: both stand in its book, and the sale tells a price."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from groups.book import lines_of, open_book, write_lines
from groups.book_kinds import EntryKind
from groups.book_lines import Line, NewLine
from groups.groups import currency_of
from groups.models import Group
from handlers.asking import Question, ask
from handlers.commands import BulkSale, BuyerPaid, MembersPaid
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.milk_price import tell_price
from handlers.keywords.milk_record_late import counts_later_told
from handlers.keywords.milk_record_settling import (
    MONEY_WRITERS,
    bulk_refused,
    in_litres,
    litres_told,
    money_told,
    on_day,
    price_refused,
    which_group,
)
from handlers.keywords.pay_members import buyer_or_member, record_pay
from messaging.phrases import say
from messaging.phrases.formats import local_date
from prices.vocabulary import fold

CENT = Decimal("0.01")
MOST_PAID = Decimal(10_000_000_000)  # in any currency where a book is kept
# Buyers who owe for longer than this are nobody's to guess.
OPEN_FOR = timedelta(days=120)


def record_sale(conversation: Conversation, command: BulkSale) -> str:
    """Write what was sold, to whom and for how much, and tell the market what was paid."""
    settled = _settled(conversation, command)
    if isinstance(settled, Question):
        return ask(conversation, settled)
    group, day = settled
    litres, accepted = _litres(command)
    refused = bulk_refused(conversation, litres) or _wrong(conversation, command, litres, accepted)
    if refused is not None:
        return ask(conversation, refused)
    taken = litres if accepted is None else accepted
    new = NewLine(
        EntryKind.SALE,
        day,
        written_by=conversation.subscriber.id,
        source_key=f"{conversation.source_key}:0",
        raw_text=conversation.raw_text,
        litres=litres,
        buyer=_spelt_before(conversation, group, command.buyer),
        buyer_kind=command.buyer_kind,
        price_per_litre=command.price,
        accepted_litres=accepted,
        amount=(taken * command.price).quantize(CENT, ROUND_HALF_UP),
        currency=currency_of(conversation.session, group),
    )
    ((line, _),) = write_lines(conversation.session, group, [new], conversation.now)
    tell_price(conversation, group, line)
    return _sold(conversation, group, line)


def _settled(
    conversation: Conversation, command: BulkSale | BuyerPaid
) -> tuple[Group, date] | Question:
    """Whose book, and which day."""
    group = which_group(
        conversation, command.group, MONEY_WRITERS, lambda code: replace(command, group=code)
    )
    if isinstance(group, Question):
        return group
    day = on_day(conversation, group, command.day)
    return day if isinstance(day, Question) else (group, day)


def _litres(command: BulkSale) -> tuple[Decimal, Decimal | None]:
    """What was brought, and what was taken of it."""
    accepted = command.accepted
    taken = None if accepted is None else in_litres(accepted, command.unit)
    return in_litres(command.quantity, command.unit), taken


def _wrong(
    conversation: Conversation, command: BulkSale, litres: Decimal, accepted: Decimal | None
) -> Question | None:
    language = conversation.language
    if refused := price_refused(conversation, command.price):
        return refused
    if accepted is not None and accepted > litres:
        return Question(
            say(
                language,
                "They cannot take {accepted} L of {litres} L. Nothing was written.",
                accepted=litres_told(accepted, language),
                litres=litres_told(litres, language),
            )
        )
    return None


def _sold(conversation: Conversation, group: Group, line: Line) -> str:
    """Written, KIRIMA: 180 L to KCC at KES 46 is KES 8,280 (no. 12). They took 175 L."""
    language = conversation.language
    late = counts_later_told(conversation, group, line)

    def compose(longest: int) -> list[Part]:
        told = say(
            language,
            "Written, {group}: {litres} L to {buyer} at {price} is {sum} (no. {number}).",
            group=group.code,
            litres=litres_told(
                line.litres if line.accepted_litres is None else line.accepted_litres, language
            ),
            buyer=clip(quotable(line.buyer or ""), longest),
            price=money_told(conversation, line.price_per_litre, line.currency),
            sum=money_told(conversation, line.amount, line.currency),
            number=line.number,
        )
        return [Part(told), Part(_not_taken(conversation, line)), Part(late)]

    return fit(compose)


def _not_taken(conversation: Conversation, line: Line) -> str:
    left = (line.litres or Decimal(0)) - (line.accepted_litres or Decimal(0))
    if line.accepted_litres is None or left == 0:
        return ""
    told = litres_told(left, conversation.language)
    return say(conversation.language, "{litres} L not taken.", litres=told)


def record_payment(conversation: Conversation, command: BuyerPaid) -> str:
    """Write what a buyer paid, for the sales that are open, the oldest first; or a member got."""
    settled = _settled(conversation, command)
    if isinstance(settled, Question):
        return ask(conversation, settled)
    (group, day), language = settled, conversation.language
    if not 0 < command.amount < MOST_PAID:
        return say(language, "How much did they pay? Nothing was written.")
    # Held from here on: no sale is paid twice.
    open_book(conversation.session, group, conversation.now)
    sales = _sales_to(conversation, group, command.buyer)
    to_member = buyer_or_member(conversation, group, command, is_a_buyer=bool(sales))
    if isinstance(to_member, MembersPaid):
        return record_pay(conversation, to_member)
    if to_member is not None:
        return ask(conversation, to_member)
    if not sales:
        return say(
            language,
            "There is no sale to {buyer} in the book of {group}. Nothing was written.",
            buyer=clip(quotable(command.buyer), 24),
            group=group.code,
        )
    shares = _shares(command.amount, _open(conversation, group, sales))
    new = [
        NewLine(
            EntryKind.PAID,
            day,
            written_by=conversation.subscriber.id,
            source_key=f"{conversation.source_key}:{at}",
            raw_text=conversation.raw_text,
            buyer=sales[0].buyer,
            buyer_kind=sales[0].buyer_kind,
            amount=share,
            currency=currency_of(conversation.session, group),
            of_line_id=sale_id,
        )
        for at, (sale_id, share) in enumerate(shares)
    ]
    lines = [one.line for one in write_lines(conversation.session, group, new, conversation.now)]
    return _paid(conversation, group, command, lines)


def _sales_to(conversation: Conversation, group: Group, buyer: str) -> list[Line]:
    """What was sold to them lately, the oldest first."""
    today = local_date(conversation.now, group.timezone)
    sales = lines_of(
        conversation.session,
        group.id,
        since=today - OPEN_FOR,
        until=today + timedelta(days=1),
        kinds={EntryKind.SALE},
    )
    return [line for line in sales if fold(line.buyer or "") == fold(buyer)]


def _spelt_before(conversation: Conversation, group: Group, buyer: str) -> str:
    """The buyer as in earlier sales: Kcc and KCC are one."""
    before = _sales_to(conversation, group, buyer)
    return (before[0].buyer if before else None) or buyer


def _open(
    conversation: Conversation, group: Group, sales: Sequence[Line]
) -> list[tuple[int, Decimal]]:
    """Which sales are not paid yet, and what is left of each."""
    payments = lines_of(
        conversation.session,
        group.id,
        since=sales[0].day,
        until=local_date(conversation.now, group.timezone) + timedelta(days=1),
        kinds={EntryKind.PAID},
    )
    left = {line.id: line.amount or Decimal(0) for line in sales}
    for payment in payments:
        if payment.of_line_id in left:
            left[payment.of_line_id] -= payment.amount or Decimal(0)
    return [(line_id, rest) for line_id, rest in left.items() if rest > 0]


def _shares(paid: Decimal, owed: Sequence[tuple[int, Decimal]]) -> list[tuple[int | None, Decimal]]:
    """What of a payment goes to which sale; what is left over goes to none."""
    exact = [(line_id, rest) for line_id, rest in owed if rest == paid]
    shares: list[tuple[int | None, Decimal]] = []
    for line_id, rest in exact[:1] or owed:
        share = min(paid, rest)
        if share > 0:
            shares.append((line_id, share))
            paid -= share
    return [*shares, (None, paid)] if paid > 0 else shares


def _paid(
    conversation: Conversation, group: Group, command: BuyerPaid, lines: Sequence[Line]
) -> str:
    """Written, KIRIMA: KCC paid KES 8,280 (no. 13)."""
    language = conversation.language
    over = sum((line.amount or Decimal(0) for line in lines if line.of_line_id is None), Decimal(0))
    more = ""
    if over:
        told = money_told(conversation, over, lines[0].currency)
        more = say(language, "{sum} is more than they owed.", sum=told)

    def compose(longest: int) -> list[Part]:
        told = say(
            language,
            "Written, {group}: {buyer} paid {sum} (no. {number}).",
            group=group.code,
            buyer=clip(quotable(lines[0].buyer or ""), longest),
            sum=money_told(conversation, command.amount, lines[0].currency),
            number=lines[-1].number,
        )
        return [Part(told), Part(more)]

    return fit(compose)
