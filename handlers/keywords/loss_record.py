"""Milk that was taken and could not be sold: soured, spilt, sent back."""

from dataclasses import replace

from groups.book import write_lines
from groups.book_kinds import EntryKind
from groups.book_lines import NewLine
from handlers.asking import Question, ask
from handlers.commands import LossRecord
from handlers.conversation import Conversation
from handlers.keywords.milk_record_reasons import reason_words, which_reason
from handlers.keywords.milk_record_settling import (
    book_and_day,
    bulk_refused,
    in_litres,
    litres_told,
)
from messaging.phrases import say


def record_loss(conversation: Conversation, command: LossRecord) -> str:
    """Write what was lost and why; an officer tells it, and is asked why where they did not say."""
    language, item = conversation.language, command.item
    settled = book_and_day(conversation, command)
    if isinstance(settled, Question):
        return ask(conversation, settled)
    group, day = settled
    litres = in_litres(item.quantity, item.unit)
    if refused := bulk_refused(conversation, litres):
        return ask(conversation, refused)
    if command.reason is None:
        lost = say(language, "{litres} L lost: why?", litres=litres_told(litres, language))
        return ask(
            conversation,
            which_reason(conversation, lost, lambda reason: replace(command, reason=reason)),
        )
    new = NewLine(
        EntryKind.LOSS,
        day,
        written_by=conversation.subscriber.id,
        source_key=f"{conversation.source_key}:0",
        raw_text=conversation.raw_text,
        litres=litres,
        reason=command.reason,
    )
    ((line, _),) = write_lines(conversation.session, group, [new], conversation.now)
    return say(
        language,
        "Written, {group}: {litres} L lost, {reason} (no. {number}).",
        group=group.code,
        litres=litres_told(litres, language),
        reason=reason_words(command.reason, language),
        number=line.number,
    )
