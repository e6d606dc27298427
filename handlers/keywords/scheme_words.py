"""A scheme in words: Base 45. A +1, C -2. Levy 1%."""

from datetime import date

from groups.schemes import Band, Part, Scheme, Season
from handlers.keywords.fitting import clip, quotable
from handlers.keywords.statement_words import part_named, rate_told, signed_rate
from messaging.phrases import say
from messaging.phrases.formats import month_name

_PARTS = {"D": Part.DENSITY, "F": Part.FAT, "P": Part.COUNT}
_BUYER_LENGTH = 16


def scheme_told(language: str, scheme: Scheme) -> str:
    """All that a scheme says, each term a short sentence."""
    grades = ", ".join(
        f"{one.grade} {signed_rate(one.per_litre, language)}" for one in scheme.grades
    )
    bands = ", ".join(_band(language, one) for one in scheme.bands)
    seasons = ", ".join(_season(language, one) for one in scheme.seasons)
    told = [_base(language, scheme), grades, bands, seasons, *_kept(language, scheme)]
    return " ".join(f"{one}." for one in [*told, *_paid(language, scheme)] if one)


def _base(language: str, scheme: Scheme) -> str:
    if scheme.base_price is not None:
        return say(language, "Base {price}", price=rate_told(scheme.base_price, language))
    margin = rate_told(scheme.margin, language)
    return say(language, "Base: the buyers' price less {margin}", margin=margin)


def _band(language: str, band: Band) -> str:
    bound = f"{'>' if band.is_above else '<'}{rate_told(band.bound, language)}"
    named = part_named(language, _PARTS[band.measure])
    return f"{named} {bound} {signed_rate(band.per_litre, language)}"


def _season(language: str, season: Season) -> str:
    first, last = (
        month_name(date(2024, month, 1), language, is_short=True)
        for month in (season.first_month, season.last_month)
    )
    months = first if first == last else f"{first}-{last}"
    return f"{months} {signed_rate(season.per_litre, language)}"


def _kept(language: str, scheme: Scheme) -> list[str]:
    levy, transport = part_named(language, Part.LEVY), part_named(language, Part.TRANSPORT)
    told = []
    if scheme.levy_per_cent:
        told.append(f"{levy} {rate_told(scheme.levy_per_cent, language)}%")
    if scheme.levy_per_litre:
        told.append(f"{levy} {rate_told(scheme.levy_per_litre, language)}/L")
    if scheme.transport_per_litre:
        told.append(f"{transport} {rate_told(scheme.transport_per_litre, language)}/L")
    return told


def _paid(language: str, scheme: Scheme) -> list[str]:
    """When, and by whom it is paid first."""
    period = (
        say(language, "Paid {n} days after the month", n=scheme.days_to_pay)
        if scheme.is_monthly
        else say(language, "Paid {n} days after each half month", n=scheme.days_to_pay)
    )
    buyers = [
        say(
            language,
            "{buyer} pays in {n} days",
            buyer=clip(quotable(one.buyer), _BUYER_LENGTH),
            n=one.days_to_pay,
        )
        for one in scheme.buyers
    ]
    return [period, *buyers]
