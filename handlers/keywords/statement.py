"""Somebody asks what they delivered and what they are owed; an officer, what another is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from groups.groups import groups_of
from groups.members import OFFICES, Member, member_of
from groups.models import Group, Role
from groups.payments import NoScheme, litres_since, statement_of
from groups.payments import Statement as Settled
from groups.schemes import NoPrice
from handlers.commands import Statement
from handlers.conversation import Conversation
from handlers.keywords.audit_words import days_told
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.payment_choice import (
    group_meant,
    groups_led,
    member_meant,
    today_in,
)
from handlers.keywords.price_notes import demo_part
from handlers.keywords.statement_words import (
    DETAILED_SEGMENTS,
    SEGMENTS,
    details_told,
    litres_paid,
    statement_told,
)
from handlers.telling_statements import AllTold, tell_all_statements
from messaging.phrases import say, say_many

# Who may send everybody theirs.
SENDERS = (Role.TREASURER, Role.SECRETARY, Role.CHAIR)


def tell_statement(conversation: Conversation, command: Statement) -> str:
    """A member's own statement; for an officer another's, or everybody's to everybody."""
    if command.is_of_all:
        return _send_all(conversation, command)
    if command.member is not None:
        return _of_another(conversation, command, command.member)
    own = groups_of(conversation.session, conversation.subscriber)
    nowhere = say(conversation.language, "You are in no group.")
    group = _group(conversation, own, command, nowhere)
    if isinstance(group, str):
        return group
    member = member_of(conversation.session, group, conversation.subscriber)
    return nowhere if member is None else _tell(conversation, group, member, command)


def statement_words(
    session: Session,
    language: str,
    group: Group,
    member: Member,
    today: date,
    *,
    is_detailed: bool = False,
) -> str:
    """A member's statement as it is told, by text and on the menu; without a price the litres."""
    found = statement_of(session, group, member.id, today)
    if not isinstance(found, Settled):
        return _without_a_price(session, language, group, member, found, today)
    words = details_told if is_detailed else statement_told
    return fit(
        lambda longest: [
            demo_part(language, group.is_demo),
            *words(language, member.name, found, longest),
        ],
        DETAILED_SEGMENTS if is_detailed else SEGMENTS,
    )


def _of_another(conversation: Conversation, command: Statement, words: str) -> str:
    led = groups_led(conversation, OFFICES)
    refusal = say(conversation.language, "Only officers of a group see others' statements.")
    group = _group(conversation, led, command, refusal)
    if isinstance(group, str):
        return group
    member = member_meant(
        conversation,
        group,
        words,
        lambda number: replace(command, member=number, group=group.code),
    )
    return member if isinstance(member, str) else _tell(conversation, group, member, command)


def _group(
    conversation: Conversation, groups: Sequence[Group], command: Statement, refusal: str
) -> Group | str:
    return group_meant(
        conversation,
        groups,
        command.group,
        lambda code: replace(command, group=code),
        refusal=refusal,
    )


def _tell(conversation: Conversation, group: Group, member: Member, command: Statement) -> str:
    return statement_words(
        conversation.session,
        conversation.language,
        group,
        member,
        today_in(conversation, group),
        is_detailed=command.is_detailed,
    )


def _without_a_price(
    session: Session,
    language: str,
    group: Group,
    member: Member,
    found: NoPrice | NoScheme,
    today: date,
) -> str:
    """The litres at least, and what is missing for a price."""
    since = found.period.since if isinstance(found, NoPrice) else today.replace(day=1)
    litres = litres_since(session, group, member.id, since, today)
    why = (
        say(language, "No sale is written yet, so there is no price.")
        if isinstance(found, NoPrice)
        else say(language, "The group has not said yet how it pays.")
    )
    return fit(
        lambda longest: [
            demo_part(language, group.is_demo),
            Part(
                say(
                    language,
                    "{name}, {days}: {litres} L.",
                    name=clip(quotable(member.name), longest),
                    days=days_told(since, today, language),
                    litres=litres_paid(litres, language),
                )
            ),
            Part(why),
        ]
    )


def _send_all(conversation: Conversation, command: Statement) -> str:
    """The statements of the last period, to each member their own."""
    language = conversation.language
    refusal = say(language, "Only the chair, the secretary or the treasurer sends all statements.")
    group = _group(conversation, groups_led(conversation, SENDERS), command, refusal)
    if isinstance(group, str):
        return group
    told = tell_all_statements(
        conversation.session,
        conversation.vocabulary,
        group,
        today_in(conversation, group),
        conversation.now,
    )
    if not isinstance(told, AllTold):
        return _cannot_send(conversation, told)
    sent = say_many(
        language,
        "The statement of {days} goes to {n} member.",
        "The statements of {days} go to {n} members.",
        told.sent,
        days=days_told(told.period.since, told.period.last_day, language),
    )
    without = say_many(
        language,
        "{n} has no phone: STATEMENT and their number.",
        "{n} have no phone: STATEMENT and their number.",
        told.without_phone,
    )
    return fit(lambda _: [Part(sent), Part(without if told.without_phone else "", rank=1)])


def _cannot_send(conversation: Conversation, told: NoPrice | NoScheme) -> str:
    language = conversation.language
    why = (
        say(language, "No sale is written yet, so there is no price.")
        if isinstance(told, NoPrice)
        else say(language, "The group had not said yet how it pays then.")
    )
    return f"{why} {say(language, 'Nothing was sent.')}"
