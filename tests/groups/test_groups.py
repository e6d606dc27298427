"""Stories of people who join groups, leave them, and hold office in them."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.session import Database
from groups.groups import (
    active_members,
    find_group,
    groups_of,
    join,
    leave,
    own_groups,
)
from groups.models import GroupMember, Role
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import found_group, meet


def test_a_group_is_found_however_its_code_is_typed(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima = found_group(session, "KIRIMA")
        for typed in ("KIRIMA", "kirima", " Kirima ", "Kírima", "kirima.", "KIRIMA%"):
            assert find_group(session, typed) is kirima, typed
        for typed in ("KIRIMAS", "", "'", "%", "\N{PILE OF POO}"):
            assert find_group(session, typed) is None, typed


def test_a_code_is_kept_in_capitals_without_spaces(database: Database) -> None:
    with database.begin() as session:
        assert found_group(session, "umoja 2").code == "UMOJA2"
    with pytest.raises(IntegrityError), database.begin() as session:
        found_group(session, "Umoja2")


def test_kamau_joins_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima, kamau = found_group(session, "KIRIMA"), meet(session, KAMAU, now)
        assert join(session, kirima, kamau, now)
        assert not join(session, kirima, kamau, now + timedelta(days=1))
    with database.read() as session:
        assert members_of(session, "KIRIMA") == [KAMAU]
        assert session.scalar(select(GroupMember.joined_at)) == now


def test_kamau_leaves_and_comes_back(database: Database, now: datetime) -> None:
    later = now + timedelta(days=30)
    with database.begin() as session:
        kirima, kamau = found_group(session, "KIRIMA"), meet(session, KAMAU, now)
        assert not leave(session, kirima, kamau, now)
        join(session, kirima, kamau, now)
        assert leave(session, kirima, kamau, now)
        assert not leave(session, kirima, kamau, later)
        assert active_members(session, kirima) == []
        assert groups_of(session, kamau) == []
    with database.begin() as session:
        kirima, kamau = find_group(session, "KIRIMA"), meet(session, KAMAU, now)
        assert kirima is not None
        assert join(session, kirima, kamau, later)
        assert groups_of(session, kamau) == [kirima]
    with database.read() as session:
        membership = session.scalars(select(GroupMember)).one()
        assert (membership.joined_at, membership.left_at) == (later, None)


def test_members_of_one_group_are_not_in_another(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima, umoja = found_group(session, "KIRIMA"), found_group(session, "UMOJA")
        kamau, wanjiku = meet(session, KAMAU, now), meet(session, WANJIKU, now)
        join(session, umoja, kamau, now)
        join(session, kirima, kamau, now)
        join(session, kirima, wanjiku, now + timedelta(minutes=1))
        assert active_members(session, kirima) == [kamau, wanjiku]
        assert active_members(session, umoja) == [kamau]
        assert groups_of(session, kamau) == [kirima, umoja]
        leave(session, kirima, kamau, now)
        assert active_members(session, umoja) == [kamau]


def test_njeri_sees_her_groups_with_how_many_are_in_each(database: Database, now: datetime) -> None:
    with database.begin() as session:
        umoja = found_group(session, "UMOJA", bulletin_weekdays=16, bulletin_hour=16, is_demo=True)
        kirima, other = found_group(session, "KIRIMA"), found_group(session, "OTHER")
        njeri, kamau = meet(session, NJERI, now), meet(session, KAMAU, now)
        wanjiku = meet(session, WANJIKU, now)
        join(session, kirima, njeri, now, role=Role.SECRETARY)
        for group, person in ((umoja, njeri), (kirima, kamau), (kirima, wanjiku), (other, kamau)):
            join(session, group, person, now)
        leave(session, kirima, wanjiku, now)
        here = ("Africa/Nairobi", "KES")
        member, led = Role.MEMBER, Role.SECRETARY
        assert own_groups(session, njeri.id) == [
            (kirima.id, "KIRIMA", "Kirima Dairy Group", 1, None, 7, *here, False, led, 2),
            (umoja.id, "UMOJA", "Umoja Dairy Group", 16, None, 16, *here, True, member, 1),
        ]
        # What was done a moment ago counts.
        leave(session, kirima, njeri, now)
        assert [group.code for group in own_groups(session, njeri.id)] == ["UMOJA"]
        assert own_groups(session, wanjiku.id) == []


def test_njeri_is_the_secretary(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima = found_group(session, "KIRIMA")
        njeri, kamau = meet(session, NJERI, now), meet(session, KAMAU, now)
        join(session, kirima, njeri, now, role=Role.SECRETARY)
        join(session, kirima, kamau, now)
        assert active_members(session, kirima, role=Role.SECRETARY) == [njeri]
        assert active_members(session, kirima, role=Role.MEMBER) == [kamau]
        # Joining again, as members text twice, takes no office away.
        join(session, kirima, njeri, now)
        assert active_members(session, kirima, role=Role.SECRETARY) == [njeri]


def test_an_office_ends_with_leaving(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima = found_group(session, "KIRIMA")
        njeri = meet(session, NJERI, now)
        join(session, kirima, njeri, now, role=Role.SECRETARY)
        leave(session, kirima, njeri, now)
        assert active_members(session, kirima, role=Role.SECRETARY) == []
        join(session, kirima, njeri, now)
        assert active_members(session, kirima, role=Role.MEMBER) == [njeri]


def test_two_texts_at_once_are_one_membership(database: Database, now: datetime) -> None:
    with database.begin() as session:
        found_group(session, "KIRIMA")
        meet(session, KAMAU, now)
    start, joined = Barrier(2), []

    def text_join() -> None:
        with database.begin() as session:
            kirima, kamau = find_group(session, "KIRIMA"), meet(session, KAMAU, now)
            assert kirima is not None
            if session.get_bind().dialect.name == "postgresql":
                start.wait(timeout=10)  # on SQLite the second waits for the first to commit
            joined.append(join(session, kirima, kamau, now))

    threads = [Thread(target=text_join) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(joined) == [False, True]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(GroupMember)) == 1


def members_of(session: Session, code: str) -> list[str]:
    group = find_group(session, code)
    assert group is not None
    return [member.msisdn for member in active_members(session, group)]
