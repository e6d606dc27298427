"""Why milk was not taken, or not sold, in words and as a question."""

from collections.abc import Callable

from groups.book_kinds import Reason
from groups.reason_words import reason_words as reason_words
from handlers.asking import Choice, Question, choose
from handlers.commands import Command
from handlers.conversation import Conversation

# As many as a question holds; any other is typed.
_ASKED = (Reason.SOUR, Reason.ALCOHOL, Reason.LACTOMETER, Reason.DIRT, Reason.OTHER)


def which_reason(
    conversation: Conversation, before: str, again: Callable[[Reason], Command]
) -> Question:
    """Why it was; without that nobody can do better tomorrow."""
    language = conversation.language
    choices = [Choice(reason_words(reason, language), again(reason)) for reason in _ASKED]
    return choose(conversation, lambda _: (before, choices))
