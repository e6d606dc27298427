"""The words of the message language that are in no catalogue: verbs, grammar, shorthand.

They are data, beside this file; read once per process and set of languages.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from prices.kinds import Buyer, PriceType
from prices.vocabulary import fold

_HERE = Path(__file__).parent
# A row for every language, whoever writes.
EVERYWHERE = "*"
LONGEST_SIGN = 3  # GH₵
# Whoever wants to be left alone, or another language, is heard in any language.
_ALWAYS_HEARD = frozenset({"stop", "stop_all", "language_name"})


@dataclass(frozen=True)
class NumberWord:
    """A number word; a scale (hundred, elfu) multiplies what stands before it, or behind.

    `says_cents`: behind a small number it counts hundredths: "uno cuarenta" is 1.40.
    """

    value: Decimal
    is_scale: bool = False
    multiplies_behind: bool = False
    says_cents: bool = False


@dataclass(frozen=True)
class Lexicon:
    """Folded words and what each of them may do in a text."""

    # "price", "stop", "of", "filler" … → the languages in which the word plays that part.
    roles: Mapping[str, Mapping[str, tuple[str, ...]]]
    shorthand: Mapping[str, str]  # "mlk" → "milk"
    currencies: Mapping[str, str]  # "" → whatever the country pays with
    price_types: Mapping[str, PriceType]
    buyers: Mapping[str, Buyer]
    bought: Mapping[str, str]  # a buyer's name → the one commodity it buys
    grades: Mapping[str, str]
    numbers: Mapping[str, NumberWord]

    @property
    def words(self) -> frozenset[str]:
        """Every word but the shorthand, which stands for words of the catalogue."""
        facts = (self.currencies, self.price_types, self.buyers, self.grades, self.numbers)
        return frozenset(self.roles).union(*facts)


@cache
def lexicon(languages: tuple[str, ...] = ()) -> Lexicon:
    """The words of these languages; of every language where none is named."""
    kinds: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for line in _heard("abbreviations.csv", languages):
        kinds[line["kind"]][_key(line["form"])] = line["means"]
    return Lexicon(
        roles=_roles(languages),
        shorthand=kinds["word"],
        currencies=kinds["currency"],
        price_types={form: PriceType(means) for form, means in kinds["price_type"].items()},
        buyers={form: Buyer(means) for form, means in kinds["buyer"].items()},
        bought=kinds["buys"],
        grades=kinds["grade"],
        numbers=_numbers(languages),
    )


def _key(form: str) -> str:
    """Words are folded; of a sign of money ("৳", "S/") nothing would be left."""
    is_sign = not form.replace(" ", "").replace("'", "").isalnum() and len(form) <= LONGEST_SIGN
    return form.casefold() if is_sign else fold(form)


def _numbers(languages: tuple[str, ...]) -> dict[str, NumberWord]:
    return {
        fold(line["word"]): NumberWord(
            Decimal(line["value"]),
            is_scale=line["scale"] in {"before", "behind"},
            multiplies_behind=line["scale"] == "behind",
            says_cents=line["scale"] == "cents",
        )
        for line in _heard("number_words.csv", languages)
    }


def _roles(languages: tuple[str, ...]) -> dict[str, dict[str, tuple[str, ...]]]:
    roles: defaultdict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for line in _read("keywords.csv"):
        if line["action"] in _ALWAYS_HEARD or _is_heard(line["language"], languages):
            parts = roles[fold(line["keyword"])]
            parts[line["action"]] = (*parts.get(line["action"], ()), line["language"])
    return roles


def _heard(name: str, languages: tuple[str, ...]) -> Iterator[dict[str, str]]:
    return (line for line in _read(name) if _is_heard(line["language"], languages))


def _is_heard(language: str, languages: tuple[str, ...]) -> bool:
    return not languages or language in languages or language == EVERYWHERE


def _read(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
