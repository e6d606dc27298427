"""Numbers and days in words, for texts that are read aloud.

A voice that speaks one language reads the figures of any other in its own: "47" in a Swahili
sentence would be heard as "forty-seven". English and Swahili are written out here; other languages
keep their figures.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from messaging.phrases.catalogue import say, spoken
from messaging.phrases.formats import month_name

# From here on figures stay figures: no price of one unit is that high.
TOO_LARGE = 100_000_000

_ENGLISH = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ENGLISH_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_SWAHILI = ["sifuri", "moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa"]
_SWAHILI_TENS = [
    "kumi",
    "ishirini",
    "thelathini",
    "arobaini",
    "hamsini",
    "sitini",
    "sabini",
    "themanini",
    "tisini",
]
_POINT = {"en": "point", "sw": "nukta"}
_MINUS = {"en": "minus", "sw": "hasi"}


def in_words(value: Decimal | int, language: str) -> str:
    """A number with up to two decimals: forty-seven point five, elfu tatu mia sita."""
    rounded = Decimal(value).quantize(Decimal("0.01"))
    language = spoken(language)
    count = _COUNTS.get(language)
    whole, _, decimals = f"{abs(rounded):f}".partition(".")
    decimals = decimals.rstrip("0")
    if count is None or int(whole) >= TOO_LARGE:
        return f"{'-' if rounded < 0 else ''}{whole}{f'.{decimals}' if decimals else ''}"
    words = [count(int(whole))]
    if decimals:
        words += [_POINT[language], *(count(int(digit)) for digit in decimals)]
    if rounded < 0:
        words.insert(0, _MINUS[language])
    return " ".join(words)


def day_in_words(day: date, language: str, *, this_year: int) -> str:
    """A day, with its year when that is not this one: the third of March, tarehe tatu Machi."""
    number = in_words(day.day, language)
    if spoken(language) == "en":
        number = _english_ordinal(number)
    said = say(language, "the {day} of {month}", day=number, month=month_name(day, language))
    return said if day.year == this_year else f"{said} {in_words(day.year, language)}"


def _english(number: int) -> str:
    if number < 20:
        return _ENGLISH[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _ENGLISH_TENS[tens - 2] + (f"-{_ENGLISH[ones]}" if ones else "")
    parts, rest = [], number
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        many, rest = divmod(rest, size)
        if many:
            parts.append(f"{_english(many)} {name}")
    return " ".join(parts) + (f" and {_english(rest)}" if rest else "")


def _english_ordinal(words: str) -> str:
    tens, hyphen, last = words.rpartition("-")
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return tens + hyphen + _ENGLISH_ORDINALS.get(last, regular)


def _swahili(number: int) -> str:
    """A count stands behind what it counts; "na" ties the last part to the rest."""
    parts, last, rest = [], 0, number
    for size, name in ((1_000_000, "milioni"), (100_000, "laki"), (1_000, "elfu"), (100, "mia")):
        many, rest = divmod(rest, size)
        if many:
            parts.append(f"{name} {_swahili_below_100(many)}")
            last = many
    if not parts:
        return _swahili_below_100(rest)
    if not rest:
        return " ".join(parts)
    if rest > 10 and rest % 10:  # it has a "na" of its own
        return f"{' '.join(parts)} {_swahili_below_100(rest)}"
    # "Elfu kumi na mbili" is 12,000; 10,002 is told from it by a breath.
    breath = "," if rest < 10 and last % 10 == 0 else ""
    return f"{' '.join(parts)}{breath} na {_swahili_below_100(rest)}"


def _swahili_below_100(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _SWAHILI[ones]
    return _SWAHILI_TENS[tens - 1] + (f" na {_SWAHILI[ones]}" if ones else "")


_COUNTS: dict[str, Callable[[int], str]] = {"en": _english, "sw": _swahili}
