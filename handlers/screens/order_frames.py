"""Where a caller stands among what the group buys together: one frame a screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Orders:
    """What is ordered now, from one on; where that is one thing, it and its keys."""

    group_id: int
    start: int = 0


@dataclass(frozen=True)
class OrderView:
    """One of several things that are ordered."""

    group_id: int
    order_id: int


@dataclass(frozen=True)
class OrderCount:
    """The caller types how many; for the member of this number, 0: for themselves."""

    group_id: int
    order_id: int
    number: int = 0


@dataclass(frozen=True)
class OrderFor:
    """The caller types for whom: a member's number, or a name."""

    group_id: int
    order_id: int


@dataclass(frozen=True)
class OrderList:
    """Who ordered how many, from a page on."""

    group_id: int
    order_id: int
    page: int = 0


OrderFrame = Orders | OrderView | OrderCount | OrderFor | OrderList
# Where everything that is typed is one answer.
TypedOrder = OrderCount | OrderFor

# The name of each in the database, as of all others.
NAMES: Mapping[type[Any], str] = {
    Orders: "orders",
    OrderView: "order",
    OrderCount: "order_count",
    OrderFor: "order_for",
    OrderList: "order_list",
}
