"""The table of what a day cost: counted from the outbox, so that a month is read at once."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base

# The row that says that a day was counted, also one that cost nothing.
COUNTED = ""


class CostDay(Base):
    """What one kind of message cost through one gateway on a day, by the operator's clock."""

    __tablename__ = "cost_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    # An `OutboundKind`; "ussd" and "voice" for calls, "airtime"; "" says that the day was counted.
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    gateway: Mapped[str] = mapped_column(String(20), primary_key=True)
    # What it was sent for: "edition:12", "broadcast:3"; "" where it is for one person.
    about: Mapped[str] = mapped_column(String(40), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)  # "": no cost was told
    messages: Mapped[int]
    segments: Mapped[int]
    cost: Mapped[Decimal]
    counted_at: Mapped[datetime]
