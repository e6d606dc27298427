"""Alerts: who wants to be told when a price passes a mark, or is far from usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Row, Select, select, update
from sqlalchemy.orm import Session

from db.upserts import insert_missing
from groups.alert_rules import MOST, AlertWay, Mark, Zone
from groups.models import AlertCrossing, CrossingEnd, PriceAlert, WatchedPrice
from groups.watching import Watch
from messaging.models import Subscriber
from prices.cells import Cell
from prices.vocabulary import Vocabulary


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to be told of: a price, which way, and its mark as it was said.

    `price` is for one `unit` of so many base units; None: whatever is far from usual.
    """

    cell: Cell
    way: AlertWay
    price: Decimal | None = None
    unit: str | None = None  # None: the base unit
    base_units: Decimal = Decimal(1)

    @property
    def mark(self) -> Mark | None:
        """What the price is held against; None: what is usual for it."""
        return None if self.price is None else Mark(self.way, self.price, self.base_units)


@dataclass(frozen=True)
class Running:
    """An alert that somebody has, and where its price stood when it was looked at last."""

    id: int
    wanted: Wanted
    zone: Zone


@dataclass(frozen=True)
class AlertSet:
    """The alert runs. `zone` is where its price stands: there already, nothing is told yet."""

    alert: Running


@dataclass(frozen=True)
class TooMany:
    """They have as many as anybody may have."""

    most: int = MOST


def set_alert(
    session: Session, person: Subscriber, wanted: Wanted, watch: Watch, now: datetime
) -> AlertSet | TooMany:
    """Watch a price for somebody; one of the same way for the same price takes the other's place.

    `watch` is that price as they may see it. Where it stands beyond the mark already, they are told
    when it comes there again: that it is there, the answer says.
    """
    _hold(session, person)
    running = [one.wanted for one in alerts_of(session, person)]
    is_one_more = not any((one.cell, one.way) == (wanted.cell, wanted.way) for one in running)
    if is_one_more and len(running) >= MOST:
        return TooMany()
    watched_price_id = _watched(session, wanted.cell)
    zone = watch.zone(wanted.mark, Zone.WITHIN) or Zone.WITHIN
    known = _one(session, person, wanted)
    if known is not None:
        known.ended_at = now
        _let_go(session, [known.id], now)
    new = PriceAlert(
        subscriber_id=person.id,
        watched_price_id=watched_price_id,
        way=wanted.way,
        price=wanted.price,
        unit_code=wanted.unit,
        base_units=wanted.base_units,
        zone=zone,
        began_at=now,
    )
    session.add(new)
    session.flush()
    return AlertSet(Running(new.id, wanted, zone))


def alerts_of(session: Session, person: Subscriber) -> list[Running]:
    """What somebody watches, the oldest first."""
    return [_running(row) for row in session.execute(_theirs(person))]


def end_alerts(
    session: Session,
    person: Subscriber,
    *,
    commodity: str | None,
    place_id: int | None,
    now: datetime,
) -> list[Running]:
    """End what fits the commodity and the place, None fitting all; what ended."""
    fitting = _theirs(person)
    if commodity is not None:
        fitting = fitting.where(WatchedPrice.commodity_code == commodity)
    if place_id is not None:
        fitting = fitting.where(WatchedPrice.place_id == place_id)
    return _end(session, fitting, now)


def end_alert(session: Session, person: Subscriber, alert_id: int, now: datetime) -> Running | None:
    """End one of somebody's own; None where they have no such alert."""
    ended = _end(session, _theirs(person).where(PriceAlert.id == alert_id), now)
    return next(iter(ended), None)


def _end(
    session: Session, fitting: Select[PriceAlert, WatchedPrice], now: datetime
) -> list[Running]:
    """In the order of their ids, as whoever looks at them locks them."""
    rows = session.execute(fitting.with_for_update(of=PriceAlert)).all()
    for alert, _ in rows:
        alert.ended_at = now
    _let_go(session, [alert.id for alert, _ in rows], now)
    return [_running(row) for row in rows]


def wanted_by(alert: PriceAlert, watched: WatchedPrice) -> Wanted:
    """What an alert is for."""
    cell = Cell(watched.commodity_code, watched.place_id, watched.price_type)
    return Wanted(cell, alert.way, alert.price, alert.unit_code, alert.base_units)


def is_known(vocabulary: Vocabulary, cell: Cell) -> bool:
    """False of what was taken out of the catalogue since it is watched."""
    return cell.place_id in vocabulary.places and cell.commodity in vocabulary.commodities


def _running(row: Row[PriceAlert, WatchedPrice]) -> Running:
    alert, watched = row
    return Running(alert.id, wanted_by(alert, watched), alert.zone)


def _theirs(person: Subscriber) -> Select[PriceAlert, WatchedPrice]:
    return (
        select(PriceAlert, WatchedPrice)
        .join(WatchedPrice, WatchedPrice.id == PriceAlert.watched_price_id)
        .where(PriceAlert.subscriber_id == person.id, PriceAlert.ended_at.is_(None))
        .order_by(PriceAlert.id)
    )


def _one(session: Session, person: Subscriber, wanted: Wanted) -> PriceAlert | None:
    query = _theirs(person).where(PriceAlert.way == wanted.way, *_of(wanted.cell))
    row = session.execute(query.with_for_update(of=PriceAlert)).first()
    return None if row is None else row[0]


def _of(cell: Cell) -> Sequence[ColumnElement[bool]]:
    return (
        WatchedPrice.commodity_code == cell.commodity,
        WatchedPrice.place_id == cell.place_id,
        WatchedPrice.price_type == cell.price_type,
    )


def _watched(session: Session, cell: Cell) -> int:
    """The row of a price, made when it is watched for the first time, to be looked at again.

    A report may come in while the alert is set, and its crossing be looked for before we commit.
    It is locked before any alert, as whoever looks at it does.
    """
    row = {
        "commodity_code": cell.commodity,
        "place_id": cell.place_id,
        "price_type": cell.price_type,
        "seen": "",
    }
    insert_missing(session, WatchedPrice, [row])
    found = update(WatchedPrice).where(*_of(cell)).values(seen="").returning(WatchedPrice.id)
    return session.scalars(found).one()


def _hold(session: Session, person: Subscriber) -> None:
    """Two texts of one person count their alerts one after the other."""
    row = select(Subscriber.id).where(Subscriber.id == person.id)
    session.execute(row.with_for_update(key_share=True))


def _let_go(session: Session, alert_ids: Sequence[int], now: datetime) -> None:
    """What nobody has been told of yet need not be told any more."""
    session.execute(
        update(AlertCrossing)
        .where(AlertCrossing.price_alert_id.in_(alert_ids), AlertCrossing.settled_at.is_(None))
        .values(settled_at=now, outcome=CrossingEnd.UNWANTED)
    )
