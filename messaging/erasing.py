"""Somebody is erased: what was said between them and us goes, the fact that it was said stays.

Rows stay for what they count: a gateway's late repeat is still known by its id, and what a text
cost it did cost. Prices, groups and what somebody had asked for are erased by those who keep them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, case, column, delete, exists, func, select, table, update
from sqlalchemy.orm import Session

from db.base import Base
from db.upserts import insert_or_replace
from messaging.kinds import AirtimeState, OutboundState
from messaging.models import (
    AirtimeGrant,
    AirtimeReport,
    ConsentEvent,
    DeliveryReport,
    Erasure,
    HeldQuestion,
    InboundMessage,
    OutboundMessage,
    SessionEndReport,
    Subscriber,
    UssdSession,
)
from messaging.msisdn import erased

# The last text goes first, but nobody waits for a gateway that is away for days.
LAST_TEXT_HAS = timedelta(hours=24)
# What was under way at that moment – a delivery report, a call, a text – has arrived by then.
AGAIN_AFTER = timedelta(days=1)
MOST_AT_ONCE = 100
# Whoever has to wait is in nobody's way: so long they are not looked at again.
WAITS_FOR = timedelta(seconds=50)
# The log of the desk belongs to the edges; all we need of it is what was written down of somebody.
_CHANGES = table("staff_change", column("subject"), column("note"))


def wish_erased(
    session: Session, person: Subscriber, *, inbound_id: int | None, now: datetime
) -> None:
    """Write down that somebody is to be erased, once the answer to their text has left."""
    row = {
        "subscriber_id": person.id,
        "inbound_message_id": inbound_id,
        "asked_at": now,
        "due_at": now,
    }
    insert_or_replace(session, Erasure, [row], key=["subscriber_id"])


def is_to_be_erased(session: Session, person: Subscriber) -> bool:
    """Whether they said so, and meant it."""
    return session.get(Erasure, person.id) is not None


def due_erasures(session: Session, now: datetime) -> Sequence[int]:
    """Who is to be erased now, or once more, the longest ago first."""
    return session.scalars(
        select(Erasure.subscriber_id)
        .where(Erasure.due_at <= now)
        .order_by(Erasure.due_at)
        .limit(MOST_AT_ONCE)
    ).all()


def hold_erasure(session: Session, person_id: int, now: datetime) -> Erasure | None:
    """A wish that is due, held until the transaction ends; None where another worker has it."""
    return session.scalar(
        select(Erasure)
        .where(Erasure.subscriber_id == person_id, Erasure.due_at <= now)
        .with_for_update(skip_locked=True)
    )


def put_off(wish: Erasure, now: datetime) -> None:
    """Look at it again in a while."""
    wish.due_at = now + WAITS_FOR


def last_text_waits(session: Session, wish: Erasure, now: datetime) -> bool:
    """Whether the answer to their wish has not left yet, and still may."""
    if wish.inbound_message_id is None or wish.asked_at <= now - LAST_TEXT_HAS:
        return False
    waits = exists().where(
        OutboundMessage.in_reply_to_id == wish.inbound_message_id,
        OutboundMessage.subscriber_id == wish.subscriber_id,
        OutboundMessage.state.in_([OutboundState.QUEUED, OutboundState.SENDING]),
    )
    return bool(session.scalar(select(waits)))


def hold_person(session: Session, person_id: int) -> Subscriber | None:
    """Somebody, held until the transaction ends: whoever writes of them at this moment waits."""
    return session.get(Subscriber, person_id, with_for_update=True, populate_existing=True)


def is_with_gateway(session: Session, person_id: int) -> bool:
    """Whether a text or airtime for them is handed to a gateway at this moment."""
    text, paid = OutboundMessage, AirtimeGrant
    return bool(
        session.scalar(
            select(
                exists().where(text.subscriber_id == person_id, text.state == OutboundState.SENDING)
            )
        )
        or session.scalar(
            select(
                exists().where(paid.subscriber_id == person_id, paid.state == AirtimeState.SENDING)
            )
        )
    )


def count_said(session: Session, person_id: int) -> tuple[int, int]:
    """How many texts and calls of somebody's are kept."""
    texts = sum(
        session.scalar(select(func.count()).where(kept.subscriber_id == person_id)) or 0
        for kept in (InboundMessage, OutboundMessage)
    )
    calls = select(func.count()).where(UssdSession.subscriber_id == person_id)
    return texts, session.scalar(calls) or 0


