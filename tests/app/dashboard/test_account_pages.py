"""The second step at the desk, sessions that end, and who is asked once more who they are."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.service import Service, open_service
from app.staff.accounts import find_staff, set_role
from app.staff.change_log import changes
from app.staff.kinds import SecondStep
from app.staff.models import Staff, StaffRole
from app.staff.totp import code_at, secret_of, step_of
from db.session import Database
from tests.app.commandline import bei
from tests.app.dashboard.desk import KEY, PASSWORD, Desk, hire, sit_down

ACCOUNT, SECOND = "/dashboard/account", "/dashboard/account/second"
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_PAPER = re.compile(r"<code>((?:[A-Z2-7]{4}-){3}[A-Z2-7]{4})</code>")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands, and is put forward."""
    with time_machine.travel(START, tick=False) as travelled:
        yield travelled


def code_of(database: Database, email: str) -> str:
    """What their phone shows now."""
    salt = account(database, email).totp_salt
    assert salt is not None
    return code_at(secret_of(KEY, salt), step_of(datetime.now(UTC)))


def account(database: Database, email: str) -> Staff:
    with database.read() as session:
        found = find_staff(session, email)
    assert found is not None
    return found


def set_up(desk: Desk, database: Database, email: str) -> list[str]:
    """Turn the second step on; what is written down then."""
    assert desk.send(SECOND, page=ACCOUNT).location == SECOND
    shown = desk.send(f"{SECOND}/confirm", page=SECOND, code=code_of(database, email))
    assert shown.status_code == 200
    return _PAPER.findall(shown.text)


def another_browser(service: Service) -> Desk:
    return Desk(create_app(service.settings, service).test_client())


def type_code(desk: Desk, code: str) -> TestResponse:
    return desk.send("/dashboard/login/code", page="/dashboard/login/code", code=code)


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return [change.action for change in changes(session)]


# The second step


def test_a_phone_is_set_up_and_then_asked_for(
    service: Service, database: Database, clock: time_machine.Traveller
) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    email = "viewer@example.org"
    desk.send(SECOND, page=ACCOUNT)
    page = desk.open(SECOND).text
    salt = account(database, email).totp_salt
    assert salt is not None
    assert 'role="img"' in page
    assert "style=" not in page
    wrong = desk.send(f"{SECOND}/confirm", page=SECOND, code="000000")
    assert wrong.status_code == 400
    assert not account(database, email).has_second_step
    paper = set_up(desk, database, email)
    assert len(set(paper)) == 10
    # This browser stays in, and sees the secret no more.
    assert desk.open(SECOND).location == ACCOUNT
    assert "10 of ten recovery codes are left" in desk.open(ACCOUNT).text
    assert actions(database) == ["set up second step"]

    clock.shift(30)
    other = another_browser(service)
    assert other.log_in(email).location == "/dashboard/login/code"
    assert other.open("/dashboard/log").status_code == 302  # a password alone opens nothing
    assert type_code(other, "000000").status_code == 401
    code = code_of(database, email)
    assert type_code(other, code).location == "/dashboard/"
    assert other.open("/dashboard/log").status_code == 200
    third = another_browser(service)
    third.log_in(email)
    assert type_code(third, code).status_code == 401  # it was used
    assert type_code(third, paper[0].lower()).status_code == 302
    assert "9 of ten" in third.open(ACCOUNT).text


def test_the_page_that_was_asked_for_comes_after_both_steps(
    service: Service, database: Database, clock: time_machine.Traveller
) -> None:
    set_up(sit_down(service, database, StaffRole.VIEWER), database, "viewer@example.org")
    clock.shift(30)
    desk = another_browser(service)
    wanted = "/dashboard/log?about=report 12"
    half = desk.send(
        "/dashboard/login",
        page="/dashboard/login",
        email="viewer@example.org",
        password=PASSWORD,
        to=wanted,
    )
    page = desk.open(half.location).text
    assert f'name="to" value="{wanted}"' in page
    code = code_of(database, "viewer@example.org")
    done = desk.send("/dashboard/login/code", page=half.location, code=code, to=wanted)
    assert done.location.startswith("/dashboard/log?about=report")


def test_half_way_in_ends_with_another_password_and_after_a_while(
    service: Service, database: Database, clock: time_machine.Traveller, database_url: str
) -> None:
    email = "viewer@example.org"
    set_up(sit_down(service, database, StaffRole.VIEWER), database, email)
    late = another_browser(service)
    late.log_in(email)
    token = late.token("/dashboard/login/code")
    clock.shift(timedelta(minutes=10))
    form = {"csrf_token": token, "code": code_of(database, email)}
    assert late.browser.post("/dashboard/login/code", data=form).location == "/dashboard/login"

    half = another_browser(service)
    half.log_in(email)
    with database.begin() as session:
        found = find_staff(session, email)
        assert found is not None
        set_role(found, StaffRole.MODERATOR)  # whatever ends sessions ends this too
    assert type_code(half, code_of(database, email)).status_code == 401


