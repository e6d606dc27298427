"""What a menu offers: which things have a price where, known for a whole country at once.

A list says in which order to look; what a price is, is never taken from here. So a process may
hold it for a minute, and what was published, which comes by the month, for an hour: drawing a
screen then reads nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import NamedTuple

from sqlalchemy.orm import Session

from prices import reads
from prices.estimates import RECENT
from prices.geography import neighbours, trading_places
from prices.kinds import PlaceKind
from prices.vocabulary import CommodityEntry, PlaceEntry, Vocabulary

TOLD_LASTS = timedelta(minutes=1)
SOLD_LASTS = timedelta(hours=1)

# A commodity at a place.
Thing = tuple[str, int]


class Told(NamedTuple):
    """What people reported of a thing in the last 30 days."""

    reports: int
    newest_at: datetime


@dataclass(frozen=True)
class Menu:
    """The lists of one country; each is worked out when it is first asked for."""

    vocabulary: Vocabulary
    told: Mapping[Thing, Told]
    sold: frozenset[Thing]  # in a published series
    now: datetime
    _commodities: dict[int, tuple[str, ...]] = field(default_factory=dict, compare=False)
    _markets: dict[Thing, tuple[int, ...]] = field(default_factory=dict, compare=False)
    _counties: dict[str | None, tuple[int, ...]] = field(default_factory=dict, compare=False)

    def commodities(self, place_id: int | None) -> tuple[str, ...]:
        """Every commodity: first those for which a question at this place has an answer.

        None stands for the country.
        """
        place_id = place_id or self._country_id
        if place_id not in self._commodities:
            self._commodities[place_id] = tuple(self._ordered(place_id))
        return self._commodities[place_id]

    def priced_commodities(self, place_id: int) -> list[str]:
        """The commodities for which a question at this place has an answer, in menu order."""
        vocabulary = self.vocabulary
        place = vocabulary.places[place_id]
        inside = {entry.id for entry in trading_places(vocabulary, place)}
        near = inside
        if place.kind is not PlaceKind.COUNTRY:
            near = inside | neighbours(vocabulary, place).keys()
        sold = _all_of(self._sold_at, near)
        told = _all_of(self._told_at, inside) | _all_of(self._recent_at, near)
        return [
            entry.code
            for entry in self._in_order
            if entry.code in told or entry.code in sold or entry.shop_code in sold
        ]

    def markets(self, county_id: int, commodity: str) -> tuple[int, ...]:
        """The trading places of a county, or of the country, with a price: most reported first."""
        thing = (commodity, county_id)
        if thing not in self._markets:
            inside = trading_places(self.vocabulary, self.vocabulary.places[county_id])
            self._markets[thing] = tuple(place.id for place in self._priced(inside, commodity))
        return self._markets[thing]

    def counties(self, commodity: str | None) -> tuple[int, ...]:
        """Every county, district or region by name, those with a price of the commodity first."""
        if commodity not in self._counties:
            places = self.vocabulary.places
            priced = set()
            if commodity is not None:
                priced = {
                    places[id_].admin1_id for id_ in self.markets(self._country_id, commodity)
                }
            every = (place for place in places.values() if place.kind is PlaceKind.ADMIN1)
            ordered = sorted(every, key=lambda place: (place.id not in priced, place.name))
            self._counties[commodity] = tuple(place.id for place in ordered)
        return self._counties[commodity]

    def _ordered(self, place_id: int) -> list[str]:
        return list(dict.fromkeys([*self.priced_commodities(place_id), *self._by_rank]))

    def _priced(self, inside: Iterable[PlaceEntry], commodity: str) -> list[PlaceEntry]:
        shop_code = self.vocabulary.commodities[commodity].shop_code
        sold_as = {commodity, shop_code} - {None}
        reports = Counter[int]()
        sold = set()
        for place in inside:
            if told := self.told.get((commodity, place.id)):
                reports[place.id] = told.reports
            if any((code, place.id) in self.sold for code in sold_as if code is not None):
                sold.add(place.id)
        return sorted(
            (place for place in inside if place.id in reports or place.id in sold),
            key=lambda place: (-reports[place.id], -(place.population or 0), place.name),
        )

    def _is_recent(self, thing: Thing) -> bool:
        pace = self.vocabulary.commodities[thing[0]].pace
        return self.told[thing].newest_at > self.now - RECENT[pace]

    @cached_property
    def _in_order(self) -> list[CommodityEntry]:
        every = self.vocabulary.commodities.values()
        return sorted(every, key=lambda entry: (entry.rank, entry.name))

    @cached_property
    def _by_rank(self) -> list[str]:
        every = self.vocabulary.commodities
        return sorted(every, key=lambda code: every[code].rank)

    @cached_property
    def _told_at(self) -> Mapping[int, list[str]]:
        return _by_place(self.told)

    @cached_property
    def _recent_at(self) -> Mapping[int, list[str]]:
        return _by_place(thing for thing in self.told if self._is_recent(thing))

    @cached_property
    def _sold_at(self) -> Mapping[int, list[str]]:
        return _by_place(self.sold)

    @cached_property
    def _country_id(self) -> int:
        places = self.vocabulary.places.values()
        return next(place.id for place in places if place.kind is PlaceKind.COUNTRY)


def _by_place(things: Iterable[Thing]) -> Mapping[int, list[str]]:
    """The commodities of things, by place; only of places that have any."""
    found = defaultdict[int, list[str]](list)
    for code, place_id in things:
        found[place_id].append(code)
    return found


def _all_of(codes_at: Mapping[int, list[str]], place_ids: Set[int]) -> set[str]:
    return set().union(*(codes_at[place_id] for place_id in place_ids & codes_at.keys()))


class _Held(NamedTuple):
    menu: Menu
    sold_at: datetime


@dataclass(frozen=True)
class Menus:
    """The menus a process holds, by country; shared by its threads."""

    _held: dict[str, _Held] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def menu(self, session: Session, vocabulary: Vocabulary, now: datetime) -> Menu:
        """The country's menu, read anew where it is older than it may be."""
        held = self._held.get(vocabulary.country.code)
        if held is not None and _is_held(held, vocabulary, now):
            return held.menu
        # One reads, the others wait for it: else all would, each holding up the other.
        with self._lock:
            held = self._held.get(vocabulary.country.code)
            if held is None or not _is_held(held, vocabulary, now):
                held = _read(session, vocabulary, now, held)
                self._held[vocabulary.country.code] = held
            return held.menu


def _is_held(held: _Held, vocabulary: Vocabulary, now: datetime) -> bool:
    return held.menu.vocabulary is vocabulary and abs(now - held.menu.now) < TOLD_LASTS


def _read(session: Session, vocabulary: Vocabulary, now: datetime, held: _Held | None) -> _Held:
    told = {
        (commodity, place_id): Told(reports, newest_at)
        for commodity, place_id, reports, newest_at in reads.told_things(session, vocabulary, now)
        if place_id in vocabulary.places and commodity in vocabulary.commodities
    }
    if held is not None and abs(now - held.sold_at) < SOLD_LASTS:
        return _Held(Menu(vocabulary, told, held.menu.sold, now), held.sold_at)
    sold = reads.sold_things(session, vocabulary, now)
    known = frozenset(thing for thing in sold if thing[1] in vocabulary.places)
    return _Held(Menu(vocabulary, told, known, now), now)
