"""What somebody wants done with a thing at a place, as far as they said which."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.commands import Command, Item
from handlers.conversation import Conversation
from prices.vocabulary import PlaceEntry

# What to type: a commodity's code and a place in, words out.
Example = Callable[[Conversation, str, PlaceEntry], str]


@dataclass(frozen=True)
class Verb:
    """What somebody wants done: how to type it, and the whole command for one thing."""

    example: Example
    command: Callable[[Item], Command]


@dataclass(frozen=True)
class Subject:
    """A commodity and a place that are both settled, and the item they were said in."""

    commodity: str
    place: PlaceEntry
    item: Item