def test_codes_are_guessed_five_times_like_passwords(
    service: Service, database: Database, clock: time_machine.Traveller
) -> None:
    email = "viewer@example.org"
    set_up(sit_down(service, database, StaffRole.VIEWER), database, email)
    clock.shift(30)
    desk = another_browser(service)
    for _ in range(5):
        desk.log_in(email)  # the right password in between forgives nothing
        assert type_code(desk, "000000").status_code == 401
    assert type_code(desk, code_of(database, email)).status_code == 401
    assert desk.log_in(email).status_code == 401
    clock.shift(timedelta(minutes=15))
    assert desk.log_in(email).status_code == 302
    assert type_code(desk, code_of(database, email)).status_code == 302


def test_without_a_password_there_is_nothing_to_type_a_code_for(service: Service) -> None:
    desk = another_browser(service)
    assert desk.open("/dashboard/login/code").location == "/dashboard/login"
    token = desk.token("/dashboard/login")
    form = {"csrf_token": token, "code": "123456"}
    assert desk.browser.post("/dashboard/login/code", data=form).status_code == 302


def test_it_is_turned_off_by_oneself_by_an_admin_and_on_the_server(
    service: Service, database: Database, database_url: str, clock: time_machine.Traveller
) -> None:
    email = "viewer@example.org"
    desk = sit_down(service, database, StaffRole.VIEWER)
    set_up(desk, database, email)
    assert desk.send(f"{SECOND}/off", page=ACCOUNT).status_code == 302
    assert not account(database, email).has_second_step
    assert desk.open(ACCOUNT).status_code == 200  # still in

    clock.shift(30)
    set_up(desk, database, email)
    boss = sit_down(service, database, StaffRole.ADMIN)
    staff_id = account(database, email).id
    assert f"Turn off the second step of {email}" in boss.open("/dashboard/staff").text
    boss.send(f"/dashboard/staff/{staff_id}/second/off", page="/dashboard/staff")
    assert not account(database, email).has_second_step
    assert desk.open(ACCOUNT).status_code == 302  # out

    desk = another_browser(service)
    desk.log_in(email)
    clock.shift(30)
    set_up(desk, database, email)
    assert ", second step" in bei("staff", "list", database_url=database_url).out
    assert bei("staff", "second-step-off", email, database_url=database_url).code == 0
    assert not account(database, email).has_second_step
    assert actions(database).count("turn off second step") == 3


def test_new_paper_takes_the_place_of_the_old(
    service: Service, database: Database, clock: time_machine.Traveller
) -> None:
    email = "viewer@example.org"
    desk = sit_down(service, database, StaffRole.VIEWER)
    assert desk.send(f"{SECOND}/codes", page=ACCOUNT).status_code == 409
    old = set_up(desk, database, email)
    new = _PAPER.findall(desk.send(f"{SECOND}/codes", page=ACCOUNT).text)
    assert len(new) == 10
    other = another_browser(service)
    other.log_in(email)
    assert type_code(other, old[0]).status_code == 401
    assert type_code(other, new[0]).status_code == 302


