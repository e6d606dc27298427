"""Lists page by page, whatever stands in them."""

import pytest
from sqlalchemy import select

from db.keyset import behind
from db.session import Database
from groups.models import Group
from tests.groups.stories import found_group


@pytest.mark.parametrize("is_descending", [False, True])
def test_pages_follow_each_other_without_a_gap(database: Database, is_descending: bool) -> None:
    with database.begin() as session:
        for number in range(7):
            # Names that are even are told apart by who came first.
            found_group(session, f"G{number}", name="ABC"[number % 3])
    seen: list[tuple[str, int]] = []
    with database.read() as session:
        after = None
        while True:
            page = behind(
                session,
                select(Group),
                [Group.name],
                Group.id,
                after=after,
                is_descending=is_descending,
            )
            rows = session.scalars(page.limit(2)).all()
            if not rows:
                break
            seen += [(row.name, row.id) for row in rows]
            after = rows[-1].id
    assert seen == sorted(seen, reverse=is_descending)
    assert len(set(seen)) == 7


def test_behind_a_row_that_is_gone_nothing_follows(database: Database) -> None:
    with database.begin() as session:
        found_group(session, "KIRIMA")
    with database.read() as session:
        page = behind(session, select(Group), [Group.name], Group.id, after=99)
        assert session.scalars(page).all() == []
