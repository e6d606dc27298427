"""The outbox: promises to send. Nothing leaves the machine but through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from db.as_read import as_read
from db.prepared import Prepared
from db.upserts import insert_once
from messaging.kinds import PRIORITIES, OutboundKind, OutboundState
from messaging.models import OutboundMessage, Subscriber
from messaging.msisdn import mask
from messaging.segments import measure, to_gsm7

# A price is worth less each hour: what could not leave in this time is not sent at all.
WORTH_SENDING_FOR = {
    OutboundKind.REPLY: timedelta(hours=12),
    OutboundKind.ALERT: timedelta(hours=12),
    OutboundKind.BULLETIN: timedelta(hours=24),
    OutboundKind.NUDGE: timedelta(hours=12),
}
# Two machines that answer each other would do so for ever, and we would pay for half of it. No
# person asks for the same words so often.
EQUAL_TEXTS = 20
EQUAL_WITHIN = timedelta(minutes=5)
_AGAIN_AND_AGAIN = f"{{}} equal texts before it in {EQUAL_WITHIN.seconds // 60} minutes"

# Answered from the index of a person's messages.
_EQUAL_LATELY = Prepared(
    select(func.count())
    .select_from(OutboundMessage)
    .where(
        OutboundMessage.subscriber_id == bindparam("subscriber_id"),
        OutboundMessage.created_at > bindparam("since"),
        OutboundMessage.text == bindparam("text"),
    )
)
# How many texts somebody was promised lately, of which hardly anybody has so many; asked beside who
# they are, with what `since_lately` tells.
SAID_LATELY = (
    select(func.count())
    .select_from(OutboundMessage)
    .where(OutboundMessage.subscriber_id == Subscriber.id)
    .where(OutboundMessage.created_at > bindparam("lately"))
    .scalar_subquery()
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Loop:
    """Somebody to whom texts were stopped, and how many."""

    msisdn: str
    stopped: int


def enqueue(
    session: Session,
    *,
    recipient: Subscriber,
    text: str,
    language: str,
    kind: OutboundKind,
    dedupe_key: str,
    now: datetime,
    gateway: str | None = None,
    sender: str | None = None,
    link_id: str | None = None,
    in_reply_to_id: int | None = None,
    due_at: datetime | None = None,
    valid_for: timedelta | None = None,
) -> OutboundMessage:
    """Promise a message. Nothing leaves the machine until the transaction commits.

    The same `dedupe_key` again is the same promise: the first row comes back as it is. What would
    be the 21st equal text to a person within five minutes is kept as stopped, and never sent.
    """
    row = as_promised(
        session,
        recipient=recipient,
        text=text,
        language=language,
        kind=kind,
        now=now,
        gateway=gateway,
        sender=sender,
        link_id=link_id,
        due_at=due_at,
        valid_for=valid_for,
    )
    values = {"dedupe_key": dedupe_key, "in_reply_to_id": in_reply_to_id, **row}
    id_ = insert_once(session, OutboundMessage, values, key="dedupe_key")
    if id_ is None:
        return _promised(session, dedupe_key)
    tell_where_it_loops(recipient, values)
    return as_read(session, OutboundMessage, {"id": id_, **values})


def as_promised(
    session: Session,
    *,
    recipient: Subscriber,
    text: str,
    language: str,
    kind: OutboundKind,
    now: datetime,
    gateway: str | None = None,
    sender: str | None = None,
    link_id: str | None = None,
    due_at: datetime | None = None,
    valid_for: timedelta | None = None,
    said_lately: int = EQUAL_TEXTS,
) -> dict[str, Any]:
    """The row of a promise, all but its ids.

    Among fewer than `EQUAL_TEXTS` that they were `said_lately` nobody looks for equal ones.
    """
    plain = to_gsm7(text)
    size = measure(plain)
    may_loop = said_lately >= EQUAL_TEXTS
    equal = _equal_lately(session, recipient, plain, now) if may_loop else 0
    is_looping = equal >= EQUAL_TEXTS
    due_at = due_at or now
    return {
        "subscriber_id": recipient.id,
        "gateway": gateway or recipient.gateway,
        "sender": sender,
        "link_id": link_id,
        "state": OutboundState.STOPPED if is_looping else OutboundState.QUEUED,
        "final_at": now if is_looping else None,
        "detail": _AGAIN_AND_AGAIN.format(equal) if is_looping else None,
        "attempts": 0,
        "kind": kind,
        "priority": PRIORITIES[kind],
        "text": plain,
        "language": language,
        "encoding": size.encoding,
        "segments": size.segments,
        "created_at": now,
        "due_at": due_at,
        "expires_at": due_at + (valid_for or WORTH_SENDING_FOR[kind]),
    }


def loops(session: Session, since: datetime) -> list[Loop]:
    """Who texts were stopped to since then, the most first."""
    row = OutboundMessage
    stopped = (
        select(row.subscriber_id, func.count().label("texts"))
        # Named as it stands there: all of the index of what was stopped is soon read. Of each
        # person who ever got a text the newest ones are not.
        .where(row.state == literal_column(f"'{OutboundState.STOPPED}'"), row.created_at > since)
        .group_by(row.subscriber_id)
        .subquery()
    )
    rows = session.execute(
        select(Subscriber.msisdn, stopped.c.texts)
        .join(stopped, stopped.c.subscriber_id == Subscriber.id)
        .order_by(stopped.c.texts.desc(), Subscriber.id)
    )
    return [Loop(msisdn, count) for msisdn, count in rows]


def since_lately(now: datetime) -> dict[str, Any]:
    """From when on `SAID_LATELY` counts."""
    return {"lately": now - EQUAL_WITHIN}


def _equal_lately(session: Session, recipient: Subscriber, text: str, now: datetime) -> int:
    """How often somebody was told the same in the last minutes."""
    asked = {"subscriber_id": recipient.id, "since": now - EQUAL_WITHIN, "text": text}
    row = _EQUAL_LATELY.first(session, asked)
    return 0 if row is None else row[0]


def tell_where_it_loops(recipient: Subscriber, row: Mapping[str, Any]) -> None:
    """Tell the operator, once, of a text that goes round between two machines."""
    if row["detail"] == _AGAIN_AND_AGAIN.format(EQUAL_TEXTS):
        log.warning(
            "text_loop_stopped",
            recipient=mask(recipient.msisdn),
            kind=row["kind"].value,
            what_to_do="look what this number texts: a machine may be answering ours",
        )


def _promised(session: Session, dedupe_key: str) -> OutboundMessage:
    return session.scalars(
        select(OutboundMessage).where(OutboundMessage.dedupe_key == dedupe_key)
    ).one()
