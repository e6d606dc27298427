"""The tables of webhooks out: who wants to be told, what changed, and what became of telling it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, JsonObject


class HookState(StrEnum):
    """How far an event is on its way to one hook."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class Hook(Base):
    """An address of somebody's that is told of changed prices; what is empty means all."""

    __tablename__ = "hook"
    __table_args__ = (
        # A name is free again when its hook is removed.
        Index(
            "uq_hook_name",
            "name",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    url: Mapped[str] = mapped_column(String(500))
    # The secret is worked out from this and BEI_SECRET_KEY (`messaging.hook_signing`); its
    # fingerprint tells whether it is still the one that was shown.
    salt: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(16))
    country: Mapped[str | None] = mapped_column(String(2))
    commodities: Mapped[list[str]] = mapped_column(JsonObject)
    counties: Mapped[list[str]] = mapped_column(JsonObject)  # their codes
    with_demo: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[str] = mapped_column(String(40))  # "staff:3"; "server": by `bei hook add`
    made_at: Mapped[datetime]
    # From when on changes are told: the first look at all prices came before it.
    started_at: Mapped[datetime | None]
    off_at: Mapped[datetime | None]
    off_because: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    failures_in_a_row: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[datetime | None]


class HookEvent(Base):
    """Something that hooks are told, in the very words they are sent."""

    __tablename__ = "hook_event"
    __table_args__ = (
        # Those that are old enough to be deleted.
        Index("ix_hook_event_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32))  # its id for receivers, the same in every database
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


_IS_WAITING = text("state = 'waiting'")
_IS_GIVEN_UP = text("state = 'given_up'")


class HookDelivery(Base):
    """An event on its way to one hook."""

    __tablename__ = "hook_delivery"
    __table_args__ = (
        # Once to each; and gone with its event.
        UniqueConstraint("event_id", "hook_id"),
        # What is due, in turn.
        Index(
            "ix_hook_delivery_due",
            "hook_id",
            "due_at",
            "id",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        # Whether an earlier event of the same cell still waits.
        Index(
            "ix_hook_delivery_cell",
            "hook_id",
            "cell_id",
            "id",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        # What is given up next.
        Index(
            "ix_hook_delivery_patience",
            "hook_id",
            "give_up_at",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        # What was given up lately.
        Index(
            "ix_hook_delivery_given_up",
            "hook_id",
            "ended_at",
            sqlite_where=_IS_GIVEN_UP,
            postgresql_where=_IS_GIVEN_UP,
        ),
        # The last of a hook, for the desk.
        Index("ix_hook_delivery_last", "hook_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("hook.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("hook_event.id"))
    cell_id: Mapped[int | None] = mapped_column(ForeignKey("price_cell.id"))  # None: a test
    state: Mapped[HookState] = mapped_column(default=HookState.WAITING)
    # Of one that is being told: when its worker is taken for dead.
    due_at: Mapped[datetime]
    give_up_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # Of the last try: how it was answered, the beginning of the answer or why there was none.
    answer_code: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(String(200))
