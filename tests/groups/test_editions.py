"""Stories of people who read the last bulletin once more."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db.session import Database
from groups.editions import (
    Counts,
    edition_counts,
    last_bulletin,
    last_made_at,
    missed_editions,
    recent_editions,
)
from groups.groups import join, leave
from groups.models import Edition, EditionState, EditionText, Form, Group
from messaging.kinds import OutboundKind, OutboundState
from messaging.models import OutboundMessage, Subscriber
from messaging.outbox import enqueue
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import found_group, meet

WEEK = timedelta(days=7)


def made(session: Session, group: Group, words: str, at: datetime) -> Edition:
    """An edition in the group's own language."""
    edition = Edition(group_id=group.id, due_at=at, made_at=at, text=words, recipients=0)
    session.add(edition)
    session.flush()
    return edition


def sent(session: Session, edition: Edition, person: Subscriber, words: str) -> None:
    """What the edition said to somebody, in words of their own."""
    enqueue(
        session,
        recipient=person,
        text=words,
        language="sw",
        kind=OutboundKind.BULLETIN,
        dedupe_key=f"edition:{edition.id}:{person.id}",
        now=edition.made_at,
    )


def missed(session: Session, group: Group, at: datetime) -> Edition:
    """An edition that nobody made."""
    edition = made(session, group, "", at)
    edition.state, edition.missed_because = EditionState.MISSED, "nobody was there"
    session.flush()
    return edition


def test_everybody_reads_what_was_written_to_them(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima, umoja = found_group(session, "KIRIMA"), found_group(session, "UMOJA")
        wanjiku, kamau = meet(session, WANJIKU, now), meet(session, KAMAU, now)
        old, new = made(session, kirima, "Old.", now - WEEK), made(session, kirima, "New.", now)
        sent(session, old, wanjiku, "Ya zamani.")
        sent(session, new, wanjiku, "Mpya.")
        sent(session, old, kamau, "Ya zamani, Kamau.")
        made(session, umoja, "Of another group.", now + WEEK)
        ids = (kirima.id, wanjiku.id, kamau.id)
    with database.read() as session:
        group_id, wanjiku_id, kamau_id = ids
        assert last_bulletin(session, group_id, wanjiku_id) == "Mpya."
        # Kamau got none of the new one, so he reads it as the group does.
        assert last_bulletin(session, group_id, kamau_id) == "New."


def test_what_was_not_sent_is_read_in_the_callers_language(
    database: Database, now: datetime
) -> None:
    """A bulletin on the menu alone, or one that came before they joined."""
    with database.begin() as session:
        kirima = found_group(session, "KIRIMA")
        kamau, njeri = meet(session, KAMAU, now, language="sw"), meet(session, NJERI, now)
        new = made(session, kirima, "New.", now)
        for form, words in ((Form.SHORT, "Mpya."), (Form.LONG, "Mpya na ndefu.")):
            session.add(
                EditionText(
                    edition_id=new.id,
                    language="sw",
                    form=form,
                    text=words,
                    encoding="GSM-7",
                    segments=1,
                )
            )
        session.flush()
        assert last_bulletin(session, kirima.id, kamau.id) == "Mpya."
        assert last_bulletin(session, kirima.id, njeri.id) == "New."


def test_a_missed_one_is_no_last_bulletin(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima, njeri = found_group(session, "KIRIMA"), meet(session, NJERI, now)
        made(session, kirima, "Old.", now - WEEK)
        missed(session, kirima, now)
        assert last_bulletin(session, kirima.id, njeri.id) == "Old."
        assert last_made_at(session, group_id=kirima.id) == now - WEEK


def test_when_the_last_one_was_made(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima, umoja = found_group(session, "KIRIMA"), found_group(session, "UMOJA")
        made(session, kirima, "New.", now)
        assert last_made_at(session, group_id=kirima.id) == now
        assert last_made_at(session, group_id=umoja.id) is None
        assert last_made_at(session, bulletin_list_id=1) is None


def test_what_became_of_the_last_editions(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima, umoja = found_group(session, "KIRIMA"), found_group(session, "UMOJA")
        wanjiku, kamau = meet(session, WANJIKU, now), meet(session, KAMAU, now)
        for person in (wanjiku, kamau):
            join(session, kirima, person, now - WEEK)
        old, new = made(session, kirima, "Old.", now - WEEK), made(session, kirima, "New.", now)
        for edition in (old, new):
            sent(session, edition, wanjiku, "Habari.")
            sent(session, edition, kamau, "Habari.")
        for text in session.scalars(select(OutboundMessage)):
            if text.dedupe_key == f"edition:{new.id}:{wanjiku.id}":
                text.state = OutboundState.DELIVERED
        leave(session, kirima, kamau, now)
        missed(session, umoja, now + WEEK)
        session.flush()
        every = recent_editions(session, limit=10)
        assert [(one.group, one.edition.state) for one in every] == [
            (umoja, EditionState.MISSED),
            (kirima, EditionState.MADE),
            (kirima, EditionState.MADE),
        ]
        # Kamau left, but his text is counted.
        assert [one.states for one in recent_editions(session, group=kirima, limit=1)] == [
            {OutboundState.DELIVERED: 1, OutboundState.QUEUED: 1}
        ]


def test_how_many_were_made_and_missed(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima = found_group(session, "KIRIMA")
        made(session, kirima, "Long ago.", now - 9 * WEEK)
        made(session, kirima, "Old.", now - WEEK).addressed_at = now
        made(session, kirima, "New.", now)
        lost = missed(session, kirima, now - 2 * WEEK)
        lost.addressed_at = now
        session.flush()
        assert edition_counts(session, since=now - 4 * WEEK) == Counts(
            made=2, missed=1, unaddressed=2
        )
        (found,) = missed_editions(session, since=now - 4 * WEEK, limit=3)
        assert (found.edition, found.group) == (lost, kirima)


def test_a_group_without_a_bulletin_has_no_last_one(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima, njeri = found_group(session, "KIRIMA"), meet(session, NJERI, now)
        assert last_bulletin(session, kirima.id, njeri.id) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_is_found_by_its_keys(database: Database) -> None:
    """Whoever is on the line waits for it: no table is read through, and nothing is sorted."""
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, values, *_: asked.append((statement, values)),
    )
    with database.read() as session:
        last_bulletin(session, 1, 1)
        statement, values = asked[-1]
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = [step.detail for step in steps]
    assert [step.split(" ")[:2] for step in plan] == [
        ["SEARCH", "edition"],
        ["SEARCH", "outbound_message"],
        ["SEARCH", "subscriber"],
        ["SEARCH", "edition_text"],
    ]
