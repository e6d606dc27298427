"""A member's milk was not taken: it is written with its reason, and the member is told."""

from dataclasses import replace
from datetime import date

from groups.book import write_lines
from groups.book_kinds import EntryKind, Reason
from groups.book_lines import Line, NewLine
from groups.members import Member
from groups.models import Group
from handlers.asking import Question, ask
from handlers.commands import RejectRecord
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.milk_record_reasons import reason_words, which_reason
from handlers.keywords.milk_record_receipts import tell_member
from handlers.keywords.milk_record_settling import (
    book_and_day,
    doubt,
    in_litres,
    litres_told,
    which_member,
    which_milking,
)
from handlers.keywords.tips import give_tip
from messaging.phrases import say


def record_reject(conversation: Conversation, command: RejectRecord) -> str:
    """Write whose milk was not taken, how much and why; what is unclear is asked."""
    settled = book_and_day(conversation, command)
    if isinstance(settled, Question):
        return ask(conversation, settled)
    group, day = settled
    member = which_member(
        conversation,
        group,
        command.delivery.name,
        lambda name: replace(command, delivery=replace(command.delivery, name=name)),
    )
    if isinstance(member, Question):
        return ask(conversation, member)
    asked = _doubted(conversation, member, command)
    if asked is not None:
        return ask(conversation, asked)
    line = _write(conversation, group, day, member, command)
    tell_member(conversation, group, member, line)
    give_tip(conversation, member, line.reason)
    return _written(conversation, group, member, line)


def _doubted(conversation: Conversation, member: Member, command: RejectRecord) -> Question | None:
    """How much is asked about first, then why."""
    one, language = command.delivery, conversation.language
    litres = in_litres(one.quantity, one.unit)
    sure = replace(command, is_sure=True)
    asked = doubt(conversation, member.name, litres, sure, is_sure=command.is_sure)
    if asked is not None or command.reason is not None:
        return asked
    why = say(
        language,
        "{litres} L of {name} not taken: why?",
        litres=litres_told(litres, language),
        name=clip(quotable(member.name), 24),
    )
    return which_reason(conversation, why, lambda reason: replace(command, reason=reason))


def _write(
    conversation: Conversation, group: Group, day: date, member: Member, command: RejectRecord
) -> Line:
    one = command.delivery
    new = NewLine(
        EntryKind.REJECT,
        day,
        written_by=conversation.subscriber.id,
        source_key=f"{conversation.source_key}:0",
        raw_text=conversation.raw_text,
        milking=which_milking(conversation, group, one.milking),
        member_id=member.id,
        litres=in_litres(one.quantity, one.unit),
        grade=one.grade,
        reason=command.reason,
    )
    ((line, _),) = write_lines(conversation.session, group, [new], conversation.now)
    return line


def _written(conversation: Conversation, group: Group, member: Member, line: Line) -> str:
    language = conversation.language
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "Written, {group}: {litres} L of {name} not taken, {reason} (no. {number}).",
                    group=group.code,
                    litres=litres_told(line.litres, language),
                    name=clip(quotable(member.name), longest),
                    reason=reason_words(line.reason or Reason.OTHER, language),
                    number=line.number,
                )
            )
        ]
    )
