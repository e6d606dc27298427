"""Where it sells best: the fresh prices of all markets within reach, less the way there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from prices.cells import Cell, CellEstimate
from prices.geography import neighbours, trading_places
from prices.kinds import Buyer, PriceType
from prices.loads import UsualLoad, usual_load
from prices.nearby import Offer, Selling, best_first, sellable
from prices.netback import Carriage, Terms, netback
from prices.published import estimates_of
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
        load = usual_load(session, commodity)
        roads = roads_from(session, vocabulary, start, now)
        carried = _carry(roads, cells, reach, load, quantity)
    return Selling(
        offers=tuple(best_first(_offers(vocabulary, cells, reach, terms, carried))),
        quantity=carried.quantity,
        is_demo=carried.is_demo,
    )


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


def _within_reach(vocabulary: Vocabulary, place: PlaceEntry) -> dict[int, float]:
    """How far every trading place within reach is; 0 for the place itself and what lies in it."""
    near = dict(neighbours(vocabulary, place))
    return near | {entry.id: 0.0 for entry in trading_places(vocabulary, place)}
