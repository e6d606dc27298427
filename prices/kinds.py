"""The closed sets of the price store: kinds of price, of buyer, of place."""

from enum import StrEnum


class PriceType(StrEnum):
    """At which step of the trade a price was paid."""

    FARM_GATE = "farm_gate"
    WHOLESALE = "wholesale"
    RETAIL = "retail"


class Buyer(StrEnum):
    """Who buys at that price."""

    DIRECT = "direct"
    TRADER = "trader"
    COOPERATIVE = "cooperative"
    PROCESSOR = "processor"


class PlaceKind(StrEnum):
    """A step of the tree country → admin1 → admin2 → ward or market."""

    COUNTRY = "country"
    ADMIN1 = "admin1"
    ADMIN2 = "admin2"
    WARD = "ward"
    MARKET = "market"

    @property
    def is_trading_place(self) -> bool:
        """True where prices are reported: a market, a town, a ward; never a whole county."""
        return self in {PlaceKind.WARD, PlaceKind.MARKET}


class ObservationStatus(StrEnum):
    """What is made of a report: only `accepted` ones speak in an estimate."""

    ACCEPTED = "accepted"
    HELD = "held"
    DROPPED = "dropped"
