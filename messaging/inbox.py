"""The inbox: texts as they came, each once, and what became of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from db.as_read import as_read, as_written
from db.prepared import Prepared
from db.upserts import insert_once
from messaging.message import InboundSms
from messaging.models import InboundMessage, OutboundMessage, Subscriber
from messaging.msisdn import is_phone_number
from messaging.subscribers import get_or_create_subscriber

# What stands in a payload where the number stood, and how a number begins before its last figures.
SUBSCRIBER_MARK = "subscriber"
_BEGINNING = re.compile(r"\+?\d{0,6}\Z")

# How long after its arrival a message is tried again, by the tries it has had; then no more.
PATIENCE = {
    1: timedelta(minutes=1),
    2: timedelta(minutes=5),
    3: timedelta(minutes=30),
    4: timedelta(hours=3),
}
ERROR_LENGTH = 500
# A gateway's own id of a text: the same again is a repeat.
ONCE = ("gateway", "gateway_message_id")
# What stands with a text of somebody who sends too many to act on each at once.
KEPT_FOR_LATER = "one of very many texts at once: acted upon little by little"


def find_inbound(session: Session, sms: InboundSms) -> InboundMessage | None:
    """The stored message that a gateway's repeat repeats."""
    return session.scalar(
        select(InboundMessage).where(
            InboundMessage.gateway == sms.gateway,
            InboundMessage.gateway_message_id == storable(sms.gateway_message_id, 120),
        )
    )


def store_inbound(
    session: Session,
    sms: InboundSms,
    *,
    default_country: str,
    now: datetime,
    error: str | None = None,
) -> InboundMessage | None:
    """Keep a text as it came; None for a repeat, whoever stored it first.

    `error` marks one that could not be acted upon: the worker tries it again.
    """
    person = sender_of(session, sms, default_country=default_country, now=now)
    return keep_inbound(session, sms, person, now=now, error=error)


def keep_inbound(
    session: Session,
    sms: InboundSms,
    person: Subscriber | None,
    *,
    now: datetime,
    handled_at: datetime | None = None,
    intent: str | None = None,
    error: str | None = None,
) -> InboundMessage | None:
    """The same of somebody who was found; it may be acted upon already, and its intent be known."""
    values = as_kept(sms, person, now=now, handled_at=handled_at, intent=intent, error=error)
    # On PostgreSQL it waits for a rival's transaction to end, then knows who was first.
    id_ = insert_once(session, InboundMessage, values, key=ONCE)
    return None if id_ is None else as_read(session, InboundMessage, {"id": id_, **values})


def as_kept(
    sms: InboundSms,
    person: Subscriber | None,
    *,
    now: datetime,
    handled_at: datetime | None,
    intent: str | None,
    error: str | None = None,
) -> dict[str, Any]:
    """The row of a text, all but its id."""
    return {
        "gateway": sms.gateway,
        "gateway_message_id": storable(sms.gateway_message_id, 120),
        "subscriber_id": None if person is None else person.id,
        "sender_label": storable(sms.sender, 20) if person is None else None,
        "recipient": storable(sms.recipient, 20),
        "text": storable(sms.text),
        "link_id": None if sms.link_id is None else storable(sms.link_id, 80),
        "network_code": None if sms.network_code is None else storable(sms.network_code, 10),
        "gateway_sent_at": sms.gateway_sent_at,
        "received_at": now,
        "payload": _without_number(sms.payload, sms.sender),
        "answered_by_gateway": sms.answered_by_gateway,
        "intent": intent,
        "handled_at": handled_at,
        "attempts": 0 if error is None else 1,
        "error": None if error is None else storable(error, ERROR_LENGTH),
    }


def keep_for_later(
    session: Session, sms: InboundSms, *, default_country: str, now: datetime
) -> InboundMessage | None:
    """Keep a text that is not acted upon now, because too many came at once; None for a repeat."""
    message = store_inbound(session, sms, default_country=default_country, now=now)
    if message is not None:
        message.error = KEPT_FOR_LATER
        session.flush()
    return message


def due_calmly(session: Session, *, of_one: int, most: int) -> Sequence[InboundMessage]:
    """What was kept for later, each number's in its order, so many of one: none holds up another.

    Those that another worker holds are left to it.
    """
    is_kept = (
        InboundMessage.handled_at.is_(None),
        InboundMessage.attempts == 0,
        InboundMessage.error == KEPT_FOR_LATER,
    )
    turn = func.row_number().over(
        partition_by=InboundMessage.subscriber_id, order_by=InboundMessage.id
    )
    turns = select(InboundMessage.id, turn.label("turn")).where(*is_kept).subquery()
    next_ones = (
        select(turns.c.id)
        .where(turns.c.turn <= of_one)
        .order_by(turns.c.turn, turns.c.id)
        .limit(most)
    )
    return session.scalars(
        select(InboundMessage)
        .where(*is_kept, InboundMessage.id.in_(next_ones))
        .order_by(InboundMessage.id)
        .with_for_update(skip_locked=True)
    ).all()


