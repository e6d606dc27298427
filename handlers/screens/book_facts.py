"""What the screens about a group's milk book may ask: reading, never writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from groups.book_kinds import EntryKind, Milking, Reason
from prices.kinds import Buyer


class Lacks(StrEnum):
    """What is missing for a member's milk to have a price."""

    SCHEME = "scheme"  # the group has not said how it pays
    SALE = "sale"  # it pays by its sales, and none is written


@dataclass(frozen=True)
class OwnMilk:
    """What the caller brought in a period, and what it brings; a `total` below 0 is owed by them.

    `total` is what is left to pay; None: they brought nothing and owe nothing, or it has no price
    yet. `paid` is what they had of it. `later` is what they brought after a period that is over.
    """

    since: date
    through: date
    litres: Decimal
    days: int
    total: Decimal | None = None
    pay_on: date | None = None  # of a period that is over
    paid: Decimal = Decimal(0)
    later: Decimal = Decimal(0)
    lacks: Lacks | None = None

    @property
    def is_paid_in_full(self) -> bool:
        """Whether they had all that it came to."""
        return self.total == 0 and self.paid > 0


@dataclass(frozen=True)
class BookLineFacts:
    """A line of the book as it counts: whose, and what it tells."""

    number: int
    kind: EntryKind
    day: date
    name: str = ""  # of the member, or of the buyer
    milking: Milking | None = None
    litres: Decimal | None = None
    grade: str | None = None
    reason: Reason | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class ReceiptFacts:
    """The line that the caller was told of last, who wrote it, and what the caller says it was.

    `is_disputed` without `said`: only that it is wrong.
    """

    line: BookLineFacts
    by: str = ""
    is_disputed: bool = False
    said: Decimal | None = None


@dataclass(frozen=True)
class MilkerFacts:
    """A member as a list shows them, and what they brought in the milking it is about."""

    number: int
    name: str
    litres: Decimal = Decimal(0)


@dataclass(frozen=True)
class RoundFacts:
    """What came in a milking of today so far.

    `missing` are those who brought at such a milking within the last week, and not yet today.
    """

    litres: Decimal
    members: int
    missing: int


@dataclass(frozen=True)
class BuyerFacts:
    """A buyer of late: what they paid for a litre last, and what they owe."""

    name: str
    kind: Buyer | None
    price: Decimal | None
    owes: Decimal


class BookFacts(Protocol):
    """The book of one group, as one of its members may see it."""

    @property
    def writes_money(self) -> bool:
        """Whether the caller may write sales and payments."""
        ...

    @property
    def most_litres(self) -> Decimal:
        """More than nobody brings in one milking."""
        ...

    def milking(self) -> Milking:
        """Which milk of the day is brought now, by the group's clock."""
        ...

    def round(self, milking: Milking) -> RoundFacts:
        """How far a milking of today has come."""
        ...

    def members(self, milking: Milking | None = None) -> Sequence[MilkerFacts]:
        """Everybody in the group by number, with what they brought today in that milking."""
        ...

    def called(self, words: str) -> Sequence[int]:
        """The numbers of whom these words may mean."""
        ...

    def buyers(self) -> Sequence[BuyerFacts]:
        """Who bought lately, the last one first."""
        ...

    def lines(self) -> Sequence[BookLineFacts]:
        """What was written for today and the caller may correct, the last first."""
        ...

    def line(self, number: int) -> BookLineFacts | None:
        """The line of that number; None where it counts no more."""
        ...

    def own(self) -> OwnMilk | None:
        """The caller's own milk, as STATEMENT tells of it; None where they are no member."""
        ...

    def receipt(self) -> ReceiptFacts | None:
        """What the caller was told last of milk of theirs in this group; None: nothing lately."""
        ...

    def periods(self) -> Sequence[str]:
        """What the caller had of each period that is over, in words, the last first."""
        ...

    def statement(self, number: int) -> str | None:
        """What a member is owed, in words; None where nobody has that number."""
        ...
