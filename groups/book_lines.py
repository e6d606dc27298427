"""The lines of a milk book as plain values (pure)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from groups.book_kinds import EntryKind, Milking, Reason
from prices.kinds import Buyer


@dataclass(frozen=True)
class NewLine:
    """What is to be written: `litres` of milk, `amount` of money in `currency`.

    `source_key` names the text or the hop, and which of its lines: the same again writes nothing.
    """

    kind: EntryKind
    day: date  # by the group's own clock
    written_by: int
    source_key: str
    raw_text: str
    milking: Milking | None = None
    member_id: int | None = None
    # None in a line of kind OWN that only says that what was written is wrong.
    litres: Decimal | None = None
    grade: str | None = None
    reason: Reason | None = None
    buyer: str | None = None
    buyer_kind: Buyer | None = None
    price_per_litre: Decimal | None = None
    accepted_litres: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    what_for: str | None = None
    corrects_id: int | None = None
    of_line_id: int | None = None


@dataclass(frozen=True)
class Line(NewLine):
    """What was written, where it stands in the book, when, and what holds it there."""

    id: int = 0
    group_id: int = 0
    number: int = 0
    written_at: datetime | None = None
    previous_hash: str = ""
    hash: str = ""
