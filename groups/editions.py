"""Editions: what a group's last bulletin said, and to whom in which words."""

from sqlalchemy import String, bindparam, cast, func, literal, select
from sqlalchemy.orm import Session

from groups.models import Edition
from messaging.models import OutboundMessage


def last_bulletin(session: Session, group_id: int, subscriber_id: int) -> str | None:
    """The group's last bulletin as it was written to somebody; None where there was none.

    Who joined later, or got none because they were out, reads it in the group's own language.
    """
    asked = {"group_id": group_id, "subscriber_id": str(subscriber_id)}
    text: str | None = session.execute(_LAST_BULLETIN, asked).scalar()
    return text


_editions, _sent = Edition.__table__, OutboundMessage.__table__
# The key under which the edition was promised to each person (`messaging.outbox`).
_key = (
    literal("edition:")
    + cast(_editions.c.id, String)
    + literal(":")
    + bindparam("subscriber_id", type_=String)
)
_LAST_BULLETIN = (
    select(func.coalesce(_sent.c.text, _editions.c.text))
    .select_from(_editions.outerjoin(_sent, _sent.c.dedupe_key == _key))
    .where(_editions.c.group_id == bindparam("group_id"))
    .order_by(_editions.c.due_at.desc())
    .limit(1)
)
