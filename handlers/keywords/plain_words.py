"""What steps of the trade, buyers and ways of carrying are called, on any channel (pure)."""

from datetime import datetime
from typing import Protocol, assert_never

from messaging.phrases import say
from prices.kinds import Buyer, PriceType, TransportMode
from prices.vocabulary import Vocabulary


class Listener(Protocol):
    """Whom something is told: who writes to us, who calls."""

    @property
    def language(self) -> str:
        """The language to tell it in."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the person's country."""
        ...

    @property
    def now(self) -> datetime:
        """When it is told."""
        ...


def price_type_words(language: str, price_type: PriceType) -> str:
    """Where a price was paid: farm gate."""
    match price_type:
        case PriceType.FARM_GATE:
            return say(language, "farm gate")
        case PriceType.WHOLESALE:
            return say(language, "wholesale")
        case PriceType.RETAIL:
            return say(language, "shops")


def buyer_words(language: str, buyer: Buyer) -> str:
    """Who buys: trader."""
    match buyer:
        case Buyer.DIRECT:
            return say(language, "direct")
        case Buyer.TRADER:
            return say(language, "trader")
        case Buyer.COOPERATIVE:
            return say(language, "co-op")
        case Buyer.PROCESSOR:
            return say(language, "processor")
        case _:
            assert_never(buyer)


def mode_words(language: str, mode: TransportMode | None) -> str:
    """By which way something is carried: bus; where nobody said by which: transport."""
    match mode:
        case TransportMode.BUS:
            return say(language, "bus")
        case TransportMode.MOTORBIKE:
            return say(language, "motorbike")
        case TransportMode.PICKUP:
            return say(language, "pickup")
        case TransportMode.LORRY:
            return say(language, "lorry")
        case None:
            return say(language, "transport")
        case _:
            assert_never(mode)


def distance_words(language: str, kilometres: float) -> str:
    """How far away: 18 km."""
    return say(language, "{n} km", n=max(1, round(kilometres)))
