"""Stage eight: what the sender left out and we know of them, their home market and usual commodity.

Up to here a text is read alike whoever wrote it: nobody's home stands in a command before.
"""

from collections.abc import Iterable
from dataclasses import replace

from handlers.commands import (
    Alert,
    BestMarket,
    Command,
    Item,
    PriceQuery,
    PriceReport,
    SaleRecord,
    Subscribe,
    Trend,
    Unsure,
)
from handlers.parser.sentence import Sender
from prices.vocabulary import Vocabulary


def fill_in(command: Command, vocabulary: Vocabulary, sender: Sender) -> Command:
    """The command with what its sender left out, where it is about prices."""
    match command:
        case PriceQuery(items) | PriceReport(items) | SaleRecord(items):
            return replace(command, items=tuple(fill_all(items, vocabulary, sender)))
        case Subscribe(items):
            return Subscribe(tuple(dict.fromkeys(fill_all(items, vocabulary, sender))))
        case BestMarket(item) | Trend(item) | Alert(item):
            # ALERTS asks for all that we watch for them.
            is_of_all = isinstance(command, Alert) and item == Item()
            return command if is_of_all else replace(command, item=fill(item, vocabulary, sender))
        case Unsure(readings):
            return Unsure(tuple(fill_in(one, vocabulary, sender) for one in readings))
        case _:
            return command


def fill_all(items: Iterable[Item], vocabulary: Vocabulary, sender: Sender) -> list[Item]:
    """Several items, each with what was left out of it."""
    return [fill(item, vocabulary, sender) for item in items]


def fill(item: Item, vocabulary: Vocabulary, sender: Sender) -> Item:
    """An item with the home market and the usual commodity, where it has none of its own.

    A word we do not know may be the name of either: then nothing is taken for granted.
    """
    if item.unknown_words:
        return item
    is_at_home = not item.is_placed and sender.home_place_id in vocabulary.places
    is_usual = not item.commodity and sender.usual_commodity in vocabulary.commodities
    if not (is_at_home or is_usual):
        return item
    return replace(
        item,
        place_id=sender.home_place_id if is_at_home else item.place_id,
        commodity=sender.usual_commodity if is_usual else item.commodity,
    )
