"""Time passes faster than a test can wait: what is kept of it moves into the past.

A worker's claim is dead after minutes, a message that failed waits for half of one, a report finds
its message by phone after two. No setting makes that shorter, for an operator has no use for it,
and the processes here are the real ones: so the clock stays and the rows move.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from messaging.kinds import OutboundState
from messaging.models import DeliveryReport, GatewayState, OutboundMessage

Moment = InstrumentedAttribute[Any]

OF_A_MESSAGE: tuple[Moment, ...] = (
    OutboundMessage.created_at,
    OutboundMessage.due_at,
    OutboundMessage.claimed_at,
    OutboundMessage.sent_at,
    OutboundMessage.final_at,
)


def wait_less(session: Session, by: timedelta, *, dead: Collection[str], now: datetime) -> None:
    """Let so much pass for what waits for its next try, closed gateways, claims of dead workers."""
    waits = (OutboundMessage.state == OutboundState.QUEUED) & (OutboundMessage.due_at > now)
    orphaned = (OutboundMessage.state == OutboundState.SENDING) & (
        OutboundMessage.claimed_by.in_(list(dead))
    )
    _move(session, OutboundMessage, (OutboundMessage.due_at,), waits, by)
    _move(session, OutboundMessage, (OutboundMessage.claimed_at,), orphaned, by)
    for rest in (GatewayState.rests_until, GatewayState.bulk_rests_until):
        _move(session, GatewayState, (rest,), rest > now, by)


def let_pass(session: Session, by: timedelta) -> None:
    """Let so much pass for every message and report, while nobody works."""
    _move(session, OutboundMessage, OF_A_MESSAGE, OutboundMessage.id > 0, by)
    _move(session, DeliveryReport, (DeliveryReport.received_at,), DeliveryReport.id > 0, by)
    rests = (GatewayState.rests_until, GatewayState.bulk_rests_until, GatewayState.free_at)
    _move(session, GatewayState, rests, or_(*(moment.is_not(None) for moment in rests)), by)


def _move(
    session: Session,
    of: type[OutboundMessage] | type[DeliveryReport] | type[GatewayState],
    moments: tuple[Moment, ...],
    which: ColumnElement[bool],
    by: timedelta,
) -> None:
    key: Moment = of.__table__.primary_key.columns.values()[0]  # type: ignore[attr-defined]
    # Locked: who is at work on one of them now finds it as it was.
    found = session.execute(
        select(key, *moments).where(which).with_for_update(skip_locked=True)
    ).all()
    rows = [
        {"the_key": row[0]}
        | {
            moment.key: None if value is None else value - by
            for moment, value in zip(moments, row[1:], strict=True)
        }
        for row in found
    ]
    if not rows:
        return
    moved: dict[str, Any] = {moment.key: bindparam(moment.key) for moment in moments}
    session.connection().execute(
        update(of.__table__).where(key == bindparam("the_key")).values(moved),  # type: ignore[arg-type]
        rows,
    )
