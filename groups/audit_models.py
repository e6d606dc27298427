"""The tables of the audit: how far each book was audited, and what was found."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
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
