"""The tables of a group's milk book: a line for everything that happened, none ever changed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from groups.book_kinds import EntryKind, Milking, Reason
from prices.kinds import Buyer


class MilkBook(Base):
    """A group's book, and its last line: whoever writes holds this row, so lines follow in turn."""

    __tablename__ = "milk_book"

    group_id: Mapped[int] = mapped_column(ForeignKey("farmer_group.id"), primary_key=True)
    lines: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(String(64), default="")
    opened_at: Mapped[datetime]


class BookLine(Base):
    """One line of a group's book. It is never changed: what was wrong is corrected by another.

    `litres` of milk, `amount` of money in `currency`. Each carries the hash of the line before it,
    so that a change after the fact shows (`groups.book_chain`).
    """

    __tablename__ = "book_line"
    __table_args__ = (
        UniqueConstraint("group_id", "number"),
        # A member's statement.
        Index("ix_book_line_member", "member_id", "day"),
        # A group's day, its sales, its losses.
        Index("ix_book_line_day", "group_id", "day", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("milk_book.group_id"))
    number: Mapped[int]  # from 1, without a gap
    kind: Mapped[EntryKind]
    day: Mapped[date]  # by the group's own clock
    milking: Mapped[Milking | None]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("group_member.id"))
    litres: Mapped[Decimal | None]
    grade: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[Reason | None]
    # A sale: to whom, at how much a litre, how much of it they took.
    buyer: Mapped[str | None] = mapped_column(String(80))
    buyer_kind: Mapped[Buyer | None]
    price_per_litre: Mapped[Decimal | None]
    accepted_litres: Mapped[Decimal | None]
    # Money: what a sale brings, what was paid, what is owed, and for what.
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    what_for: Mapped[str | None] = mapped_column(String(80))
    # The line that this one takes the place of; only the last of such a chain counts.
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("book_line.id"), unique=True)
    # Of money: the sale that was paid.
    of_line_id: Mapped[int | None] = mapped_column(ForeignKey("book_line.id"), index=True)
    written_by: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    written_at: Mapped[datetime]
    # The text or the hop that wrote it: the same again writes nothing.
    source_key: Mapped[str] = mapped_column(String(120), unique=True)
    raw_text: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
