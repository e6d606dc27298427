"""A piece of a text with everything it may mean."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from handlers.parser.senses import NOTHING, Sense
from prices.kinds import Buyer, PriceType


class Tag(NamedTuple):
    """A run of words, a number or a mark, with everything it may mean.

    `likeness` is below 1 where the words were misspelt and what they mean is a guess.
    """

    text: str
    start: int
    end: int
    sense: Sense = NOTHING
    likeness: float = 1.0

    @property
    def roles(self) -> Mapping[str, tuple[str, ...]]:
        """The parts it may play, each with the languages it plays it in."""
        return self.sense.roles

    @property
    def commodities(self) -> tuple[tuple[str, str], ...]:
        """The things it may name: (code, language)."""
        return self.sense.commodities

    @property
    def places(self) -> tuple[int, ...]:
        """The places that bear this name."""
        return self.sense.places

    @property
    def units(self) -> tuple[str, ...]:
        """The measures it may name."""
        return self.sense.units

    @property
    def number(self) -> Decimal | None:
        """Its value, in figures or in words."""
        return self.sense.number

    @property
    def currency(self) -> str | None:
        """Money: a currency's code, or "" for whatever the country pays with."""
        return self.sense.currency

    @property
    def price_type(self) -> PriceType | None:
        """The step of the trade it names."""
        return self.sense.price_type

    @property
    def buyer(self) -> Buyer | None:
        """The kind of buyer it names."""
        return self.sense.buyer

    @property
    def buys(self) -> str | None:
        """What a buyer of this name buys."""
        return self.sense.buys

    @property
    def grade(self) -> str | None:
        """The variety or quality it names."""
        return self.sense.grade

    @property
    def aside(self) -> bool:
        """True for a date, a phone number, a code."""
        return self.sense.aside

    @property
    def mark(self) -> bool:
        """True for a mark of punctuation."""
        return self.sense.mark

    @property
    def is_known(self) -> bool:
        """True when it means anything to us at all."""
        return self.sense.is_known

    @property
    def is_padding(self) -> bool:
        """True for a greeting, a filler, a small grammar word."""
        return self.sense.is_padding

    def plays(self, *roles: str) -> bool:
        """True when it may play one of these parts."""
        return not self.sense.signs.isdisjoint(roles)

    def meaning(self, sense: Sense, likeness: float = 1.0) -> "Tag":
        """The same words with another meaning."""
        return Tag(self.text, self.start, self.end, sense, likeness)

    def narrowed(self, **less: Any) -> "Tag":
        """The same words with some of their meanings ruled out."""
        return self.meaning(replace(self.sense, **less), self.likeness)
