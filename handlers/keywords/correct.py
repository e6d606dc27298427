"""A line of the book was wrong: a new line takes its place, and the old one stays to be read."""

from dataclasses import fields, replace
from decimal import Decimal

from groups.book import TOLD, line_by_number, line_in_its_place, open_book, write_lines
from groups.book_kinds import EntryKind
from groups.book_lines import Line, NewLine
from groups.members import Member, member_by_id
from groups.models import Group
from groups.schemes import period_named
from handlers.asking import Question, ask
from handlers.commands import Correction
from handlers.conversation import Conversation
from handlers.keywords.audit_words import days_told
from handlers.keywords.milk_price import untell_price
from handlers.keywords.milk_record_late import counts_later_told
from handlers.keywords.milk_record_receipts import News, tell_member
from handlers.keywords.milk_record_settling import (
    MILK_WRITERS,
    MONEY_WRITERS,
    bulk_refused,
    holds_office,
    impossible,
    in_litres,
    litres_told,
    which_group,
)
from handlers.keywords.pay_members import tell_not_paid
from messaging.phrases import say

# Of milk brought, not taken or lost; what was sold or paid is taken out and written again.
_OF_MILK = frozenset({EntryKind.DELIVERY, EntryKind.REJECT, EntryKind.LOSS})


def correct(conversation: Conversation, command: Correction) -> str:
    """Write the line that takes the place of what counts now, and tell whose milk it was."""
    group = which_group(
        conversation, command.group, MILK_WRITERS, lambda code: replace(command, group=code)
    )
    if isinstance(group, Question):
        return ask(conversation, group)
    # Held from here on: nobody corrects the same line in between.
    open_book(conversation.session, group, conversation.now)
    line = _meant(conversation, group, command)
    if isinstance(line, str):
        return line
    member = member_by_id(conversation.session, group, line.member_id) if line.member_id else None
    if command.quantity is None:
        return _take_out(conversation, group, line, member)
    litres = in_litres(command.quantity, command.unit)
    refused = _refused(conversation, member, litres)
    if refused is not None:
        return ask(conversation, refused)
    written = _write(conversation, group, replace(line, litres=litres), line)
    if member is not None and line.kind in TOLD:
        tell_member(conversation, group, member, written, News.CORRECTED)
    told = say(
        conversation.language,
        "Corrected, {group}: no. {old} was {before} L and is {litres} L now (no. {number}).",
        group=group.code,
        old=line.number,
        before=litres_told(line.litres, conversation.language),
        litres=litres_told(litres, conversation.language),
        number=written.number,
    )
    return _with_where_it_counts(conversation, group, line, told)


def _with_where_it_counts(conversation: Conversation, group: Group, line: Line, told: str) -> str:
    """What was paid is not changed: then it is said when the difference is."""
    return f"{told} {counts_later_told(conversation, group, line)}".strip()


def _meant(conversation: Conversation, group: Group, command: Correction) -> Line | str:
    """The line that counts now in place of that number; or why it cannot be corrected."""
    language, number = conversation.language, command.number
    said = line_by_number(conversation.session, group.id, number)
    if said is None:
        return say(
            language,
            "There is no line {number} in the book of {group}. Nothing was written.",
            number=number,
            group=group.code,
        )
    line = line_in_its_place(conversation.session, said)
    if line.kind is EntryKind.VOID:
        return say(language, "No. {number} was taken out before.", number=number)
    if line.kind is EntryKind.OWN:
        return say(
            language, "No. {number} is a member's own side, and stays as it is.", number=number
        )
    if line.kind is EntryKind.SETTLED:
        return _closed(conversation, line)
    return line if line.kind in _OF_MILK else _of_money(conversation, group, command, line)


def _closed(conversation: Conversation, line: Line) -> str:
    """That a period was paid cannot be taken out: what was wrong in it counts in the next."""
    period, language = period_named(line.what_for or ""), conversation.language
    days = days_told(period.since, period.last_day, language) if period else line.what_for
    return say(
        language,
        "No. {number} says that {days} is paid, and stays. What was wrong: VOID its own line.",
        number=line.number,
        days=days,
    )


def _of_money(
    conversation: Conversation, group: Group, command: Correction, line: Line
) -> Line | str:
    """Of a sale or of money there is more than one figure: it is taken out, and written again."""
    language = conversation.language
    if not holds_office(conversation, group, MONEY_WRITERS):
        return say(
            language,
            "No. {number} is money: the treasurer or the secretary corrects it.",
            number=line.number,
        )
    if command.quantity is not None:
        return say(
            language,
            "No. {number} is money: send VOID {number}, then write it again.",
            number=line.number,
        )
    return line


def _refused(conversation: Conversation, member: Member | None, litres: Decimal) -> Question | None:
    """What is to be said of so much milk; who corrects is sure, within reason."""
    if member is None:
        return bulk_refused(conversation, litres)
    return impossible(conversation, member.name, litres)


def _take_out(conversation: Conversation, group: Group, line: Line, member: Member | None) -> str:
    void = replace(line, kind=EntryKind.VOID)
    written = _write(conversation, group, void, line)
    if member is not None and line.kind in TOLD:
        tell_member(conversation, group, member, written, News.TAKEN_OUT)
    if line.kind in {EntryKind.SALE, EntryKind.DELIVERY}:
        untell_price(conversation, line)
    if member is not None and line.kind is EntryKind.PAID:
        tell_not_paid(conversation, group, member, line)
    told = say(
        conversation.language,
        "Taken out, {group}: no. {old} does not count any more (no. {number}).",
        group=group.code,
        old=line.number,
        number=written.number,
    )
    return _with_where_it_counts(conversation, group, line, told)


def _write(conversation: Conversation, group: Group, line: Line, old: Line) -> Line:
    """The line as it should be, in place of the old one."""
    said = {field.name: getattr(line, field.name) for field in fields(NewLine)}
    said |= {
        "written_by": conversation.subscriber.id,
        "source_key": f"{conversation.source_key}:0",
        "raw_text": conversation.raw_text,
        "corrects_id": old.id,
    }
    ((written, _),) = write_lines(conversation.session, group, [NewLine(**said)], conversation.now)
    return written
