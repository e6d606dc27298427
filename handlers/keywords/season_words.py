"""How a price moved, and how it stands to what is usual, in words for any channel (pure)."""

from decimal import Decimal
from typing import assert_never

from messaging.phrases import say
from messaging.phrases.formats import as_told
from prices.comparisons import OwnTrend, PublishedTrend, Usual
from prices.norms import Standing, standing


def change(now: Decimal, before: Decimal) -> Decimal:
    """By how much, as both are told: whoever reckons it from the words finds the same."""
    return as_told(now) - as_told(before)


def price_now(trend: OwnTrend | PublishedTrend) -> Decimal:
    """The price that is held against others."""
    match trend:
        case OwnTrend():
            return trend.now.estimate.price
        case PublishedTrend():
            return trend.now.price
        case _:
            assert_never(trend)


def standing_sentence(language: str, now: Decimal, usual: Usual, asked: int) -> str:
    """How a price stands to the usual one; nothing where that is of another place.

    Two places differ all year round: what is dear beside the neighbour's price may be usual here.
    """
    if usual.place.id != asked or not usual.place.kind.is_trading_place:
        return ""
    return _standing_words(language, standing(now, usual.norm))


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
