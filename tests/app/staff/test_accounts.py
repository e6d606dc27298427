"""Who may log in, and how often somebody may guess."""

from datetime import timedelta

import pytest

from app.staff.accounts import (
    LOCKED_FOR,
    MOST_TRIES,
    add_staff,
    close_account,
    find_staff,
    log_in,
    open_again,
    set_password,
)
from app.staff.models import Staff, StaffRole
from db.session import Database
from tests.conftest import NOON

JANE, PASSWORD = "jane@example.org", "twelve letters"


def opened(database: Database) -> None:
    with database.begin() as session:
        add_staff(session, email=JANE, role=StaffRole.MODERATOR, password=PASSWORD, now=NOON)


def tried(database: Database, password: str, minutes: int = 0, email: str = JANE) -> Staff | None:
    with database.begin() as session:
        return log_in(session, email, password, NOON + timedelta(minutes=minutes))


def test_an_account_is_known_by_its_address_in_any_capitals(database: Database) -> None:
    opened(database)
    found = tried(database, PASSWORD, email=" Jane@Example.org ")
    assert found is not None
    assert (found.email, found.role) == (JANE, StaffRole.MODERATOR)
    assert found.last_login_at == NOON


def test_a_password_is_kept_as_a_hash_alone(database: Database) -> None:
    opened(database)
    with database.read() as session:
        found = find_staff(session, JANE)
    assert found is not None
    assert found.password_hash.startswith("$argon2id$")
    assert PASSWORD not in found.password_hash


def test_a_wrong_password_and_a_stranger_are_turned_away(database: Database) -> None:
    opened(database)
    assert tried(database, "something else") is None
    assert tried(database, PASSWORD, email="joe@example.org") is None


def test_whoever_guesses_waits_and_then_the_right_password_opens(database: Database) -> None:
    opened(database)
    for _ in range(MOST_TRIES):
        assert tried(database, "a guess too many") is None
    assert tried(database, PASSWORD, minutes=1) is None
    after = LOCKED_FOR // timedelta(minutes=1)
    assert tried(database, PASSWORD, minutes=after) is not None
    # The count begins anew.
    assert tried(database, "a slip of the pen", minutes=after) is None
    assert tried(database, PASSWORD, minutes=after) is not None


def test_a_closed_account_opens_no_door_until_it_is_opened_again(database: Database) -> None:
    opened(database)
    with database.begin() as session:
        found = find_staff(session, JANE)
        assert found is not None
        key = found.session_key
        close_account(found, NOON)
        assert found.session_key != key
    assert tried(database, PASSWORD) is None
    with database.begin() as session:
        found = find_staff(session, JANE)
        assert found is not None
        open_again(found)
    assert tried(database, PASSWORD) is not None


def test_another_password_ends_every_session(database: Database) -> None:
    opened(database)
    with database.begin() as session:
        found = find_staff(session, JANE)
        assert found is not None
        key = found.session_key
        set_password(found, "another twelve letters")
        assert found.session_key != key
    assert tried(database, PASSWORD) is None
    assert tried(database, "another twelve letters") is not None


def test_a_short_password_and_a_second_account_of_one_address_are_refused(
    database: Database,
) -> None:
    opened(database)
    with database.begin() as session:
        with pytest.raises(ValueError, match="12 characters"):
            add_staff(
                session, email="new@example.org", role=StaffRole.VIEWER, password="short", now=NOON
            )
        with pytest.raises(ValueError, match="already"):
            add_staff(
                session, email=JANE.upper(), role=StaffRole.VIEWER, password=PASSWORD, now=NOON
            )


@pytest.mark.parametrize(
    ("has", "needs", "is_enough"),
    [
        (StaffRole.VIEWER, StaffRole.VIEWER, True),
        (StaffRole.VIEWER, StaffRole.MODERATOR, False),
        (StaffRole.MODERATOR, StaffRole.VIEWER, True),
        (StaffRole.MODERATOR, StaffRole.ADMIN, False),
        (StaffRole.ADMIN, StaffRole.MODERATOR, True),
    ],
)
def test_whoever_may_do_more_may_do_less(has: StaffRole, needs: StaffRole, is_enough: bool) -> None:
    assert has.may(needs) is is_enough
