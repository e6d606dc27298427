"""A group that wants to sell better: its bargaining card, and what else its milk may become (pure).

A strict form, read before all others: the verb first, then nothing that does not belong. Whatever
is not of this form is read as everybody's texts are.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from groups.products import products
from handlers.commands import Bargain, Command, Parsed, ProductChoice, ProductCost
from handlers.parser.strict_words import StrictWords
from prices.vocabulary import Vocabulary, fold

_LONGEST_BUYER = 80
# A buyer has a name of so many words; longer texts tell stories.
_MOST_WORDS = 4
_AROUND = " \n:,;.*?!"
_FIGURE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9})([.,]\d{1,2})?(l|kg)?", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s:;=]+|,(?!\d)")
_MILK = "milk"


def read_selling(cleaned: str, vocabulary: Vocabulary) -> Parsed | None:
    """What was asked; None where it is no such text."""
    for verb, rest in _WORDS.begun(cleaned, _AROUND):
        if (command := _READERS[verb.means](rest, vocabulary)) is not None:
            return Parsed(command, verb.language)
    return None


def meanings() -> Mapping[str, Mapping[str, str]]:
    """Folded words, what each may mean where milk is sold, and in which language."""
    return _WORDS.meanings


def _read_bargain(rest: str, vocabulary: Vocabulary) -> Command | None:
    """BARGAIN, BARGAIN KCC, BARGAIN WITH KCC; of any other thing than milk nobody keeps a book."""
    words = [word for word in rest.split() if word.strip(_AROUND)]
    others = [word for word in words if not _is_about_milk(word, vocabulary)]
    if len(others) < len(words):
        # BARGAIN PRICE OF MILK is the card; BARGAIN MILK NAKURU asks for something else.
        is_all = all(_WORDS.may_mean(word, "cost") for word in others)
        return Bargain() if is_all else None
    if words and _WORDS.may_mean(words[0], "with"):
        words = words[1:]
    name = " ".join(words).strip(_AROUND)
    is_a_name = len(words) <= _MOST_WORDS and not any(letter.isdigit() for letter in name)
    if not is_a_name or len(name) > _LONGEST_BUYER or _is_a_thing(name, vocabulary):
        return None
    return Bargain(name or None)


def _is_about_milk(word: str, vocabulary: Vocabulary) -> bool:
    means_milk = any(code == _MILK for code, _ in vocabulary.commodity_words.get(fold(word), ()))
    return means_milk or _WORDS.may_mean(word, "price")


def _is_a_thing(name: str, vocabulary: Vocabulary) -> bool:
    """Whether it begins with a thing that has a price: BARGAIN MAIZE NAKURU."""
    first = name.partition(" ")[0]
    return bool(vocabulary.commodity_words.get(fold(first)))


def _read_products(rest: str, vocabulary: Vocabulary) -> Command | None:
    """PRODUCTS, PRODUCTS 100, PRODUCTS 100 YOGHURT 12: litres first, then what things cost."""
    words = list(_said(rest))
    litres: Decimal | None = None
    if words and (figure := _figure(words[0])) is not None:
        litres, words = figure, words[1:]
    costs = _costs(words, vocabulary)
    return None if costs is None else ProductChoice(litres, costs)


def _said(rest: str) -> Iterator[str]:
    """The words that say something: not what a figure is of, nor that it is a cost."""
    for word in _BETWEEN.split(rest):
        word = word.strip(_AROUND)
        if word and not (_WORDS.may_mean(word, "cost") or _WORDS.may_mean(word, "litre")):
            yield word


def _costs(words: Sequence[str], vocabulary: Vocabulary) -> tuple[ProductCost, ...] | None:
    """Each product with its figure; None where anything else was said."""
    found: list[ProductCost] = []
    name: list[str] = []
    for word in words:
        figure = _figure(word)
        if figure is None:
            name.append(word)
            continue
        commodity = _product(" ".join(name), vocabulary)
        if commodity is None:
            return None
        found.append(ProductCost(commodity, figure))
        name = []
    return None if name else tuple(found)


def _product(name: str, vocabulary: Vocabulary) -> str | None:
    """The commodity under whose price it is sold, if it is made of milk."""
    # Which language it is in was settled by the verb: a product is heard in any.
    folded = fold(name)
    meant = vocabulary.commodity_words.get(folded, ())
    meant += vocabulary.commodity_words_anywhere.get(folded, ())
    return next((code for code, _ in meant if code in products()), None)


def _figure(word: str) -> Decimal | None:
    said = _FIGURE.fullmatch(word)
    if said is None:
        return None
    return Decimal(said[1].replace(",", "") + (said[2] or "").replace(",", "."))


_READERS: Mapping[str, Callable[[str, Vocabulary], Command | None]] = {
    "bargain": _read_bargain,
    "products": _read_products,
}
_WORDS = StrictWords(Path(__file__).with_name("selling_words.csv"), frozenset(_READERS))
