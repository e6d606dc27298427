"""Places and things as an operator names them: by their code, or in the words of a text.

What names nothing is a ValueError whose words tell it in one line: the command line prints them,
a page shows them beside what was typed.
"""

from handlers.commands import Item, PriceQuery
from handlers.parser import parse as parse_text
from prices.vocabulary import PlaceEntry, Vocabulary


def listed(written: str) -> list[str]:
    """The parts between commas."""
    return [part.strip() for part in written.split(",") if part.strip()]


def commodity_named(words: str, vocabulary: Vocabulary) -> str:
    """The code of the commodity that a text would mean by these words."""
    if words in vocabulary.commodities:
        return words
    item = _item(f"price {words}", vocabulary)
    if item.commodity is None:
        raise ValueError(f"there is no commodity {words}")
    return item.commodity


def place_named(words: str, vocabulary: Vocabulary) -> PlaceEntry:
    """The place with that code, the country by its name, or what a text would mean by it."""
    for place in vocabulary.places.values():
        if words == place.code:
            return place
    thing = min(vocabulary.commodities.values(), key=lambda entry: entry.rank)
    item = _item(f"price {thing.name} {words}", vocabulary)
    if item.place_id is not None:
        return vocabulary.places[item.place_id]
    if item.places:
        codes = ", ".join(vocabulary.places[id_].code for id_ in item.places)
        word = vocabulary.country.admin1_word
        raise ValueError(f"{words} may be {codes}: write the code, or add the {word}")
    raise ValueError(f"there is no place {words} in {vocabulary.country.name}")


def _item(text: str, vocabulary: Vocabulary) -> Item:
    command = parse_text(text, vocabulary).command
    items = command.items if isinstance(command, PriceQuery) else ()
    return items[0] if items else Item()