@pytest.fixture
def strict(database_url: str, database: Database) -> Iterator[Service]:
    """A service where admins need a second step."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key=KEY,
        staff_totp=SecondStep.ADMIN,
    )
    opened = open_service(settings)
    yield opened
    opened.database.engine.dispose()


def test_where_a_role_needs_it_nothing_opens_before(
    strict: Service, database: Database, clock: time_machine.Traveller
) -> None:
    viewer = sit_down(strict, database, StaffRole.VIEWER)
    assert viewer.open("/dashboard/log").status_code == 200
    boss = sit_down(strict, database, StaffRole.ADMIN)
    assert boss.open("/dashboard/log").location == ACCOUNT
    hire(database, StaffRole.VIEWER, "joe@example.org")
    joe = account(database, "joe@example.org")
    token = boss.token(ACCOUNT)
    form = {"csrf_token": token, "role": "admin"}
    refused = boss.browser.post(f"/dashboard/staff/{joe.id}/role", data=form)
    assert refused.location == ACCOUNT
    assert account(database, "joe@example.org").role is StaffRole.VIEWER
    set_up(boss, database, "admin@example.org")
    assert boss.open("/dashboard/log").status_code == 200
    assert boss.send(f"{SECOND}/off", page=ACCOUNT).status_code == 409
    assert account(database, "admin@example.org").has_second_step


# Sessions


def test_a_session_ends_when_nobody_clicks_and_when_it_is_old(
    service: Service, database: Database, clock: time_machine.Traveller
) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    idle = timedelta(minutes=service.settings.staff_idle_minutes)
    clock.shift(idle - timedelta(minutes=1))
    assert desk.open("/dashboard/log").status_code == 200
    clock.shift(idle - timedelta(minutes=1))  # the click counted
    assert desk.open("/dashboard/log").status_code == 200
    clock.shift(idle + timedelta(minutes=1))
    assert desk.open("/dashboard/log").status_code == 302

    desk.log_in("viewer@example.org")
    for _ in range(service.settings.staff_session_hours):
        assert desk.open("/dashboard/log").status_code == 200
        clock.shift(timedelta(hours=1))
    assert desk.open("/dashboard/log").status_code == 302


def cookie_of(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("bei_desk", path="/dashboard")
    assert cookie is not None
    return cookie.value


def test_a_session_that_somebody_else_began_is_not_gone_on_with(
    service: Service, database: Database
) -> None:
    desk = another_browser(service)
    desk.open("/dashboard/login")
    planted = cookie_of(desk.browser)
    desk.log_in(hire(database, StaffRole.VIEWER))
    assert cookie_of(desk.browser) != planted
    desk.browser.set_cookie("bei_desk", planted, path="/dashboard")
    assert desk.open("/dashboard/log").status_code == 302


def test_another_role_ends_the_session(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    boss = sit_down(service, database, StaffRole.ADMIN)
    staff_id = account(database, "viewer@example.org").id
    boss.send(f"/dashboard/staff/{staff_id}/role", page="/dashboard/staff", role="moderator")
    assert desk.open("/dashboard/log").status_code == 302
    assert boss.open("/dashboard/log").status_code == 200


def test_out_everywhere_is_out_of_every_browser(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    other = another_browser(service)
    other.log_in("viewer@example.org")
    assert desk.send(f"{ACCOUNT}/out", page=ACCOUNT).location == "/dashboard/login"
    assert other.open("/dashboard/log").status_code == 302
    assert desk.open("/dashboard/log").status_code == 302
    assert actions(database) == ["log out everywhere"]


# Once more


def test_what_cannot_be_taken_back_asks_once_more_who_it_is(
    service: Service, database: Database, clock: time_machine.Traveller
) -> None:
    hire(database, StaffRole.VIEWER, "joe@example.org")
    boss = sit_down(service, database, StaffRole.ADMIN)
    joe = account(database, "joe@example.org")
    path = f"/dashboard/staff/{joe.id}/role"
    clock.shift(timedelta(minutes=31))
    asked = boss.send(path, page="/dashboard/staff", role="moderator")
    assert asked.location.startswith("/dashboard/again?to=/dashboard/staff")
    assert account(database, "joe@example.org").role is StaffRole.VIEWER
    page = boss.open(asked.location)
    assert "Nothing was done yet" in page.text

    def prove(password: str) -> TestResponse:
        return boss.send(
            "/dashboard/again", page="/dashboard/again", password=password, to="/dashboard/staff"
        )

    assert prove("not the password").status_code == 401
    assert boss.send(path, page="/dashboard/staff", role="moderator").location != "/dashboard/staff"
    assert prove(PASSWORD).location == "/dashboard/staff"
    boss.send(path, page="/dashboard/staff", role="moderator")
    assert account(database, "joe@example.org").role is StaffRole.MODERATOR


def test_whoever_has_a_phone_shows_it_again_too(
    service: Service, database: Database, clock: time_machine.Traveller
) -> None:
    boss = sit_down(service, database, StaffRole.ADMIN)
    set_up(boss, database, "admin@example.org")
    clock.shift(timedelta(minutes=31))
    again = "/dashboard/again"
    alone = boss.send(again, page=again, password=PASSWORD, code="")
    assert alone.status_code == 401
    code = code_of(database, "admin@example.org")
    assert boss.send(again, page=again, password=PASSWORD, code=code).status_code == 302


def test_a_broadcast_is_confirmed_by_somebody_who_just_said_who_they_are(
    service: Service, database: Database, clock: time_machine.Traveller
) -> None:
    desk = sit_down(service, database, StaffRole.ADMIN)
    clock.shift(timedelta(minutes=31))
    asked = desk.open("/dashboard/broadcasts/7/confirm")
    assert asked.location == "/dashboard/again?to=/dashboard/broadcasts/7/confirm"


# Guessing


def test_an_address_with_many_wrong_tries_waits_whoever_it_says_it_is(
    service: Service, database: Database, clock: time_machine.Traveller
) -> None:
    hire(database, StaffRole.VIEWER)
    desk = another_browser(service)
    token = desk.token("/dashboard/login")

    def guess(email: str, password: str, address: str) -> TestResponse:
        form = {"csrf_token": token, "email": email, "password": password}
        away = {"REMOTE_ADDR": address}
        return desk.browser.post("/dashboard/login", data=form, environ_overrides=away)

    most = service.limits.logins.most
    for number in range(most):
        wrong = guess(f"somebody-{number}@example.org", "a guess too many", "203.0.113.7")
        assert wrong.status_code == 401
    waits = guess("viewer@example.org", PASSWORD, "203.0.113.7")
    assert waits.status_code == 429
    assert int(waits.headers["Retry-After"]) > 0
    assert "Too many wrong tries" in waits.text
    assert guess("viewer@example.org", PASSWORD, "203.0.113.8").status_code == 302
