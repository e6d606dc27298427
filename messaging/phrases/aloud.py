"""Texts made to be heard: what is short for the eye is said in full, what no voice can say is gone.

Pure functions, for calls and for the radio.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache, partial

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_name

from messaging.phrases.catalogue import SOURCE_LANGUAGE, say, say_many, spoken
from messaging.phrases.formats import as_told, capitalised, day_month
from messaging.phrases.numbers import day_in_words, in_words
from messaging.segments import to_gsm7

# What is older is told with its date: nobody counts back so many days.
COUNTED_DAYS = 14
SHILLINGS = frozenset({"KES", "UGX", "TZS"})

_BRACKETS = re.compile(r"\s*[(){}\[\]<>]+\s*")
# A line beneath is a letter to the machine, and to nobody else.
_UNSPOKEN = re.compile(r"[^\w\s.,:;?!'%-]|_|(?<![^\W_])-|-(?![^\W_])")
# A word in capitals would be spelt letter by letter, as three of them are meant to be: WFP.
_SHOUTED = re.compile(r"\b[A-Z]{4,}\b")
_MARKS = re.compile(r"[.,:;?!]{2,}")

# A figure as `formats` writes it for languages whose numbers are said in words: 47, 2,950, 47.50.
_FIGURE = r"(?<![\w.,])(\d{1,3}(?:,\d{3}){1,2}(?:\.\d{1,6})?|\d{1,7}(?:\.\d{1,6})?)(?!\d|[.,]\d)"
_NUMBER = re.compile(_FIGURE)
_MONEY = re.compile(rf"\b([A-Z]{{3}}) {_FIGURE}")
_RANGE = re.compile(rf"{_FIGURE}-{_FIGURE}")
_CHANGE = re.compile(rf"(?<![\w.,])([+-]){_FIGURE}")
_DISTANCE = re.compile(rf"{_FIGURE} km\b|\bkm {_FIGURE}")
# A time of the day as `formats` writes it: 10:00, 8:05.
_CLOCK = re.compile(r"(?<![\w.,:])(\d{1,2}):([0-5]\d)(?![\w:])")
_PER = re.compile(r"\s*/\s*(?=\w)")
_SIGN = re.compile(r"\b(?:L(?!')|kg|g|ml)\b")


def speakable(text: str) -> str:
    """The text without any sign that a speaking machine stumbles over or spells out.

    What is left are letters, figures and the marks of a plain sentence.
    """
    text = _UNSPOKEN.sub(" ", _BRACKETS.sub(", ", to_gsm7(text)))
    text = _SHOUTED.sub(lambda word: word[0].capitalize(), text)
    text = re.sub(r"\s+(?=[.,:;?!])", "", re.sub(r"\s+", " ", text))
    return _MARKS.sub(_strongest, text).strip(" ,;:")


def _strongest(marks: re.Match[str]) -> str:
    """Of several marks beside each other the one that ends a sentence."""
    return next((mark for mark in marks[0] if mark in ".?!"), marks[0][0])


def money_aloud(value: Decimal, currency: str, language: str) -> str:
    """A price as people tell it: forty-seven shillings and fifty cents."""
    return sum_aloud(as_told(value), currency, language)


def sum_aloud(value: Decimal, currency: str, language: str) -> str:
    """A sum to the cent, as somebody owes it."""
    if currency not in SHILLINGS:
        name = get_currency_name(currency, count=value, locale=_locale(language))
        return say(language, "{amount} {money}", amount=in_words(value, language), money=name)
    whole, cents = int(value), int(value % 1 * 100)
    told = in_words(whole, language)
    shillings = say_many(language, "{amount} shilling", "{amount} shillings", whole, amount=told)
    if not cents:
        return shillings
    small = say(language, "{amount} cents", amount=in_words(cents, language))
    return say(language, "{money} and {cents}", money=shillings, cents=small) if whole else small


def distance_aloud(km: float, language: str) -> str:
    """A distance: thirty-eight kilometres."""
    number = max(1, round(km))
    told = in_words(number, language)
    return say_many(language, "{count} kilometre", "{count} kilometres", number, count=told)


def age_aloud(day: date, today: date, language: str) -> str:
    """How long ago a day was: today, yesterday, three days ago; before that by its date."""
    days = (today - day).days
    if days <= 0:
        return say(language, "today")
    if days == 1:
        return say(language, "yesterday")
    if days < COUNTED_DAYS:
        count = in_words(days, language)
        return say_many(language, "{count} day ago", "{count} days ago", days, count=count)
    return day_in_words(day, language, this_year=today.year)


def reports_aloud(reports: int, markets: int, age: str, language: str) -> str:
    """What a price rests on: Six reports, the newest from today."""
    count = in_words(reports, language)
    if markets > 1:
        said = say(
            language,
            "{count} reports from several markets, the newest from {age}.",
            count=count,
            age=age,
        )
    else:
        said = say_many(
            language,
            "{count} report, from {age}.",
            "{count} reports, the newest from {age}.",
            reports,
            count=count,
            age=age,
        )
    return capitalised(said)


def read_aloud(text: str, language: str, *, this_year: int) -> str:
    """A text that was written to be read, such as a bulletin, as it can be heard.

    "KES 47/L (+2), 38 km" is "forty-seven shillings per litre, up two, thirty-eight kilometres".
    """
    text = re.sub(r"^DEMO\b", f"{say(language, 'Demo data, not real')}.", text)
    text = _days(language).sub(partial(_day_aloud, language, this_year), text)
    for pattern, aloud in _READINGS:
        text = pattern.sub(partial(aloud, language), text)
    return speakable(text)


def _day_aloud(language: str, this_year: int, found: re.Match[str]) -> str:
    day, month, year = found.groups()
    try:
        said = date(int(year or this_year), _months(language)[month], int(day))
    except ValueError:  # 31 Feb
        return found[0]
    return day_in_words(said, language, this_year=this_year)


def _money_aloud(language: str, found: re.Match[str]) -> str:
    currency, figure = found.groups()
    if currency not in SHILLINGS:  # letters that may be no currency at all
        return f"{currency} {_words(figure, language)}"
    return money_aloud(_value(figure), currency, language)


def _distance_aloud(language: str, found: re.Match[str]) -> str:
    return distance_aloud(float(_value(found[1] or found[2])), language)


def _clock_aloud(language: str, found: re.Match[str]) -> str:
    hour, minutes = (in_words(int(figure), language) for figure in found.groups())
    if not int(found[2]):
        return say(language, "{hour} o'clock", hour=hour)
    return say(language, "{hour} {minutes}", hour=hour, minutes=minutes)


def _range_aloud(language: str, found: re.Match[str]) -> str:
    low, high = (_words(figure, language) for figure in found.groups())
    return say(language, "{low} to {high}", low=low, high=high)


def _change_aloud(language: str, found: re.Match[str]) -> str:
    sign, figure = found.groups()
    told = _words(figure, language)
    if sign == "+":
        return say(language, "up {change}", change=told)
    return say(language, "down {change}", change=told)


def _per_aloud(language: str, _: re.Match[str]) -> str:
    return f" {say(language, 'per')} "


def _number_aloud(language: str, found: re.Match[str]) -> str:
    return _words(found[1], language)


def _sign_aloud(language: str, found: re.Match[str]) -> str:
    match found[0]:
        case "L":
            return say(language, "litre")
        case "kg":
            return say(language, "kilogram")
        case "ml":
            return say(language, "millilitre")
        case _:
            return say(language, "gram")


# In this order: what one of them has said holds no figure and no sign for the next.
_READINGS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], str]], ...] = (
    (_MONEY, _money_aloud),
    (_DISTANCE, _distance_aloud),
    (_CLOCK, _clock_aloud),
    (_RANGE, _range_aloud),
    (_CHANGE, _change_aloud),
    (_PER, _per_aloud),
    (_NUMBER, _number_aloud),
    (_SIGN, _sign_aloud),
)


def _words(figure: str, language: str) -> str:
    return in_words(_value(figure), language)


def _value(figure: str) -> Decimal:
    return Decimal(figure.replace(",", ""))


@cache
def _months(language: str) -> dict[str, int]:
    """The months as `formats` cuts them: Nov."""
    days = {month: day_month(date(2024, month, 1), language) for month in range(1, 13)}
    return {day.partition(" ")[2]: month for month, day in days.items()}


@cache
def _days(language: str) -> re.Pattern[str]:
    months = "|".join(map(re.escape, _months(language)))
    return re.compile(rf"\b(\d{{1,2}}) ({months})\b(?: (\d{{4}})\b)?")


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(spoken(language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE_LANGUAGE)
