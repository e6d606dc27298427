"""The second step: what opens it, how often, and what a lost phone does."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.staff.accounts import LOCKED_FOR, MOST_TRIES, add_staff, find_staff, hold_staff, log_in
from app.staff.kinds import SecondStep
from app.staff.models import RecoveryCode, Staff, StaffRole
from app.staff.second_step import (
    begin,
    confirm,
    is_needed,
    new_recovery_codes,
    prove,
    recovery_codes_left,
    secret_to_show,
    turn_off,
)
from app.staff.totp import code_at, secret_of, step_of
from db.session import Database
from tests.conftest import NOON

JANE, PASSWORD, KEY = "jane@example.org", "twelve letters", "what signs cookies"
LATER = NOON + timedelta(minutes=5)


def jane(database: Database) -> Staff:
    with database.read() as session:
        found = find_staff(session, JANE)
    assert found is not None
    return found


def code_of(database: Database, at: datetime, key: str = KEY) -> str:
    salt = jane(database).totp_salt
    assert salt is not None
    return code_at(secret_of(key, salt), step_of(at))


def set_up(database: Database) -> list[str]:
    """Jane with a phone, and her codes on paper."""
    with database.begin() as session:
        staff = add_staff(session, email=JANE, role=StaffRole.ADMIN, password=PASSWORD, now=NOON)
        begin(staff)
    with database.begin() as session:
        held = hold_staff(session, staff.id)
        assert held is not None
        codes = confirm(session, held, KEY, code_of(database, NOON), NOON)
    assert codes is not None
    return list(codes)


def opens(database: Database, code: str, at: datetime = LATER, key: str = KEY) -> bool:
    with database.begin() as session:
        held = hold_staff(session, jane(database).id)
        assert held is not None
        return prove(session, held, key, code, at)


def knows_password(database: Database, at: datetime = LATER) -> bool:
    with database.begin() as session:
        return log_in(session, JANE, PASSWORD, at) is not None


def test_it_asks_for_nothing_before_a_code_was_shown(database: Database) -> None:
    with database.begin() as session:
        staff = add_staff(session, email=JANE, role=StaffRole.ADMIN, password=PASSWORD, now=NOON)
        begin(staff)
        before = staff.session_key
    assert not jane(database).has_second_step
    assert secret_to_show(jane(database), KEY) is not None
    with database.begin() as session:
        held = hold_staff(session, staff.id)
        assert held is not None
        assert confirm(session, held, KEY, "000000", NOON) is None
        assert confirm(session, held, KEY, code_of(database, NOON), NOON) is not None
    found = jane(database)
    assert found.has_second_step
    assert found.session_key != before  # other browsers have shown no code
    assert secret_to_show(found, KEY) is None  # nobody sees it again


def test_each_code_opens_once_and_no_older_one_after_it(database: Database) -> None:
    set_up(database)
    code, one_before = code_of(database, LATER), code_of(database, LATER - timedelta(seconds=30))
    assert opens(database, f" {code[:3]} {code[3:]} ")
    assert not opens(database, code)
    assert not opens(database, one_before)
    after = LATER + timedelta(seconds=30)
    assert opens(database, code_of(database, after), after)


def test_the_code_that_set_it_up_opens_nothing_more(database: Database) -> None:
    set_up(database)
    assert not opens(database, code_of(database, NOON), NOON)


def test_no_table_holds_a_secret_and_another_key_makes_other_codes(database: Database) -> None:
    paper = set_up(database)
    assert not opens(database, code_of(database, LATER), key="another key")
    with database.read() as session:
        kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(kept) == 10
    assert not {code.replace("-", "") for code in paper} & set(kept)


def test_paper_opens_once_however_it_is_typed(database: Database) -> None:
    paper = set_up(database)
    assert len(set(paper)) == 10
    assert opens(database, f" {paper[0].lower().replace('-', ' ')}")
    assert not opens(database, paper[0])
    with database.read() as session:
        assert recovery_codes_left(session, jane(database).id) == 9
    with database.begin() as session:
        held = hold_staff(session, jane(database).id)
        assert held is not None
        fresh = new_recovery_codes(session, held)
    assert not opens(database, paper[1])
    assert opens(database, fresh[1])


def test_whoever_guesses_codes_waits_and_the_password_forgives_nothing(database: Database) -> None:
    set_up(database)
    for _ in range(MOST_TRIES - 1):
        assert not opens(database, "000000")
    assert knows_password(database)  # or whoever has it would guess for ever
    assert not opens(database, "000000")
    assert not knows_password(database)
    assert not opens(database, code_of(database, LATER))
    after = LATER + LOCKED_FOR
    assert knows_password(database, after)
    assert opens(database, code_of(database, after), after)
    assert jane(database).last_login_at == after


def test_turned_off_a_password_is_enough_and_the_paper_is_worth_nothing(database: Database) -> None:
    paper = set_up(database)
    with database.begin() as session:
        held = hold_staff(session, jane(database).id)
        assert held is not None
        before = held.session_key
        turn_off(session, held)
        assert held.session_key != before
    assert not jane(database).has_second_step
    assert not opens(database, paper[0])
    with database.read() as session:
        assert recovery_codes_left(session, jane(database).id) == 0


@pytest.mark.parametrize(
    ("rule", "role", "needed"),
    [
        (SecondStep.OPTIONAL, StaffRole.ADMIN, False),
        (SecondStep.ADMIN, StaffRole.MODERATOR, False),
        (SecondStep.ADMIN, StaffRole.ADMIN, True),
        (SecondStep.ALL, StaffRole.VIEWER, True),
    ],
)
def test_the_operator_says_who_needs_one(rule: SecondStep, role: StaffRole, needed: bool) -> None:
    assert is_needed(rule, role) is needed
