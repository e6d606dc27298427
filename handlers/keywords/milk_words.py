"""What a line of the milk book tells, within a sentence (pure)."""

from decimal import Decimal

from groups.book_kinds import Milking
from messaging.phrases import say
from messaging.phrases.formats import amount


def litres_told(litres: Decimal | None, language: str) -> str:
    """Litres without a needless figure: 12, 8.5, 11.65."""
    said = litres or Decimal(0)
    told = amount(said, language)
    return told.removesuffix("0") if said != said.to_integral_value() else told


def milking_words(milking: Milking | None, language: str) -> str:
    """Which milk of the day."""
    match milking:
        case Milking.MORNING:
            return say(language, "morning")
        case Milking.EVENING:
            return say(language, "evening")
        case None:
            return ""


def milk_words(litres: Decimal | None, grade: str | None, language: str) -> str:
    """12 L grade A."""
    told = say(language, "{litres} L", litres=litres_told(litres, language))
    if grade is None:
        return told
    return say(language, "{litres} grade {grade}", litres=told, grade=grade)
