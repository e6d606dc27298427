"""Which of the places that bear one name is meant, where nothing else is said."""

from collections.abc import Iterable

from prices.kinds import PlaceKind
from prices.vocabulary import Vocabulary

# A market before the ward around it, and before the county of the same name: prices are made there.
_PREFERENCE = (
    PlaceKind.MARKET,
    PlaceKind.WARD,
    PlaceKind.ADMIN2,
    PlaceKind.ADMIN1,
    PlaceKind.COUNTRY,
)


def by_preference(ids: Iterable[int], vocabulary: Vocabulary) -> tuple[int, ...]:
    """These places, the likeliest first: where prices are made, and most people live."""
    found = tuple(ids)
    if len(found) < 2:  # as most names have it, of which a country has ten thousand
        return found

    def rank(id_: int) -> tuple[int, int, int]:
        place = vocabulary.places[id_]
        return (_PREFERENCE.index(place.kind), -(place.population or 0), id_)

    return tuple(sorted(found, key=rank))
