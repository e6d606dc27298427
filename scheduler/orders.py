"""Orders whose last day is over are closed, and all concerned are told."""

from collections.abc import Callable
from datetime import datetime
from threading import Event

from sqlalchemy.orm import Session

from db.session import Database
from groups.models import Group
from groups.order_models import GroupOrder
from groups.orders import Tally, close_order, due_orders, hold_order
from prices.catalogue import Catalogue
from prices.vocabulary import Vocabulary
from scheduler.closing import close_each

# Promises all concerned what became of it; `app` hands it in, as for what audits find.
TellOrderClosed = Callable[[Session, Vocabulary, GroupOrder, Tally, datetime], int]


def close_orders(
    database: Database,
    catalogue: Catalogue,
    tell: TellOrderClosed,
    now: datetime,
    *,
    stopping: Event | None = None,
) -> int:
    """Close what is due; how many it closed.

    Two workers at once: the second waits for the row, and finds it closed.
    """
    with database.read() as session:
        due = due_orders(session, now)

    def close(session: Session, order_id: int) -> bool:
        order = hold_order(session, order_id)
        if order.closed_at is not None:
            return False
        group = session.get_one(Group, order.group_id)
        vocabulary = catalogue.vocabulary(session, group.country)
        tell(session, vocabulary, order, close_order(session, order, now), now)
        return True

    return close_each(database, due, close, what="order", stopping=stopping)
