"""What is told when something is wrong: a page to a browser, a line to a gateway."""

import pytest
from flask import Flask

from app import create_app
from app.config import Settings
from app.service import open_service
from db.session import Database

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
GATEWAY = {"Accept": "*/*"}


@pytest.fixture
def web(database: Database) -> Flask:
    url = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(_env_file=None, DATABASE_URL=url, secret_key="k")
    web = create_app(settings, open_service(settings))
    web.add_url_rule("/broken", view_func=lambda: str(1 // 0))
    return web


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/no-such-page", 404, "There is no page at this address."),
        ("/broken", 500, "Something went wrong on our side"),
    ],
)
def test_a_browser_is_shown_a_page(web: Flask, path: str, code: int, words: str) -> None:
    told = web.test_client().get(path, headers=BROWSER)
    assert (told.status_code, told.mimetype) == (code, "text/html")
    assert words in told.text
    assert "Traceback" not in told.text
    # What is wrong may be the cookie.
    assert "Set-Cookie" not in told.headers


@pytest.mark.parametrize("headers", [GATEWAY, {}])
def test_a_gateway_is_told_a_line(web: Flask, headers: dict[str, str]) -> None:
    gone = web.test_client().get("/no-such-page", headers=headers)
    assert (gone.mimetype, gone.text) == ("text/plain", "Not Found\n")
    broken = web.test_client().get("/broken", headers=headers)
    assert (broken.status_code, broken.text) == (500, "Something went wrong on our side\n")


def test_a_program_is_told_a_problem(web: Flask) -> None:
    assert web.test_client().get("/api/no-such-page", headers=BROWSER).is_json
