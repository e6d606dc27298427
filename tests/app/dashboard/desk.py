"""Sit at the desk in a story: log in, open pages, send their forms as a browser does."""

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.service import Service, open_service
from app.staff.accounts import add_staff
from app.staff.models import StaffRole
from db.session import Database
from tests.conftest import NOON

PASSWORD = "a long enough password"
KEY = "what signs the cookies of these stories"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def without_tokens(page: str) -> str:
    """A page without what is random in it: among so many letters any few may stand by chance."""
    return _TOKEN.sub("", page)


def desk_service(database_url: str) -> Service:
    """A service with a desk and the simulator; whoever opens it disposes of it."""
    return open_service(Settings(_env_file=None, DATABASE_URL=database_url, secret_key=KEY))


def hire(database: Database, role: StaffRole, email: str | None = None) -> str:
    """Open an account; gives back its address."""
    email = email or f"{role}@example.org"
    with database.begin() as session:
        add_staff(session, email=email, role=role, password=PASSWORD, now=NOON)
    return email


@dataclass
class Desk:
    """A browser at the desk."""

    browser: FlaskClient

    def log_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Type address and password."""
        return self.send(
            "/dashboard/login", page="/dashboard/login", email=email, password=password
        )

    def open(self, path: str) -> TestResponse:
        """Go to a page."""
        return self.browser.get(path)

    def send(self, path: str, *, page: str, **form: str) -> TestResponse:
        """Send a form of a page that is open."""
        return self.browser.post(path, data={"csrf_token": self.token(page), **form})

    def token(self, page: str) -> str:
        """What the forms of a page carry."""
        return self.token_in(self.open(page).text)

    def token_in(self, text: str) -> str:
        """What the forms of an open page carry."""
        found = _TOKEN.search(text)
        assert found is not None, f"no form in {text[:200]}"
        return found[1]


def sit_down(service: Service, database: Database, role: StaffRole) -> Desk:
    """Somebody of this role, logged in."""
    desk = Desk(create_app(service.settings, service).test_client())
    assert desk.log_in(hire(database, role)).status_code == 302
    return desk
