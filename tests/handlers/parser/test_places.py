"""Names that several places bear, and names that nobody bears."""

import pytest

from handlers.parser import Sender
from handlers.parser.places import suggest_place
from tests.handlers.parser.words import (
    GITHUNGURI,
    HOLA,
    KALE,
    KASUKU,
    KIAMBU,
    KIAMBU_COUNTY,
    KIKUYU,
    MAKUTANO_NAKURU,
    MAKUTANO_NYERI,
    MOLO,
    NAIROBI,
    NAKURU,
    NYERI,
    NYERI_COUNTY,
    WANJIKU_AT_HOME,
    WORDS,
    asked,
    read,
    told,
)


def test_town_goes_before_its_county_and_market_before_its_ward() -> None:
    assert asked("milk kiambu") == [("milk", KIAMBU)]
    assert asked("milk molo") == [("milk", MOLO)]


@pytest.mark.parametrize(
    "text", ["milk kiambu county", "maziwa kaunti ya kiambu", "kiambu county milk"]
)
def test_county_where_the_word_says_so(text: str) -> None:
    assert asked(text) == [("milk", KIAMBU_COUNTY)]


def test_county_beside_a_market_says_where_the_market_is() -> None:
    assert told("milk 45 molo nakuru").place_id == MOLO
    assert told("milk 45 nakuru, molo").place_id == MOLO
    assert told("milk 45 makutano nyeri").place_id == MAKUTANO_NYERI


def test_home_county_settles_a_namesake() -> None:
    assert told("milk 45 makutano", Sender(home_place_id=NAKURU)).place_id == MAKUTANO_NAKURU
    assert told("milk 45 makutano", Sender(home_place_id=NYERI)).place_id == MAKUTANO_NYERI


def test_namesakes_elsewhere_are_asked_about() -> None:
    item = told("milk 45 makutano", WANJIKU_AT_HOME)
    assert item.place_id is None
    assert set(item.places) == {MAKUTANO_NAKURU, MAKUTANO_NYERI}


def test_name_nobody_bears_is_kept_for_the_question_back() -> None:
    item = told("milk gatundu 45", WANJIKU_AT_HOME)
    assert (item.place_id, item.unknown_words) == (None, "gatundu")
    (query,) = read("bei ya xyzzy nakuru", WANJIKU_AT_HOME).items  # type: ignore[union-attr]
    assert (query.commodity, query.place_id, query.unknown_words) == (None, NAKURU, "xyzzy")


@pytest.mark.parametrize(
    ("words", "place_id"),
    [
        ("githungri", GITHUNGURI),
        ("Gitunguri", GITHUNGURI),
        ("nakru", NAKURU),
        ("nyri", NYERI),
        ("xyzzy", None),
        ("ny", None),
        ("", None),
    ],
)
def test_like_sounding_place_is_suggested(words: str, place_id: int | None) -> None:
    place = suggest_place(words, WORDS)
    assert (place and place.id) == place_id


def test_rest_of_the_text_decides_what_a_word_means() -> None:
    assert told("kale 20 nakuru").commodity == "kale"
    assert told("milk 45 kale").place_id == KALE
    assert asked("kale kale") == [("kale", KALE)]
    assert told("milk kasuku 45").place_id == KASUKU
    assert told("milk kasuku 45 nakuru").unit == "kasuku"
    assert told("hola milk 45").place_id == HOLA
    assert told("milk kikuyu 45").place_id == KIKUYU


def test_variety_of_something_else_is_a_persons_name() -> None:
    assert told("wairimu 9000 nakuru").commodity == "beans"
    assert told("beans wairimu 9000 nakuru").grade == "wairimu"
    assert asked("bei ya maziwa nakuru. Asante. Mama Wairimu") == [("milk", NAKURU)]


def test_short_names_match_whole_words_only_and_never_small_words() -> None:
    assert asked("milk nai") == [("milk", NAIROBI)]
    assert asked("naivasha milk") == [("milk", None)]
    assert asked("price on milk nyeri") == [("milk", NYERI)]


def test_county_of_the_same_name_in_the_vocabulary_only_where_it_is_one() -> None:
    assert asked("milk nyeri county") == [("milk", NYERI_COUNTY)]
    assert asked("milk molo county") == [("milk", MOLO)]
