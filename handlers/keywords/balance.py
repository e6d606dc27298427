"""Somebody asks what became of their reports."""

from handlers.conversation import Conversation
from handlers.keywords.examples import example_commodity, example_place
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name, report_example
from messaging.phrases import say, say_many
from messaging.phrases.formats import age_words
from prices.reporters import OwnReports, own_reports


def tell_balance(conversation: Conversation) -> str:
    """How many of their prices count, and which was the last: all that is known of a reporter."""
    found = own_reports(conversation.session, conversation.subscriber.id, now=conversation.now)
    if found is None:
        return _none_yet(conversation)
    language = conversation.language
    return fit(
        lambda longest: [
            Part(
                say_many(
                    language,
                    "You told {n} price in the last 30 days.",
                    "You told {n} prices in the last 30 days.",
                    found.reports,
                )
            ),
            Part(_standing(conversation, found)),
            Part(_last(conversation, found, longest), rank=1),
            Part(say(language, "Bei pays nothing for them."), rank=2),
        ]
    )


def _standing(conversation: Conversation, found: OwnReports) -> str:
    """What became of them; those that were dropped are the rest."""
    language = conversation.language
    if found.held:
        return say(
            language,
            "{accepted} count, {held} wait to be checked.",
            accepted=found.accepted,
            held=found.held,
        )
    return say(language, "{accepted} count.", accepted=found.accepted)


def _last(conversation: Conversation, found: OwnReports, longest: int) -> str:
    vocabulary, language = conversation.vocabulary, conversation.language
    place = vocabulary.places.get(found.last_place_id)
    if place is None or found.last_commodity not in vocabulary.commodities:
        return ""
    return say(
        language,
        "The last: {commodity} {place}, {age}.",
        commodity=commodity_name(conversation, found.last_commodity, longest),
        place=place_name(conversation, place, longest),
        age=age_words(found.last_at, conversation.now, conversation.timezone, language),
    )


def _none_yet(conversation: Conversation) -> str:
    language, commodity = conversation.language, example_commodity(conversation)
    example = report_example(conversation, commodity, example_place(conversation))
    return fit(
        lambda _: [
            Part(say(language, "You told no price in the last 30 days.")),
            Part(say(language, "To tell your price: {example}.", example=example)),
        ]
    )
