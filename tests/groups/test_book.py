"""Stories of a group's book: written in turn, read, corrected by new lines, never changed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.session import Database
from groups.book import (
    every_line,
    find_book,
    first_broken_line,
    line_by_number,
    line_in_its_place,
    lines_of,
    open_book,
    write_lines,
)
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line, NewLine
from groups.book_models import BookLine
from groups.groups import find_group, join
from groups.models import Group, GroupMember, Role
from tests.cast import KAMAU, NJERI
from tests.groups.stories import found_group, meet

DAY = date(2026, 3, 9)
WHOLE: dict[str, Any] = {"since": DAY - timedelta(days=40), "until": DAY + timedelta(days=1)}


def kirima(session: Session, now: datetime) -> Group:
    """KIRIMA with Njeri, who writes, and Kamau, who brings milk."""
    group = found_group(session, "KIRIMA")
    join(session, group, meet(session, NJERI, now), now, role=Role.SECRETARY)
    join(session, group, meet(session, KAMAU, now), now)
    return group


def member_id(session: Session, group: Group, number: int) -> int:
    wanted = GroupMember.group_id == group.id, GroupMember.number == number
    return session.scalars(select(GroupMember.id).where(*wanted)).one()


def brought(session: Session, group: Group, key: str, litres: Any = 12, **what: Any) -> NewLine:
    values: dict[str, Any] = {
        "kind": EntryKind.DELIVERY,
        "day": DAY,
        "written_by": meet(session, NJERI, datetime.now().astimezone()).id,
        "source_key": key,
        "raw_text": "MILK KAMAU 12",
        "milking": Milking.MORNING,
        "member_id": member_id(session, group, 2),
        "litres": Decimal(litres),
    }
    return NewLine(**(values | what))


def write(session: Session, group: Group, now: datetime, *lines: NewLine) -> list[Line]:
    return [line for line, _ in write_lines(session, group, lines, now)]


def write_and_fail(database: Database, group: Group, now: datetime) -> None:
    with database.begin() as session:
        write(session, group, now, brought(session, group, "1"))
        raise KeyError


def test_lines_follow_in_turn_and_are_read_as_they_were_written(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        group = kirima(session, now)
        wrote = write(
            session,
            group,
            now,
            brought(session, group, "sms:1:0", "12.5"),
            brought(session, group, "sms:1:1", "8", day=DAY - timedelta(days=1)),
        )
        wrote += write(session, group, now, brought(session, group, "sms:2:0", "1.23456"))
    assert [line.number for line in wrote] == [1, 2, 3]
    assert wrote[2].litres == Decimal("1.2346")
    assert [line.previous_hash for line in wrote] == ["", wrote[0].hash, wrote[1].hash]
    with database.read() as session:
        assert list(every_line(session, group.id)) == wrote
        assert lines_of(session, group.id, **WHOLE) == [wrote[1], wrote[0], wrote[2]]
        assert line_by_number(session, group.id, 2) == wrote[1]
        assert line_by_number(session, group.id, 4) is None
        assert first_broken_line(session, group.id) is None


def test_the_same_again_writes_nothing(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group = kirima(session, now)
        first = write_lines(session, group, [brought(session, group, "sms:1:0")], now)
        again = write_lines(
            session,
            group,
            [brought(session, group, "sms:1:0", 99), brought(session, group, "sms:1:1", 8)],
            now + timedelta(hours=1),
        )
        assert [one.is_new for one in first + again] == [True, False, True]
        assert again[0].line == first[0].line
        assert [line.number for line in every_line(session, group.id)] == [1, 2]


def test_only_what_counts_is_read(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group = kirima(session, now)
        first, other = write(
            session, group, now, brought(session, group, "1"), brought(session, group, "2", 8)
        )
        (corrected,) = write(
            session, group, now, brought(session, group, "3", 14, corrects_id=first.id)
        )
        (last,) = write(
            session, group, now, brought(session, group, "4", 13, corrects_id=corrected.id)
        )
        void = replace(brought(session, group, "5"), kind=EntryKind.VOID, litres=None)
        (gone,) = write(session, group, now, replace(void, corrects_id=other.id))
        assert lines_of(session, group.id, **WHOLE) == [last]
        assert line_in_its_place(session, first) == last
        assert line_in_its_place(session, other) == gone


def test_lines_of_a_member_a_kind_and_some_days(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group = kirima(session, now)
        secretary = member_id(session, group, 1)
        kamaus, njeris, lost = write(
            session,
            group,
            now,
            brought(session, group, "1"),
            brought(session, group, "2", member_id=secretary, day=DAY - timedelta(days=2)),
            brought(session, group, "3", kind=EntryKind.LOSS, member_id=None),
        )
        assert lines_of(session, group.id, **WHOLE, member_id=secretary) == [njeris]
        assert lines_of(session, group.id, **WHOLE, kinds={EntryKind.LOSS}) == [lost]
        until_today: dict[str, Any] = {"since": DAY - timedelta(days=2), "until": DAY}
        assert lines_of(session, group.id, **until_today) == [njeris]
        assert lines_of(session, group.id, since=DAY, until=DAY + timedelta(days=1)) == [
            kamaus,
            lost,
        ]
        other = found_group(session, "UMOJA")
        assert lines_of(session, other.id, **WHOLE, member_id=secretary) == []


def test_a_change_after_the_fact_shows(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group = kirima(session, now)
        assert first_broken_line(session, group.id) is None
        write(session, group, now, *(brought(session, group, str(at)) for at in range(5)))
    with database.begin() as session:
        session.execute(update(BookLine).where(BookLine.number == 3).values(litres=Decimal(30)))
        assert first_broken_line(session, group.id) == 3


def test_a_last_line_taken_out_shows(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group = kirima(session, now)
        write(session, group, now, *(brought(session, group, str(at)) for at in range(3)))
    with database.begin() as session:
        session.execute(delete(BookLine).where(BookLine.number == 3))
        assert first_broken_line(session, group.id) == 3


def test_two_groups_have_a_chain_each(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group = kirima(session, now)
        other = found_group(session, "UMOJA")
        write(session, group, now, brought(session, group, "1"))
        (line,) = write(session, other, now, brought(session, group, "2", member_id=None))
        assert (line.number, line.previous_hash) == (1, "")


def test_a_text_that_comes_to_nothing_leaves_the_book_as_it_was(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        group = kirima(session, now)
        open_book(session, group, now)
    with pytest.raises(KeyError):
        write_and_fail(database, group, now)
    with database.begin() as session:
        book = find_book(session, group.id)
        assert book is not None
        assert (book.lines, book.last_hash) == (0, "")


def test_many_write_at_once_and_the_chain_holds(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima(session, now)
    together = Barrier(4)

    def collect(collector: int) -> None:
        together.wait()
        for text in range(5):
            with database.begin() as session:
                group = find_group(session, "KIRIMA")
                assert group is not None
                write(session, group, now, brought(session, group, f"{collector}:{text}"))

    threads = [Thread(target=collect, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        assert [line.number for line in every_line(session, group.id)] == list(range(1, 21))
        assert first_broken_line(session, group.id) is None
