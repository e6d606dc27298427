"""The tables of the audit: how far each book was audited, what was found, what may be missing."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from groups.audit_of_group import FindingKind


class BookAudit(Base):
    """How far a group's book was audited: whoever audits it holds this row."""

    __tablename__ = "book_audit"

    group_id: Mapped[int] = mapped_column(ForeignKey("milk_book.group_id"), primary_key=True)
    audited_up_to: Mapped[date]  # by the group's own clock


class AuditFinding(Base):
    """A finding as it was told to the officers, each once: later figures do not tell it anew."""

    __tablename__ = "audit_finding"
    __table_args__ = (UniqueConstraint("group_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("milk_book.group_id"))
    key: Mapped[str] = mapped_column(String(60))  # groups.audit_of_group.Finding.key
    kind: Mapped[FindingKind]
    day: Mapped[date]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("group_member.id"))
    received: Mapped[Decimal]  # litres
    found: Mapped[Decimal]
    found_at: Mapped[datetime]


class ToleranceProposal(Base):
    """How much one officer wants to let pass; a group goes by it once a second one agreed.

    It is kept: who let how much pass, and since when. Settled by nobody: another took its place.
    """

    __tablename__ = "tolerance_proposal"
    __table_args__ = (
        # One at a time: YES answers that one.
        Index(
            "uq_tolerance_proposal_open",
            "group_id",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("farmer_group.id"))
    percent: Mapped[Decimal]  # of the milk
    proposed_by: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    proposed_at: Mapped[datetime]
    # The text that proposed it: the same again proposes nothing.
    source_key: Mapped[str] = mapped_column(String(120), unique=True)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"))
