"""Who waits for a price that comes in: whoever asked for it, and whoever was to ask for it."""

from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Table, exists, or_, select
from sqlalchemy.orm import Session

from db.beside import Bound, Unless, named
from db.prepared import Prepared
from groups.asks import ANSWERS_WITHIN
from groups.models import PriceAsk, PriceWish
from messaging.models import Subscriber
from prices.cells import Cell


class Waiting(NamedTuple):
    """Whether its reporter was asked for it and has not answered, and whether anybody wishes it."""

    is_asked: bool
    is_wished: bool


def who_waits(session: Session, reporter: Subscriber, cell: Cell, now: datetime) -> Waiting:
    """Looked at before anything is held or written: mostly nobody waits."""
    found = _WAITING.first(session, _asked(reporter, cell, now))
    return Waiting(*found) if found else Waiting(is_asked=False, is_wished=False)


def unless_anybody_waits(reporter: Subscriber, cell: Cell, now: datetime) -> Unless:
    """The same as a condition of what is kept beside a text: nobody is to be told of its price."""
    return Unless(_anybody, _asked(reporter, cell, now))


def _asked(reporter: Subscriber, cell: Cell, now: datetime) -> dict[str, Any]:
    return {
        "commodity": cell.commodity,
        "place": cell.place_id,
        "price_type": cell.price_type,
        "person": reporter.id,
        "since": now - ANSWERS_WITHIN,
        "now": now,
    }


_asks, _wishes = (cast(Table, table.__table__).c for table in (PriceAsk, PriceWish))


def _is_asked(bound: Bound) -> ColumnElement[bool]:
    return (
        exists()
        .where(_asks.subscriber_id == bound("person", _asks.subscriber_id))
        .where(_asks.commodity_code == bound("commodity", _asks.commodity_code))
        .where(_asks.place_id == bound("place", _asks.place_id))
        .where(_asks.answered_at.is_(None), _asks.asked_at > bound("since", _asks.asked_at))
    )


def _is_wished(bound: Bound) -> ColumnElement[bool]:
    return (
        exists()
        .where(_wishes.commodity_code == bound("commodity", _wishes.commodity_code))
        .where(_wishes.place_id == bound("place", _wishes.place_id))
        .where(_wishes.price_type == bound("price_type", _wishes.price_type))
        .where(_wishes.answered_at.is_(None))
        .where(_wishes.expires_at > bound("now", _wishes.expires_at))
    )


def _anybody(bound: Bound) -> ColumnElement[bool]:
    return or_(_is_asked(bound), _is_wished(bound))


_WAITING = Prepared(select(_is_asked(named), _is_wished(named)))
