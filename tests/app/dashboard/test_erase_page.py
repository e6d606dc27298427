"""Somebody is erased at the desk: by an admin who types their number, and for good."""

import pytest

from app.service import Service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.session import Database
from groups.groups import join
from groups.models import GroupMember, Role
from messaging.models import Subscriber
from tests.app.dashboard.desk import Desk, sit_down
from tests.cast import OTIENO, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import found_group, meet
from tests.handlers.erasing import where
from tests.messaging.stories import claim_paid, promise

PAGE = "/dashboard/subscribers/1"


@pytest.fixture
def admin(service: Service, database: Database) -> Desk:
    return sit_down(service, database, StaffRole.ADMIN)


@pytest.fixture(autouse=True)
def wanjiku(database: Database) -> None:
    with database.begin() as session:
        assert meet(session, WANJIKU, NOON, name="Quixote").id == 1
        meet(session, OTIENO, NOON, name="Otieno")


def is_erased(database: Database) -> bool:
    with database.read() as session:
        return session.get_one(Subscriber, 1).erased_at is not None


def test_an_admin_types_the_number_and_they_are_gone(admin: Desk, database: Database) -> None:
    admin.send(f"{PAGE}/consent", page=PAGE, wants_in="0", channel="voice", wording="Quixote said")
    answer = admin.send(f"{PAGE}/erase", page=PAGE, msisdn="0711 000 001")
    assert (answer.status_code, answer.location) == (302, "/dashboard/subscribers")
    page = admin.open("/dashboard/subscribers").text
    assert "Erased: no number, no name, no words." in page
    # Whoever was erased is in no list; the page of what they told says what they are.
    assert "Otieno" in page
    assert 'href="/dashboard/subscribers/1"' not in page
    assert where(database, WANJIKU[-9:], "quixote") == set()
    stone = admin.open(PAGE).text
    assert "Somebody, erased" in stone
    assert "and nobody knows who they were" in stone
    assert "<form" not in stone.split("<h1>")[1]
    with database.read() as session:
        done, noted = changes(session)
    assert (done.action, done.subject) == ("erase person", "subscriber 1")
    assert (noted.action, noted.note) == ("switch off", "")


@pytest.mark.parametrize("typed", ["", "0722 000 002", "12", "erased 1"])
def test_another_number_erases_nobody(admin: Desk, database: Database, typed: str) -> None:
    assert admin.send(f"{PAGE}/erase", page=PAGE, msisdn=typed).status_code == 400
    assert not is_erased(database)
    with database.read() as session:
        assert changes(session) == []


def test_nobody_else_may(service: Service, database: Database) -> None:
    moderator = sit_down(service, database, StaffRole.MODERATOR)
    assert "Erase for good" not in moderator.open(PAGE).text
    token = moderator.token("/dashboard/moderation")
    answer = moderator.browser.post(f"{PAGE}/erase", data={"csrf_token": token, "msisdn": WANJIKU})
    assert answer.status_code == 403
    assert not is_erased(database)


def test_whoever_is_being_texted_has_to_wait(admin: Desk, database: Database) -> None:
    with database.begin() as session:
        promise(session, session.get_one(Subscriber, 1), NOON)
        assert claim_paid(session, NOON) is not None
    answer = admin.send(f"{PAGE}/erase", page=PAGE, msisdn=WANJIKU)
    assert answer.status_code == 409
    assert "try again in two minutes" in answer.text
    assert not is_erased(database)


def test_nothing_is_done_to_who_was_erased(admin: Desk, database: Database) -> None:
    token = admin.token(PAGE)
    admin.send(f"{PAGE}/erase", page=PAGE, msisdn=WANJIKU)
    for deed in ("erase", "consent", "reachable"):
        answer = admin.browser.post(
            f"{PAGE}/{deed}",
            data={
                "csrf_token": token,
                "msisdn": WANJIKU,
                "wants_in": "1",
                "channel": "sms",
                "wording": "x",
            },
        )
        assert answer.status_code == 409, deed


def test_a_group_without_anybody_who_leads_is_named(admin: Desk, database: Database) -> None:
    with database.begin() as session:
        group = found_group(session, "UPWEKE")
        join(session, group, session.get_one(Subscriber, 1), NOON, role=Role.CHAIR)
        session.add(GroupMember(group_id=group.id, number=9, name="Mary", joined_at=NOON))
    admin.send(f"{PAGE}/erase", page=PAGE, msisdn=WANJIKU)
    assert "Nobody leads UPWEKE now" in admin.open("/dashboard/subscribers").text
