"""What a person can ask of us, by text or by menu: frozen values, understood but not yet done."""

from dataclasses import dataclass
from decimal import Decimal

from prices.kinds import Buyer, PriceType


@dataclass(frozen=True)
class Item:
    """One commodity, place and price in a message, as far as they were said.

    `commodity` is a catalogue code, `place_id` a place; None: not said. `price` is per `unit`, in
    `currency`, exactly as written. `places` holds the candidates when a name fits several.
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
    places: tuple[int, ...] = ()
    # Words that look like a place or a commodity but are none we know.
    unknown_words: str | None = None


@dataclass(frozen=True)
class PriceQuery:
    """What does it cost, there?"""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class PriceReport:
    """This is what it costs, there."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Subscribe:
    """Send me these prices every week."""

    item: Item


@dataclass(frozen=True)
class Unsubscribe:
    """No more of these; None for every one of them."""

    item: Item


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
    """Let me into the group of this code."""

    code: str | None


@dataclass(frozen=True)
class Unknown:
    """Nothing we can act on; `reason` says why where that helps ("too long")."""

    reason: str | None = None


Command = (
    PriceQuery
    | PriceReport
    | Subscribe
    | Unsubscribe
    | Stop
    | Start
    | Help
    | Register
    | SetLanguage
    | JoinGroup
    | Unknown
)


@dataclass(frozen=True)
class Parsed:
    """A text understood: the command, the language it was written in, and how sure we are."""

    command: Command
    language: str | None = None
    confidence: float = 1.0
