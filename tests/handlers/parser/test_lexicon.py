"""The word lists beside the parser, held to what the code can use."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

import handlers.parser
from handlers.parser.lexicon import lexicon
from handlers.parser.tags import LONGEST
from prices.importers.reference import SEED_DATA
from prices.vocabulary import fold

_FOLDER = Path(handlers.parser.__file__).parent
# What a language needs before its people can do anything at all.
_FIRST_WORDS = {"price", "question", "help", "stop", "unsubscribe", "start", "yes", "no"}


def _lines(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _keywords() -> list[dict[str, str]]:
    return _lines("keywords.csv")


def test_every_action_is_used_by_the_code() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in _FOLDER.glob("*.py"))
    used = set(re.findall(r'"(\w+)"', code))
    assert {line["action"] for line in _lines("keywords.csv")} <= used


def test_no_line_stands_twice() -> None:
    for name in ("keywords.csv", "abbreviations.csv", "number_words.csv"):
        lines = [tuple(line.values()) for line in _lines(name)]
        assert len(lines) == len(set(lines)), name


def test_every_word_can_be_matched() -> None:
    for line in _lines("keywords.csv"):
        assert fold(line["keyword"]), line


def test_shorthand_never_stands_for_shorthand() -> None:
    words = lexicon()
    assert not set(map(fold, words.shorthand.values())) & set(words.shorthand)


def test_abbreviations_are_of_a_known_kind() -> None:
    kinds = {line["kind"] for line in _lines("abbreviations.csv")}
    assert kinds == {"word", "currency", "price_type", "buyer", "buys", "grade"}


def test_no_word_plays_a_part_twice() -> None:
    """Accents and capitals are folded away: "arrêt" is "arret"."""
    played = [(line["action"], line["language"], fold(line["keyword"])) for line in _keywords()]
    assert sorted(part for part, times in Counter(played).items() if times > 1) == []


def test_no_keyword_is_longer_than_a_text_is_searched_for() -> None:
    assert [line for line in _keywords() if len(fold(line["keyword"]).split()) > LONGEST] == []


def test_what_ends_messages_is_no_answer_to_a_question() -> None:
    """Who is asked and says no must not be taken off the list."""
    heard = {fold(line["keyword"]) for line in _keywords() if line["action"] in {"yes", "no"}}
    ends = {fold(line["keyword"]) for line in _keywords() if line["action"] in {"stop", "stop_all"}}
    assert heard & ends == set()


@pytest.mark.parametrize("language", ["en", "sw", "es", "fr", "lg", "bn-Latn", "bn"])
def test_language_has_its_first_words(language: str) -> None:
    assert {line["action"] for line in _keywords() if line["language"] == language} >= _FIRST_WORDS


def test_scales_say_where_their_factor_stands() -> None:
    assert {line["scale"] for line in _lines("number_words.csv")} == {
        "",
        "before",
        "behind",
        "cents",
    }


@pytest.mark.parametrize("name", ["commodity_terms.csv", "unit_terms.csv"])
@pytest.mark.parametrize("language", ["en", "sw", "es", "fr"])
def test_everything_has_one_name_in_the_languages_we_speak(name: str, language: str) -> None:
    with (SEED_DATA / name).open(encoding="utf-8", newline="") as lines:
        terms = list(csv.DictReader(lines))
    column = name.replace("_terms.csv", "_code")
    named = Counter(
        (term[column], term.get("country", ""))
        for term in terms
        if term["is_name"] == "yes" and term["language"] == language
    )
    assert {code for code, _ in named} == {term[column] for term in terms}
    assert set(named.values()) == {1}
