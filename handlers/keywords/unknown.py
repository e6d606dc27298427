"""Somebody sends what we cannot act on."""

from datetime import timedelta

from handlers.commands import Unknown
from handlers.conversation import Conversation
from handlers.keywords.help import two_examples
from messaging.inbox import answered_since
from messaging.phrases import say

# Two machines that answer each other must not go on for ever, nor at our cost.
SILENT_FOR = timedelta(days=1)
INTENT = "unknown"
TOO_LONG = "too_long"
NO_QUESTION = "no_question"


def excuse(conversation: Conversation, command: Unknown) -> str | None:
    """Show two examples, at most once a day; else keep silent."""
    since = conversation.now - SILENT_FOR
    if answered_since(conversation.session, conversation.subscriber, INTENT, since):
        return None
    language = conversation.language
    if command.reason == TOO_LONG:
        return two_examples(
            conversation, say(language, "Sorry, that is too long. Please send one line.")
        )
    if command.reason == NO_QUESTION:
        return two_examples(conversation, say(language, "We have no open question for you."))
    return two_examples(
        conversation, say(language, "Sorry, not understood."), say(language, "More: HELP")
    )
