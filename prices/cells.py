"""Cells: one commodity at one place for one price type, over all buyers and grades or for one."""

from dataclasses import dataclass

from prices.estimates import Estimate
from prices.kinds import Buyer, PriceType


@dataclass(frozen=True, order=True)
class Cell:
    """What an estimate is of; None: over all buyers, over all grades."""

    commodity: str
    place_id: int
    price_type: PriceType
    buyer: Buyer | None = None
    grade: str | None = None

    @property
    def is_whole(self) -> bool:
        """Over all buyers and grades: what a question without such words is answered with."""
        return self.buyer is None and self.grade is None


@dataclass(frozen=True)
class CellEstimate:
    """What is published of a cell."""

    cell: Cell
    estimate: Estimate
