"""What a group buys together as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from handlers.screens.order_facts import OrderShown, WishShown

FEED = OrderShown(
    id=1,
    article="feed",
    words="FEED",
    threshold=30,
    price=Decimal(1850),
    currency="KES",
    last_day=date(2026, 11, 28),
    ordered=18,
    members=9,
    mine=3,
)


@dataclass(frozen=True)
class WrittenOrders:
    """What is written down here of one group."""

    orders: Sequence[OrderShown] = ()
    shops: Decimal | None = None
    by_order: Mapping[int, Sequence[WishShown]] = field(default_factory=dict)

    def running(self) -> Sequence[OrderShown]:
        """As written down."""
        return self.orders

    def in_shops(self, article: str) -> Decimal | None:
        """Of feed alone."""
        return self.shops if article == "feed" else None

    def wishes(self, order_id: int) -> Sequence[WishShown]:
        """As written down."""
        return self.by_order.get(order_id, ())


def longest_orders(names: Sequence[str]) -> list[WrittenOrders]:
    """Of one thing, of more than a screen holds, of nothing; with figures as wide as can be."""
    widest = OrderShown(
        id=1,
        article="feed",
        words="FEED",
        threshold=9_998,
        price=Decimal("1999.75"),
        currency="XOF",  # FCFA, to whoever lives there
        last_day=date(2026, 12, 25),
        ordered=9_999,
        members=9_999,
        mine=100,
    )
    every = [
        OrderShown(
            id=number,
            article="w" * 24,
            words="W" * 24,
            threshold=9_999,
            price=Decimal("199999.75"),
            currency="XOF",
            last_day=date(2026, 12, 25),
            ordered=9_998,
            members=9_998,
            mine=number % 2,
            is_open=number % 3 > 0,
        )
        for number in range(1, 10)
    ]
    wishes = [WishShown(number, name, 100) for number, name in enumerate(names, start=9_000)]
    return [
        WrittenOrders([widest], Decimal("9999999.99")),
        WrittenOrders([*every], None, {one.id: wishes for one in every[:6]}),
        WrittenOrders(),
    ]
