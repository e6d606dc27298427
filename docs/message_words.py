"""The words of the message language, as the data files beside the parser and the seed hold them."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import chain
from pathlib import Path

from babel import Locale

from prices.importers.reference import SEED_DATA

PARSER_DATA = Path(__file__).parent.parent / "handlers" / "parser"
EVERYWHERE = "*"

Words = Mapping[str, Mapping[str, Sequence[str]]]  # language → what they mean → words

# Where Babel knows a language by another name than its speakers, or not at all.
_NAMES = {
    "sheng": "Sheng",
    "lg": "Luganda",
    "luo": "Dholuo",
    "luy": "Luhya",
    "bn-Latn": "Bangla in Latin letters",
    EVERYWHERE: "every language",
}


def language_name(code: str) -> str:
    """The language's English name."""
    return _NAMES.get(code) or Locale("en").languages.get(code) or code


@cache
def keywords() -> Words:
    """What begins a command, or holds it together, by its part."""
    return _grouped(chain(_keywords(), _words_of_pay(), _personal_words()))


def _keywords() -> Iterator[tuple[str, str, str]]:
    for line in _lines(PARSER_DATA / "keywords.csv"):
        yield line["language"], line["action"], line["keyword"]


def _words_of_pay() -> Iterator[tuple[str, str, str]]:
    """The verbs alone: the others stand behind them, and mean something else elsewhere."""
    for line in _lines(PARSER_DATA / "payment_words.csv"):
        if line["means"] in {"charge", "what_if", "scheme"}:
            yield line["language"], line["means"], line["word"]


def _personal_words() -> Iterator[tuple[str, str, str]]:
    """What is said of one's own data; YES to it is no other YES."""
    for line in _lines(PARSER_DATA / "personal_words.csv"):
        if line["means"] in {"my_data", "erase"}:
            yield line["language"], line["means"], line["word"]


@cache
def shorthand(kind: str) -> Words:
    """Words for a price type, a buyer …, by what they stand for."""
    return _grouped(
        (line["language"], line["means"], line["form"])
        for line in _lines(PARSER_DATA / "abbreviations.csv")
        if line["kind"] == kind
    )


@cache
def units() -> Words:
    """Words for units, by the unit's English name; the word that replies use comes first."""
    names = {line["code"]: line["name"] for line in _lines(SEED_DATA / "units.csv")}
    terms = sorted(_lines(SEED_DATA / "unit_terms.csv"), key=lambda line: line["is_name"] != "yes")
    return _grouped((line["language"], names[line["unit_code"]], line["term"]) for line in terms)


@cache
def number_words() -> Words:
    """Number words by their value in figures, the least first."""
    lines = sorted(
        _lines(PARSER_DATA / "number_words.csv"), key=lambda line: Decimal(line["value"])
    )
    return _grouped((line["language"], line["value"], line["word"]) for line in lines)


@cache
def countries() -> Sequence[Mapping[str, str]]:
    """The lines of the countries we serve."""
    return tuple(_lines(SEED_DATA / "countries.csv"))


def _grouped(words: Iterator[tuple[str, str, str]]) -> Words:
    grouped: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for language, means, word in words:
        if word not in grouped[language][means]:
            grouped[language][means].append(word)
    return grouped


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
