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


class Side(StrEnum):
    """Whether whoever tells a price sells or buys at it."""

    SELLS = "sells"
    BUYS = "buys"


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


class Pace(StrEnum):
    """How fast a thing's price moves, and how long a report of it counts as recent."""

    PERISHABLE = "perishable"  # tomatoes: days
    STAPLE = "staple"  # grain, and milk, whose price is agreed for weeks
    SLOW = "slow"  # livestock, tools


class TransportMode(StrEnum):
    """What carries goods to a market."""

    BUS = "bus"  # a matatu too: it takes sacks and cans beside people
    MOTORBIKE = "motorbike"
    PICKUP = "pickup"
    LORRY = "lorry"


class ObservationStatus(StrEnum):
    """What is made of a report; of those that do not speak, `price_report_change` says why."""

    ACCEPTED = "accepted"
    FLAGGED = "flagged"  # accepted, but the filter doubts it
    HELD = "held"  # asked back, and waiting for the answer
    UNANSWERED = "unanswered"  # held in vain: weighed as the filter sees it, until somebody looks
    DROPPED = "dropped"  # taken back, corrected or rejected

    @property
    def speaks(self) -> bool:
        """Whether it has a part in the estimate."""
        return self in SPEAKING


SPEAKING = frozenset(
    {ObservationStatus.ACCEPTED, ObservationStatus.FLAGGED, ObservationStatus.UNANSWERED}
)
