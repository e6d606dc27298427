"""How much an audit lets pass: proposed by one officer, gone by once a second one agreed.

Whoever took milk could else let the audit overlook it, alone.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from groups.audit_models import ToleranceProposal
from groups.models import Group
from groups.proposals import hold_proposal, proposed_by_text, proposed_in, put_forward
from messaging.models import Subscriber


def propose_tolerance(
    session: Session,
    group: Group,
    percent: Decimal,
    *,
    by: Subscriber,
    source_key: str,
    now: datetime,
) -> tuple[ToleranceProposal, bool]:
    """Keep it for a second officer, and whether it is new; it takes the place of an open one.

    The same once more, from the same officer, is the same proposal.
    """
    known = proposed_by_text(session, ToleranceProposal, source_key)
    open_one = tolerance_proposed(session, group)
    if known is None and open_one is not None:
        is_same = (open_one.percent, open_one.proposed_by) == (percent, by.id)
        known = open_one if is_same else None
    if known is not None:
        return known, False
    row = ToleranceProposal(
        group_id=group.id,
        percent=percent,
        proposed_by=by.id,
        proposed_at=now,
        source_key=source_key,
    )
    put_forward(session, row, now)
    return row, True


def open_tolerance(session: Session, proposal_id: int) -> ToleranceProposal | None:
    """A proposal that nobody has settled yet, held until the transaction ends."""
    return hold_proposal(session, ToleranceProposal, proposal_id)


def tolerance_proposed(session: Session, group: Group) -> ToleranceProposal | None:
    """What is proposed in a group and not settled yet."""
    return proposed_in(session, ToleranceProposal, group)


def settle_tolerance(
    session: Session, group: Group, row: ToleranceProposal, by: Subscriber, now: datetime
) -> None:
    """Audit by it from now on: what was told stays told, and what was not found is looked for."""
    row.settled_at, row.settled_by = now, by.id
    group.audit_tolerance = row.percent
    session.flush()
