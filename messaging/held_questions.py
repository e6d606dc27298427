"""Held questions: what we asked somebody back, kept for the answer that makes it whole."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.orm import Session

from db.prepared import Prepared
from db.upserts import insert_or_replace
from messaging.models import HeldQuestion, Subscriber
from messaging.subscribers import held_or_read

# Who answers later has forgotten the numbers, and "1" may be meant for somebody else.
KEPT_FOR = timedelta(hours=2)


def hold_question(
    session: Session,
    subscriber: Subscriber,
    *,
    question: str,
    answers: dict[str, Any],
    raw_text: str,
    inbound_id: int | None,
    now: datetime,
) -> None:
    """Keep a question; it takes the place of whatever was asked before."""
    values = {
        "subscriber_id": subscriber.id,
        "question": question,
        "answers": answers,
        "raw_text": raw_text.replace("\0", ""),  # PostgreSQL keeps no NUL
        "inbound_message_id": inbound_id,
        "asked_at": now,
        "expires_at": now + KEPT_FOR,
    }
    # One statement, however many of their texts are acted upon at once.
    insert_or_replace(session, HeldQuestion, [values], key=("subscriber_id",))


def hold_unless_asked(
    session: Session,
    subscriber: Subscriber,
    *,
    question: str,
    answers: dict[str, Any],
    asked_at: datetime,
    now: datetime,
) -> None:
    """Keep a question that we begin with at a moment, now or later, unless another is open now.

    It never waits for a text of theirs that holds what it answers: what is open goes before.
    """
    known = select(HeldQuestion.id).where(HeldQuestion.subscriber_id == subscriber.id)
    if session.scalar(known) is not None:
        is_over = known.where(HeldQuestion.expires_at <= now)
        if session.scalar(is_over.with_for_update(skip_locked=True)) is None:
            return
    hold_question(
        session,
        subscriber,
        question=question,
        answers=answers,
        raw_text=question,
        inbound_id=None,
        now=asked_at,
    )


def held_question(session: Session, subscriber: Subscriber, now: datetime) -> HeldQuestion | None:
    """The question this person may answer now, held until the transaction ends.

    Two answers at once: the second waits, and finds the question answered.
    """
    row = _OPEN.first(session, {"subscriber_id": subscriber.id, "now": now})
    if row is None:  # as nearly always
        return None
    return session.get(HeldQuestion, row[0], populate_existing=True)


_OPEN = Prepared(
    select(HeldQuestion.__table__.c.id)
    .where(HeldQuestion.__table__.c.subscriber_id == bindparam("subscriber_id"))
    .where(HeldQuestion.__table__.c.asked_at <= bindparam("now"))
    .where(HeldQuestion.__table__.c.expires_at > bindparam("now"))
    .with_for_update()
)


@dataclass(frozen=True)
class Known:
    """Somebody we have met, and whether a question to them is open; `beside` is what was asked."""

    person: Subscriber
    is_asked: bool
    beside: tuple[Any, ...] = ()


def known_and_asked(
    session: Session,
    msisdn: str,
    now: datetime,
    *,
    beside: tuple[ColumnElement[Any], ...] = (),
    **values: Any,
) -> Known | None:
    """Who has this number (E.164); None for a stranger.

    In one statement, with whatever else is to be known `beside` it by those `values`: every text
    begins with it.
    """
    row = _known_and_asked(beside).first(session, {"msisdn": msisdn, "now": now, **values})
    if row is None:
        return None
    columns = len(_OF_PERSON)
    person = held_or_read(session, row[:columns], msisdn=msisdn)
    return None if person is None else Known(person, row[columns], row[columns + 1 :])


_IS_OPEN = (
    select(HeldQuestion.__table__.c.id)
    .where(HeldQuestion.__table__.c.subscriber_id == Subscriber.__table__.c.id)
    .where(HeldQuestion.__table__.c.asked_at <= bindparam("now"))
    .where(HeldQuestion.__table__.c.expires_at > bindparam("now"))
    .exists()
)


# All but the number, which is known: to open what is sealed takes as long as the row.
_OF_PERSON = [column for column in Subscriber.__table__.c if column.key != "msisdn"]


@cache
def _known_and_asked(beside: tuple[ColumnElement[Any], ...]) -> Prepared:
    told = [one.label(f"beside_{number}") for number, one in enumerate(beside)]
    columns = (*_OF_PERSON, _IS_OPEN.label("is_asked"), *told)
    return Prepared(select(*columns).where(Subscriber.__table__.c.msisdn == bindparam("msisdn")))


def open_question(session: Session, subscriber_id: int, now: datetime) -> HeldQuestion | None:
    """The same question, only to be shown."""
    return session.scalar(
        select(HeldQuestion)
        .where(HeldQuestion.subscriber_id == subscriber_id)
        .where(HeldQuestion.asked_at <= now, HeldQuestion.expires_at > now)
        .execution_options(populate_existing=True)
    )


def ask_from(session: Session, inbound_id: int, now: datetime) -> None:
    """A question about a text of a while ago is read now: there is as long as ever to answer."""
    session.execute(
        update(HeldQuestion)
        .where(HeldQuestion.inbound_message_id == inbound_id)
        .values(asked_at=now, expires_at=now + KEPT_FOR)
    )


def drop_question(session: Session, subscriber: Subscriber) -> None:
    """Nothing is open any more; no question is answered twice."""
    session.execute(delete(HeldQuestion).where(HeldQuestion.subscriber_id == subscriber.id))
