"""What the screens about a group's orders may ask: reading, never writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class OrderShown:
    """Something bought together, and how it stands; `mine` is how many the caller wants.

    `is_open`: it can still be ordered; else it goes ahead, and has not come yet.
    """

    id: int
    article: str
    words: str
    threshold: int
    price: Decimal
    currency: str
    last_day: date
    ordered: int
    members: int
    mine: int = 0
    is_open: bool = True


@dataclass(frozen=True)
class WishShown:
    """How many a member wants."""

    number: int
    name: str
    quantity: int


class OrderFacts(Protocol):
    """What is known of the orders of one group."""

    def running(self) -> Sequence[OrderShown]:
        """What is ordered, and what goes ahead and is waited for; the oldest first."""
        ...

    def in_shops(self, article: str) -> Decimal | None:
        """What people there say that one costs in shops; None where nobody does."""
        ...

    def wishes(self, order_id: int) -> Sequence[WishShown]:
        """Who ordered how many, by number."""
        ...
