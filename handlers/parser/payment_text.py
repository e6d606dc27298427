"""Pay in a group by text: what a member is owed, what they owe, how milk is paid (pure).

A strict form, read before all others: the verb first, then nothing that does not belong. Whatever
is not of this form is read as everybody's texts are.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from handlers.commands import Charge, Command, Parsed, SetScheme, Statement, WhatIf
from handlers.parser.sentence import Sender
from prices.vocabulary import fold

_WORDS = Path(__file__).with_name("payment_words.csv")
_LONGEST_VERB = 3
# A name and a purpose of two words each, and one more: longer texts tell stories.
_MOST_WORDS = 6
_AROUND = " \n:,;.*"
_PRICE = re.compile(r"(?:\S+\s+)?(\d{1,6}(?:[.,]\d{1,2})?)\s*\?*")
_CHARGE = re.compile(
    r"(?P<whom>.*?)(?<!\d)(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)"
    r"(?:/[=-])?(?P<what_for>\D*)"
)
_NUMBER = re.compile(r"#?\d{1,6}")


def read_payment(cleaned: str, sender: Sender) -> Parsed | None:
    """What was said of pay; None where it is no such text, or not from such a person."""
    for words, means, language in _verbs():
        rest = _behind(cleaned, words)
        if rest is not None and (command := _READERS[means](rest, sender)) is not None:
            return Parsed(command, language)
    return None


@cache
def meanings() -> Mapping[str, Mapping[str, str]]:
    """Folded words, what each may mean where pay is spoken of, and in which language."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    with _WORDS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[fold(row["word"])].setdefault(row["means"], row["language"])
    return found


def may_mean(word: str, meaning: str) -> bool:
    """Whether a word may stand for this."""
    return meaning in meanings().get(fold(word), {})


def _read_statement(rest: str, sender: Sender) -> Command | None:
    """STATEMENT DETAILS of anybody; of whoever keeps a book STATEMENT 7, JANE, ALL."""
    if may_mean(rest, "details"):
        return Statement(is_detailed=True)
    if not sender.keeps_book or not _is_member(rest):
        return None
    return Statement(is_of_all=True) if may_mean(rest, "all") else Statement(rest)


def _is_member(words: str) -> bool:
    """A member's number, or up to three words without a figure."""
    is_name = not any(letter.isdigit() for letter in words)
    return bool(_NUMBER.fullmatch(words)) or (is_name and 1 <= len(words.split()) <= 3)


def _read_charge(rest: str, _: Sender) -> Command | None:
    """CHARGE JANE FEED 1200, CHARGE ALL 50 LEVY: whom, how much, what for; the last number counts.

    Where the amount comes last only the group knows where the name ends.
    """
    said = _CHARGE.fullmatch(rest)
    if said is None or len(rest.split()) > _MOST_WORDS:
        return None
    whom, what_for = said["whom"].strip(_AROUND), said["what_for"].strip(_AROUND)
    if not whom:
        return None
    return Charge(whom, Decimal(said["amount"].replace(",", "")), what_for)


def _read_what_if(rest: str, _: Sender) -> Command | None:
    """WHAT IF 48: a price alone, or BASE before it."""
    said = _PRICE.fullmatch(rest)
    if said is None or not (rest[0].isdigit() or may_mean(rest.split()[0], "base")):
        return None
    return WhatIf(Decimal(said[1].replace(",", ".")))


def _read_scheme(rest: str, _: Sender) -> Command | None:
    """SCHEME BASE 45 A +1; SCHEME alone asks how milk is paid."""
    if not rest:
        return SetScheme()
    return SetScheme(rest) if any(letter.isdigit() for letter in rest) else None


_READERS: Mapping[str, Callable[[str, Sender], Command | None]] = {
    "statement": _read_statement,
    "charge": _read_charge,
    "what_if": _read_what_if,
    "scheme": _read_scheme,
}


@cache
def _verbs() -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """The words of each verb, what it begins and its language; the longer ones first."""
    found = [
        (tuple(word.split()), means, language)
        for word, meant in meanings().items()
        for means, language in meant.items()
        if means in _READERS
    ]
    return tuple(sorted(found, key=lambda one: -len(one[0])))


def _behind(cleaned: str, verb: tuple[str, ...]) -> str | None:
    """What follows these words at the beginning; None where it does not begin so."""
    words = cleaned.split(maxsplit=len(verb))
    if len(words) < len(verb) or tuple(map(fold, words[: len(verb)])) != verb:
        return None
    return " ".join(words[len(verb) :]).strip(_AROUND)
