"""The operator takes an office that only an election takes by text."""

from datetime import datetime

from db.session import Database
from groups.groups import find_group
from groups.members import find_members, officers_of, remove_member
from groups.models import Role
from groups.offices import Appointed, appoint
from groups.relieving import relieve
from tests.groups.milk_books import kirima_dairy


def test_any_office_is_taken_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group = kirima_dairy(session, now).group
        for officer in officers_of(session, group):
            assert relieve(session, group, officer) is officer.role
            assert relieve(session, group, officer) is None
        assert officers_of(session, group) == []


def test_what_was_taken_is_free_for_another(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group = kirima_dairy(session, now).group
        (chair,) = officers_of(session, group, Role.CHAIR)
        relieve(session, group, chair)
        (kamau,) = find_members(session, group, "kamau")
        assert appoint(session, group, kamau, Role.CHAIR) == Appointed()
        assert [one.name for one in officers_of(session, group, Role.CHAIR)] == ["Kamau Njoroge"]


def test_who_left_meanwhile_holds_none(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima_dairy(session, now)
    with database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        (chair,) = officers_of(session, group, Role.CHAIR)
        remove_member(session, chair, now)
        assert relieve(session, group, chair) is None
