"""The tables of the desk's people and of what they changed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class StaffRole(StrEnum):
    """What somebody may do at the desk; whoever may do more may do all that is named before."""

    VIEWER = "viewer"  # see
    MODERATOR = "moderator"  # judge reports, send bulletins
    ADMIN = "admin"  # change reference data, groups, staff and keys

    def may(self, needed: "StaffRole") -> bool:
        """Whether this role is enough where `needed` is asked for."""
        order = list(StaffRole)
        return order.index(self) >= order.index(needed)


class Staff(Base):
    """Somebody who may log in, kept after they may no more: the log names them."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # in lower case
    role: Mapped[StaffRole]
    password_hash: Mapped[str] = mapped_column(String(200))  # argon2id
    # In every cookie of theirs: another one ends all their sessions.
    session_key: Mapped[str] = mapped_column(String(43))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    # Wrong passwords since the last right one, and until when no password is looked at.
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    # The second step: a phone's codes. Their secret is worked out of this and our key, so that a
    # stolen database opens no door; it counts once it was confirmed.
    totp_salt: Mapped[str | None] = mapped_column(String(43))
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]  # the half minute of the last code: none opens twice

    @property
    def has_second_step(self) -> bool:
        """Whether a password alone lets nobody in."""
        return self.totp_confirmed_at is not None


class RecoveryCode(Base):
    """A code on paper that stands for the phone once, where that is lost."""

    __tablename__ = "staff_recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))  # SHA-256: a code has 80 bits of chance
    used_at: Mapped[datetime | None]


class StaffChange(Base):
    """Somebody changed something at the desk: who, when, what it was before and after."""

    __tablename__ = "staff_change"
    __table_args__ = (
        # What was done to one thing.
        Index("ix_staff_change_subject", "subject", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # None: on the server
    happened_at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))  # "accept report", "send bulletin"
    subject: Mapped[str] = mapped_column(String(80))  # "report 12", "group KIRIMA"
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")  # why, in their own words
