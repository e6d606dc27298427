"""Where a caller stands in a group's milk book: one frame per screen, kept as the others are."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from groups.book_kinds import Milking


class BookDeed(StrEnum):
    """What a member, or a figure, is asked for."""

    MILK = "milk"
    REJECT = "reject"
    LOSS = "loss"
    STATEMENT = "statement"


# A member's own side


@dataclass(frozen=True)
class MyMilk:
    """The caller's own side of a group's milk book."""

    group_id: int


@dataclass(frozen=True)
class MyReceipt:
    """The line that the caller was told of last."""

    group_id: int
    number: int


@dataclass(frozen=True)
class ReceiptLitres:
    """The caller types how many litres it was of which line `number` says something else."""

    group_id: int
    number: int


@dataclass(frozen=True)
class OwnLitres:
    """The caller types what they brought, for their own side."""

    group_id: int


@dataclass(frozen=True)
class MyPeriods:
    """What the caller had of each period that is over, from a page on."""

    group_id: int
    page: int = 0


# What officers write


@dataclass(frozen=True)
class BookMenu:
    """What an officer may write into a group's milk book."""

    group_id: int


@dataclass(frozen=True)
class BookMembers:
    """Which member? `options` are numbers of members, and `has_more` behind them.

    They stay as they were shown: somebody who joins meanwhile pushes nobody down.
    """

    group_id: int
    deed: BookDeed
    options: tuple[int, ...]
    has_more: bool = False
    milking: Milking = Milking.MORNING


@dataclass(frozen=True)
class BookLitres:
    """An officer types litres of the member of that `number`, or of the bulk (0)."""

    group_id: int
    deed: BookDeed
    number: int = 0
    milking: Milking = Milking.MORNING


@dataclass(frozen=True)
class BookReason:
    """Why were these litres not taken (of a member), or lost? `start` counts what was listed."""

    litres: Decimal
    of: BookLitres
    unit: str | None = None
    grade: str | None = None
    start: int = 0

    @property
    def group_id(self) -> int:
        """Whose book it is."""
        return self.of.group_id


@dataclass(frozen=True)
class MemberStatement:
    """What a member is owed, from a page on."""

    group_id: int
    number: int
    page: int = 0


@dataclass(frozen=True)
class Buyers:
    """Which buyer bought, or paid? Picked by number, or typed."""

    group_id: int
    options: tuple[str, ...]
    is_paying: bool = False


@dataclass(frozen=True)
class SaleLitres:
    """An officer types how much the buyer was brought."""

    group_id: int
    buyer: str


@dataclass(frozen=True)
class SalePrice:
    """An officer types the price of a litre."""

    of: SaleLitres
    litres: Decimal
    unit: str | None = None

    @property
    def group_id(self) -> int:
        """Whose book it is."""
        return self.of.group_id


@dataclass(frozen=True)
class SaleTaken:
    """An officer types how much of it the buyer took."""

    of: SalePrice
    price: Decimal

    @property
    def group_id(self) -> int:
        """Whose book it is."""
        return self.of.group_id


@dataclass(frozen=True)
class BuyerAmount:
    """An officer types what the buyer paid."""

    group_id: int
    buyer: str


@dataclass(frozen=True)
class BookLines:
    """Which line of today is wrong? `options` are the numbers of lines."""

    group_id: int
    options: tuple[int, ...]


@dataclass(frozen=True)
class BookLine:
    """A line of the book: an officer types what it should say, or takes it out."""

    group_id: int
    number: int


MilkFrame = MyMilk | MyReceipt | ReceiptLitres | OwnLitres | MyPeriods
BookFrame = (
    BookMenu
    | BookMembers
    | BookLitres
    | BookReason
    | MemberStatement
    | Buyers
    | SaleLitres
    | SalePrice
    | SaleTaken
    | BuyerAmount
    | BookLines
    | BookLine
)
# Where everything that is typed is one answer.
TypedFrame = (
    ReceiptLitres
    | OwnLitres
    | BookLitres
    | SaleLitres
    | SalePrice
    | SaleTaken
    | BuyerAmount
    | BookLine
)

NAMES: Mapping[type[Any], str] = {
    MyMilk: "my_milk",
    MyReceipt: "my_receipt",
    ReceiptLitres: "receipt_litres",
    OwnLitres: "own_litres",
    MyPeriods: "my_periods",
    BookMenu: "book",
    BookMembers: "book_members",
    BookLitres: "book_litres",
    BookReason: "book_reason",
    MemberStatement: "member_statement",
    Buyers: "buyers",
    SaleLitres: "sale_litres",
    SalePrice: "sale_price",
    SaleTaken: "sale_taken",
    BuyerAmount: "buyer_amount",
    BookLines: "book_lines",
    BookLine: "book_line",
}
