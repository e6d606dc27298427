"""The alerts somebody has, as far as a menu shows them."""

from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from groups.alert_rules import AlertWay
from groups.models import PriceAlert, WatchedPrice
from prices.kinds import PriceType


class OwnAlert(NamedTuple):
    """What somebody waits for; `price` is for one `unit`, None: what is far from usual."""

    id: int
    commodity: str
    place_id: int
    price_type: PriceType
    way: AlertWay
    price: Decimal | None
    unit: str | None  # None: the base unit
    base_units: Decimal


def own_alerts(session: Session, subscriber_id: int) -> list[OwnAlert]:
    """What somebody watches, the oldest first."""
    found = _OWN_ALERTS.rows(session, {"subscriber_id": subscriber_id})
    return [OwnAlert(*row) for row in found]


_alerts, _watched = PriceAlert.__table__, WatchedPrice.__table__
_OWN_ALERTS = Prepared(
    select(
        _alerts.c.id,
        _watched.c.commodity_code,
        _watched.c.place_id,
        _watched.c.price_type,
        _alerts.c.way,
        _alerts.c.price,
        _alerts.c.unit_code,
        _alerts.c.base_units,
    )
    .join(_watched, _watched.c.id == _alerts.c.watched_price_id)
    .where(_alerts.c.subscriber_id == bindparam("subscriber_id"), _alerts.c.ended_at.is_(None))
    .order_by(_alerts.c.id)
)
