"""Picking from a numbered list: by its number, or by typing what is meant."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

from handlers.screens.screen import MOST_OPTIONS

T = TypeVar("T")

_NUMBER = re.compile(r"[0-9]{1,2}")


def plain(token: str) -> str:
    """What was typed, without spaces around it and with the digits of any script as 0-9."""
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in token.strip()
    )


def picked(options: Sequence[T], shown: int, token: str) -> T | None:
    """The option whose number was pressed, of those on the screen."""
    if not _NUMBER.fullmatch(token):
        return None
    number = int(token)
    return options[number - 1] if 1 <= number <= min(shown, MOST_OPTIONS) else None


def is_words(token: str) -> bool:
    """True for something typed in letters rather than a key."""
    return any(letter.isalpha() for letter in token)
