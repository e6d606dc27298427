"""The door of the desk: who comes in, where to, and what a forged form does."""

import pytest

from app import create_app
from app.config import Settings
from app.dashboard.guard import Person
from app.service import Service, open_service
from app.staff.accounts import close_account, every_staff, find_staff
from app.staff.models import StaffRole
from db.session import Database
from tests.app.dashboard.desk import PASSWORD, Desk, hire, sit_down
from tests.conftest import NOON


@pytest.fixture
def desk(service: Service) -> Desk:
    return Desk(create_app(service.settings, service).test_client())


def test_a_stranger_is_led_to_the_door_and_then_to_the_page_they_wanted(
    desk: Desk, database: Database
) -> None:
    away = desk.open("/dashboard/log?about=report+12")
    assert away.status_code == 302
    assert away.location == "/dashboard/login?to=/dashboard/log?about%3Dreport%2B12"
    email = hire(database, StaffRole.VIEWER)
    door = desk.open(away.location)
    assert 'value="/dashboard/log?about=report+12"' in door.text
    in_ = desk.send(
        "/dashboard/login",
        page=away.location,
        email=email,
        password=PASSWORD,
        to="/dashboard/log?about=report+12",
    )
    assert in_.location == "/dashboard/log?about=report+12"
    assert desk.open(in_.location).status_code == 200


def test_a_wrong_password_says_no_more_than_that(desk: Desk, database: Database) -> None:
    email = hire(database, StaffRole.VIEWER)
    known, unknown = desk.log_in(email, "not the password"), desk.log_in("joe@example.org")
    assert known.status_code == unknown.status_code == 401
    assert "not a known address" in known.text
    assert "not a known address" in unknown.text
    assert desk.open("/dashboard/log").status_code == 302


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example.org",
        "//evil.example.org",
        "/\\evil.example.org",
        "javascript:alert(1)",
    ],
)
def test_the_door_leads_to_no_other_site(desk: Desk, database: Database, to: str) -> None:
    email = hire(database, StaffRole.VIEWER)
    in_ = desk.send(
        "/dashboard/login", page="/dashboard/login", email=email, password=PASSWORD, to=to
    )
    assert in_.status_code == 302
    assert in_.location.startswith("/dashboard")


def test_a_form_without_its_token_changes_nothing(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.ADMIN)
    hire(database, StaffRole.VIEWER)
    refused = desk.browser.post("/dashboard/staff/2/role", data={"role": "admin"})
    assert refused.status_code == 400
    assert "Nothing was changed" in refused.text
    with database.read() as session:
        found = find_staff(session, "viewer@example.org")
    assert found is not None
    assert found.role is StaffRole.VIEWER


def test_a_viewer_cannot_do_what_an_admin_can(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    assert desk.open("/dashboard/log").status_code == 200
    refused = desk.open("/dashboard/staff")
    assert refused.status_code == 403
    assert "This needs admin" in refused.text
    token = desk.token("/dashboard/log")
    sent = desk.browser.post("/dashboard/staff/1/role", data={"csrf_token": token, "role": "admin"})
    assert sent.status_code == 403


def test_whoever_is_closed_out_is_out_at_once(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    with database.begin() as session:
        (found,) = every_staff(session)
        close_account(found, NOON)
    assert desk.open("/dashboard/log").status_code == 302


def test_after_logging_out_the_page_is_shut(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    out = desk.send("/dashboard/logout", page="/dashboard/log")
    assert out.status_code == 302
    assert desk.open("/dashboard/log").status_code == 302


def test_pages_of_the_desk_are_kept_nowhere(service: Service, database: Database) -> None:
    page = sit_down(service, database, StaffRole.VIEWER).open("/dashboard/log")
    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_every_page_of_the_desk_names_the_role_it_needs(service: Service) -> None:
    flask_app = create_app(service.settings, service)
    desk = [rule for rule in flask_app.url_map.iter_rules() if rule.endpoint.startswith("desk.")]
    assert desk
    for rule in desk:
        view = flask_app.view_functions[rule.endpoint]
        assert hasattr(view, "needs"), rule.endpoint
        is_open = rule.endpoint in {"desk.log_in", "desk.logged_in", "desk.code", "desk.coded"}
        assert (view.needs is None) is is_open, rule.endpoint


def test_a_cookie_that_is_no_cookie_of_ours_is_nobodys(service: Service) -> None:
    flask_app = create_app(service.settings, service)
    with flask_app.test_request_context():
        load = flask_app.login_manager._user_callback  # type: ignore[attr-defined]
        for cookie in ("", "1", "1:", "x:y", "999:z", "١:k"):
            assert load(cookie) is None


def test_without_a_key_for_cookies_there_is_no_desk(database_url: str) -> None:
    if not database_url.startswith("postgresql"):
        pytest.skip("an embedded database brings a key of its own")
    settings = Settings(_env_file=None, DATABASE_URL=database_url)
    service = open_service(settings)
    browser = create_app(settings, service).test_client()
    assert browser.get("/dashboard/login").status_code == 503
    assert "BEI_SECRET_KEY" in browser.get("/dashboard/login").text
    service.database.engine.dispose()


def test_a_person_at_the_desk_is_known_by_account_and_session(database: Database) -> None:
    hire(database, StaffRole.MODERATOR)
    with database.read() as session:
        (found,) = every_staff(session)
    person = Person(found)
    assert person.get_id() == f"{found.id}:{found.session_key}"
    assert person.may(StaffRole.MODERATOR)
    assert not person.may(StaffRole.ADMIN)
