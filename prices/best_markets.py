"""Where it sells best: the fresh prices of all markets within reach, less the way there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from sqlalchemy.orm import Session

from prices.cells import Cell, CellEstimate
from prices.committed import sees_only_committed
from prices.geography import neighbours, trading_places
from prices.kinds import Buyer, PriceType
from prices.loads import UsualLoad, usual_load
from prices.nearby import Few, Offer, Selling, best_first, sellable, sold_at
from prices.netback import Carriage, Load, Terms, netback, road_km
from prices.published import estimates_of
from prices.remembered import Remembered
from prices.rings import Bar, Wanted, read_ring, rings_around
from prices.transport import Roads, roads_from, terms_of_buyers
from prices.vocabulary import PlaceEntry, Vocabulary


def best_markets(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    quantity: Decimal | None = None,
    grade: str | None = None,
    now: datetime,
) -> Selling:
    """What markets within 100 km pay lately, by price type and buyer, less the way from a place.

    `quantity` is in base units; None: as much as is usually taken at a time. A shop's price is
    nothing that a shop pays: it is compared where it is asked for, or where the seller told of
    eaters who buy of him. Transport is taken off everywhere or nowhere: a market whose road
    nobody knows would look too good beside the others.
    """
    start = vocabulary.places[place_id]
    reach = _within_reach(vocabulary, start)
    cells = sellable(
        estimates_of(session, vocabulary, commodity=commodity, place_ids=reach, now=now),
        own_type=vocabulary.commodities[commodity].price_type,
        price_type=price_type,
        grade=grade,
    )
    terms = terms_of_buyers(session, vocabulary, commodity, {one.cell.place_id for one in cells})
    carried = _Carried({}, None)
    if start.kind.is_trading_place:
        load = _usual_load(session, vocabulary, commodity)
        roads = roads_from(session, vocabulary, start, now)
        carried = _carry(roads, cells, reach, load, quantity)
    return Selling(
        offers=tuple(best_first(_offers(vocabulary, cells, reach, terms, carried))),
        quantity=carried.quantity,
        is_demo=carried.is_demo,
    )


def best_few(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    quantity: Decimal | None = None,
    grade: str | None = None,
    now: datetime,
    few: Few,
) -> Selling:
    """The same for who tells only the best few: those, and how near and far there are others.

    Read is from the nearest outwards, and of those farther away only what may still be among them.
    """
    start = vocabulary.places[place_id]
    way = None if grade else _way(session, vocabulary, start, commodity, quantity, now)
    if way is None:
        every = best_markets(
            session,
            vocabulary,
            commodity=commodity,
            place_id=place_id,
            price_type=price_type,
            quantity=quantity,
            grade=grade,
            now=now,
        )
        return replace(every, offers=tuple(few.chosen(every.offers)))
    own_type, reach = vocabulary.commodities[commodity].price_type, _within_reach(vocabulary, start)
    types = sold_at(own_type, price_type)
    wanted = Wanted(commodity, types, with_eaters=price_type is None, now=now)
    offers: list[Offer] = []
    for ring in rings_around(session, vocabulary, commodity, start.id, reach, way.apart, now):
        bar = _bar(few, offers, way, ring.least_km, reach)
        cells = sellable(
            read_ring(session, vocabulary, ring, wanted, bar),
            own_type=own_type,
            price_type=price_type,
            grade=None,
        )
        where = {one.cell.place_id for one in cells}
        terms = terms_of_buyers(session, vocabulary, commodity, where)
        offers += _offers(vocabulary, cells, reach, terms, way.to_each_of(where, reach))
    return Selling(tuple(few.chosen(offers)), way.quantity, is_demo=False)


@dataclass(frozen=True)
class _Way:
    """What is carried from a place by roads whose cost is known, wherever they lead.

    Without a load nothing is taken off for the way.
    """

    roads: Roads | None = None
    load: Load | None = None
    quantity: Decimal | None = None

    @property
    def apart(self) -> frozenset[int]:
        """The places to which somebody told a fare: it may be less than to nearer ones."""
        if self.roads is None:
            return frozenset()
        return self.roads.learnt.told_from.get(self.roads.start.id, frozenset())

    def at_least(self, km: float) -> Decimal:
        """What is taken off of a base unit, so far away or farther; not where fares were told."""
        if self.roads is None or self.load is None or self.quantity is None:
            return Decimal(0)
        fare = self.roads.learnt.at_least(road_km(km), self.load)
        return Decimal(0) if fare is None else fare / self.quantity

    def to(self, place_id: int, reach: Mapping[int, float]) -> Carriage | None:
        """What it costs to carry it to a place."""
        if self.roads is None or self.load is None or place_id == self.roads.start.id:
            return None
        return self.roads.to(place_id, reach[place_id], self.load)

    def to_each_of(self, where: Iterable[int], reach: Mapping[int, float]) -> "_Carried":
        """What it costs to carry it to some places."""
        found = ((place_id, self.to(place_id, reach)) for place_id in where)
        known = {place_id: carriage for place_id, carriage in found if carriage is not None}
        return _Carried(known, self.quantity)


def _way(
    session: Session,
    vocabulary: Vocabulary,
    start: PlaceEntry,
    commodity: str,
    quantity: Decimal | None,
    now: datetime,
) -> _Way | None:
    """The way from a place; None where what it costs depends on where it leads.

    So it does where the tariffs do not say what carrying so much costs, and where fares were made
    up, which is told only if one of them has a part in the answer.
    """
    usual = _usual_load(session, vocabulary, commodity)
    if usual is None or not start.kind.is_trading_place:
        return _Way()
    quantity = quantity or usual.quantity
    load, roads = usual.of(quantity), roads_from(session, vocabulary, start, now)
    if roads.learnt.is_demo or roads.learnt.at_least(Decimal(0), load) is None:
        return None
    return _Way(roads, load, quantity)


def _bar(
    few: Few, offers: Sequence[Offer], way: _Way, km: float, reach: Mapping[int, float]
) -> Bar | None:
    """What somebody so far away or farther has to leave; None: all of them are weighed.

    So they are until there are as many offers as are told, the nearest of all among them and
    another that is farther away: nothing less would say whether the nearest is best.
    """
    ways = {offer.distance_km for offer in offers}
    if len(offers) < few.count or len(ways) < 2 or min(ways) > km:
        return None
    worst = few.worst(offers)
    least = few.least_price(worst, way.at_least(km)).quantize(_AS_KEPT, ROUND_FLOOR)

    def passes(place_id: int, price: Decimal) -> bool:
        left = netback(price, _NO_TERMS, way.to(place_id, reach), way.quantity or Decimal(1))
        return few.told_of(left) >= worst

    return Bar(least, passes)


_AS_KEPT, _NO_TERMS = Decimal("0.0001"), Terms()


def _usual_load(session: Session, vocabulary: Vocabulary, commodity: str) -> UsualLoad | None:
    if not sees_only_committed(session):
        return usual_load(session, commodity)
    return _LOADS.answer(vocabulary, commodity, lambda: usual_load(session, commodity))


_LOADS: Remembered[UsualLoad | None] = Remembered()


@dataclass(frozen=True)
class _Carried:
    """What it costs to carry a quantity to each market; None where that is not known of all."""

    to: Mapping[int, Carriage]
    quantity: Decimal | None

    @property
    def is_demo(self) -> bool:
        return any(one.is_demo for one in self.to.values())


def _carry(
    roads: Roads,
    cells: Iterable[CellEstimate],
    reach: Mapping[int, float],
    load: UsualLoad | None,
    quantity: Decimal | None,
) -> _Carried:
    """What it costs to carry so much to each of the markets, except the place itself."""
    if load is None:
        return _Carried({}, None)
    quantity = quantity or load.quantity
    elsewhere = {one.cell.place_id for one in cells} - {roads.start.id}
    found = {goal: roads.to(goal, reach[goal], load.of(quantity)) for goal in elsewhere}
    known = {goal: carriage for goal, carriage in found.items() if carriage is not None}
    return _Carried(known, quantity) if len(known) == len(found) else _Carried({}, None)


def _offers(
    vocabulary: Vocabulary,
    cells: Iterable[CellEstimate],
    reach: Mapping[int, float],
    terms: Mapping[tuple[int, Buyer], Terms],
    carried: _Carried,
) -> Iterable[Offer]:
    for one in cells:
        place_id, theirs = one.cell.place_id, _terms(one.cell, terms)
        carriage = carried.to.get(place_id)
        yield Offer(
            place=vocabulary.places[place_id],
            distance_km=reach[place_id],
            price_type=one.cell.price_type,
            buyer=one.cell.buyer,
            terms=theirs,
            estimate=one.estimate,
            netback=netback(one.estimate.price, theirs, carriage, carried.quantity or Decimal(1)),
        )


def _terms(cell: Cell, terms: Mapping[tuple[int, Buyer], Terms]) -> Terms:
    """The buyer's own terms; of whoever buys there nothing is known."""
    return Terms() if cell.buyer is None else terms.get((cell.place_id, cell.buyer), Terms())


def _within_reach(vocabulary: Vocabulary, place: PlaceEntry) -> Mapping[int, float]:
    """How far every trading place within reach is; 0 for the place itself and what lies in it."""
    near = neighbours(vocabulary, place)
    inside = {entry.id: 0.0 for entry in trading_places(vocabulary, place)}
    return near if inside.items() <= near.items() else {**near, **inside}
