"""What was changed at the desk: written with the change itself, read by everybody there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.staff.models import Staff, StaffChange


@dataclass(frozen=True)
class Change:
    """One line of the log. `who` is an address; None: on the server's command line."""

    id: int
    who: str | None
    happened_at: datetime
    action: str
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    note: str


def write_change(
    session: Session,
    staff_id: int | None,
    *,
    action: str,
    subject: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
    note: str = "",
) -> None:
    """Write down a change in the transaction that makes it. No phone number belongs in it."""
    session.add(
        StaffChange(
            staff_id=staff_id,
            happened_at=now,
            action=action,
            subject=subject,
            before=dict(before),
            after=dict(after),
            note=note,
        )
    )


def changes(
    session: Session, *, subject: str | None = None, before_id: int | None = None, limit: int = 50
) -> Sequence[Change]:
    """The newest changes first, of one thing or of all; from a line on."""
    query = (
        select(StaffChange, Staff.email)
        .outerjoin(Staff, Staff.id == StaffChange.staff_id)
        .order_by(StaffChange.id.desc())
        .limit(limit)
    )
    if subject is not None:
        query = query.where(StaffChange.subject == subject)
    if before_id is not None:
        query = query.where(StaffChange.id < before_id)
    return [
        Change(
            row.id, who, row.happened_at, row.action, row.subject, row.before, row.after, row.note
        )
        for row, who in session.execute(query)
    ]
