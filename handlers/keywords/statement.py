"""Somebody asks what they delivered and what they are owed."""

from handlers.conversation import Conversation
from messaging.phrases import say


def refuse_statement(conversation: Conversation) -> str:
    """No deliveries are kept here: their group has the book."""
    return say(
        conversation.language,
        "Bei keeps no milk book yet and knows no deliveries. Please ask your group's secretary.",
    )
