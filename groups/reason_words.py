"""Why milk was not taken, or not sold, in words (pure)."""

from typing import assert_never

from groups.book_kinds import Reason
from messaging.phrases import say


def reason_words(reason: Reason, language: str) -> str:
    """Why milk was refused or lost, within a sentence."""
    match reason:
        case Reason.SOUR:
            return say(language, "sour")
        case Reason.ALCOHOL:
            return say(language, "alcohol test")
        case Reason.LACTOMETER:
            return say(language, "watered")
        case Reason.ANTIBIOTICS:
            return say(language, "antibiotics")
        case Reason.DIRT:
            return say(language, "dirt")
        case Reason.SPILT:
            return say(language, "spilt")
        case Reason.OTHER:
            return say(language, "another reason")
        case _:
            assert_never(reason)
