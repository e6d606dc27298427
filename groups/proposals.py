"""What one officer proposes and a second one agrees to: one of a kind at a time in a group."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from groups.audit_models import ToleranceProposal
from groups.models import Group
from groups.scheme_models import GroupScheme

Proposal = TypeVar("Proposal", GroupScheme, ToleranceProposal)


def put_forward(session: Session, row: Proposal, now: datetime) -> None:
    """Keep a new proposal; it takes the place of one that is still open."""
    _put_away_open(session, type(row), row.group_id, now)
    try:
        # The savepoint keeps the caller's work when another officer proposed at the same moment.
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        _put_away_open(session, type(row), row.group_id, now)
        session.add(row)
        session.flush()


def proposed_by_text(session: Session, kind: type[Proposal], source_key: str) -> Proposal | None:
    """What the text of this key proposed before."""
    return session.scalar(select(kind).where(kind.source_key == source_key))


def proposed_in(session: Session, kind: type[Proposal], group: Group) -> Proposal | None:
    """What is proposed in a group and not settled yet."""
    return session.scalar(_open(kind).where(kind.group_id == group.id))


def hold_proposal(session: Session, kind: type[Proposal], id_: int) -> Proposal | None:
    """A proposal that nobody has settled yet, held until the transaction ends."""
    return session.scalar(
        _open(kind)
        .where(kind.id == id_)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _put_away_open(session: Session, kind: type[Proposal], group_id: int, now: datetime) -> None:
    row = session.scalar(_open(kind).where(kind.group_id == group_id).with_for_update())
    if row is not None:
        row.settled_at = now
        session.flush()


def _open(kind: type[Proposal]) -> Select[Proposal]:
    return select(kind).where(kind.settled_at.is_(None))
