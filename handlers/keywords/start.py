"""Somebody wants our messages again."""

from handlers.conversation import Conversation
from handlers.keywords.help import two_examples
from handlers.keywords.subscribe import welcome_back
from messaging.phrases import say


def start(conversation: Conversation) -> str:
    """Opt the person in where they were out; who never was is shown what to type."""
    language = conversation.language
    was_out = conversation.subscriber.opted_out_at is not None
    welcome_back(conversation)
    if was_out:
        greeting = say(language, "Welcome back to Bei. Your messages go on. Reply STOP to end.")
    else:
        greeting = say(language, "This is Bei: market prices by text.")
    return two_examples(conversation, greeting)
