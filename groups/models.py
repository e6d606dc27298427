"""The tables of groups, subscriptions and editions, and of who waits for a price or was asked."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from db.base import Base
from prices.kinds import PriceType
from prices.vocabulary import fold


class Role(StrEnum):
    """What a member is in the group."""

    MEMBER = "member"
    SECRETARY = "secretary"
    CHAIR = "chair"
    TREASURER = "treasurer"
    COLLECTOR = "collector"


def fold_code(code: str) -> str:
    """A group's code in the form in which it is kept: "kirima 2" is KIRIMA2."""
    return fold(code).replace(" ", "").upper()


class Group(Base):
    """A farmers' group, and when it wants its bulletin: the local hour is stored, never UTC."""

    __tablename__ = "farmer_group"  # `group` is a word of SQL

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)  # what people text: JOIN KIRIMA
    name: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(ForeignKey("country.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    language: Mapped[str] = mapped_column(String(8))
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    bulletin_weekday: Mapped[int]  # 0 Monday … 6 Sunday
    bulletin_hour: Mapped[int]
    timezone: Mapped[str] = mapped_column(String(40))
    # Written in the transaction that makes an edition, so that a restart neither skips nor repeats.
    next_bulletin_at: Mapped[datetime | None] = mapped_column(index=True)
    is_demo: Mapped[bool] = mapped_column(default=False)

    @validates("code")
    def _fold_code(self, _: str, code: str) -> str:
        return fold_code(code)


class GroupMember(Base):
    """Somebody's place in a group, kept after they leave."""

    __tablename__ = "group_member"
    __table_args__ = (UniqueConstraint("group_id", "subscriber_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("farmer_group.id"))
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"), index=True)
    role: Mapped[Role] = mapped_column(default=Role.MEMBER)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class BulletinList(Base):
    """All who subscribed to one commodity at one place; its bulletin has a time like a group's."""

    __tablename__ = "bulletin_list"
    __table_args__ = (UniqueConstraint("commodity_code", "place_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    bulletin_weekday: Mapped[int] = mapped_column(default=0)
    bulletin_hour: Mapped[int] = mapped_column(default=7)
    timezone: Mapped[str] = mapped_column(String(40))
    next_bulletin_at: Mapped[datetime | None] = mapped_column(index=True)


class Subscription(Base):
    """One person on one bulletin list, kept after it ends."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("bulletin_list_id", "subscriber_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_list_id: Mapped[int] = mapped_column(ForeignKey("bulletin_list.id"))
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Edition(Base):
    """One bulletin at one time: unique, so that two workers never send it twice."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("group_id", "due_at"),
        UniqueConstraint("bulletin_list_id", "due_at"),
        Index("ix_edition_made", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("farmer_group.id"))
    bulletin_list_id: Mapped[int | None] = mapped_column(ForeignKey("bulletin_list.id"))
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    # Every language it was written in is in the outbox; this is the list's own.
    text: Mapped[str] = mapped_column(Text)
    recipients: Mapped[int]


class AskReason(StrEnum):
    """Why somebody is asked for a price; each reason has a budget of its own."""

    QUERY = "query"  # somebody waits for it
    NUDGE = "nudge"  # it is asked for often, and few tell it


class CellQueryCount(Base):
    """How often a price was asked for on a day, and how often there was no fresh one to tell."""

    __tablename__ = "cell_query_count"
    __table_args__ = (
        UniqueConstraint("commodity_code", "place_id", "price_type", "day"),
        # What was asked for lately.
        Index("ix_cell_query_count_day", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    price_type: Mapped[PriceType]
    day: Mapped[date]  # by the clock of the place's country
    asked: Mapped[int]
    unanswered: Mapped[int]


class AskedPrice(Base):
    """How often somebody asked for a price on the menu: their favourites lead its lists."""

    __tablename__ = "asked_price"
    __table_args__ = (UniqueConstraint("subscriber_id", "commodity_code", "place_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    times: Mapped[int]
    last_asked_at: Mapped[datetime]


class PriceWish(Base):
    """Somebody waits for a price: they were promised a text when one comes."""

    __tablename__ = "price_wish"
    __table_args__ = (
        # One open wish per person and price: asked again, they wait on from then.
        Index(
            "uq_price_wish_open",
            "subscriber_id",
            "commodity_code",
            "place_id",
            "price_type",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        # Who waits for the price that has just come in.
        Index("ix_price_wish_cell", "commodity_code", "place_id", "price_type", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    price_type: Mapped[PriceType]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class PriceAsk(Base):
    """A reporter was asked for a price: once a day, whatever runs in parallel."""

    __tablename__ = "price_ask"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "asked_on"),
        # Who is being asked for a price at this moment.
        Index("ix_price_ask_cell", "commodity_code", "place_id", "price_type", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    price_type: Mapped[PriceType]
    reason: Mapped[AskReason]
    asked_on: Mapped[date]  # the day on which the text is due, by the reporter's own clock
    asked_at: Mapped[datetime]  # when it is due: in the morning for what is wanted by night
    answered_at: Mapped[datetime | None]
