"""The words of the message language that are in no catalogue: verbs, grammar, shorthand.

They are data, beside this file; read once per process.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

from prices.kinds import Buyer, PriceType
from prices.vocabulary import fold

_HERE = Path(__file__).parent


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
    numbers: Mapping[str, Decimal]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word but the shorthand, which stands for words of the catalogue."""
        facts = (self.currencies, self.price_types, self.buyers, self.grades, self.numbers)
        return frozenset(self.roles).union(*facts)


@cache
def lexicon() -> Lexicon:
    """The one lexicon of this process."""
    kinds: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for line in _read("abbreviations.csv"):
        kinds[line["kind"]][fold(line["form"])] = line["means"]
    return Lexicon(
        roles=_roles(),
        shorthand=kinds["word"],
        currencies=kinds["currency"],
        price_types={form: PriceType(means) for form, means in kinds["price_type"].items()},
        buyers={form: Buyer(means) for form, means in kinds["buyer"].items()},
        bought=kinds["buys"],
        grades=kinds["grade"],
        numbers={fold(line["word"]): Decimal(line["value"]) for line in _read("number_words.csv")},
    )


def _roles() -> dict[str, dict[str, tuple[str, ...]]]:
    roles: defaultdict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for line in _read("keywords.csv"):
        parts = roles[fold(line["keyword"])]
        parts[line["action"]] = (*parts.get(line["action"], ()), line["language"])
    return roles


def _read(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
