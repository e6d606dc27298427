"""Somebody's words fit two readings as well as each other: they decide."""

from handlers.asking import Choice, ask, choose
from handlers.commands import Unsure
from handlers.conversation import Conversation
from handlers.keywords.meanings import meaning
from messaging.phrases import say


def which_reading(conversation: Conversation, command: Unsure) -> str:
    """Say in a few words what each reading would do, and let them choose."""

    def compose(longest: int) -> tuple[str, list[Choice]]:
        told = {meaning(conversation, one, longest): one for one in reversed(command.readings)}
        choices = [Choice(words, one) for words, one in reversed(told.items())]
        return say(conversation.language, "What do you want?"), choices

    return ask(conversation, choose(conversation, compose))
