"""What the screens may ask of how a group could sell better: reading, never writing."""

from collections.abc import Sequence
from typing import Protocol

from groups.bargaining import Card
from groups.products import Choice


class SellingFacts(Protocol):
    """The milk of one group, and the prices around it."""

    def buyers(self) -> Sequence[str]:
        """To whom it sold lately; who took most comes first."""
        ...

    def card(self, buyer: str | None) -> Card:
        """The card for a talk with a buyer; None: with who takes most."""
        ...

    def products(self) -> Choice:
        """What a litre would bring as something else."""
        ...
