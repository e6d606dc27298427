"""What is set, and whether all is in place, at the desk."""

from collections.abc import Iterator

import pytest

from app.config import Settings
from app.service import Service, open_service
from app.staff.models import StaffRole
from db.session import Database
from messaging.gateway_states import let_rest
from tests.app.commandline import bei
from tests.app.dashboard.desk import KEY, sit_down
from tests.conftest import NOON

SETTINGS = "/dashboard/settings"


@pytest.fixture
def secretive(database_url: str, database: Database) -> Iterator[Service]:
    """A service with every kind of secret."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key="key-nobody-sees",
        at_username="bei",
        at_api_key="api-nobody-sees",
        at_webhook_secret="hook-nobody-sees",
        redis_url="redis://user:redis-nobody-sees@localhost:6379/0",
        simulator=True,
    )
    service = open_service(settings)
    yield service
    service.database.engine.dispose()


def test_every_setting_stands_there_and_no_secret(secretive: Service, database: Database) -> None:
    page = sit_down(secretive, database, StaffRole.ADMIN).open(SETTINGS).text
    for name, field in Settings.model_fields.items():
        assert f"<code>{field.validation_alias or 'BEI_' + name.upper()}</code>" in page
    assert "nobody-sees" not in page
    assert "redis://user:***@localhost:6379/0" in page
    for words in (">set<", ">not set<", ">bei<", ">on<"):
        assert words in page


def test_the_desk_finds_what_bei_doctor_finds(
    service: Service, database: Database, database_url: str
) -> None:
    page = sit_down(service, database, StaffRole.ADMIN).open(f"{SETTINGS}/doctor").text
    told = bei("doctor", database_url=database_url, BEI_SECRET_KEY=KEY).out
    lines = [line[6:].split(": ", 1) for line in told.splitlines()]
    assert len(lines) > 10
    unescaped = page.replace("&#39;", "'").replace("&amp;", "&")
    for subject, words in lines:
        assert f'<th scope="row">{subject}</th>' in page
        assert words in unescaped
    assert "all is in place" in page


def test_what_is_wrong_says_so(service: Service, database: Database) -> None:
    with database.begin() as session:
        let_rest(session, "simulator", 10**9, "405: no balance", NOON)
    desk = sit_down(service, database, StaffRole.ADMIN)
    page = desk.open(f"{SETTINGS}/doctor").text
    assert "1 thing is wrong" in page
    assert "405: no balance" in page
    part = desk.browser.get(f"{SETTINGS}/doctor", headers={"HX-Request": "true"}).text
    assert "405: no balance" in part
    assert "<html" not in part


def test_settings_are_an_admins(service: Service, database: Database) -> None:
    for role in (StaffRole.VIEWER, StaffRole.MODERATOR):
        desk = sit_down(service, database, role)
        assert desk.open(SETTINGS).status_code == 403
        assert desk.open(f"{SETTINGS}/doctor").status_code == 403
        assert "Settings" not in desk.open("/dashboard/log").text
