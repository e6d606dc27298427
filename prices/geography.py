"""Who lies inside what, and how far apart: the map as the price store needs it (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from math import pi
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from prices.kinds import PlaceKind
from prices.remembered import Remembered
from prices.statistics import EARTH_RADIUS_KM, distance_km, distances_km
from prices.vocabulary import PlaceEntry, Vocabulary

# About two hours on a matatu: farther away nobody would carry milk, or trust its price.
NEAR_KM = 100.0

KM_PER_DEGREE = 2 * pi * EARTH_RADIUS_KM / 360  # of latitude: no two points are nearer

Position = tuple[float, float]  # latitude, longitude in degrees


def trading_places(vocabulary: Vocabulary, place: PlaceEntry) -> Sequence[PlaceEntry]:
    """The markets, towns and wards of a place; a trading place is its own only one."""
    if place.kind.is_trading_place:
        return [place]
    return _TRADED.answer(vocabulary, place.id, lambda: _traded_in(vocabulary, place))


_TRADED: Remembered[Sequence[PlaceEntry]] = Remembered()


def _traded_in(vocabulary: Vocabulary, place: PlaceEntry) -> Sequence[PlaceEntry]:
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


def neighbours(vocabulary: Vocabulary, place: PlaceEntry) -> Mapping[int, float]:
    """How far each trading place within 100 km is, the nearest first, the place itself among them.

    A country's map does not change between two changes of its vocabulary: worked out once each.
    """

    def work_out() -> Mapping[int, float]:
        return _neighbours(_map_of(vocabulary), position(vocabulary, place))

    return _NEAR.answer(vocabulary, place.id, work_out)


_NEAR: Remembered[Mapping[int, float]] = Remembered()


class _Map(NamedTuple):
    """Every trading place whose point is known, as arrays: ids, and positions in degrees."""

    ids: NDArray[np.int64]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]


_maps: WeakKeyDictionary[Vocabulary, _Map] = WeakKeyDictionary()


def _map_of(vocabulary: Vocabulary) -> _Map:
    if vocabulary not in _maps:
        points = [
            (place.id, *found)
            for place in vocabulary.places.values()
            if place.kind.is_trading_place and (found := own_position(place))
        ]
        ids, latitudes, longitudes = zip(*points, strict=True) if points else ((), (), ())
        _maps[vocabulary] = _Map(
            np.array(ids, np.int64),
            np.array(latitudes, np.float64),
            np.array(longitudes, np.float64),
        )
    return _maps[vocabulary]


def _neighbours(places: _Map, here: Position | None) -> Mapping[int, float]:
    if here is None:
        return {}
    km = distances_km(*here, places.latitudes, places.longitudes)
    near = np.flatnonzero(km <= NEAR_KM)
    nearest_first = near[np.lexsort((places.ids[near], km[near]))]
    return dict(zip(places.ids[nearest_first].tolist(), km[nearest_first].tolist(), strict=True))


def _above(vocabulary: Vocabulary, place: PlaceEntry) -> list[PlaceEntry]:
    above: list[PlaceEntry] = []
    while place.parent_id is not None and place.parent_id in vocabulary.places:
        place = vocabulary.places[place.parent_id]
        above.append(place)
    return above
