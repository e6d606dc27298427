"""One question each, kept for two hours, answered once."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from messaging.consent import opt_out
from messaging.held_questions import (
    KEPT_FOR,
    drop_question,
    held_question,
    hold_question,
    hold_unless_asked,
)
from messaging.kinds import Channel
from messaging.models import HeldQuestion, Subscriber
from messaging.subscribers import get_or_create_subscriber
from tests.cast import OTIENO, WANJIKU


def person(session: Session, now: datetime, msisdn: str = WANJIKU) -> Subscriber:
    return get_or_create_subscriber(session, msisdn, default_country="KE", now=now)


def hold(session: Session, who: Subscriber, question: str, now: datetime) -> None:
    hold_question(
        session,
        who,
        question=question,
        answers={"choices": [question]},
        raw_text="milk\0 kiambu",
        inbound_id=None,
        now=now,
    )


def asked(session: Session, who: Subscriber, now: datetime) -> str | None:
    found = held_question(session, who, now)
    return None if found is None else found.question


def test_the_newest_question_is_the_only_one(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku, otieno = person(session, now), person(session, now, OTIENO)
        hold(session, wanjiku, "Which place?", now)
        hold(session, otieno, "Which product?", now)
        later = now + timedelta(minutes=90)
        hold(session, wanjiku, "Which Kiambu?", later)
        assert asked(session, wanjiku, later) == "Which Kiambu?"
        assert asked(session, wanjiku, later + timedelta(minutes=90)) == "Which Kiambu?"
        assert asked(session, otieno, now) == "Which product?"
        kept = session.scalars(select(HeldQuestion).order_by(HeldQuestion.id)).all()
        assert [row.answers for row in kept] == [
            {"choices": ["Which Kiambu?"]},
            {"choices": ["Which product?"]},
        ]
        assert {row.raw_text for row in kept} == {"milk kiambu"}


def test_it_is_forgotten_in_time(database: Database, now: datetime) -> None:
    with database.begin() as session:
        who = person(session, now)
        hold(session, who, "Which place?", now)
        assert asked(session, who, now + KEPT_FOR - timedelta(seconds=1)) is not None
        assert asked(session, who, now + KEPT_FOR) is None
        hold(session, who, "Which product?", now + KEPT_FOR)
        assert asked(session, who, now + KEPT_FOR) == "Which product?"


def test_it_is_dropped(database: Database, now: datetime) -> None:
    with database.begin() as session:
        who = person(session, now)
        drop_question(session, who)  # nothing to drop
        hold(session, who, "Which place?", now)
        drop_question(session, who)
        assert asked(session, who, now) is None
        hold(session, who, "Which product?", now)
        assert asked(session, who, now) == "Which product?"


def test_opting_out_drops_it(database: Database, now: datetime) -> None:
    with database.begin() as session:
        who = person(session, now)
        hold(session, who, "Which place?", now)
        opt_out(session, who, channel=Channel.SMS, wording="STOP", now=now)
        assert asked(session, who, now) is None


def test_asked_twice_at_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        person(session, now)

    def ask_once(number: int) -> None:
        with database.begin() as session:
            hold(session, person(session, now), f"Question {number}?", now)

    threads = [threading.Thread(target=ask_once, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert len(session.scalars(select(HeldQuestion)).all()) == 1


def begin(
    session: Session,
    who: Subscriber,
    question: str,
    now: datetime,
    asked_at: datetime | None = None,
) -> None:
    hold_unless_asked(
        session,
        who,
        question=question,
        answers={"choices": []},
        asked_at=asked_at or now,
        now=now,
    )


def test_a_question_we_begin_with_waits_behind_an_open_one(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        wanjiku = person(session, now)
        begin(session, wanjiku, "Do you know it?", now)
        assert asked(session, wanjiku, now) == "Do you know it?"
        begin(session, wanjiku, "Do you know another?", now)
        assert asked(session, wanjiku, now) == "Do you know it?"
        later = now + KEPT_FOR
        begin(session, wanjiku, "Do you know another?", later)
        assert asked(session, wanjiku, later) == "Do you know another?"


def test_it_can_be_answered_from_when_it_is_asked(database: Database, now: datetime) -> None:
    morning = now + timedelta(hours=8)
    with database.begin() as session:
        wanjiku, otieno = person(session, now), person(session, now, OTIENO)
        begin(session, wanjiku, "Do you know it?", now, asked_at=morning)
        assert asked(session, wanjiku, morning - timedelta(minutes=1)) is None
        assert asked(session, wanjiku, morning + timedelta(minutes=119)) == "Do you know it?"
        hold(session, otieno, "Which place?", now)
        begin(session, otieno, "Do you know it?", now, asked_at=morning)
        assert asked(session, otieno, now) == "Which place?"


def test_it_never_waits_for_somebodys_own_text(database: Database, now: datetime) -> None:
    """Their text holds what it answers, and may itself wait for whoever asks them."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    later = now + KEPT_FOR
    with database.begin() as session:
        hold(session, person(session, now), "Which place?", now)
    with database.begin() as theirs, database.begin() as ours:
        theirs.scalars(select(HeldQuestion).with_for_update()).all()
        begin(ours, person(ours, now), "Do you know it?", later)
    with database.read() as session:
        assert session.scalars(select(HeldQuestion.question)).all() == ["Which place?"]
