"""Crossings: a watched price has moved, and passed the marks of those who watch it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha1
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from groups.alert_rules import Zone
from groups.alerts import Wanted, is_known
from groups.models import AlertCrossing, CrossingEnd, PriceAlert, WatchedPrice
from groups.watching import Watch
from messaging.models import Subscriber
from prices.book_reads import slices
from prices.cells import Cell
from prices.estimates import OLDEST
from prices.geography import trading_places
from prices.kinds import PlaceKind
from prices.models import Place, PriceCell
from prices.published import local_day
from prices.vocabulary import Vocabulary

# What is published of a price at a place, as far as it can change what is seen.
_Sign = tuple[Any, ...]
_Signs = Mapping[tuple[str, str], Mapping[int, _Sign]]


@dataclass(frozen=True)
class Watched:
    """A price that somebody watches, and the sign of what was published when it was looked at."""

    id: int
    cell: Cell
    seen: str


def watched_in(session: Session, country: str) -> list[Watched]:
    """The prices of a country that somebody watches."""
    found = session.execute(
        select(WatchedPrice)
        .join(Place, Place.id == WatchedPrice.place_id)
        .where(Place.country == country)
        .where(
            select(PriceAlert.id)
            .where(PriceAlert.watched_price_id == WatchedPrice.id, PriceAlert.ended_at.is_(None))
            .exists()
        )
        .order_by(WatchedPrice.id)
    )
    return [
        Watched(row.id, Cell(row.commodity_code, row.place_id, row.price_type), row.seen)
        for (row,) in found
    ]


def moved(
    session: Session, vocabulary: Vocabulary, watched: Iterable[Watched], now: datetime
) -> list[tuple[Watched, str]]:
    """Those of which something else is published than when they were looked at, with a new sign.

    A day that begins is a change too: reports grow old, and another month has another norm.
    """
    every = [one for one in watched if is_known(vocabulary, one.cell)]
    signs = _signs(session, vocabulary, {one.cell.commodity for one in every}, now)
    found = ((one, _sign_of(vocabulary, one.cell, signs, now)) for one in every)
    return [(one, sign) for one, sign in found if sign != one.seen]


def look_at(
    session: Session, vocabulary: Vocabulary, watched: Watched, sign: str, now: datetime
) -> int:
    """Look at a price that has moved, and write down whose mark it passed; how many there are.

    Nothing where another worker is at it, or has been: the row is held, and tells.
    """
    held = session.scalar(
        select(WatchedPrice)
        .where(WatchedPrice.id == watched.id, WatchedPrice.seen == watched.seen)
        # NO KEY UPDATE: whoever sets an alert on it just now need not wait.
        .with_for_update(skip_locked=True, key_share=True)
    )
    if held is None:
        return 0
    held.seen, held.looked_at = sign, now
    return _move(session, _moves(session, vocabulary, held, now), now)


@dataclass(frozen=True)
class _Moved:
    """An alert whose price stands elsewhere now."""

    alert_id: int
    zone: Zone
    price: Decimal


def _moves(
    session: Session, vocabulary: Vocabulary, held: WatchedPrice, now: datetime
) -> list[_Moved]:
    """Whose alerts on a price stand elsewhere now, by alert. Many wait for the same mark."""
    cell = Cell(held.commodity_code, held.place_id, held.price_type)
    watches = {
        is_demo: Watch(session, vocabulary, cell, not is_demo, now) for is_demo in (False, True)
    }
    zones: dict[tuple[Any, ...], Zone | None] = {}
    moves = []
    found = session.execute(_WAITING, {"of": held.id})
    for alert_id, before, is_demo, way, price, base_units in found:
        watch, about = watches[is_demo], (before, is_demo, way, price, base_units)
        if about not in zones:
            zones[about] = watch.zone(Wanted(cell, way, price, None, base_units).mark, before)
        zone = zones[about]
        if zone is not None and zone is not before and watch.seen is not None:
            moves.append(_Moved(alert_id, zone, watch.seen.estimate.price))
    return moves


def _move(session: Session, moves: Sequence[_Moved], now: datetime) -> int:
    """Write down where they stand now, and what is to be told; how much that is.

    A few statements for thousands: they must not hold SQLite's one write lock for seconds.
    """
    for zone in Zone:
        for some in slices([one.alert_id for one in moves if one.zone is zone]):
            # What was not told yet is not so any more.
            session.execute(
                update(AlertCrossing)
                .where(AlertCrossing.price_alert_id.in_(some))
                .where(AlertCrossing.settled_at.is_(None))
                .values(settled_at=now, outcome=CrossingEnd.CROSSED_BACK)
            )
            session.execute(update(PriceAlert).where(PriceAlert.id.in_(some)).values(zone=zone))
    new = [
        {"price_alert_id": one.alert_id, "zone": one.zone, "price": one.price, "crossed_at": now}
        for one in moves
        if one.zone is not Zone.WITHIN
    ]
    if new:
        session.execute(insert(AlertCrossing), new)
    return len(new)


# In the order of their ids, as everybody locks them.
_WAITING = (
    select(
        PriceAlert.id,
        PriceAlert.zone,
        Subscriber.is_demo,
        PriceAlert.way,
        PriceAlert.price,
        PriceAlert.base_units,
    )
    .join(Subscriber, Subscriber.id == PriceAlert.subscriber_id)
    .where(PriceAlert.watched_price_id == bindparam("of"), PriceAlert.ended_at.is_(None))
    .order_by(PriceAlert.id)
    .with_for_update(of=PriceAlert)
)


def _signs(
    session: Session, vocabulary: Vocabulary, commodities: Iterable[str], now: datetime
) -> _Signs:
    """What is published of these commodities in the country, in one read."""
    row = PriceCell
    found = session.execute(
        select(
            row.commodity_code,
            row.price_type,
            row.place_id,
            row.price,
            row.reports,
            row.reporters,
            row.newest_at,
            row.estimated_on,
            row.is_demo,
            row.has_demo,
        )
        .where(row.commodity_code.in_(sorted(commodities)), row.newest_at > now - OLDEST)
        .where(row.currency == vocabulary.country.currency, row.buyer == "", row.grade == "")
    )
    signs: dict[tuple[str, str], dict[int, _Sign]] = {}
    for commodity, price_type, place_id, *published in found:
        signs.setdefault((commodity, price_type), {})[place_id] = tuple(published)
    return signs


def _sign_of(vocabulary: Vocabulary, cell: Cell, signs: _Signs, now: datetime) -> str:
    at_places = signs.get((cell.commodity, cell.price_type), {})
    place = vocabulary.places[cell.place_id]
    if place.kind is PlaceKind.COUNTRY:
        inside = sorted(at_places)
    else:
        inside = sorted({one.id for one in trading_places(vocabulary, place)} & at_places.keys())
    told = [(at, *map(str, at_places[at])) for at in inside]
    # Where nobody tells anything nothing grows old.
    today = local_day(vocabulary, now) if told else None
    return sha1(repr((today, told)).encode(), usedforsecurity=False).hexdigest()
