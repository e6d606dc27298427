"""The tables of what a group buys together: an order, and who wants how much of it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class OrderEnd(StrEnum):
    """How the time for ordering ended."""

    GOES_AHEAD = "goes_ahead"
    TOO_FEW = "too_few"  # fewer were ordered than the price is for
    CANCELLED = "cancelled"


class GroupOrder(Base):
    """Something bought in bulk: so many at least, at this price each, ordered until a moment.

    All that is told of it is told in the transaction that writes it here, so nothing is told twice.
    """

    __tablename__ = "group_order"
    __table_args__ = (
        # Nobody has to say which order of feed is meant.
        Index(
            "uq_group_order_open",
            "group_id",
            "article",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        # What a group orders now, and what it waits for.
        Index("ix_group_order_group", "group_id", "closed_at"),
        # What the job has to close.
        Index(
            "ix_group_order_due",
            "ends_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("farmer_group.id"))
    # One of `groups.orders.Article`, else the folded word: AGIZA CHAKULA and ORDER FEED are one.
    article: Mapped[str] = mapped_column(String(24))
    words: Mapped[str] = mapped_column(String(24))  # as whoever opened it typed it
    threshold: Mapped[int]
    price: Mapped[Decimal]  # of one
    currency: Mapped[str] = mapped_column(String(3))
    last_day: Mapped[date]  # by the group's own clock
    ends_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    opened_at: Mapped[datetime]
    # The text that opened it: the same again opens nothing.
    source_key: Mapped[str] = mapped_column(String(120), unique=True)
    # When enough was ordered for the first time, and all concerned were told.
    reached_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    ended: Mapped[OrderEnd | None]
    # When it came and was written into the milk book, at which price of one.
    delivered_at: Mapped[datetime | None]
    delivered_by: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"))
    final_price: Mapped[Decimal | None]


class OrderWish(Base):
    """How many a member wants, as they or an officer said last; none: taken out again."""

    __tablename__ = "order_wish"

    order_id: Mapped[int] = mapped_column(ForeignKey("group_order.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("group_member.id"), primary_key=True)
    quantity: Mapped[int]
    said_by: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    said_at: Mapped[datetime]