def forget_what_was_said(session: Session, person_id: int, now: datetime) -> None:
    """Take the words out of their texts and calls, and what gateways wrote with them.

    What is still to be sent stays behind; what nobody acted upon is not acted upon any more.
    """
    _forget_texts(session, person_id, now)
    _forget_calls(session, person_id)
    _forget_airtime(session, person_id, now)
    _change(session, ConsentEvent, person_id, wording="")
    _change(session, DeliveryReport, person_id, payload={})
    session.execute(delete(HeldQuestion).where(HeldQuestion.subscriber_id == person_id))
    noted = _CHANGES.c.subject == f"subscriber {person_id}"
    session.execute(update(_CHANGES).where(noted).values(note=""))


def forget_person(session: Session, person: Subscriber, now: datetime) -> None:
    """Leave of somebody that there was one: no number, no name, and no texts any more."""
    person.msisdn = erased(person.id)
    person.name = person.language = person.home_place_id = person.usual_commodity_code = None
    person.gateway = person.pin_hash = None
    person.unreachable_at = person.unreachable_because = None
    person.has_chosen_language, person.failures_in_a_row = False, 0
    person.opted_out_at = person.opted_out_at or now
    person.erased_at = person.erased_at or now
    session.flush()


def note_erased(session: Session, person_id: int, now: datetime, *, is_first: bool) -> None:
    """Have them erased once more a day later; after that there is nothing left to do."""
    if not is_first:
        session.execute(delete(Erasure).where(Erasure.subscriber_id == person_id))
        return
    row = {
        "subscriber_id": person_id,
        "inbound_message_id": None,
        "asked_at": now,
        "due_at": now + AGAIN_AFTER,
    }
    insert_or_replace(session, Erasure, [row], key=["subscriber_id"])


def _forget_texts(session: Session, person_id: int, now: datetime) -> None:
    came, goes = InboundMessage, OutboundMessage
    _change(
        session,
        came,
        person_id,
        text="",
        payload={},
        link_id=None,
        network_code=None,
        error=None,
        handled_at=func.coalesce(came.handled_at, now),
    )
    ends = {
        OutboundState.QUEUED: OutboundState.SUPPRESSED,
        # Else it might be sent once more, to nobody.
        OutboundState.UNKNOWN: OutboundState.FAILED,
    }
    _change(
        session,
        goes,
        person_id,
        text="",
        link_id=None,
        detail=None,
        state=case(*((goes.state == old, new) for old, new in ends.items()), else_=goes.state),
        final_at=case((goes.state.in_(list(ends)), now), else_=goes.final_at),
    )


def _forget_calls(session: Session, person_id: int) -> None:
    _change(
        session,
        UssdSession,
        person_id,
        transcript="",
        state={},
        answer="",
        asked=None,
        network_code=None,
        ended=True,
    )
    _change(session, SessionEndReport, person_id, payload={}, error=None)


def _forget_airtime(session: Session, person_id: int, now: datetime) -> None:
    """What was paid stays on the books; what was only promised can reach nobody any more."""
    paid = AirtimeGrant
    is_promised = paid.state == AirtimeState.PROMISED
    _change(
        session,
        paid,
        person_id,
        detail=None,
        state=case((is_promised, AirtimeState.EXPIRED), else_=paid.state),
        final_at=case((is_promised, now), else_=paid.final_at),
    )
    _change(session, AirtimeReport, person_id, payload={}, detail=None)


def _change(session: Session, kept: type[Base], person_id: int, **values: Any) -> None:
    rows = cast(Table, kept.__table__)
    session.execute(update(rows).where(rows.c.subscriber_id == person_id).values(**values))
