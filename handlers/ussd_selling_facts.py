"""What the screens may ask of how a group could sell better, read when one asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from sqlalchemy.orm import Session

from groups.bargaining import Card
from groups.bargaining_facts import buyers_lately, card_of
from groups.models import Group
from groups.product_facts import choice_of
from groups.products import Choice
from prices.vocabulary import Vocabulary

ONE = Decimal(1)


@dataclass(frozen=True)
class StoredSelling:
    """One group's milk; a hop presses a key and draws a screen, and reads what they show once."""

    session: Session
    vocabulary: Vocabulary
    group_id: int
    now: datetime
    _cards: dict[str | None, Card] = field(default_factory=dict, compare=False)

    def buyers(self) -> Sequence[str]:
        """To whom it sold lately; who took most comes first."""
        return [one.name for one in buyers_lately(self.session, self._group, self.now)]

    def card(self, buyer: str | None) -> Card:
        """The card for a talk with a buyer."""
        if buyer not in self._cards:
            self._cards[buyer] = card_of(
                self.session, self.vocabulary, self._group, buyer, self.now
            )
        return self._cards[buyer]

    def products(self) -> Choice:
        """What a litre would bring as something else."""
        return self._products

    @cached_property
    def _products(self) -> Choice:
        return choice_of(self.session, self.vocabulary, self._group, ONE, {}, self.now)

    @cached_property
    def _group(self) -> Group:
        return self.session.get_one(Group, self.group_id)
