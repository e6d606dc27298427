"""Names typed instead of numbers, understood as in a text message."""

from collections.abc import Iterable

from handlers.commands import Item, PriceQuery, Register
from handlers.parser import parse
from prices.kinds import PlaceKind
from prices.vocabulary import PlaceEntry, Vocabulary, fold

# No name is longer; whatever is, is no name.
LONGEST = 60

# Of places that share a name in one county, the one that is meant.
_PREFERRED = {
    PlaceKind.MARKET: 0,
    PlaceKind.WARD: 1,
    PlaceKind.ADMIN2: 2,
    PlaceKind.ADMIN1: 3,
    PlaceKind.COUNTRY: 4,
}


def places_named(text: str, vocabulary: Vocabulary) -> tuple[int, ...]:
    """Every place that may be meant; none for what we do not know, nor for a whole country."""
    item = _item(text, vocabulary)
    found = item.places or (() if item.place_id is None else (item.place_id,))
    return without_namesakes(
        (id_ for id_ in found if vocabulary.places[id_].kind is not PlaceKind.COUNTRY), vocabulary
    )


def without_namesakes(place_ids: Iterable[int], vocabulary: Vocabulary) -> tuple[int, ...]:
    """The places without a county's ward that bears its market's name: people mean the market."""
    places = [vocabulary.places[place_id] for place_id in dict.fromkeys(place_ids)]
    narrowest: dict[tuple[str, int | None], int] = {}
    for place in places:
        name = _local_name(place)
        narrowest[name] = min(narrowest.get(name, 9), _PREFERRED[place.kind])
    return tuple(
        place.id
        for place in places
        if place.kind is PlaceKind.ADMIN1 or _PREFERRED[place.kind] == narrowest[_local_name(place)]
    )


def commodity_named(text: str, vocabulary: Vocabulary) -> str | None:
    """The commodity that is meant."""
    return _item(text, vocabulary).commodity


def _item(text: str, vocabulary: Vocabulary) -> Item:
    if len(text) > LONGEST:
        return Item()
    match parse(text, vocabulary).command:
        case PriceQuery(items=(item, *_)) | Register(item=item):
            return item
        case _:
            return Item()


def _local_name(place: PlaceEntry) -> tuple[str, int | None]:
    return fold(place.name), place.admin1_id