def promised_reply(session: Session, inbound: InboundMessage) -> OutboundMessage | None:
    """The reply that was promised to a message; None where it earned none, or none yet."""
    # By the person, whose messages have an index.
    return session.scalar(
        select(OutboundMessage)
        .where(OutboundMessage.subscriber_id == inbound.subscriber_id)
        .where(OutboundMessage.in_reply_to_id == inbound.id)
    )


def reply_to_repeat(session: Session, sms: InboundSms) -> OutboundMessage | None:
    """The same of a gateway's repeat, only to be told of; None too where it was never kept."""
    key = {
        "gateway": sms.gateway,
        "gateway_message_id": storable(sms.gateway_message_id, 120),
    }
    row = _PROMISED.first(session, key)
    return (
        None if row is None else as_written(OutboundMessage, dict(zip(_COLUMNS, row, strict=True)))
    )


_OUTBOX = cast(Table, OutboundMessage.__table__)
_COLUMNS = tuple(column.key for column in _OUTBOX.c)
_PROMISED = Prepared(
    select(_OUTBOX)
    .join(InboundMessage, InboundMessage.id == _OUTBOX.c.in_reply_to_id)
    .where(InboundMessage.gateway == bindparam("gateway"))
    .where(InboundMessage.gateway_message_id == bindparam("gateway_message_id"))
    .where(_OUTBOX.c.subscriber_id == InboundMessage.subscriber_id)
)


def answered_since(session: Session, subscriber: Subscriber, intent: str, since: datetime) -> bool:
    """Tell whether this person had a reply to a message of that intent since a moment."""
    asked = {"subscriber_id": subscriber.id, "since": since, "intent": intent}
    return _ANSWERED_SINCE.first(session, asked) is not None


_ANSWERED_SINCE = Prepared(
    select(InboundMessage.id)
    .join(OutboundMessage, OutboundMessage.in_reply_to_id == InboundMessage.id)
    .where(InboundMessage.subscriber_id == bindparam("subscriber_id"))
    .where(InboundMessage.received_at > bindparam("since"))
    # Of theirs too, for the index: who looks through all that was ever sent looks for long.
    .where(OutboundMessage.subscriber_id == bindparam("subscriber_id"))
    .where(OutboundMessage.created_at > bindparam("since"))
    .where(InboundMessage.intent == bindparam("intent"))
    .limit(1)
)


def due_again(session: Session, now: datetime, most: int) -> Sequence[InboundMessage]:
    """Messages nobody acted upon whose next try is due, fewest tries first.

    Those that another worker holds are left to it.
    """
    is_due = [
        and_(InboundMessage.attempts == tries, InboundMessage.received_at <= now - wait)
        for tries, wait in PATIENCE.items()
    ]
    return session.scalars(
        select(InboundMessage)
        .where(InboundMessage.handled_at.is_(None), or_(*is_due))
        .order_by(InboundMessage.attempts, InboundMessage.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()


def hold_unhandled(session: Session, inbound_id: int) -> InboundMessage | None:
    """A message nobody acted upon, held until the transaction ends; None where somebody did."""
    return session.scalar(
        select(InboundMessage)
        .where(InboundMessage.id == inbound_id, InboundMessage.handled_at.is_(None))
        .with_for_update()
    )


def hide_in_inbound(session: Session, inbound_id: int | None, words: str, shown: str) -> None:
    """Let a text that is kept show something else in place of words that must not be kept.

    A secret, or the number of somebody else. A call has no text (None).
    """
    message = None if inbound_id is None else session.get(InboundMessage, inbound_id)
    if message is None or not words:
        return
    message.text = message.text.replace(words, shown)
    message.payload = {
        key: value.replace(words, shown) if isinstance(value, str) else value
        for key, value in message.payload.items()
    }


def write_down_failure(message: InboundMessage, error: str) -> None:
    """One more try that failed, and why."""
    message.attempts += 1
    message.error = storable(error, ERROR_LENGTH)


def sender_of(
    session: Session, sms: InboundSms, *, default_country: str, now: datetime
) -> Subscriber | None:
    """Who wrote, met now if never before; None where no person did."""
    if not is_phone_number(sms.sender):
        return None
    return get_or_create_subscriber(
        session,
        sms.sender,
        default_country=default_country,
        now=now,
        gateway=sms.gateway if sms.leads_back else None,
    )


def storable(text: str, length: int | None = None) -> str:
    """A text as it is kept, without what no database can: NUL, and halves of letters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:length]


def _without_number(payload: Mapping[str, str], sender: str) -> dict[str, str]:
    """The payload with the sender's number taken out of every field, however it is written there.

    Its last nine digits tell it in every notation: +254711…, 254711…, 0711….
    """
    if not is_phone_number(sender):
        return {storable(field): storable(value) for field, value in payload.items()}
    tail = sender[-9:].lstrip("+")
    return {storable(field): _hidden(storable(value), tail) for field, value in payload.items()}


def _hidden(value: str, tail: str) -> str:
    """The value with the mark in the place of every number that ends so."""
    *before, rest = value.split(tail)
    return "".join(f"{_BEGINNING.sub('', part, 1)}{SUBSCRIBER_MARK}" for part in before) + rest
