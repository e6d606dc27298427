"""Who is on the line, and what the screens may ask of the world: reading, never writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from handlers.keywords.fitting import clip
from handlers.screens.screen import NAME_WIDTHS
from messaging.phrases.formats import money, price
from messaging.segments import to_gsm7
from prices.answers import PriceAnswer
from prices.vocabulary import Vocabulary

UNIT_WIDTH = 10


class Facts(Protocol):
    """What the price store knows that a screen shows."""

    def counties(self, commodity: str | None) -> Sequence[int]:
        """Every county (district, region); those with a price of the commodity first."""
        ...

    def markets_with_prices(self, county_id: int, commodity: str) -> Sequence[int]:
        """The markets of a county that have a price of the commodity, the most reported first."""
        ...

    def commodities(self, place_id: int | None) -> Sequence[str]:
        """Every commodity; the caller's usual one and those with a price there first."""
        ...

    def price(self, commodity: str, place_id: int) -> PriceAnswer:
        """The best honest answer."""
        ...


@dataclass(frozen=True)
class Caller:
    """A person on the line and the facts at hand."""

    language: str
    vocabulary: Vocabulary
    facts: Facts
    now: datetime
    home_place_id: int | None = None

    def place(self, place_id: int, width: int = NAME_WIDTHS[0]) -> str:
        """A place's name, cut to what a screen holds."""
        return _clip(self.vocabulary.places[place_id].name, width)

    def commodity(self, code: str, width: int = NAME_WIDTHS[0]) -> str:
        """A commodity's name in the caller's language, cut to what a screen holds."""
        name = self.vocabulary.commodity_name(code, self.language)
        return _clip(name[:1].upper() + name[1:], width)

    def base_unit(self, commodity: str) -> str:
        """The unit a commodity's price is told in, in the caller's language."""
        return self.unit(self.vocabulary.commodities[commodity].base_unit)

    def unit(self, code: str, width: int = UNIT_WIDTH) -> str:
        """A unit's name in the caller's language, cut to what a screen holds."""
        return _clip(self.vocabulary.unit_name(code, self.language), width)

    def money(self, currency: str, value: Decimal) -> str:
        """A price with its currency, as the caller's language writes it."""
        figure = price(value, self.language)
        return money(figure, self.vocabulary.money_sign(currency), self.language)

    def is_trading_place(self, place_id: int) -> bool:
        """True where one price is paid: a market or a ward, never a whole county."""
        return self.vocabulary.places[place_id].kind.is_trading_place


def _clip(name: str, width: int) -> str:
    return clip(to_gsm7(name), width)
