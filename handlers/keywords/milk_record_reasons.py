"""Why milk was not taken, or not sold, in words and as a question."""

from collections.abc import Callable
from typing import assert_never

from groups.book_kinds import Reason
from handlers.asking import Choice, Question, choose
from handlers.commands import Command
from handlers.conversation import Conversation
from messaging.phrases import say

# As many as a question holds; any other is typed.
_ASKED = (Reason.SOUR, Reason.ALCOHOL, Reason.LACTOMETER, Reason.DIRT, Reason.OTHER)


def which_reason(
    conversation: Conversation, before: str, again: Callable[[Reason], Command]
) -> Question:
    """Why it was; without that nobody can do better tomorrow."""
    language = conversation.language
    choices = [Choice(reason_words(reason, language), again(reason)) for reason in _ASKED]
    return choose(conversation, lambda _: (before, choices))


def reason_words(reason: Reason, language: str) -> str:
    """Why, within a sentence."""
    match reason:
        case Reason.SOUR:
            return say(language, "sour")
        case Reason.ALCOHOL:
            return say(language, "alcohol test")
        case Reason.LACTOMETER:
            return say(language, "watered")
        case Reason.ANTIBIOTICS:
            return say(language, "antibiotics")
        case Reason.DIRT:
            return say(language, "dirt")
        case Reason.SPILT:
            return say(language, "spilt")
        case Reason.OTHER:
            return say(language, "another reason")
        case _:
            assert_never(reason)
