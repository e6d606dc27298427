"""Places and things as an operator names them at the command line; what is wrong is one line."""

from collections.abc import Callable
from typing import TypeVar

import click

from app.named import commodity_named, place_named
from prices.vocabulary import PlaceEntry, Vocabulary

T = TypeVar("T")


def checked(check: Callable[[str], T], written: str) -> T:
    """What was written, as it is kept; what is wrong with it is told in one line."""
    try:
        return check(written)
    except ValueError as fault:
        raise click.ClickException(str(fault)) from None


def commodity_asked(words: str, vocabulary: Vocabulary) -> str:
    """The code of the commodity that a text would mean by these words."""
    return checked(lambda said: commodity_named(said, vocabulary), words)


def place_asked(words: str, vocabulary: Vocabulary) -> PlaceEntry:
    """The place with that code, the country by its name, or what a text would mean by it."""
    return checked(lambda said: place_named(said, vocabulary), words)
