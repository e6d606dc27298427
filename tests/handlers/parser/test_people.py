"""Profile, language, groups, help and coming back."""

from dataclasses import replace

import pytest

from handlers.commands import (
    Help,
    Item,
    JoinGroup,
    Register,
    SetHome,
    SetLanguage,
    Start,
    Unknown,
)
from handlers.parser import parse
from tests.handlers.parser.words import GITHUNGURI, NAKURU, NYERI, WANJIKU_AT_HOME, WORDS, read


@pytest.mark.parametrize("text", ["START", "start.", "ANZA", "unstop", "Please start"])
def test_comes_back(text: str) -> None:
    assert read(text) == Start()


@pytest.mark.parametrize(
    "text",
    ["HELP", "help me", "MSAADA", "INFO", "?", "??", "menu", "hlp", "how",
     "nisaidie jinsi ya kutumia", "how do i use this", "naomba msaada", "how much do you charge",
     "huduma hii ni bure?"],
)  # fmt: skip
def test_asks_for_help(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == Help()


@pytest.mark.parametrize(
    ("text", "name", "place_id"),
    [
        ("REG*Peter Mwangi*Nyeri*Trader", "Peter Mwangi", NYERI),
        ("REG Peter Mwangi, Nyeri, Trader", "Peter Mwangi", NYERI),
        ("register Jane Githunguri", "Jane", GITHUNGURI),
        ("SAJILI Jane Wambui Githunguri", "Jane Wambui", GITHUNGURI),
        ("my name is Jane Wambui from Githunguri", "Jane Wambui", GITHUNGURI),
        ("NAME Jane", "Jane", None),
        ("register Wairimu Nyeri", "Wairimu", NYERI),
        ("Jina langu ni Ng'ang'a", "Ng'ang'a", None),
        ("JOIN", None, None),
        ("JIUNGE", None, None),
        ("register", None, None),
        ("change my market to nakuru", None, NAKURU),
        ("badilisha soko nakuru", None, NAKURU),
    ],
)
def test_says_who_and_where(text: str, name: str | None, place_id: int | None) -> None:
    assert read(text, WANJIKU_AT_HOME) == Register(name=name, item=Item(place_id=place_id))


@pytest.mark.parametrize("text", ["HOME NYERI", "nyumbani nyeri"])
def test_names_the_home_market(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == SetHome(Item(place_id=NYERI))


def test_says_what_is_sold_and_which_language_is_read() -> None:
    command = read("naitwa Hassan niko Nakuru nauza maziwa ya ngamia, niandikishe")
    assert command == Register(
        name="Hassan", item=Item(commodity="milk_camel", place_id=NAKURU), language=None
    )
    assert read("REG Jane Nyeri kiswahili") == Register("Jane", Item(place_id=NYERI), "sw")


def test_home_at_a_name_nobody_bears() -> None:
    assert read("HOME NYRI") == SetHome(Item(unknown_words="NYRI"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("LANG SW", "sw"),
        ("lang en", "en"),
        ("KISWAHILI", "sw"),
        ("English please", "en"),
        ("LUGHA", None),
        ("lugha kiingereza", "en"),
        ("LANGUAGE", None),
    ],
)
def test_chooses_a_language(text: str, language: str | None) -> None:
    assert read(text) == SetLanguage(language)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("JOIN KIRIMA", "KIRIMA"),
        ("jiunge kirima", "KIRIMA"),
        ("GROUP 1203 JOIN", "1203"),
        ("join mwangaza dairy group", "MWANGAZA DAIRY"),
        ("kikundi TUMAINI", "TUMAINI"),
        ("join kir12", "KIR12"),
        ("JOIN NYERI", "NYERI"),
        ("group", None),
    ],
)
def test_joins_a_group(text: str, code: str | None) -> None:
    assert read(text) == JoinGroup(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("LEAVE GROUP KIRIMA", "KIRIMA"),
        ("quit group kirima", "KIRIMA"),
        ("nataka kutoka kikundi 208", "208"),
        ("toka kikundi kirima", "KIRIMA"),
        ("leave kirima dairy group", "KIRIMA DAIRY"),
        ("leave group kiambu coffee", "KIAMBU COFFEE"),
        ("leave the group", None),
        ("ondoka kikundi", None),
    ],
)
def test_leaves_a_group(text: str, code: str | None) -> None:
    assert read(text) == JoinGroup(code, is_leaving=True)


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("es", "salir del grupo KIRIMA", "KIRIMA"),
        ("es", "SALIR GRUPO KIRIMA", "KIRIMA"),
        ("es", "quiero salir del grupo", None),
        ("fr", "quitter le groupe KIRIMA", "KIRIMA"),
        ("fr", "je veux quitter le groupe", None),
    ],
)
def test_leaves_a_group_in_other_lands(language: str, text: str, code: str | None) -> None:
    country = replace(WORDS.country, language=language, languages=(language,))
    command = parse(text, replace(WORDS, country=country)).command
    assert command == JoinGroup(code, is_leaving=True)


@pytest.mark.parametrize("text", ["yes", "ndio", "NO", "1", "ok", "asante", "xyzzy", "en"])
def test_answers_without_a_question_are_unknown(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == Unknown()
