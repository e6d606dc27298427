"""The tables of groups, subscriptions and editions, and of who waits for a price or was asked."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from db.base import Base, JsonObject
from groups.alert_rules import AlertWay, Zone
from messaging.kinds import Channel
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
    """A farmers' group, and when it wants its bulletin: the local hour is stored, never UTC.

    It comes on some days of the week, or on one day of the month (`groups.schedules`).
    """

    __tablename__ = "farmer_group"  # `group` is a word of SQL

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)  # what people text: JOIN KIRIMA
    name: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(ForeignKey("country.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    language: Mapped[str] = mapped_column(String(8))
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    # Bits: 1 Monday, 2 Tuesday … 64 Sunday; 0 where it comes once a month.
    bulletin_weekdays: Mapped[int]
    # 1 to 31; a month that is shorter has it on its last day.
    bulletin_month_day: Mapped[int | None]
    bulletin_hour: Mapped[int]
    timezone: Mapped[str] = mapped_column(String(40))
    # SMS: as texts. USSD: made, and read on the menu by whoever looks.
    bulletin_channel: Mapped[Channel] = mapped_column(
        default=Channel.SMS, server_default=Channel.SMS
    )
    # What a member's text may take, and what the secretary's may, who reads it to the meeting.
    bulletin_segments: Mapped[int] = mapped_column(default=1, server_default="1")
    bulletin_secretary_segments: Mapped[int] = mapped_column(default=2, server_default="2")
    # Beside `commodity_code`, codes; and the places the operator wants compared, ids.
    bulletin_commodities: Mapped[list[str]] = mapped_column(
        JsonObject, default=list, server_default="[]"
    )
    bulletin_markets: Mapped[list[int]] = mapped_column(
        JsonObject, default=list, server_default="[]"
    )
    # Written in the transaction that makes an edition, so that a restart neither skips nor repeats.
    next_bulletin_at: Mapped[datetime | None] = mapped_column(index=True)
    # Per cent of the milk that may be missing untold; None: as `groups.audit_of_group` has it.
    audit_tolerance: Mapped[Decimal | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    @validates("code")
    def _fold_code(self, _: str, code: str) -> str:
        return fold_code(code)


class GroupMember(Base):
    """Somebody's place in a group, kept after they leave."""

    __tablename__ = "group_member"
    __table_args__ = (
        UniqueConstraint("group_id", "subscriber_id"),
        UniqueConstraint("group_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("farmer_group.id"))
    # None: has no phone of their own; an officer entered them, and writes for them.
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"), index=True)
    # Their number in the group, from 1: a text may name them by it where names are alike.
    number: Mapped[int]
    # What the group calls them; None: as they call themselves.
    name: Mapped[str | None] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(default=Role.MEMBER)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class BulletinList(Base):
    """All who subscribed to one commodity at one place; its bulletin has a time like a group's.

    The place may be a county, or the whole country.
    """

    __tablename__ = "bulletin_list"
    __table_args__ = (UniqueConstraint("commodity_code", "place_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    language: Mapped[str | None] = mapped_column(String(8))  # None: the country's
    bulletin_weekdays: Mapped[int] = mapped_column(default=1)  # as of a group
    bulletin_month_day: Mapped[int | None]
    bulletin_hour: Mapped[int] = mapped_column(default=7)
    timezone: Mapped[str] = mapped_column(String(40))
    bulletin_segments: Mapped[int] = mapped_column(default=1, server_default="1")
    bulletin_markets: Mapped[list[int]] = mapped_column(
        JsonObject, default=list, server_default="[]"
    )
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


class EditionState(StrEnum):
    """What became of a bulletin whose time came."""

    MADE = "made"
    MISSED = "missed"  # too late to be news when somebody could have made it


class Edition(Base):
    """One bulletin at one time: unique, so that two workers never send it twice.

    It is made in one transaction and addressed in several, some thousand people each: all up to
    `addressed_up_to` have their promise. Whoever finds one that is not addressed to all goes on.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("group_id", "due_at"),
        UniqueConstraint("bulletin_list_id", "due_at"),
        Index("ix_edition_made", "made_at"),
        # Those that somebody has still to address.
        Index(
            "ix_edition_unaddressed",
            "id",
            sqlite_where=text("addressed_at IS NULL"),
            postgresql_where=text("addressed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("farmer_group.id"))
    bulletin_list_id: Mapped[int | None] = mapped_column(ForeignKey("bulletin_list.id"))
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]  # of a missed one: when it was found to be
    # What members read in the list's own language; every text is in `edition_text`.
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))  # that of `text`
    recipients: Mapped[int]  # so far: as many as have their promise
    state: Mapped[EditionState] = mapped_column(
        default=EditionState.MADE, server_default=EditionState.MADE
    )
    missed_because: Mapped[str | None] = mapped_column(String(200))
    addressed_up_to: Mapped[int] = mapped_column(default=0, server_default="0")  # a subscriber's id
    addressed_at: Mapped[datetime | None]  # None: not to all yet


class Form(StrEnum):
    """How much an edition's text tells."""

    SHORT = "short"  # for a member
    LONG = "long"  # for the secretary, who reads it to the meeting


class EditionText(Base):
    """What an edition says in one language and form: written once, however many get it."""

    __tablename__ = "edition_text"
    __table_args__ = (UniqueConstraint("edition_id", "language", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    language: Mapped[str] = mapped_column(String(8))
    form: Mapped[Form]
    text: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str] = mapped_column(String(8))  # GSM-7 or UCS-2
    segments: Mapped[int]


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


class WatchedPrice(Base):
    """A price that somebody has an alert for: looked at once, however many wait for it."""

    __tablename__ = "watched_price"
    __table_args__ = (UniqueConstraint("commodity_code", "place_id", "price_type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    price_type: Mapped[PriceType]
    # A sign of what was published when it was looked at last: while it is the same, so is the rest.
    seen: Mapped[str] = mapped_column(String(40), default="")
    looked_at: Mapped[datetime | None]


class PriceAlert(Base):
    """Somebody wants to be told when a price passes a mark, or is far from usual."""

    __tablename__ = "price_alert"
    __table_args__ = (
        # One of a kind for each person and price: another figure takes its place.
        Index(
            "uq_price_alert_running",
            "subscriber_id",
            "watched_price_id",
            "way",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        # Who waits for the price that has just moved.
        Index(
            "ix_price_alert_watched",
            "watched_price_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        # What somebody was told lately.
        Index("ix_price_alert_subscriber", "subscriber_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    watched_price_id: Mapped[int] = mapped_column(ForeignKey("watched_price.id"))
    way: Mapped[AlertWay]
    # The mark as it was said, for a unit of so many base units; None where it is what is usual.
    price: Mapped[Decimal | None]
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"))
    base_units: Mapped[Decimal] = mapped_column(default=1)
    # Where the price stood when it was looked at last: what was told is not told again.
    zone: Mapped[Zone] = mapped_column(default=Zone.WITHIN)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CrossingEnd(StrEnum):
    """What became of a crossing."""

    TOLD = "told"
    CROSSED_BACK = "crossed_back"  # before anybody could be told
    TOO_OLD = "too_old"
    UNWANTED = "unwanted"  # the alert was ended, or its owner wants no messages


class AlertCrossing(Base):
    """A watched price passed a mark: to be told once, with whatever else passed in that hour."""

    __tablename__ = "alert_crossing"
    __table_args__ = (
        Index("ix_alert_crossing_alert", "price_alert_id", "crossed_at"),
        # What nobody has been told of yet.
        Index(
            "ix_alert_crossing_open",
            "price_alert_id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    price_alert_id: Mapped[int] = mapped_column(ForeignKey("price_alert.id"))
    zone: Mapped[Zone]  # the one it went to
    price: Mapped[Decimal]  # per base unit
    crossed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[CrossingEnd | None]


class RadioStation(Base):
    """A radio station that gets a script of a place's prices, by its own timetable."""

    __tablename__ = "radio_station"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)  # the name as names are compared
    name: Mapped[str] = mapped_column(String(40))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    language: Mapped[str] = mapped_column(String(8))
    commodities: Mapped[list[str]] = mapped_column(JsonObject)  # none: what is told at the place
    email: Mapped[str | None] = mapped_column(String(254))
    # As of a group's bulletin (`groups.schedules`).
    weekdays: Mapped[int]
    month_day: Mapped[int | None]
    hour: Mapped[int]
    timezone: Mapped[str] = mapped_column(String(40))
    # Written in the transaction that makes a script.
    next_script_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class RadioScript(Base):
    """One script at one time: unique, so that two workers never write it twice.

    It is kept as it was made, so that any host can write its files again.
    """

    __tablename__ = "radio_script"
    __table_args__ = (
        UniqueConstraint("radio_station_id", "due_at"),
        # Those whose files somebody has still to write.
        Index(
            "ix_radio_script_unwritten",
            "id",
            sqlite_where=text("written_at IS NULL"),
            postgresql_where=text("written_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    radio_station_id: Mapped[int] = mapped_column(ForeignKey("radio_station.id"))
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]  # of a missed one: when it was found to be
    state: Mapped[EditionState]
    language: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)  # one line a paragraph
    # Whoever writes the files says so before; a claim that is too old is a dead worker's.
    claimed_at: Mapped[datetime | None]
    written_at: Mapped[datetime | None]  # of a missed one: when it was found to be
