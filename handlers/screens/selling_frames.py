"""Where a caller stands in what helps a group to sell better: one frame per screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SellBetter:
    """What helps a group to sell its milk better."""

    group_id: int


@dataclass(frozen=True)
class BargainBuyers:
    """A talk with which buyer? `options` is what is left of the list from this page on."""

    group_id: int
    options: tuple[str, ...]


@dataclass(frozen=True)
class BargainView:
    """The card for a talk with a buyer, from a page on; None: with who takes most, if anybody."""

    group_id: int
    buyer: str | None = None
    page: int = 0


@dataclass(frozen=True)
class ProductsView:
    """What a litre would bring as something else, from a page on."""

    group_id: int
    page: int = 0


SellingFrame = SellBetter | BargainBuyers | BargainView | ProductsView

# The name of each in the database.
NAMES: Mapping[type[Any], str] = {
    SellBetter: "sell_better",
    BargainBuyers: "bargain_buyers",
    BargainView: "bargain",
    ProductsView: "products",
}
