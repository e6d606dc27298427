"""Who lies inside what, and how far apart: the map as the price store needs it (pure)."""

from collections.abc import Iterable, Mapping
from math import pi
from weakref import WeakKeyDictionary

from prices.kinds import PlaceKind
from prices.statistics import EARTH_RADIUS_KM, distance_km
from prices.vocabulary import PlaceEntry, Vocabulary

# About two hours on a matatu: farther away nobody would carry milk, or trust its price.
NEAR_KM = 100.0

KM_PER_DEGREE = 2 * pi * EARTH_RADIUS_KM / 360  # of latitude: no two points are nearer

Position = tuple[float, float]  # latitude, longitude in degrees


def trading_places(vocabulary: Vocabulary, place: PlaceEntry) -> list[PlaceEntry]:
    """The markets, towns and wards of a place; a trading place is its own only one."""
    if place.kind.is_trading_place:
        return [place]
    traded = (entry for entry in vocabulary.places.values() if entry.kind.is_trading_place)
    match place.kind:
        case PlaceKind.COUNTRY:
            return list(traded)
        case PlaceKind.ADMIN1:
            return [entry for entry in traded if entry.admin1_id == place.id]
        case _:
            return [entry for entry in traded if place in _above(vocabulary, entry)]


def own_position(place: PlaceEntry) -> Position | None:
    """Where a place lies, when its point is known."""
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def position(vocabulary: Vocabulary, place: PlaceEntry) -> Position | None:
    """Where a place lies, or else the middle of what it lies in: a ward without a point has one."""
    for entry in (place, *_above(vocabulary, place)):
        if entry.kind is not PlaceKind.COUNTRY and (found := own_position(entry)):
            return found
    return None


def distances(
    vocabulary: Vocabulary, start: PlaceEntry, goals: Iterable[int], *, within_km: float
) -> dict[int, float]:
    """How far each place of the country lies from a start, as far as `within_km`.

    A place of another country, or one whose own point is not known, is left out: a distance that
    is told must be true.
    """
    here = position(vocabulary, start)
    found: dict[int, float] = {}
    if here is None:
        return found
    for place_id in goals:
        there = own_position(vocabulary.places[place_id]) if place_id in vocabulary.places else None
        # Most of a country is too far north or south: that is seen without any trigonometry.
        if there is None or abs(there[0] - here[0]) * KM_PER_DEGREE > within_km:
            continue
        if (km := distance_km(*here, *there)) <= within_km:
            found[place_id] = km
    return found


# Of each vocabulary a process holds the neighbours that were asked for, and gone with it.
_near: WeakKeyDictionary[Vocabulary, dict[int, Mapping[int, float]]] = WeakKeyDictionary()


def neighbours(vocabulary: Vocabulary, place: PlaceEntry) -> Mapping[int, float]:
    """How far each trading place within 100 km is, the nearest first, the place itself among them.

    A country's map does not change between two changes of its vocabulary: worked out once each.
    """
    known = _near.setdefault(vocabulary, {})
    if place.id not in known:
        every = (one.id for one in vocabulary.places.values() if one.kind.is_trading_place)
        found = distances(vocabulary, place, every, within_km=NEAR_KM)
        known[place.id] = dict(sorted(found.items(), key=lambda one: (one[1], one[0])))
    return known[place.id]


def _above(vocabulary: Vocabulary, place: PlaceEntry) -> list[PlaceEntry]:
    above: list[PlaceEntry] = []
    while place.parent_id is not None and place.parent_id in vocabulary.places:
        place = vocabulary.places[place.parent_id]
        above.append(place)
    return above
