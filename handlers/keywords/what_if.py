"""An officer asks what another price would change, before anybody promises it."""

from dataclasses import replace
from decimal import Decimal

from groups.members import OFFICES
from groups.models import Group
from groups.payments import NoScheme, payees, period_before, period_on, what_if
from groups.schemes import Change, NoPrice, Period
from handlers.commands import WhatIf
from handlers.conversation import Conversation
from handlers.keywords.audit_words import days_told
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_choice import member_name
from handlers.keywords.payment_choice import group_meant, groups_led, today_in
from handlers.keywords.statement_words import rate_told, signed
from messaging.phrases import say, say_many

MOST = Decimal(100_000)


def tell_what_if(conversation: Conversation, command: WhatIf) -> str:
    """What a base price would change in the running period, or in the last one that had milk."""
    language = conversation.language
    group = group_meant(
        conversation,
        groups_led(conversation, OFFICES),
        command.group,
        lambda code: replace(command, group=code),
        refusal=say(language, "Only officers of a group can try a price."),
    )
    if isinstance(group, str):
        return group
    if not 0 < command.base_price <= MOST:
        return say(language, "That is no price for a litre of milk.")
    running = period_on(conversation.session, group, today_in(conversation, group))
    if running is None:
        return say(language, "The group has not said yet how it pays. Send: SCHEME BASE 45")
    before = period_before(conversation.session, group, running)
    for period in filter(None, (running, before)):
        found = what_if(conversation.session, group, command.base_price, period)
        if isinstance(found, Change) and found.gain + found.lose + found.same:
            return _told(conversation, group, command, period, found)
    if isinstance(found, NoPrice | NoScheme):
        return say(language, "No sale is written yet, so there is no price.")
    return say(language, "No milk is written yet, so there is nothing to try it on.")


def _told(
    conversation: Conversation, group: Group, command: WhatIf, period: Period, change: Change
) -> str:
    language = conversation.language
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "At {price} a litre, {days}: the group would pay {amount} in all.",
                    price=rate_told(command.base_price, language),
                    days=days_told(period.since, period.last_day, language),
                    amount=signed(change.in_all, language),
                )
            ),
            *change_told(conversation, group, change, longest),
        ]
    )


def change_told(
    conversation: Conversation, group: Group, change: Change, longest: int
) -> list[Part]:
    """How many get more and who most, how many get less and who least."""
    language = conversation.language
    members = payees(conversation.session, group)
    parts = []
    for count, most, words in (
        (
            change.gain,
            change.most_gained,
            say_many(language, "{n} member gets more", "{n} members get more", change.gain),
        ),
        (
            change.lose,
            change.most_lost,
            say_many(language, "{n} member gets less", "{n} members get less", change.lose),
        ),
    ):
        if count and most is not None:
            name = member_name(members[most[0]], longest)
            greatest = say(
                language, "most {name} {amount}", name=name, amount=signed(most[1], language)
            )
            parts.append(Part(f"{words}, {greatest}."))
    return parts or [Part(say(language, "Nobody gets more or less."))]
