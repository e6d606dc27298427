"""Pay in a group by text: what a member is owed, what they owe, how milk is paid (pure).

A strict form, read before all others: the verb first, then nothing that does not belong. Whatever
is not of this form is read as everybody's texts are.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from handlers.commands import Charge, Command, Parsed, SetScheme, Statement, WhatIf
from handlers.parser.sentence import Sender
from handlers.parser.strict_words import StrictWords

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
    for verb, rest in _WORDS.begun(cleaned, _AROUND):
        if (command := _READERS[verb.means](rest, sender)) is not None:
            return Parsed(command, verb.language)
    return None


def meanings() -> Mapping[str, Mapping[str, str]]:
    """Folded words, what each may mean where pay is spoken of, and in which language."""
    return _WORDS.meanings


def may_mean(word: str, meaning: str) -> bool:
    """Whether a word may stand for this."""
    return _WORDS.may_mean(word, meaning)


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
_WORDS = StrictWords(Path(__file__).with_name("payment_words.csv"), frozenset(_READERS))
