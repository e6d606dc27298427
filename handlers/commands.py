"""What a person can ask of us, by text or by menu: frozen values, understood but not yet done."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from groups.book_kinds import Milking, Reason
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

    @property
    def is_placed(self) -> bool:
        """Whether a place was named, be it one of several of its name."""
        return self.place_id is not None or bool(self.places)


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
class MyData:
    """What do you keep of me?"""


@dataclass(frozen=True)
class EraseMe:
    """Delete what you keep of me; `is_sure`: asked whether all of it, they answered."""

    is_sure: bool = False


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
    """Let me into the group of this code, or out of it; or found one of this name at a place.

    `invited`: not me but whoever has this phone, as it was typed; "": it was left out. `place_of`:
    into the place of this member, as an officer names them; `is_declining`: no, I do not want in.
    Out of a group, `is_sure`: asked, they said so; `successor` takes over what they were, a
    member's id.
    """

    code: str | None
    is_leaving: bool = False
    is_founding: bool = False
    invited: str | None = None
    item: Item = Item()
    place_of: str | None = None
    is_declining: bool = False
    is_sure: bool = False
    successor: int | None = None


class Deed(StrEnum):
    """What somebody wants to know of a group of theirs, or done in it."""

    MEMBERS = "members"
    ADD = "add"
    REMOVE = "remove"
    APPOINT = "appoint"
    DISMISS = "dismiss"
    MEET = "meet"
    COME = "come"
    STAY_AWAY = "stay_away"
    ELECT = "elect"
    NOMINATE = "nominate"
    VOTE = "vote"
    SET_PIN = "set_pin"
    NEW_SIM = "new_sim"
    MOVE_SIM = "move_sim"
    KEEP_SIM = "keep_sim"
    TOLERATE = "tolerate"
    AGREE_TOLERANCE = "agree_tolerance"


@dataclass(frozen=True)
class GroupDeed:
    """Something done in a group: with whom, as it was said (`words`) and as it was found.

    `office` is the value of a role, `group` a code, `meeting_id` and `change_id` of a meeting and
    a change (of SIM, of what an audit lets pass) that were asked about; None: not said.
    """

    deed: Deed
    words: str = ""
    office: str | None = None
    group: str | None = None
    member_id: int | None = None
    meeting_id: int | None = None
    change_id: int | None = None


@dataclass(frozen=True)
class SetHome:
    """This is my market."""

    item: Item


@dataclass(frozen=True)
class DaySaid:
    """A day as it was said: so many days from today, else a date, the year left out or not.

    Or the last day of this name, `weekday`: 0 for Monday.
    """

    from_today: int = 0
    day: int | None = None
    month: int = 0
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True)
class Delivery:
    """What one member brought; `quantity` in `unit`, None: litres.

    `price` where it is paid at one of its own, for one `price_unit`; None: for one of the unit.
    """

    name: str
    quantity: Decimal
    unit: str | None = None
    grade: str | None = None
    milking: Milking | None = None
    price: Decimal | None = None
    price_unit: str | None = None


@dataclass(frozen=True)
class MilkRecord:
    """The collector's entry in the group's milk book.

    `group` is a code, None where there is only one that it can be; `is_sure`: asked whether so much
    is meant, they said yes.
    """

    deliveries: tuple[Delivery, ...]
    day: DaySaid | None = None
    group: str | None = None
    is_sure: bool = False


@dataclass(frozen=True)
class LossRecord:
    """So much was lost, and why."""

    item: Item
    reason: Reason | None = None
    day: DaySaid | None = None
    group: str | None = None


@dataclass(frozen=True)
class RejectRecord:
    """What one member brought was not taken, and why."""

    delivery: Delivery
    reason: Reason | None = None
    day: DaySaid | None = None
    group: str | None = None
    is_sure: bool = False


@dataclass(frozen=True)
class Correction:
    """Line `number` of the book should say `quantity`; None: it should not count at all."""

    number: int
    quantity: Decimal | None
    unit: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class OwnRecord:
    """What a member says they brought: their own side. `delivery` names nobody.

    `is_sure`: asked whether that was a price, they said that it was milk. `instead_of`: it takes
    the place of a line of theirs, by number; `is_more`: it comes beside what they wrote before.
    """

    delivery: Delivery
    day: DaySaid | None = None
    group: str | None = None
    is_sure: bool = False
    instead_of: int | None = None
    is_more: bool = False


@dataclass(frozen=True)
class BulkSale:
    """The group sold so much of its milk to `buyer`, at `price` a litre; `accepted` was taken.

    None accepted: all of it.
    """

    quantity: Decimal
    buyer: str
    price: Decimal
    unit: str | None = None
    accepted: Decimal | None = None
    buyer_kind: Buyer | None = None
    day: DaySaid | None = None
    group: str | None = None


@dataclass(frozen=True)
class BuyerPaid:
    """A buyer paid the group so much for what it had sold to them.

    A member of that name was paid, where there is no such buyer. `is_sure`: it is the buyer.
    """

    buyer: str
    amount: Decimal
    day: DaySaid | None = None
    group: str | None = None
    is_sure: bool = False


@dataclass(frozen=True)
class MembersPaid:
    """The group paid `member`, as they were named, so much; None: everybody what was due.

    `is_sure`: asked, they said yes; of everybody to `amount` in all for the `period` of that label.
    """

    member: str | None = None
    amount: Decimal | None = None
    day: DaySaid | None = None
    period: str | None = None
    group: str | None = None
    is_sure: bool = False


@dataclass(frozen=True)
class Dispute:
    """The receipt that came last is wrong; it was `quantity`, where that was said.

    `number` and `group`: of the line that is meant, where they were asked.
    """

    quantity: Decimal | None = None
    unit: str | None = None
    number: int | None = None
    group: str | None = None


@dataclass(frozen=True)
class Statement:
    """What did I deliver, and what am I owed?

    An officer may ask for another: `member` as they name them, or all. `group` is a code.
    """

    member: str | None = None
    is_detailed: bool = False
    is_of_all: bool = False
    group: str | None = None


@dataclass(frozen=True)
class Charge:
    """A member owes so much for something: whom and what for as it was said.

    Without `what_for` both stand in `whom`.
    """

    whom: str
    amount: Decimal
    what_for: str = ""
    group: str | None = None


@dataclass(frozen=True)
class WhatIf:
    """What would change if the group paid this for a litre?"""

    base_price: Decimal
    group: str | None = None


@dataclass(frozen=True)
class SetScheme:
    """Pay for milk like this, as it was typed; nothing typed: how is it paid?"""

    words: str = ""
    group: str | None = None


@dataclass(frozen=True)
class AgreeScheme:
    """A second officer adopts what another proposed."""

    scheme_id: int


class OrderDeed(StrEnum):
    """What somebody wants of an order of their group."""

    TELL = "tell"
    OPEN = "open"
    TAKE = "take"
    LIST = "list"
    DELIVER = "deliver"
    CANCEL = "cancel"


@dataclass(frozen=True)
class BulkOrder:
    """Something about what a group buys together: of which article, as it was said.

    `count` is how many somebody wants, or how many make the price; `price` is of one, `last_day` a
    day as it was said, `member` whoever it is for, `start` their number from which a list goes on.
    `is_sure`: asked whether that is the price, they said yes. None and "": not said.
    """

    deed: OrderDeed
    article: str = ""
    count: Decimal | None = None
    price: Decimal | None = None
    last_day: str = ""
    member: str = ""
    start: int = 0
    group: str | None = None
    is_sure: bool = False


@dataclass(frozen=True)
class Balance:
    """How good are my reports, and what did I earn by them?"""


@dataclass(frozen=True)
class AuditQuery:
    """Does our milk book come out even? `code`: of which of my groups."""

    code: str | None = None


@dataclass(frozen=True)
class ProgressQuery:
    """How far has our group come, and what is next? `code`: of which of my groups."""

    code: str | None = None


@dataclass(frozen=True)
class Bargain:
    """What can we say to a buyer of our milk? None: to whoever takes most of it."""

    buyer: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class ProductCost:
    """What making one base unit of it costs, as the group says; `commodity` is its code."""

    commodity: str
    cost: Decimal


@dataclass(frozen=True)
class ProductChoice:
    """What would so many litres of milk bring as something else? None: one litre."""

    litres: Decimal | None = None
    costs: tuple[ProductCost, ...] = ()
    group: str | None = None


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
    | MyData
    | EraseMe
    | Help
    | Register
    | SetHome
    | SetLanguage
    | JoinGroup
    | GroupDeed
    | MilkRecord
    | LossRecord
    | RejectRecord
    | Correction
    | OwnRecord
    | Dispute
    | BulkSale
    | BuyerPaid
    | MembersPaid
    | Statement
    | Charge
    | WhatIf
    | SetScheme
    | AgreeScheme
    | BulkOrder
    | Balance
    | AuditQuery
    | ProgressQuery
    | Bargain
    | ProductChoice
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
