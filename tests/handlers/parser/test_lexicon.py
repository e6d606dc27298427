"""The word lists beside the parser, held to what the code can use."""

import csv
import re
from pathlib import Path

import handlers.parser
from handlers.parser.lexicon import lexicon
from prices.vocabulary import fold

_FOLDER = Path(handlers.parser.__file__).parent


def _lines(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


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
