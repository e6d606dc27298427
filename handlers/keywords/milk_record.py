"""A collector texts who brought how much milk."""

from handlers.conversation import Conversation
from messaging.phrases import say


def refuse_milk(conversation: Conversation) -> str:
    """There is no milk book here: whoever believed it was written would not write it themselves."""
    return say(
        conversation.language,
        "Thank you, but Bei keeps no milk book yet: nothing was written down. "
        "Please keep your own book for now.",
    )
