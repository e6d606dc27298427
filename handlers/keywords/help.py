"""Somebody asks what they can type."""

from handlers.conversation import Conversation
from handlers.keywords.examples import example_commodity, example_place, example_price
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import query_example, report_example
from messaging.phrases import say


def give_help(conversation: Conversation) -> str:
    """The two things everybody can do, and how the messages end."""
    language = conversation.language
    others = say(language, "Weekly prices: SUB. To end all messages: STOP")
    return two_examples(conversation, "", others)


def two_examples(conversation: Conversation, before: str, after: str = "") -> str:
    """How to ask for a price and how to tell one, in the person's own things where known."""
    language = conversation.language
    commodity, place = example_commodity(conversation), example_place(conversation)
    ask = query_example(conversation, commodity, place)
    tell = report_example(
        conversation, commodity, place, example_price(conversation, commodity, place)
    )
    return fit(
        lambda _: [
            Part(before),
            Part(say(language, "To ask: {example}.", example=ask)),
            Part(say(language, "To tell your price: {example}.", example=tell), rank=1),
            Part(after, rank=2),
        ]
    )
