"""Stories of people who read the last bulletin once more."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from db.session import Database
from groups.editions import last_bulletin
from groups.models import Edition, Group
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue_to_all
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
    enqueue_to_all(
        session,
        recipients=[person],
        text=words,
        language="sw",
        kind=OutboundKind.BULLETIN,
        dedupe_prefix=f"edition:{edition.id}",
        now=edition.made_at,
    )


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
    ]
