"""An officer whose phone is of the country next door keeps the book in the group's own money."""

from datetime import datetime

import pytest

from db.session import Database
from groups.groups import find_group, join
from groups.models import Role
from tests.cast import NAKATO
from tests.groups.stories import meet
from tests.handlers.keywords.dairy import Dairy
from tests.handlers.texting import Phones


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    """KIRIMA, with a second treasurer from Uganda."""
    dairy = Dairy(Phones(database, now))
    with database.begin() as session:
        kirima = find_group(session, "KIRIMA")
        assert kirima is not None
        nakato = meet(session, NAKATO, now, name="Sarah Nakato", language="en")
        nakato.country = "UG"
        join(session, kirima, nakato, now, role=Role.TREASURER)
    return dairy


def test_what_an_officer_from_across_the_border_writes_is_in_the_groups_money(
    dairy: Dairy,
) -> None:
    assert "at KES 46 is KES 8,280" in dairy.text(NAKATO, "sold 180 KCC 46")
    assert "KCC paid KES 8,280" in dairy.text(NAKATO, "paid KCC 8280")
    dairy.text(NAKATO, "charge jane feed 1200")
    assert [(line.kind.value, line.currency) for line in dairy.book()] == [
        ("sale", "KES"), ("paid", "KES"), ("charge", "KES"),
    ]  # fmt: skip


def test_what_they_order_costs_what_it_costs_there(dairy: Dairy) -> None:
    assert "KES 1,850" in dairy.text(NAKATO, "order open feed 30 at 1850 by sat")
    told = dairy.text(NAKATO, "order feed 3")
    assert "KES 5,550" in told
    assert "UGX" not in told
