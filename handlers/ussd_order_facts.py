"""What the screens may ask about a group's orders, answered from the group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from groups.models import Group
from groups.order_models import GroupOrder
from groups.orders import awaited_orders, is_open, open_orders, price_in_shops, tally_of
from groups.people_reads import place_of
from handlers.screens.order_facts import OrderShown, WishShown
from prices.vocabulary import Vocabulary


@dataclass(frozen=True)
class StoredOrders:
    """The orders of one group as one caller may see them, read when a screen asks."""

    session: Session
    vocabulary: Vocabulary
    group_id: int
    subscriber_id: int
    now: datetime

    def running(self) -> Sequence[OrderShown]:
        """What is ordered, and what is waited for; nothing to who is not in the group."""
        own = place_of(self.session, self.group_id, self.subscriber_id)
        if own is None:
            return []
        open_now = open_orders(self.session, self._group, self.now)
        every = [*open_now, *awaited_orders(self.session, self._group)]
        return [self._shown(one, own.id) for one in every]

    def in_shops(self, article: str) -> Decimal | None:
        """What people there say that one costs in shops."""
        return price_in_shops(self.session, self.vocabulary, self._group, article, self.now)

    def wishes(self, order_id: int) -> Sequence[WishShown]:
        """Who ordered how many, by number."""
        tally = tally_of(self.session, self.session.get_one(GroupOrder, order_id))
        shown = [
            WishShown(one.member.number, one.member.name, one.quantity) for one in tally.wishes
        ]
        return sorted(shown, key=lambda one: one.number)

    def _shown(self, order: GroupOrder, own_id: int) -> OrderShown:
        tally = tally_of(self.session, order)
        return OrderShown(
            id=order.id,
            article=order.article,
            words=order.words,
            threshold=order.threshold,
            price=order.price,
            currency=order.currency,
            last_day=order.last_day,
            ordered=tally.ordered,
            members=tally.members,
            mine=tally.of(own_id),
            is_open=is_open(order, self.now),
        )

    @property
    def _group(self) -> Group:
        return self.session.get_one(Group, self.group_id)
