"""Somebody asks what became of their reports."""

from handlers.conversation import Conversation
from handlers.keywords.examples import example_commodity, example_place
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name, report_example
from messaging.airtime import earned_airtime
from messaging.phrases import say, say_many
from messaging.phrases.formats import age_words, amount
from messaging.phrases.formats import money as with_money
from prices.estimates import OLDEST
from prices.reporters import OwnReports, own_reports


def tell_balance(conversation: Conversation) -> str:
    """How many of their prices count, how near they are, and which was the last."""
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
            Part(_accuracy(conversation, found)),
            Part(_last(conversation, found, longest), rank=1),
            Part(_earned(conversation), rank=2),
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


def _accuracy(conversation: Conversation, found: OwnReports) -> str:
    """How near their prices are to what others say: theirs alone to know."""
    if found.accuracy is None:
        return ""
    return say(
        conversation.language,
        "Half of your last {n} were within {percent}% of what others say.",
        n=found.accuracy.reports,
        percent=max(1, round(found.accuracy.within * 100)),
    )


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


def _earned(conversation: Conversation) -> str:
    """What their reports earned, else what the next one may."""
    language, offer = conversation.language, conversation.allowance.airtime
    since = conversation.today - OLDEST
    earned = earned_airtime(conversation.session, conversation.subscriber.id, since=since)
    if earned:
        told = ", ".join(
            with_money(amount(paid, language), conversation.vocabulary.money_sign(of), language)
            for of, paid in earned.items()
        )
        return say(language, "They earned {amount} airtime.", amount=told)
    if offer is None or offer.currency != conversation.vocabulary.country.currency:
        return say(language, "Bei pays nothing for them.")
    sign = conversation.vocabulary.money_sign(offer.currency)
    told = with_money(amount(offer.amount, language), sign, language)
    return say(language, "Where few tell a price, it earns {amount} airtime.", amount=told)


def _none_yet(conversation: Conversation) -> str:
    language, commodity = conversation.language, example_commodity(conversation)
    example = report_example(conversation, commodity, example_place(conversation))
    return fit(
        lambda _: [
            Part(say(language, "You told no price in the last 30 days.")),
            Part(say(language, "To tell your price: {example}.", example=example)),
        ]
    )
