"""What an audit found, in words: which days, which litres, whose."""

from datetime import date
from decimal import Decimal
from typing import assert_never

from groups.audit_of_group import FindingKind
from groups.audits import Told
from handlers.keywords.fitting import clip, quotable
from messaging.phrases import say
from messaging.phrases.formats import amount, day_month


def days_told(since: date, through: date, language: str) -> str:
    """Some days of one month or two: 24 Nov, 1-15 Nov, 30 Oct-2 Nov."""
    last = day_month(through, language)
    if since == through:
        return last
    if (since.year, since.month) == (through.year, through.month):
        return f"{since.day}-{last}"
    return f"{day_month(since, language)}-{last}"


def litres_told(litres: Decimal, language: str) -> str:
    """Litres as a scale shows them: 12, 12.5, 1,250."""
    rounded = litres.quantize(Decimal("0.1"))
    told = amount(rounded, language)
    # A scale has one figure behind the point; money has two.
    return told if rounded == rounded.to_integral_value() else told[:-1]


def percent_told(percent: Decimal, language: str) -> str:
    """A share as somebody types it: 3, 2.5."""
    told = amount(percent, language)
    return told if percent == percent.to_integral_value() else told.rstrip("0")


def finding_told(told: Told, language: str, longest: int) -> str:
    """One finding: 24 Nov: 180 L received, 140 sold or lost, 40 missing."""
    finding = told.finding
    figures = {
        "days": days_told(finding.since, finding.day, language),
        "name": clip(quotable(told.member or ""), longest),
        "received": litres_told(finding.received, language),
        "found": litres_told(finding.found, language),
        "litres": litres_told(abs(finding.missing), language),
    }
    match finding.kind:
        case FindingKind.OWN_SIDE:
            return say(
                language, "{days} {name}: receipt {received} L, own side {found}.", **figures
            )
        case FindingKind.AT_BUYER:
            return say(
                language,
                "{days}: {received} L received, {litres} missing on the buyer's scale.",
                **figures,
            )
        case FindingKind.DRIP:
            return say(
                language,
                "{days}: {received} L received, {litres} missing, a little every day.",
                **figures,
            )
        case FindingKind.BEFORE_SALE if finding.missing < 0:
            return say(
                language, "{days}: {received} L received, {litres} more sold than that.", **figures
            )
        case FindingKind.BEFORE_SALE:
            return say(
                language,
                "{days}: {received} L received, {found} sold or lost, {litres} missing.",
                **figures,
            )
        case _:
            assert_never(finding.kind)
