"""Who is on the line, and what the screens may ask of the world: reading, never writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from groups.alert_rules import AlertWay, Usually
from groups.schedules import Schedule
from handlers.keywords.fitting import clip
from handlers.screens.book_facts import BookFacts
from handlers.screens.frames import PriceKey
from handlers.screens.order_facts import OrderFacts
from handlers.screens.people_facts import PeopleFacts
from handlers.screens.screen import NAME_WIDTHS
from handlers.screens.selling_facts import SellingFacts
from messaging.phrases.formats import capitalised, money, price
from messaging.segments import to_gsm7
from prices.answers import PriceAnswer
from prices.cells import CellEstimate
from prices.comparisons import OwnTrend, PublishedTrend
from prices.estimates import Confidence, Estimate
from prices.kinds import PriceType
from prices.nearby import Selling
from prices.vocabulary import Vocabulary

UNIT_WIDTH = 10


@dataclass(frozen=True)
class GroupFacts:
    """A group that the caller is in, as its screen shows it."""

    id: int
    code: str
    name: str
    members: int
    when: Schedule  # of the bulletin
    currency: str  # of its book
    is_officer: bool
    is_demo: bool


@dataclass(frozen=True)
class WeeklyFacts:
    """A price that the caller gets again and again, by the clock of its place."""

    price: PriceKey
    when: Schedule


@dataclass(frozen=True)
class WatchedFacts:
    """A price that is watched for the caller, and what they wait for.

    `mark` is for one `unit` of so many base units; None: whatever is far from usual.
    """

    id: int
    price: PriceKey
    price_type: PriceType
    way: AlertWay
    mark: Decimal | None = None
    unit: str | None = None  # None: the base unit
    base_units: Decimal = Decimal(1)


@dataclass(frozen=True)
class Standing:
    """Where a price stands that people may watch, as they would be told of it.

    `estimate` is None where nobody told one in the last 30 days.
    """

    price_type: PriceType
    estimate: Estimate | None = None
    markets: int = 1

    @property
    def lately(self) -> Estimate | None:
        """The same, where it is of recent reports."""
        is_old = self.estimate is not None and self.estimate.confidence is Confidence.OLD
        return None if is_old else self.estimate


@dataclass(frozen=True)
class QuestionFacts:
    """What the caller was asked back, as it is held, and how many answers have a number."""

    text: str
    choices: int


class Facts(Protocol):
    """What is known that a screen shows."""

    def counties(self, commodity: str | None) -> Sequence[int]:
        """Every county (district, region); those with a price of the commodity first."""
        ...

    def markets_with_prices(self, county_id: int, commodity: str) -> Sequence[int]:
        """The markets of a county that have a price of the commodity, the most reported first."""
        ...

    def commodities(self, place_id: int | None) -> Sequence[str]:
        """Every commodity; the caller's usual one and those with a price there first."""
        ...

    def favourites(self, commodity: str | None) -> Sequence[int]:
        """The places whose prices the caller asked for most lately, the dearest first."""
        ...

    def units(self, commodity: str, place_id: int) -> Sequence[str]:
        """The units in which a commodity may be priced there, its base unit first."""
        ...

    def base_units(self, commodity: str, place_id: int, unit: str) -> Decimal | None:
        """How many base units one of a unit holds there; None where nobody knows."""
        ...

    def price(self, commodity: str, place_id: int) -> PriceAnswer:
        """The best honest answer."""
        ...

    def beside(self, commodity: str, place_id: int) -> Sequence[CellEstimate]:
        """What else is told of a commodity at a trading place lately: buyers, grades, other steps.

        Nothing for a region, whose markets have each their own.
        """
        ...

    def best_markets(self, commodity: str, place_id: int) -> Selling:
        """Where it can be sold from there, the best first."""
        ...

    def trend(self, commodity: str, place_id: int) -> OwnTrend | PublishedTrend | None:
        """How the price moved; None where nobody knows."""
        ...

    def groups(self) -> Sequence[GroupFacts]:
        """The groups that the caller is in, by code."""
        ...

    def has_group(self, code: str) -> bool:
        """Whether there is a group of this code, however it was typed."""
        ...

    def bulletin(self, group_id: int) -> str | None:
        """What the group's last bulletin said to the caller; None where there was none."""
        ...

    def book(self, group_id: int) -> BookFacts:
        """What the milk book of a group that the caller is in says to the caller."""
        ...

    def people(self, group_id: int) -> PeopleFacts:
        """What the caller may know of the people of a group that they are in."""
        ...

    def selling(self, group_id: int) -> SellingFacts:
        """How a group that the caller is in could sell better."""
        ...

    def orders(self, group_id: int) -> OrderFacts:
        """What a group that the caller is in buys together."""
        ...

    def question(self) -> QuestionFacts | None:
        """What the caller was asked back and may answer now; None where nothing is open."""
        ...

    def alerts(self) -> Sequence[WeeklyFacts]:
        """The prices that the caller gets by itself, the oldest wish first."""
        ...

    def watched(self) -> Sequence[WatchedFacts]:
        """The prices that are watched for the caller, the oldest wish first."""
        ...

    def standing(self, commodity: str, place_id: int, price_type: PriceType | None) -> Standing:
        """Where a price stands; None: that of the commodity's own type, else one that is told."""
        ...

    def usually(self, commodity: str, place_id: int, price_type: PriceType) -> Usually | None:
        """What is usual for a price; None where nobody knows."""
        ...


