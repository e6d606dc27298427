"""Numbers as they are heard."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands import PriceReport
from handlers.parser import parse
from messaging.phrases import languages
from messaging.phrases.numbers import TOO_LARGE, day_in_words, in_words
from tests.handlers.screens.fakes import VOCABULARY

SPOKEN_OUT = ("en", "sw")


@pytest.mark.parametrize(
    ("number", "english", "swahili"),
    [
        ("0", "zero", "sifuri"),
        ("1", "one", "moja"),
        ("8", "eight", "nane"),
        ("10", "ten", "kumi"),
        ("11", "eleven", "kumi na moja"),
        ("13", "thirteen", "kumi na tatu"),
        ("20", "twenty", "ishirini"),
        ("47", "forty-seven", "arobaini na saba"),
        ("99", "ninety-nine", "tisini na tisa"),
        ("100", "one hundred", "mia moja"),
        ("101", "one hundred and one", "mia moja na moja"),
        ("110", "one hundred and ten", "mia moja na kumi"),
        ("111", "one hundred and eleven", "mia moja kumi na moja"),
        ("147", "one hundred and forty-seven", "mia moja arobaini na saba"),
        ("1000", "one thousand", "elfu moja"),
        ("1007", "one thousand and seven", "elfu moja na saba"),
        ("2950", "two thousand nine hundred and fifty", "elfu mbili mia tisa na hamsini"),
        ("3600", "three thousand six hundred", "elfu tatu mia sita"),
        ("12000", "twelve thousand", "elfu kumi na mbili"),
        ("10002", "ten thousand and two", "elfu kumi, na mbili"),
        ("12500", "twelve thousand five hundred", "elfu kumi na mbili mia tano"),
        ("10102", "ten thousand one hundred and two", "elfu kumi mia moja na mbili"),
        ("85000", "eighty-five thousand", "elfu themanini na tano"),
        ("100000", "one hundred thousand", "laki moja"),
        ("250000", "two hundred and fifty thousand", "laki mbili elfu hamsini"),
        ("1000000", "one million", "milioni moja"),
        (
            "9999999",
            "nine million nine hundred and ninety-nine thousand nine hundred and ninety-nine",
            "milioni tisa laki tisa elfu tisini na tisa mia tisa tisini na tisa",
        ),
        ("12000000", "twelve million", "milioni kumi na mbili"),
        ("10000002", "ten million and two", "milioni kumi, na mbili"),
        ("47.5", "forty-seven point five", "arobaini na saba nukta tano"),
        ("47.50", "forty-seven point five", "arobaini na saba nukta tano"),
        ("1.05", "one point zero five", "moja nukta sifuri tano"),
        ("0.25", "zero point two five", "sifuri nukta mbili tano"),
        ("46.004", "forty-six", "arobaini na sita"),
        ("46.996", "forty-seven", "arobaini na saba"),
        ("-2", "minus two", "hasi mbili"),
    ],
)
def test_numbers(number: str, english: str, swahili: str) -> None:
    assert in_words(Decimal(number), "en") == english
    assert in_words(Decimal(number), "sw") == swahili


@pytest.mark.parametrize("language", SPOKEN_OUT)
def test_no_two_numbers_sound_alike(language: str) -> None:
    numbers = [*range(121_000), *range(998_000, 1_012_000), *range(9_990_000, 10_110_000)]
    assert len({in_words(number, language) for number in numbers}) == len(numbers)


@pytest.mark.parametrize("language", SPOKEN_OUT)
@given(number=st.integers(0, TOO_LARGE - 1))
def test_what_is_said_holds_no_figure(language: str, number: int) -> None:
    said = in_words(number, language)
    assert said.replace(" ", "").replace("-", "").replace(",", "").isalpha()


@pytest.mark.parametrize("language", SPOKEN_OUT)
@pytest.mark.parametrize("price", [7, 15, 47, 60, 110, 147, 250, 300, 1200, 2950, 3600, 5047])
def test_what_is_said_is_understood_when_somebody_types_it(language: str, price: int) -> None:
    command = parse(f"milk githunguri {in_words(price, language)}", VOCABULARY).command
    assert isinstance(command, PriceReport)
    assert [item.price for item in command.items] == [price]


def test_what_is_too_large_and_what_is_not_written_out_stays_a_figure() -> None:
    assert in_words(TOO_LARGE, "sw") == "100000000"
    assert in_words(Decimal("47.50"), "fr") == "47.5"
    assert in_words(Decimal("2950"), "es") == "2950"
    assert in_words(Decimal("-0.25"), "es") == "-0.25"


def test_a_language_nobody_speaks_is_english() -> None:
    assert in_words(47, "lg") == "forty-seven"


def test_days() -> None:
    day = date(2026, 11, 23)
    said = {language: day_in_words(day, language, this_year=2026) for language in languages()}
    assert said == {
        "en": "the twenty-third of November",
        "es": "23 de noviembre",
        "fr": "23 novembre",
        "sw": "tarehe ishirini na tatu Novemba",
    }


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (5, "fifth"),
        (8, "eighth"),
        (9, "ninth"),
        (11, "eleventh"),
        (12, "twelfth"),
        (20, "twentieth"),
        (22, "twenty-second"),
        (30, "thirtieth"),
        (31, "thirty-first"),
    ],
)
def test_english_days_are_ordinals(day: int, said: str) -> None:
    assert day_in_words(date(2026, 3, day), "en", this_year=2026) == f"the {said} of March"


def test_a_day_of_another_year_tells_it() -> None:
    day = date(2025, 3, 3)
    assert (
        day_in_words(day, "en", this_year=2026) == "the third of March two thousand and twenty-five"
    )
    assert day_in_words(day, "sw", this_year=2026) == (
        "tarehe tatu Machi elfu mbili ishirini na tano"
    )
