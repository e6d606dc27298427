"""Which of our places a WFP market is, and what becomes of one that nobody knows yet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from prices.kinds import PlaceKind
from prices.models import Place, PlaceAlias, ReferenceStamp
from prices.statistics import distance_km
from prices.vocabulary import fold

# The same name this near is the same market: WFP gives points to two decimals at best and often the
# middle of the district, as for Baragoi, 31 km off. Namesakes lie farther apart: no two of our
# markets bear one name between 20 and 60 km from each other.
SAME_MARKET_KM = 35.0
# A new market farther from all we know has the wrong point, or the wrong country.
KNOWN_LAND_KM = 100.0
MARKETS_KNOWN = 50_000
NAME_LENGTH = 80
CODE_LENGTH = 72  # of 80: room for a number
SOURCE = "WFP"

Point = tuple[float, float]  # latitude, longitude in degrees


@dataclass(frozen=True)
class Market:
    """A trading place. A negative id: not made yet."""

    id: int
    country: str
    name: str
    point: Point | None
    admin1_id: int | None
    is_ward: bool = False

    def km_from(self, point: Point) -> float | None:
        """The distance to a point, where our own is known."""
        return None if self.point is None else distance_km(*self.point, *point)


class Markets:
    """The trading places of all countries, by name and by nearness, and those still to be made."""

    def __init__(self, places: Iterable[Market], aliases: Iterable[tuple[int, str]]) -> None:
        self._places = {place.id: place for place in places}
        self._by_name: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for place in self._places.values():
            self._by_name[place.country, fold(place.name)].add(place.id)
        for place_id, alias in aliases:
            self._by_name[self._places[place_id].country, fold(alias)].add(place_id)
        # So many and no more: a file of nothing but different names must not fill the memory.
        self.find = lru_cache(maxsize=MARKETS_KNOWN)(self._find)

    @property
    def new(self) -> list[Market]:
        """The markets nobody knew, in the order they were met."""
        return [place for place in self._places.values() if place.id < 0]

    def _find(self, country: str, name: str, point: Point | None) -> Market | None:
        """The market of that name near that point; None when it cannot be told where it lies."""
        return self._match(country, name, point) or self._make(country, name, point)

    def _match(self, country: str, name: str, point: Point | None) -> Market | None:
        named = [self._places[id_] for id_ in sorted(self._by_name.get((country, fold(name)), ()))]
        located = [] if point is None else [m for m in named if m.point is not None]
        if point is None or not located:
            return named[0] if len(named) == 1 else None
        far = {market.id: market.km_from(point) or 0.0 for market in located}
        near = [market for market in located if far[market.id] <= SAME_MARKET_KM]
        return min(near, key=lambda market: (market.is_ward, far[market.id]), default=None)

    def _make(self, country: str, name: str, point: Point | None) -> Market | None:
        """Make a market of it, in the county of its nearest neighbour.

        Made rather than left out: a market the WFP begins to visit is a real one with a point, and
        its prices are of use on the day they are published, without anybody editing our map. A
        name without a point ("National Average") is no market.
        """
        neighbour = None if point is None else self._nearest(country, point)
        if neighbour is None or not fold(name) or len(name) > NAME_LENGTH:
            return None
        market = Market(-1 - len(self.new), country, name, point, neighbour.admin1_id)
        self._places[market.id] = market
        self._by_name[country, fold(name)].add(market.id)
        return market

    def _nearest(self, country: str, point: Point) -> Market | None:
        near = [
            (km, place.id)
            for place in self._places.values()
            if place.country == country
            and place.admin1_id is not None
            and (km := place.km_from(point)) is not None
            and km <= KNOWN_LAND_KM
        ]
        return self._places[min(near)[1]] if near else None


def load_markets(session: Session) -> Markets:
    """Every market, town and ward, under all its names."""
    kinds = [kind for kind in PlaceKind if kind.is_trading_place]
    places = session.execute(
        select(
            Place.id,
            Place.country,
            Place.name,
            Place.latitude,
            Place.longitude,
            Place.admin1_id,
            Place.kind,
        ).where(Place.kind.in_(kinds))
    )
    aliases = session.execute(
        select(PlaceAlias.place_id, PlaceAlias.alias)
        .join(Place, Place.id == PlaceAlias.place_id)
        .where(Place.kind.in_(kinds))
    )
    return Markets(
        [
            Market(
                id_, country, name, _point(latitude, longitude), admin1_id, kind is PlaceKind.WARD
            )
            for id_, country, name, latitude, longitude, admin1_id, kind in places
        ],
        aliases,
    )


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def make_markets(session: Session, markets: Sequence[Market]) -> dict[int, int]:
    """Insert the new ones; from their negative ids to their real ones.

    They are words of the map from now on: processes have to read it again. One that another import
    made since the file was read is taken as it is.
    """
    if not markets:
        return {}
    session.execute(update(ReferenceStamp).values(version=ReferenceStamp.version + 1))
    there = load_markets(session)
    made = {}
    for market in markets:
        same = there.find(market.country, market.name, market.point)
        made[market.id] = _make(session, market) if same is None or same.id < 0 else same.id
    return made


def _make(session: Session, market: Market) -> int:
    admin1 = session.get_one(Place, market.admin1_id)
    latitude, longitude = market.point or (None, None)
    row = Place(
        code=_free_code(session, market, admin1),
        country=market.country,
        kind=PlaceKind.MARKET,
        parent_id=admin1.id,
        admin1_id=admin1.id,
        name=market.name,
        latitude=latitude,
        longitude=longitude,
        source=SOURCE,
    )
    session.add(row)
    session.flush()
    return row.id


def _free_code(session: Session, market: Market, admin1: Place) -> str:
    """A code as our own map gives them; a namesake in the same county gets a number."""
    words = [market.country.lower(), *fold(admin1.name).split(), *fold(market.name).split()]
    code = "-".join(words)[:CODE_LENGTH]
    taken = set(session.scalars(select(Place.code).where(Place.code.startswith(code))))
    return next(free for n in count(1) if (free := code if n == 1 else f"{code}-{n}") not in taken)
