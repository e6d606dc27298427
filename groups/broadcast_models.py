"""The tables of broadcasts: a text of the operator's own to many, written, confirmed, promised."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Reach(StrEnum):
    """Whom a broadcast is for."""

    GROUP = "group"
    LIST = "list"
    COUNTY = "county"
    EVERYBODY = "everybody"  # of a country

    @property
    def is_wide(self) -> bool:
        """Whether it goes to people who share nothing but where they are."""
        return self in {Reach.COUNTY, Reach.EVERYBODY}


class Broadcast(Base):
    """One text to many: a draft until it is confirmed, promised in slices, stoppable until sent.

    As with an edition all up to `addressed_up_to` have their promise, and whoever finds one that
    is not addressed to all goes on.
    """

    __tablename__ = "broadcast"

    id: Mapped[int] = mapped_column(primary_key=True)
    reach: Mapped[Reach]
    country: Mapped[str] = mapped_column(ForeignKey("country.code"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("farmer_group.id"))
    bulletin_list_id: Mapped[int | None] = mapped_column(ForeignKey("bulletin_list.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    # Whoever reads none of its languages gets the text in this one.
    language: Mapped[str] = mapped_column(String(8))
    written_by: Mapped[str] = mapped_column(String(20))  # "staff:3"
    created_at: Mapped[datetime]
    confirmed_by: Mapped[str | None] = mapped_column(String(20))
    confirmed_at: Mapped[datetime | None]  # None: a draft
    expected: Mapped[int | None]  # how many it was confirmed for
    recipients: Mapped[int] = mapped_column(default=0)  # so far: as many as have their promise
    addressed_up_to: Mapped[int] = mapped_column(default=0)  # a subscriber's id
    addressed_at: Mapped[datetime | None]  # None: not to all yet
    stopped_by: Mapped[str | None] = mapped_column(String(20))
    stopped_at: Mapped[datetime | None]
    # Its promises stand between these in the outbox, among others: so they are found and counted.
    first_message_id: Mapped[int | None]
    last_message_id: Mapped[int | None]
    # How many of its texts were in which state, and when that was counted.
    states: Mapped[dict[str, Any]] = mapped_column(default=dict)
    counted_at: Mapped[datetime | None]
    tests: Mapped[int] = mapped_column(default=0)  # sent to try it, each under a number of its own


class BroadcastText(Base):
    """What a broadcast says in one language."""

    __tablename__ = "broadcast_text"
    __table_args__ = (UniqueConstraint("broadcast_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"))
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str] = mapped_column(String(8))  # GSM-7 or UCS-2
    segments: Mapped[int]
