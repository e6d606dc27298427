"""Held questions: what we asked somebody back, kept for the answer that makes it whole."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from messaging.models import HeldQuestion, Subscriber

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
        "question": question,
        "answers": answers,
        "raw_text": raw_text.replace("\0", ""),  # PostgreSQL keeps no NUL
        "inbound_message_id": inbound_id,
        "asked_at": now,
        "expires_at": now + KEPT_FOR,
    }
    if not _change(session, subscriber, values):
        _insert(session, subscriber, values)


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
    return session.scalar(
        select(HeldQuestion)
        .where(HeldQuestion.subscriber_id == subscriber.id)
        .where(HeldQuestion.asked_at <= now, HeldQuestion.expires_at > now)
        .with_for_update()
    )


def open_question(session: Session, subscriber_id: int, now: datetime) -> HeldQuestion | None:
    """The same question, only to be shown."""
    return session.scalar(
        select(HeldQuestion)
        .where(HeldQuestion.subscriber_id == subscriber_id)
        .where(HeldQuestion.asked_at <= now, HeldQuestion.expires_at > now)
    )


def drop_question(session: Session, subscriber: Subscriber) -> None:
    """Nothing is open any more; no question is answered twice."""
    session.execute(delete(HeldQuestion).where(HeldQuestion.subscriber_id == subscriber.id))


def _change(session: Session, subscriber: Subscriber, values: dict[str, Any]) -> bool:
    row = session.scalar(
        select(HeldQuestion).where(HeldQuestion.subscriber_id == subscriber.id).with_for_update()
    )
    if row is None:
        return False
    for field, value in values.items():
        setattr(row, field, value)
    return True


def _insert(session: Session, subscriber: Subscriber, values: dict[str, Any]) -> None:
    try:
        # The savepoint keeps the caller's work when another process asked the same person first.
        with session.begin_nested():
            session.add(HeldQuestion(subscriber_id=subscriber.id, **values))
    except IntegrityError:
        if not _change(session, subscriber, values):
            raise
