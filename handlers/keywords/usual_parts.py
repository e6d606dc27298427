"""What is usual at this time of the year, and how a price stands to it, in sentences."""

from handlers.conversation import Conversation
from handlers.keywords.naming import place_name
from handlers.keywords.price_notes import distance
from messaging.phrases import say, say_many
from messaging.phrases.formats import month_name, price
from prices.comparisons import Usual


def usual_sentence(conversation: Conversation, usual: Usual, asked: int, longest: int) -> str:
    """Usual for November 44 (4 years)."""
    language = conversation.language
    return say(
        language,
        "Usual for {month} {price} ({notes}).",
        month=month_name(usual.month, language),
        price=price(usual.norm.price, language),
        notes=_rests_on(conversation, usual, asked, longest),
    )


def usual_briefly(conversation: Conversation, usual: Usual, asked: int, longest: int) -> str:
    """Usual Nov 44 (4 years)."""
    language = conversation.language
    return say(
        language,
        "Usual {month} {price} ({notes}).",
        month=month_name(usual.month, language, is_short=True),
        price=price(usual.norm.price, language),
        notes=_rests_on(conversation, usual, asked, longest),
    )


def _rests_on(conversation: Conversation, usual: Usual, asked: int, longest: int) -> str:
    """Where it comes from, unless that is the place asked about, and how much of it there is."""
    language, norm = conversation.language, usual.norm
    notes = []
    if usual.place.id != asked:
        notes.append(place_name(conversation, usual.place, longest))
    if usual.distance_km > 0:
        notes.append(distance(conversation, usual.distance_km))
    if not usual.place.kind.is_trading_place:
        notes.append(say_many(language, "{n} market", "{n} markets", usual.markets))
    if norm.years is None:
        notes.append(say_many(language, "{n} month", "{n} months", norm.months))
    else:
        notes.append(say_many(language, "{n} year", "{n} years", norm.years))
    return ", ".join(notes)
