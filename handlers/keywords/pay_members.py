"""Members are paid for their milk: one so much, or all what is due, which closes the period."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from groups.book import lines_of, open_book
from groups.book_kinds import EntryKind
from groups.book_lines import Line
from groups.book_payouts import ToPay, due_to, pay_all, pay_member, period_to_pay, to_pay
from groups.book_shelf import closings_near
from groups.groups import currency_of
from groups.members import Member, find_members, member_of, officers_of
from groups.models import Group
from groups.payments import NoScheme
from groups.schemes import NoPrice, Period, period_named
from handlers.asking import Choice, Question, ask, choose, drop_it
from handlers.commands import BuyerPaid, MembersPaid
from handlers.conversation import Conversation
from handlers.keywords.audit_words import days_told
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_choice import member_name, tell
from handlers.keywords.join_group import group_name
from handlers.keywords.milk_record_settling import (
    MONEY_WRITERS,
    money_told,
    on_day,
    which_group,
    which_member,
)
from handlers.keywords.payment_choice import today_in
from messaging.phrases import say, say_many
from messaging.phrases.formats import day_month
from prices.vocabulary import fold

# A year's milk of a good cow; who is paid more at once is no member of such a group.
MOST = Decimal(200_000)


def record_pay(conversation: Conversation, command: MembersPaid) -> str:
    """Write what members were paid; of all of them it is asked first, with the sum."""
    group = which_group(
        conversation, command.group, MONEY_WRITERS, lambda code: replace(command, group=code)
    )
    if isinstance(group, Question):
        return ask(conversation, group)
    day = on_day(conversation, group, command.day)
    if isinstance(day, Question):
        return ask(conversation, day)
    if command.member is None:
        return _pay_all(conversation, group, day, command)
    member = which_member(
        conversation, group, command.member, lambda name: replace(command, member=name)
    )
    if isinstance(member, Question):
        return ask(conversation, member)
    asked = _doubted(conversation, group, day, member, command)
    return (
        ask(conversation, asked) if asked else _pay_one(conversation, group, day, member, command)
    )


def buyer_or_member(
    conversation: Conversation, group: Group, command: BuyerPaid, *, is_a_buyer: bool
) -> MembersPaid | Question | None:
    """Whether a name of a payment is a member's; None: it is a buyer's, or nobody's.

    Of a buyer and a member of one name it is asked.
    """
    found = [] if command.is_sure else find_members(conversation.session, group, command.buyer)
    to_member = MembersPaid(command.buyer, command.amount, command.day, group=group.code)
    if not is_a_buyer:
        return to_member if found else None
    # A known buyer is no member whose name is only like it.
    said = set(fold(command.buyer).split())
    called = [one for one in found if said <= set(fold(one.name).split())]
    return _which_of_both(conversation, group, command, to_member, called) if called else None


def _which_of_both(
    conversation: Conversation,
    group: Group,
    command: BuyerPaid,
    to_member: MembersPaid,
    called: Sequence[Member],
) -> Question:
    language, buyer = conversation.language, clip(quotable(command.buyer), 24)

    def compose(longest: int) -> tuple[str, list[Choice]]:
        return say(language, "Who is meant?"), [
            Choice(
                say(language, "the buyer {name} paid", name=buyer),
                replace(command, group=group.code, is_sure=True),
            ),
            *(
                Choice(
                    say(language, "{name} was paid", name=_numbered(member, longest)),
                    replace(to_member, member=f"#{member.number}"),
                )
                for member in called
            ),
        ]

    return choose(conversation, compose)


def _numbered(member: Member, longest: int) -> str:
    return f"{member_name(member, longest)} (#{member.number})"


def _doubted(
    conversation: Conversation, group: Group, day: date, member: Member, command: MembersPaid
) -> Question | None:
    """An amount that cannot be, and one that stands in the book already."""
    language, amount = conversation.language, command.amount or Decimal(0)
    if not 0 < amount <= MOST:
        most = _money(conversation, group, MOST)
        return Question(
            say(language, "A member is paid 0.01 to {most}. Nothing was written.", most=most)
        )
    before = None if command.is_sure else _paid_before(conversation, group, day, member, amount)
    if before is None:
        return None
    sure = replace(command, member=f"#{member.number}", group=group.code, is_sure=True)

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(
            language,
            "{name} was paid {sum} on {day} already (no. {number}). Once more?",
            name=member_name(member, longest),
            sum=_money(conversation, group, amount),
            day=day_month(day, language),
            number=before.number,
        )
        return asked, [Choice(say(language, "yes"), sure, stays=True), drop_it(conversation)]

    return choose(conversation, compose)


def _paid_before(
    conversation: Conversation, group: Group, day: date, member: Member, amount: Decimal
) -> Line | None:
    """The same sum to the same member on the same day: more often doubt than a second payment.

    It may stand in two lines, of two periods: then they were written together.
    """
    lines = lines_of(
        conversation.session,
        group.id,
        since=day,
        until=day + timedelta(days=1),
        kinds={EntryKind.PAID},
        member_id=member.id,
    )
    together: dict[datetime | None, Decimal] = {}
    for line in lines:
        sum_ = together[line.written_at] = together.get(line.written_at, Decimal(0)) + (
            line.amount or Decimal(0)
        )
        if sum_ == amount:
            return line
    return None


def _pay_one(
    conversation: Conversation, group: Group, day: date, member: Member, command: MembersPaid
) -> str:
    """Write it and tell who was paid."""
    amount = command.amount or Decimal(0)
    lines = pay_member(
        conversation.session,
        group,
        member.id,
        amount=amount,
        currency=currency_of(conversation.session, group),
        by=conversation.subscriber,
        day=day,
        today=today_in(conversation, group),
        source_key=conversation.source_key,
        raw_text=conversation.raw_text,
        now=conversation.now,
    )
    tell(
        conversation,
        member.subscriber_id,
        lambda theirs, longest: say(
            theirs.language,
            "{name}: {sum} was paid to you, {group} (no. {number}). Not so? Ask another officer.",
            name=member_name(member, longest),
            sum=_money(theirs, group, amount),
            group=group_name(group, longest),
            number=lines[-1].number,
        ),
        key="paid",
    )
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "Written, {group}: {name} was paid {sum} (no. {number}).",
                    group=group.code,
                    name=member_name(member, longest),
                    sum=_money(conversation, group, amount),
                    number=lines[-1].number,
                )
            ),
            Part(_left(conversation, group, member, lines[-1]), rank=1),
        ]
    )


def tell_not_paid(conversation: Conversation, group: Group, member: Member, line: Line) -> None:
    """That money they were told of was taken out of the book again."""
    tell(
        conversation,
        member.subscriber_id,
        lambda theirs, longest: say(
            theirs.language,
            "{name}: no. {number}, {sum} paid to you, {group}, is taken out of the book.",
            name=member_name(member, longest),
            number=line.number,
            sum=_money(theirs, group, line.amount),
            group=group_name(group, longest),
        ),
        key="not-paid",
    )


def _left(conversation: Conversation, group: Group, member: Member, line: Line) -> str:
    """What is due to them still, of the period that the last of it was for."""
    period = period_named(line.what_for or "")
    if period is None:
        return ""
    language = conversation.language
    days = days_told(period.since, period.last_day, language)
    due = due_to(conversation.session, group, member.id, period)
    if due < 0:
        ahead = _money(conversation, group, -due)
        return say(language, "{sum} more than is due of {days} so far.", sum=ahead, days=days)
    return say(language, "Left of {days}: {sum}.", days=days, sum=_money(conversation, group, due))


def _pay_all(conversation: Conversation, group: Group, day: date, command: MembersPaid) -> str:
    """Ask with the sum, once; then write it, unless it became another sum meanwhile."""
    session, language = conversation.session, conversation.language
    # Held from here on: nobody writes between looking and paying.
    open_book(session, group, conversation.now)
    period = period_to_pay(session, group, today_in(conversation, group))
    if period is None:
        return _nothing_over(conversation, group)
    owed = to_pay(session, group, period)
    if isinstance(owed, NoPrice):
        return say(language, "No sale is written yet, so there is no price.")
    if isinstance(owed, NoScheme):
        return say(language, "The group has not said yet how it pays.")
    if owed.is_empty:
        days = _days(period, language)
        return say(language, "Nothing is due of {days}. Nothing was written.", days=days)
    if not command.is_sure or (command.period, command.amount) != (period.label, owed.amount):
        return ask(conversation, _all_of_it(conversation, group, owed, command))
    lines = pay_all(
        session,
        group,
        owed,
        currency=currency_of(conversation.session, group),
        by=conversation.subscriber,
        day=day,
        raw_text=conversation.raw_text,
        now=conversation.now,
    )
    _tell_officers(conversation, group, owed)
    return _all_paid(conversation, group, owed, lines)


def _nothing_over(conversation: Conversation, group: Group) -> str:
    """Why there is nothing to pay: all is paid, or no period was over yet."""
    closings = closings_near(conversation.session, group, today_in(conversation, group))
    if not closings:
        return say(conversation.language, "No pay period is over yet. Nothing was written.")
    return say(
        conversation.language,
        "{days} is paid to all already (no. {number}).",
        days=_days(closings[-1].period, conversation.language),
        number=closings[-1].number,
    )


def _all_of_it(
    conversation: Conversation, group: Group, owed: ToPay, command: MembersPaid
) -> Question:
    """How much to how many; after that it is closed for good."""
    language = conversation.language
    sure = replace(
        command, period=owed.period.label, amount=owed.amount, group=group.code, is_sure=True
    )

    gaps = {"group": group.code, "days": _days(owed.period, language)}

    def compose(_: int) -> tuple[str, list[Choice]]:
        asked = (
            say_many(
                language,
                "{group}, {days}: did {n} member get {sum}? It changes no more then.",
                "{group}, {days}: did {n} members get {sum} in all? It changes no more then.",
                len(owed.due),
                **gaps,
                sum=_money(conversation, group, owed.amount),
            )
            if owed.due
            else say(
                language,
                "{group}, {days}: nobody gets anything more. Is it paid? It changes no more then.",
                **gaps,
            )
        )
        return asked, [Choice(say(language, "yes"), sure, stays=True), drop_it(conversation)]

    return choose(conversation, compose)


def _all_paid(conversation: Conversation, group: Group, owed: ToPay, lines: Sequence[Line]) -> str:
    language = conversation.language
    told = say_many(
        language,
        "Written, {group}: {days} is paid, {sum} to {n} member (no. {first} to {last}).",
        "Written, {group}: {days} is paid, {sum} to {n} members (no. {first} to {last}).",
        len(owed.due),
        group=group.code,
        days=_days(owed.period, language),
        sum=_money(conversation, group, owed.amount),
        first=lines[0].number,
        last=lines[-1].number,
    )
    then = say(language, "What is corrected from now on counts in the next period.")
    return fit(lambda _: [Part(told), Part(then, rank=1)])


def _tell_officers(conversation: Conversation, group: Group, owed: ToPay) -> None:
    """Whoever keeps the money does not close it alone: every other officer hears of it."""
    writer = member_of(conversation.session, group, conversation.subscriber)
    by = "" if writer is None else member_name(writer, 16)

    def words(theirs: Conversation, longest: int) -> str:
        told = say_many(
            theirs.language,
            "{name} wrote, {group}: {days} is paid, {sum} to {n} member.",
            "{name} wrote, {group}: {days} is paid, {sum} to {n} members.",
            len(owed.due),
            group=group_name(group, longest),
            name=by,
            days=_days(owed.period, theirs.language),
            sum=_money(theirs, group, owed.amount),
        )
        return f"{told} {say(theirs.language, 'To see yours: STATEMENT')}"

    for officer in officers_of(conversation.session, group):
        tell(conversation, officer.subscriber_id, words, key="paid-all")


def _days(period: Period, language: str) -> str:
    return days_told(period.since, period.last_day, language)


def _money(listener: Conversation, group: Group, value: Decimal | None) -> str:
    return money_told(listener, value, currency_of(listener.session, group))
