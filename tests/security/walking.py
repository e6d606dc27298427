"""From address to address, and what every answer has to be, whoever asks for whatever."""

import csv
import gzip
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.tables import FORMULA_STARTS
from tests.security.doors import Door, door_of
from tests.security.house import House

READING, WRITING = ("GET", "HEAD"), ("POST",)
# What stands in hostile words, so that they are found again: a tag, an attribute, a formula.
TAG = "xss7"
# What only a program that fell over says.
_INNARDS = re.compile(r"Traceback \(most recent|sqlalchemy|psycopg|sqlite3\.|jinja2|werkzeug", re.I)
_LEADS = re.compile(r"(http://localhost)?/(?!/)|#|\?|https://|mailto:|tel:|$")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")


def walk(house: House, *doors: Door, methods: tuple[str, ...]) -> Iterator[tuple[Rule, str]]:
    """Every address behind these doors, with each of these methods it has."""
    found = [
        (rule, method)
        for rule in house.rules
        for method in methods
        if method in (rule.methods or ()) and door_of(rule, method) in doors
    ]
    assert found, "no address behind such a door"
    yield from found


def ask(browser: FlaskClient, method: str, address: str, **more: Any) -> TestResponse:
    """An answer, all of it, which is sound."""
    answer = browser.open(address, method=method, buffered=True, **more)
    asked = f"{method} {address[:300]} {str(more)[:300]}: {answer.status_code}"
    assert answer.status_code < 500, asked
    words = text_of(answer)
    if answer.status_code >= 400:
        assert _INNARDS.search(words) is None, asked
    _leads_nowhere_else(answer, asked)
    match answer.mimetype:
        case "text/html":
            has_no_markup_of_others(words, asked)
        case "text/csv":
            has_no_formula(words, asked)
    return answer


def text_of(answer: TestResponse) -> str:
    """What an answer says, however it was packed; nothing of a file that is no text."""
    body = answer.data
    if answer.headers.get("Content-Encoding") == "gzip" and body:
        body = gzip.decompress(body)
    return body.decode("utf-8", "replace")


def _leads_nowhere_else(answer: TestResponse, asked: str) -> None:
    for name, value in answer.headers:
        assert not set("\r\n\0") & set(name + value), asked
    assert "x7" not in answer.headers, asked  # what a line break in a name would begin
    if answer.location is not None:
        is_ours = re.match(r"(http://localhost)?/(?![/\\])", answer.location)
        assert is_ours, f"{asked} leads to {answer.location}"


def has_no_markup_of_others(page: str, asked: str = "") -> None:
    """No tag, no script, no attribute of a page is anybody else's than its template's."""
    _Strict(asked).feed(page)


class _Strict(HTMLParser):
    def __init__(self, asked: str) -> None:
        super().__init__()
        self.asked = asked

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = f"{self.asked}: <{tag} {attrs}>"
        assert TAG not in tag, here
        if tag == "script":
            assert any(name == "src" for name, _ in attrs), f"inline script: {here}"
        for name, value in attrs:
            assert not name.startswith("on"), here
            assert TAG not in name, here
            if name in {"href", "src", "action", "formaction", "hx-get", "hx-post"}:
                assert re.match(
                    r"(http://localhost)?/(?!/)|#|\?|https://|mailto:|tel:|$", value or ""
                ), here


def has_no_formula(table: str, asked: str = "") -> None:
    """No cell of a table is one that a spreadsheet would run."""
    for row in csv.reader(io.StringIO(table)):
        for cell in row:
            is_safe = not cell.startswith(FORMULA_STARTS) or _NUMBER.fullmatch(cell)
            assert is_safe, f"{asked}: {cell!r}"
