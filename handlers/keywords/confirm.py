"""Somebody answers what we asked, and it is no choice of ours."""

from handlers.asking import DROPPED
from handlers.commands import Confirm, Unknown
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.unknown import NO_QUESTION, excuse
from messaging.held_questions import held_question
from messaging.phrases import say


def confirm(conversation: Conversation, command: Confirm) -> str | None:
    """Say that it is dropped, or ask once more; an answer that fits became its command before."""
    if command == DROPPED:
        return say(conversation.language, "Dropped. Nothing was written down.")
    held = held_question(conversation.session, conversation.subscriber, conversation.now)
    if held is None:
        return excuse(conversation, Unknown(NO_QUESTION))
    sorry = say(conversation.language, "Sorry, not understood.")
    return fit(lambda _: [Part(sorry, rank=1), Part(held.question)])
