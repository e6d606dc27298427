"""Who waits for a price that comes in: whoever asked for it, and whoever was to ask for it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

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
    found = _WAITING.first(
        session,
        {
            "commodity": cell.commodity,
            "place": cell.place_id,
            "price_type": cell.price_type,
            "person": reporter.id,
            "since": now - ANSWERS_WITHIN,
            "now": now,
        },
    )
    return Waiting(*found) if found else Waiting(is_asked=False, is_wished=False)


_asks = PriceAsk.__table__.c
_wishes = PriceWish.__table__.c
_WAITING = Prepared(
    select(
        exists()
        .where(_asks.subscriber_id == bindparam("person"), _asks.answered_at.is_(None))
        .where(_asks.commodity_code == bindparam("commodity"))
        .where(_asks.place_id == bindparam("place"), _asks.asked_at > bindparam("since")),
        exists()
        .where(_wishes.commodity_code == bindparam("commodity"))
        .where(_wishes.place_id == bindparam("place"))
        .where(_wishes.price_type == bindparam("price_type"))
        .where(_wishes.answered_at.is_(None), _wishes.expires_at > bindparam("now")),
    )
)
