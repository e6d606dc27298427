"""Schemes of a group: one officer proposes, a second adopts, and from a day on it is paid by."""

from datetime import date, datetime
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.models import Group
from groups.proposals import hold_proposal, proposed_by_text, proposed_in, put_forward
from groups.scheme_models import GroupScheme
from groups.schemes import Scheme, period_of
from messaging.models import Subscriber


def propose(
    session: Session,
    group: Group,
    scheme: Scheme,
    *,
    words: str,
    by: Subscriber,
    source_key: str,
    now: datetime,
) -> GroupScheme:
    """Keep a scheme for a second officer to adopt; it takes the place of one that is still open.

    The same `source_key` again is the same proposal.
    """
    known = proposed_by_text(session, GroupScheme, source_key)
    if known is not None:
        return known
    row = GroupScheme(
        group_id=group.id,
        terms=_adapter().dump_python(scheme, mode="json"),
        words=words.replace("\0", ""),  # PostgreSQL keeps no NUL
        proposed_by=by.id,
        proposed_at=now,
        source_key=source_key,
    )
    put_forward(session, row, now)
    return row


def open_proposal(session: Session, scheme_id: int) -> GroupScheme | None:
    """A proposal that nobody has settled yet, held until the transaction ends."""
    return hold_proposal(session, GroupScheme, scheme_id)


def proposal_of(session: Session, group: Group) -> GroupScheme | None:
    """What is proposed in a group and not settled yet."""
    return proposed_in(session, GroupScheme, group)


def adopt(
    session: Session, group: Group, row: GroupScheme, by: Subscriber, today: date, now: datetime
) -> date:
    """Pay by it from the next period on; the first scheme of a group pays the running one too."""
    scheme, before = terms_of(row), scheme_on(session, group, today)
    row.settled_at, row.settled_by = now, by.id
    row.from_day = _first_day(scheme, before, today)
    session.flush()
    return row.from_day


def scheme_on(session: Session, group: Group, day: date) -> Scheme | None:
    """What a day is paid by; None where the group had adopted none by then."""
    row = session.scalar(
        select(GroupScheme)
        .where(GroupScheme.group_id == group.id, GroupScheme.from_day <= day)
        # Of two that were adopted for one day the later one.
        .order_by(GroupScheme.from_day.desc(), GroupScheme.settled_at.desc(), GroupScheme.id.desc())
        .limit(1)
    )
    return None if row is None else terms_of(row)


def terms_of(row: GroupScheme) -> Scheme:
    """The scheme that a row keeps."""
    return _adapter().validate_python(row.terms)


def _first_day(scheme: Scheme, before: Scheme | None, today: date) -> date:
    """Periods are never cut: halves turn into months, and months into halves, with a month."""
    if before is None:
        return period_of(today, is_monthly=scheme.is_monthly).since
    is_alike = scheme.is_monthly == before.is_monthly
    return period_of(today, is_monthly=scheme.is_monthly or not is_alike).until


@cache
def _adapter() -> TypeAdapter[Scheme]:
    return TypeAdapter(Scheme)
