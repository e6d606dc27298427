"""Stories of members as officers name them."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from groups.groups import join
from groups.members import (
    Member,
    add_member,
    find_among,
    find_members,
    member_of,
    members_of,
    office_in,
    officers_of,
    remove_member,
)
from groups.models import Group, Role
from tests.cast import KAMAU, NJERI
from tests.groups.stories import found_group, meet


def kirima(session: Session, now: datetime) -> Group:
    """Njeri is its secretary, Kamau is in, and five have no phone."""
    group = found_group(session, "KIRIMA")
    join(session, group, meet(session, NJERI, now, name="Njeri"), now, role=Role.SECRETARY)
    join(session, group, meet(session, KAMAU, now, name="John Kamau"), now)
    for name in ("Jane Wanjiru", "Jane Wanjiku", "Peter Otieno", "  Mary   Muthoni "):
        add_member(session, group, name, now)
    return group


def named(*names: str) -> list[Member]:
    return [Member(at, at, name, None, Role.MEMBER) for at, name in enumerate(names, start=1)]


def numbers(members: Sequence[Member]) -> list[int]:
    return [member.number for member in members]


def test_members_have_numbers_in_the_order_in_which_they_came(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        everybody = members_of(session, kirima(session, now))
        assert [(one.number, one.name) for one in everybody] == [
            (1, "Njeri"),
            (2, "John Kamau"),
            (3, "Jane Wanjiru"),
            (4, "Jane Wanjiku"),
            (5, "Peter Otieno"),
            (6, "Mary Muthoni"),
        ]
        assert [one.subscriber_id is None for one in everybody] == [False] * 2 + [True] * 4


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("3", [3]),
        ("#3", [3]),
        ("No. 3", [3]),
        ("jane", [3, 4]),
        ("Jane Wanjiru", [3]),
        ("wanjiru jane", [3]),
        ("JANE W", [3, 4]),
        ("kamau", [2]),
        ("kamua", [2]),
        ("petr", [5]),
        ("mary muthni", [6]),
        ("wanjir", [3]),
        ("muthoni", [6]),
        ("jane jane", []),
        ("otieno peter odhiambo", []),
        ("grace", []),
        ("7", []),
        ("", []),
        ("%", []),
        ("'; DROP", []),
    ],
)
def test_a_member_is_found_by_number_and_by_name_also_misspelt(
    database: Database, now: datetime, words: str, found: list[int]
) -> None:
    with database.begin() as session:
        assert numbers(find_members(session, kirima(session, now), words)) == found


def test_a_name_that_is_there_goes_before_one_that_is_like_it() -> None:
    members = named("Wanjiru", "Wanjiku")
    assert numbers(find_among(members, "wanjiku")) == [2]
    assert numbers(find_among(members, "wanjigu")) == [1, 2]


def test_who_left_is_found_no_more_and_the_number_is_nobody_elses(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        group = kirima(session, now)
        [mary] = find_members(session, group, "mary")
        remove_member(session, mary, now)
        assert find_members(session, group, "6") == []
        assert add_member(session, group, "Mary Muthoni", now).number == 7


def test_whoever_has_no_name_is_called_by_number(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group, person = found_group(session, "KIRIMA"), meet(session, KAMAU, now)
        join(session, group, person, now)
        own = member_of(session, group, person)
        assert own is not None
        assert own.name == "#1"
        assert numbers(find_members(session, group, "#1")) == [1]


def test_officers_and_their_offices(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group, umoja = kirima(session, now), found_group(session, "UMOJA")
        njeri, kamau = meet(session, NJERI, now), meet(session, KAMAU, now)
        join(session, umoja, kamau, now, role=Role.COLLECTOR)
        assert [one.name for one in officers_of(session, group)] == ["Njeri"]
        assert officers_of(session, group, Role.CHAIR, Role.COLLECTOR) == []
        assert office_in(session, njeri) == [(group, Role.SECRETARY)]
        assert office_in(session, kamau) == [(umoja, Role.COLLECTOR)]
