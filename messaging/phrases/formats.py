"""Figures, days and ages, as people of a language write them in a text."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_period_id, get_period_names
from babel.numbers import format_decimal

from messaging.phrases.catalogue import SOURCE_LANGUAGE, say, say_many, spoken
from messaging.segments import to_gsm7

# The hour at which a language's clock begins: seven in the morning is "saa moja", hour one.
CLOCK_STARTS_AT = {"sw": 6}
# Where a language's figures are written as in the country where Bei speaks it: in Peru 1,250.50,
# not the 1.250,50 of Spain.
FIGURES_AS_IN = {"es": "es_PE"}
# Prices are paid in multiples of it, whatever the currency.
SMALLEST_COIN = Decimal("0.05")
# No estimate is surer than to this share of itself: its range is several times as wide.
SUREST = Decimal("0.025")


# The same few hundred figures are told all day.
@lru_cache(maxsize=10_000)
def amount(value: Decimal, language: str) -> str:
    """Money or a measure without decoration: 47, 47.50, 2,950; at most two decimals."""
    rounded = value.quantize(Decimal("0.01"))
    pattern = "#,##0" if rounded == rounded.to_integral_value() else "#,##0.00"
    locale = FIGURES_AS_IN.get(spoken(language), _locale(language))
    return to_gsm7(format_decimal(rounded, pattern, locale=locale))


def money(figure: str, sign: str, language: str) -> str:
    """A figure with the sign of its money: KES 47, 450 FCFA; what is no word sticks to it: S/47."""
    if not sign[-1:].isalpha():
        return to_gsm7(f"{sign}{figure}")
    return say(language, "{currency} {figure}", currency=sign, figure=figure)


def day_month(day: date, language: str) -> str:
    """A day of this year: 3 Mar."""
    return _day(day, "d MMM", language)


def month_year(day: date, language: str, *, this_year: int | None = None) -> str:
    """A month with its year, which is left out where it is this one: October, October 2025."""
    pattern = "LLLL" if day.year == this_year else "LLLL y"
    return _day(day, pattern, language)


def month_name(day: date, language: str, *, is_short: bool = False) -> str:
    """A month of any year: November, Nov."""
    return _day(day, "LLL" if is_short else "LLLL", language)


def weekday(number: int, language: str) -> str:
    """A day of the week by its number, 0 for Monday."""
    # 1 January 2024 was a Monday.
    return _day(date(2024, 1, 1 + number), "EEEE", language)


# Who answers a text looks at the calendar a dozen times, of the same few moments.
@lru_cache(maxsize=256)
def local_date(moment: datetime, timezone: str) -> date:
    """The day on people's own calendar at a moment."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def age_words(moment: datetime, now: datetime, timezone: str, language: str) -> str:
    """How old a price is: today, yesterday, 3 days old, and from two weeks on its date."""
    day, today = local_date(moment, timezone), local_date(now, timezone)
    days = (today - day).days
    if days <= 0:
        return say(language, "today")
    if days == 1:
        return say(language, "yesterday")
    if days < 14:
        return say_many(language, "{n} day old", "{n} days old", days)
    return dated(day, today, language)


def dated(day: date, today: date, language: str) -> str:
    """A past day, with its year when it was not this year: 3 Mar, 3 Mar 2025."""
    pattern = "d MMM" if day.year == today.year else "d MMM y"
    return _day(day, pattern, language)


def language_name(language: str) -> str:
    """A language's name for itself: Kiswahili; its code where nobody wrote the name down."""
    name = str(_locale(language).languages.get(language, language))
    return to_gsm7(name[0].upper() + name[1:])


def price(value: Decimal, language: str) -> str:
    """A price as far as it matters: 46.50, 2,950."""
    return amount(as_told(value), language)


@lru_cache(maxsize=10_000)
def as_told(value: Decimal) -> Decimal:
    """A price as precise as people tell it: from a hundred on without cents.

    A figure that no coins add up to is nobody's word but an estimate or a conversion, and no surer
    than to a fortieth: 46.43 is told as 46, 1,236.43 as 1,240; 46.40 stays what somebody said.
    """
    if value >= SMALLEST_COIN and value % SMALLEST_COIN:
        step = _round_step(value * SUREST)
        return (value / step).quantize(Decimal(1)) * step
    return value.quantize(Decimal(1) if value >= 100 else Decimal("0.01"))


def _round_step(most: Decimal) -> Decimal:
    """The largest of 0.01, 0.05, 0.1, 0.5, 1, 5, 10 … that is no more than that."""
    power = Decimal(1).scaleb(most.adjusted())
    return max(power * 5 if most >= power * 5 else power, Decimal("0.01"))


def typed(value: Decimal) -> str:
    """A figure as somebody would type it back: 47, 47.5, 2950.

    With a point in every language: a comma may also part two prices, or thousands.
    """
    rounded = value.quantize(Decimal(1) if value >= 100 else Decimal("0.01"))
    return f"{rounded.normalize():f}"


def hour_of_day(hour: int, language: str) -> str:
    """A full hour (0-23) as people say it: 7 am; Swahili counts from sunrise: saa 1 asubuhi.

    A language that says "am" and "pm" with one word counts its hours to 24: 19 h.
    """
    is_halved = say(language, "am") != say(language, "pm")
    counted = (hour - CLOCK_STARTS_AT.get(language, 0) - 1) % 12 + 1 if is_halved else hour
    return say(language, "{hour} {part_of_day}", hour=counted, part_of_day=_part(hour, language))


def clock_time(moment: datetime, timezone: str, language: str) -> str:
    """When something was, by people's own clock: 8:10, 14:05; in Swahili saa 2:10 asubuhi."""
    local = moment.astimezone(ZoneInfo(timezone))
    if language not in CLOCK_STARTS_AT:
        return f"{local.hour}:{local.minute:02}"
    counted = (local.hour - CLOCK_STARTS_AT[language] - 1) % 12 + 1
    return say(
        language,
        "{hour} {part_of_day}",
        hour=f"{counted}:{local.minute:02}",
        part_of_day=_part(local.hour, language),
    )


def _part(hour: int, language: str) -> str:
    if language in CLOCK_STARTS_AT:
        # A minute past: CLDR has words of its own for exactly noon and midnight.
        period = get_period_id(time(hour, 1), locale=language)
        return str(get_period_names(width="wide", locale=language)[period])
    return say(language, "am" if hour < 12 else "pm")


def _day(day: date, pattern: str, language: str) -> str:
    """A day by a pattern of CLDR, without the stop of an abbreviation: it would end a sentence."""
    return to_gsm7(format_date(day, pattern, locale=_locale(language))).replace(".", "")


@cache
def _locale(language: str) -> Locale:
    """How a language writes figures and days; as English does where Babel does not know."""
    try:
        return Locale.parse(spoken(language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE_LANGUAGE)


def capitalised(words: str) -> str:
    """The words as they begin a sentence: Milk."""
    return words[:1].upper() + words[1:]
