"""What is usual at this time of the year, and how a price stands to it, in sentences."""

from decimal import Decimal
from typing import assert_never

from handlers.conversation import Conversation
from handlers.keywords.naming import place_name
from handlers.keywords.price_notes import distance
from messaging.phrases import say, say_many
from messaging.phrases.formats import month_name, price
from prices.norms import Standing, standing
from prices.usual import Usual


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


def standing_sentence(conversation: Conversation, now: Decimal, usual: Usual, asked: int) -> str:
    """How a price stands to the usual one; nothing where that is of another place.

    Two places differ all year round: what is dear beside the neighbour's price may be usual here.
    """
    if usual.place.id != asked or not usual.place.kind.is_trading_place:
        return ""
    return _standing_words(conversation.language, standing(now, usual.norm))


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


def _standing_words(language: str, found: Standing) -> str:
    match found:
        case Standing.SHORTAGE:
            return say(language, "Far above usual, as in a shortage.")
        case Standing.FAR_ABOVE:
            return say(language, "Far above usual.")
        case Standing.ABOVE:
            return say(language, "Above usual.")
        case Standing.USUAL:
            return say(language, "About as usual.")
        case Standing.BELOW:
            return say(language, "Below usual.")
        case Standing.FAR_BELOW:
            return say(language, "Far below usual.")
        case Standing.GLUT:
            return say(language, "Far below usual, as in a glut.")
        case _:
            assert_never(found)
