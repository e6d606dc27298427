"""Misspelt words: found where the text calls for them, left alone everywhere else."""

import pytest

from handlers.commands import PriceQuery, Stop, Unknown
from handlers.parser import parse
from handlers.parser.spelling import Spelling
from tests.handlers.parser.words import (
    BUNGOMA,
    GITHUNGURI,
    NAKURU,
    NYERI,
    STRANGER,
    WANJIKU_AT_HOME,
    WORDS,
    asked,
    read,
    told,
)

NAMES = Spelling(
    ["nakuru", "githunguri", "kitale", "kitui", "olkalou", "nyeri", "molo", "tomatoes"]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nakru", "nakuru"),
        ("nkru", "nakuru"),  # no vowels at all
        ("nakuruu", "nakuru"),
        ("nakrau", "nakuru"),  # two letters the wrong way round
        ("githngri", "githunguri"),
        ("kitle", "kitale"),
        ("olkalow", "olkalou"),
        ("tomatos", "tomatoes"),
    ],
)
def test_what_was_meant(typed: str, meant: str) -> None:
    guess = NAMES.guess(typed)
    assert guess is not None
    assert guess.keys == (meant,)
    assert 0.78 <= guess.likeness < 1


@pytest.mark.parametrize(
    "typed", ["", "m", "mol", "sold", "today", "nakuruland", "a" * 200, "melo"]
)
def test_a_short_word_never_matches_by_accident(typed: str) -> None:
    assert NAMES.guess(typed) is None


def test_two_names_as_like_each_other_are_both_kept() -> None:
    guess = Spelling(["karama", "kalama", "nyeri"]).guess("karrama")
    assert guess is not None
    assert guess.keys[0] == "karama"
    twins = Spelling(["marani", "malani"]).guess("mahani")
    assert twins is not None
    assert set(twins.keys) == {"marani", "malani"}


def test_misspelt_place_and_thing() -> None:
    assert asked("bei maziwa nakru") == [("milk", NAKURU)]
    assert told("milk githngri 45").place_id == GITHUNGURI
    item = told("mazwa nyerri 45/=")
    assert (item.commodity, item.place_id, item.price) == ("milk", NYERI, 45)
    assert told("mahndi bungoma 2800 gunia").commodity == "maize"
    # Both misspelt: the money says that it is about a market, the milk that a place is wanted.
    assert told("nakru mazwa @52").place_id == NAKURU


def test_words_run_together() -> None:
    assert asked("PRICEmilk nakuru") == [("milk", NAKURU)]
    assert asked("beimaziwanakuru") == asked("bei maziwa nakuru")
    assert told("milk45nakuru").price == 45
    assert told("mahindi2800bungoma").place_id == BUNGOMA


def test_guess_makes_the_reading_less_sure() -> None:
    assert parse("milk nakuru 45", WORDS).confidence == 1
    assert 0.9 < parse("milk nakru 45", WORDS).confidence < 1


def test_misspelt_keyword_alone() -> None:
    assert read("STOPP") == Stop()
    assert isinstance(read("prise milk nakuru", WANJIKU_AT_HOME), PriceQuery)


@pytest.mark.parametrize(
    "text",
    [
        "I met nyira at the meeting",  # a name is like Nyeri; nothing calls for a place
        "the bungomaa choir sings tonight",
        "molla called you twice",
    ],
)
def test_talk_is_left_alone(text: str) -> None:
    assert read(text, STRANGER) == Unknown()
