"""The table of how a group pays for milk: proposed by one officer, adopted by a second."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class GroupScheme(Base):
    """A scheme that was proposed. It is never changed: another one takes its place from a day on.

    `terms` is a `groups.schemes.Scheme`. Until it is settled nobody is paid by it.
    """

    __tablename__ = "group_scheme"
    __table_args__ = (
        # One proposal at a time: YES answers that one.
        Index(
            "uq_group_scheme_open",
            "group_id",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        # What a group pays by on a day.
        Index("ix_group_scheme_from", "group_id", "from_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("farmer_group.id"))
    terms: Mapped[dict[str, Any]]
    words: Mapped[str] = mapped_column(Text)  # as they were typed
    proposed_by: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    proposed_at: Mapped[datetime]
    # The text that proposed it: the same again proposes nothing.
    source_key: Mapped[str] = mapped_column(String(120), unique=True)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"))
    # Of one that was adopted: the first day that is paid by it.
    from_day: Mapped[date | None]
