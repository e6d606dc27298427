"""Somebody tells that milk was lost."""

from handlers.conversation import Conversation
from messaging.phrases import say


def refuse_loss(conversation: Conversation) -> str:
    """Losses belong in the milk book, and there is none here."""
    return say(
        conversation.language,
        "We are sorry for the loss. Bei keeps no milk book yet: nothing was written down.",
    )