@dataclass(frozen=True)
class Caller:
    """A person on the line and the facts at hand; `is_out` wants no messages.

    `service_code` is what was dialled, to be told to others; empty where nobody can dial it.
    """

    language: str
    vocabulary: Vocabulary
    facts: Facts
    now: datetime
    home_place_id: int | None = None
    name: str | None = None
    usual_commodity: str | None = None
    is_out: bool = False
    service_code: str = ""

    def place(self, place_id: int, width: int = NAME_WIDTHS[0]) -> str:
        """A place's name, cut to what a screen holds."""
        return _clip(self.vocabulary.places[place_id].name, width)

    def commodity(self, code: str, width: int = NAME_WIDTHS[0]) -> str:
        """A commodity's name in the caller's language, cut to what a screen holds."""
        name = self.vocabulary.commodity_name(code, self.language)
        return _clip(capitalised(name), width)

    def base_unit(self, commodity: str) -> str:
        """The unit a commodity's price is told in, in the caller's language."""
        return self.unit(self.vocabulary.commodities[commodity].base_unit)

    def unit(self, code: str, width: int = UNIT_WIDTH) -> str:
        """A unit's name in the caller's language, cut to what a screen holds."""
        return _clip(self.vocabulary.unit_name(code, self.language), width)

    def unit_sign(self, commodity: str) -> str:
        """The same unit as short as it is told beside a price: L, kg."""
        return self.sign_of(commodity, None)

    def sign_of(self, commodity: str, unit: str | None, width: int = UNIT_WIDTH) -> str:
        """That of a unit in which it is priced; None: of its base unit."""
        code = unit or self.vocabulary.commodities[commodity].base_unit
        return _clip(self.vocabulary.unit_sign(code, self.language), max(width, UNIT_WIDTH))

    def money(self, currency: str, value: Decimal) -> str:
        """A price with its currency, as the caller's language writes it."""
        figure = price(value, self.language)
        return money(figure, self.vocabulary.money_sign(currency), self.language)

    def is_trading_place(self, place_id: int) -> bool:
        """True where one price is paid: a market or a ward, never a whole county."""
        return self.vocabulary.places[place_id].kind.is_trading_place


# A list has dozens of names, the same for everybody.
@lru_cache(maxsize=20_000)
def _clip(name: str, width: int) -> str:
    return clip(to_gsm7(name), width)
