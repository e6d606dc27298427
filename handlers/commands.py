"""What a person can ask of us, by text or by menu: frozen values, understood but not yet done."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from prices.kinds import Buyer, PriceType, Side, TransportMode


@dataclass(frozen=True)
class Item:
    """One commodity, place and price in a message, as far as they were said.

    `commodity` is a catalogue code, `place_id` a place; None: not said. `price` is per `unit`, in
    `currency`, exactly as written. Where a name or a number may mean several, the plain slot is
    None and `commodities`, `places` or `prices` holds the candidates, the likeliest first.
    """

    commodity: str | None = None
    place_id: int | None = None
    price: Decimal | None = None
    currency: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    price_type: PriceType | None = None
    grade: str | None = None
    buyer: Buyer | None = None
    side: Side | None = None  # of the deal that the sender is on
    commodities: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    prices: tuple[Decimal, ...] = ()
    # Words that look like a place or a commodity but are none we know.
    unknown_words: str | None = None
    # The report we asked back about: this is what was meant, and without a price nothing was.
    held_report: int | None = None


@dataclass(frozen=True)
class PriceQuery:
    """What does it cost, there?"""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class PriceReport:
    """This is what it costs, there."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class SaleRecord:
    """I sold, or bought, so much of it at this price."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class BestMarket:
    """Where does it sell best?"""

    item: Item


@dataclass(frozen=True)
class TransportReport:
    """Taking something to `item`'s place costs `item.price`, for its quantity in its unit.

    A unit without a quantity: for one of them. `start` is where it is taken from.
    """

    item: Item
    start: Item = Item()
    mode: TransportMode | None = None


@dataclass(frozen=True)
class Trend:
    """Is it going up or down?"""

    item: Item


@dataclass(frozen=True)
class Subscribe:
    """Send me these prices every week."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Alert:
    """Tell me when the price comes to `item.price`, from below or from above (None: not said).

    Without a price: when it is far from usual. Of nothing at all: what do you watch for me?
    """

    item: Item
    is_above: bool | None = None


class Coming(StrEnum):
    """What comes to somebody by itself."""

    WEEKLY = "weekly"
    ALERTS = "alerts"


@dataclass(frozen=True)
class Unsubscribe:
    """No more of these; what an item leaves out stands for every one, and so does None.

    With an `alert_id` it is that alert alone.
    """

    items: tuple[Item, ...]
    only: Coming | None = None
    alert_id: int | None = None


@dataclass(frozen=True)
class Stop:
    """Not one message more."""


@dataclass(frozen=True)
class Start:
    """I want your messages again."""


@dataclass(frozen=True)
class Help:
    """What can I type?"""


@dataclass(frozen=True)
class Register:
    """Who and where I am; what is None stays as it was."""

    name: str | None = None
    item: Item = Item()
    language: str | None = None


@dataclass(frozen=True)
class SetLanguage:
    """Speak this language to me; None: which are there?"""

    language: str | None


@dataclass(frozen=True)
class JoinGroup:
    """Let me into the group of this code, or out of it."""

    code: str | None
    is_leaving: bool = False


@dataclass(frozen=True)
class SetHome:
    """This is my market."""

    item: Item


@dataclass(frozen=True)
class Delivery:
    """What one member brought; `quantity` in `unit`, None: litres."""

    name: str
    quantity: Decimal
    unit: str | None = None
    grade: str | None = None


@dataclass(frozen=True)
class MilkRecord:
    """The collector's entry in the group's milk book."""

    deliveries: tuple[Delivery, ...]


class LossReason(StrEnum):
    """Why milk was not sold."""

    SOUR = "sour"
    SPILT = "spilt"
    REJECTED = "rejected"


@dataclass(frozen=True)
class LossRecord:
    """So much was lost, and why."""

    item: Item
    reason: LossReason | None = None


@dataclass(frozen=True)
class Statement:
    """What did I deliver, and what am I owed?"""


@dataclass(frozen=True)
class Balance:
    """How good are my reports, and what did I earn by them?"""


@dataclass(frozen=True)
class Confirm:
    """The answer to what we asked back: a choice by its number, or yes (1) and no (0)."""

    choice: int
    is_word: bool = False


@dataclass(frozen=True)
class Unsure:
    """Two readings that fit as well as each other: the likeliest first, the person decides."""

    readings: tuple["Command", ...]


@dataclass(frozen=True)
class Unknown:
    """Nothing we can act on; `reason` says why where that helps ("too long")."""

    reason: str | None = None


Command = (
    PriceQuery
    | PriceReport
    | SaleRecord
    | BestMarket
    | TransportReport
    | Trend
    | Subscribe
    | Unsubscribe
    | Alert
    | Stop
    | Start
    | Help
    | Register
    | SetHome
    | SetLanguage
    | JoinGroup
    | MilkRecord
    | LossRecord
    | Statement
    | Balance
    | Confirm
    | Unsure
    | Unknown
)


@dataclass(frozen=True)
class Parsed:
    """A text understood: the command, the language it was written in, and how sure we are."""

    command: Command
    language: str | None = None
    confidence: float = 1.0
