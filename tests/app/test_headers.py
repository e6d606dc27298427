"""What every answer tells a browser, whichever way it was made."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from app.service import open_service
from app.staff.models import StaffRole
from app.web.headers import HEADERS, HTTPS_ALONE, headers_of
from db.session import Database
from tests.app.dashboard.desk import PASSWORD, Desk, hire
from tests.app.gateways import SECRET, serving, settings_with_gateways
from tests.app.test_limits import HOP

ORIGIN = "https://bei.example.org"


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    """A service that the world reaches by https."""
    with serving(settings_with_gateways(database_url)) as opened:
        yield opened


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/healthz",
        "/nothing-here",
        "/api/v1/nothing",
        "/api/openapi.json",
        "/api/docs",
        "/dashboard/login",
        "/dashboard/log",
        "/webhooks/twilio/sms",
        "/assets/bei.css",
    ],
)
def test_every_answer_carries_them(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:  # a file of ours is open until then
        for name, value in (HEADERS | HTTPS_ALONE).items():
            assert answer.headers.getlist(name) == [value], name


def test_a_hop_on_the_short_way_carries_them_too(client: FlaskClient) -> None:
    headers = client.post(f"/webhooks/africastalking/{SECRET}/ussd", data=HOP).headers
    for name, value in (HEADERS | HTTPS_ALONE).items():
        assert headers.getlist(name) == [value], name


def test_nothing_that_stands_in_a_page_runs() -> None:
    rules = dict(
        rule.partition(" ")[::2] for rule in HEADERS["Content-Security-Policy"].split("; ")
    )
    assert rules["default-src"] == "'self'"
    assert not any("unsafe" in sources for sources in rules.values())
    assert "script-src" not in rules  # so the default holds
    assert (rules["object-src"], rules["base-uri"], rules["frame-ancestors"]) == ("'none'",) * 3


@pytest.mark.parametrize("address", [None, "http://bei.example.org"])
def test_where_there_is_no_https_nobody_is_bound_to_it(address: str | None) -> None:
    settings = Settings(_env_file=None, public_base_url=address)
    assert "Strict-Transport-Security" not in headers_of(settings)


def test_the_desks_cookie_goes_by_https_alone_and_no_script_reads_it(
    client: FlaskClient,
) -> None:
    cookie = client.get("/dashboard/login", base_url=ORIGIN).headers["Set-Cookie"]
    attributes = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/dashboard"} <= attributes


def test_a_form_of_the_desk_is_taken_by_https(database_url: str, database: Database) -> None:
    # A browser sends where a form stands only if the page's policy lets it: "no-referrer" would
    # shut the desk to everybody who comes by https.
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key="k",
        public_base_url=ORIGIN,
        proxies=1,
    )
    service = open_service(settings)
    browser = create_app(settings, service).test_client()
    email = hire(database, StaffRole.VIEWER)
    by_proxy = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    there = {"base_url": ORIGIN, "headers": by_proxy}
    page = browser.get("/dashboard/login", **there)
    assert page.headers["Referrer-Policy"] == "same-origin"
    token = Desk(browser).token_in(page.text)
    form = {"csrf_token": token, "email": email, "password": PASSWORD}

    def sent_from(referrer: str | None) -> int:
        headers = by_proxy if referrer is None else by_proxy | {"Referer": referrer}
        answer = browser.post("/dashboard/login", data=form, base_url=ORIGIN, headers=headers)
        return answer.status_code

    assert sent_from(None) == 400
    assert sent_from("https://evil.example.org/") == 400
    assert sent_from(f"{ORIGIN}/dashboard/login") == 302
    service.database.engine.dispose()
