"""What a group has to begin with on its way, in words (pure)."""

from typing import assert_never

from groups.mode import Need
from messaging.phrases import say


def need_words(need: Need, language: str) -> str:  # noqa: C901 – one case each
    """What to begin with, as a sentence goes on: "write every delivery, every day."""
    match need:
        case Need.RECORDS:
            return say(language, "write every delivery, every day.")
        case Need.MILK_MAP:
            return say(language, "write every member's morning and evening milk.")
        case Need.LOSSES:
            return say(language, "write all lost and refused milk, and find out why.")
        case Need.PRICES:
            return say(language, "write each sale with its price.")
        case Need.ACCOUNTS:
            return say(language, "write what buyers paid.")
        case Need.QUALITY:
            return say(language, "grade each member's milk.")
        case Need.COSTS:
            return say(language, "write what members owe: feed, transport, levies.")
        case Need.NEGOTIATION:
            return say(language, "bargain for the price that others get.")
        case Need.AUDIT:
            return say(language, "make the book come out even.")
        case Need.MARKET:
            return say(language, "find a second buyer to compare with.")
        case Need.CONTRACTS:
            return say(language, "agree with one buyer for some months.")
        case Need.INVESTMENT:
            return say(language, "keep the litres steady, then plan what to buy.")
        case _:
            assert_never(need)
