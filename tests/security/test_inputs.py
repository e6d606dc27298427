"""Hostile words in every field, path and body: an answer in words, and nothing of it runs.

What every answer has to be is in `walking.py`: no fault of ours, no markup of others, no formula,
no way to another site.
"""

from collections.abc import Iterator
from urllib.parse import urlencode, urljoin

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from app.staff.models import StaffRole
from tests.app.dashboard.desk import PASSWORD, Desk
from tests.security.doors import DESK, Door
from tests.security.hostile import PATHS, PRECISE, WORDS, in_path, noting
from tests.security.house import House
from tests.security.walking import ask, walk

ADMIN = StaffRole.ADMIN
# So many fields, such long ones, such deep ones nobody of ours sends.
LARGEST = 64 * 1024
FORM = "application/x-www-form-urlencoded"


def asked_of(house: House, rule: Rule, browser: FlaskClient) -> list[str]:
    """The fields that a page looks for in its address."""
    with noting(house.web) as asked:
        ask(browser, "GET", house.address_of(rule))
        if rule.endpoint.partition(".")[0] in API:
            asked.update(API[rule.endpoint.partition(".")[0]])
    return sorted(asked - {"csrf_token"})


def as_query(fields: list[str], word: str) -> str:
    """Fields of an address, all with the same word."""
    written = word.encode("utf-8", "surrogatepass")
    return urlencode([(name, written) for name in fields])


# The API reads its fields by its schemas.
_LIST = ["country", "commodity", "place", "county", "limit", "cursor", "format", "since", "until"]
API = dict.fromkeys(
    ("prices", "observations", "markets", "commodities", "coverage", "bulletins"), _LIST
)


def every_page(house: House) -> Iterator[Rule]:
    """Every page of an address."""
    for rule, _ in walk(house, Door.OPEN, Door.LOGIN, *DESK, methods=("GET",)):
        yield rule


def test_hostile_words_in_every_field_of_every_address(house: House) -> None:
    browser, before, tried = house.browsers[ADMIN], house.seal(), 0
    for rule in every_page(house):
        address = house.address_of(rule).partition("?")[0]
        fields = asked_of(house, rule, browser)
        for name, word in WORDS.items() if fields else ():
            for field in fields if name in PRECISE else ():
                ask(browser, "GET", f"{address}?{as_query([field], word)}")
            ask(browser, "GET", f"{address}?{as_query(fields, word)}")
            tried += len(fields)
        # Of a field that the page does not know.
        ask(browser, "GET", f"{address}?{as_query(['unknown'], WORDS['markup'])}")
    assert tried > 1_000
    assert house.seal() == before


def test_hostile_words_in_every_part_of_every_path(house: House) -> None:
    browser, before = house.browsers[ADMIN], house.seal()
    for rule in every_page(house):
        for name in rule.arguments:
            for word in (*WORDS.values(), *PATHS):
                if _is_number(rule, name) and not word.isdecimal():
                    continue
                address = _with(house, rule, name, word)
                answer = ask(browser, "GET", address)
                assert b"root:" not in answer.data, address
    assert house.seal() == before


def _is_number(rule: Rule, name: str) -> bool:
    return isinstance(rule._converters[name], IntegerConverter)


def _with(house: House, rule: Rule, name: str, word: str) -> str:
    """The address of a page with another word in one part of it."""
    part = "7707" if _is_number(rule, name) else "0part0"
    address = house.address_of(rule, **{name: int(part) if part.isdigit() else part})
    return address.replace(part, word if word in PATHS else in_path(word))


def test_hostile_words_in_every_field_of_every_form(house: House) -> None:
    """The admin's own: whatever is kept of it, every page shows it as words."""
    browser, token = house.browsers[ADMIN], house.token(ADMIN)
    tried = 0
    for rule, _ in walk(house, *DESK, methods=("POST",)):
        if rule.endpoint in {"desk.log_out"}:
            continue
        address = house.address_of(rule)
        with noting(house.web) as asked:
            ask(browser, "POST", address, data={"csrf_token": token})
        fields = sorted(asked - {"csrf_token"})
        for name, word in WORDS.items():
            written = word.encode("utf-8", "surrogatepass")
            alone = fields if name in PRECISE else []
            for filled in (fields, *([field] for field in alone)):
                form = [("csrf_token", token), *((field, written) for field in filled)]
                ask(browser, "POST", address, data=urlencode(form), content_type=FORM)
                tried += 1
    assert tried > 500
    for rule in every_page(house):
        ask(browser, "GET", house.address_of(rule))


ELSEWHERE = (
    "//evil.example.org/", "/\\evil.example.org/", "https://evil.example.org/dashboard/",
    "\\\\evil.example.org",
    "/\t/evil.example.org", "/dashboard\r\nX7: yes", "javascript:alert(7)", "/dashboard\0",
    "https:/dashboard", "/dashboard/../..//evil.example.org", "\n//evil.example.org/dashboard",
)  # fmt: skip


@pytest.mark.parametrize("to", ELSEWHERE)
def test_who_logs_in_is_led_to_no_other_site(house: House, to: str) -> None:
    desk = Desk(house.web.test_client())
    form = {"email": f"{ADMIN}@example.org", "password": PASSWORD, "to": to}
    token = desk.token("/dashboard/login")
    sent = ask(desk.browser, "POST", "/dashboard/login", data={"csrf_token": token, **form})
    assert sent.status_code == 302
    assert urljoin("http://localhost/", sent.location).startswith("http://localhost/")


HUGE = {
    "a body": b"x" * (LARGEST + 1),
    "a field": b"text=" + b"x" * (LARGEST + 1),
    "many fields": b"&".join(b"f%d=1" % number for number in range(9_000)),
    "a name of a field": b"x" * 60_000 + b"=1",
    "only ands": b"&" * 60_000,
    "many of one name": b"text=1&" * 8_000,
    "percents": b"text=" + b"%" * 50_000,
}
DEEP = {
    "lists": b"[" * 30_000,
    "lists that end": b"[" * 30_000 + b"]" * 30_000,
    "objects": b'{"a":' * 10_000,
    "a figure": b"9" * 60_000,
    "a large power": b'{"price": 1e999999}',
    "half a letter": b'{"reporter": "\\ud800", "commodity": "\\udfff", "market": "\\ud800"}',
    "nought": b'{"reporter": "\\u0000", "commodity": "\\u0000", "market": "a\\u0000"}',
    "not utf-8": b'{"reporter": "\xff\xfe"}',
    "a name twice": b'{"price": 1, "price": 2}',
    "null": b"null",
    "a word": b'"x"',
    "nothing": b"",
    "NaN": b'{"price": NaN, "quantity": -Infinity}',
}
KINDS = (
    FORM, "application/json", "multipart/form-data", "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "x" * 300, "text/plain", "application/xml", "", "x",
    "application/x-www-form-urlencoded; charset=utf-7", "application/json; charset=x",
)  # fmt: skip


def every_door_for_bodies(house: House) -> Iterator[tuple[str, dict[str, str]]]:
    """Where something may be sent, and with what one is let in."""
    for rule, _ in walk(house, Door.SECRET, methods=("POST",)):
        yield house.address_of(rule), {}
    for rule, _ in walk(house, Door.KEY, methods=("POST",)):
        headers = {"Authorization": f"Bearer {house.key}", "Idempotency-Key": "1"}
        yield house.address_of(rule), headers
    for rule, _ in walk(house, Door.PHONE, methods=("POST",)):
        yield house.address_of(rule), {"X-Bei-Phone": "1"}
    for rule, _ in walk(house, Door.SIGNATURE, methods=("POST",)):
        yield house.address_of(rule), {"X-Twilio-Signature": "x"}
    yield "/dashboard/login", {}


@pytest.mark.parametrize("what", [*HUGE, *DEEP])
def test_what_is_too_large_or_too_deep_is_answered(house: House, what: str) -> None:
    body = HUGE.get(what) or DEEP.get(what) or b""
    for address, headers in every_door_for_bodies(house):
        for kind in KINDS:
            sent = {"data": body, "content_type": kind, "headers": headers}
            answer = ask(house.nobody, "POST", address, **sent)
            if len(body) > LARGEST and answer.status_code not in {401, 403, 404}:
                is_read = address.startswith(("/webhooks", "/phone", "/dashboard"))
                assert answer.status_code in ({413, 400} if is_read else {413, 415, 422}), address


LONG = "x" * 50_000
MANY = "&".join(f"f{number}=1" for number in range(3_000))


def test_a_long_or_broken_query_is_answered(house: House) -> None:
    before, browser = house.seal(), house.browsers[ADMIN]
    for rule in every_page(house):
        address = house.address_of(rule).partition("?")[0]
        for query in (f"q={LONG}", MANY, "q[]=1&%=&?&=", f"{LONG}=1"):
            ask(browser, "GET", f"{address}?{query}")
    ask(browser, "GET", "/" + LONG)
    assert house.seal() == before


HEADERS = (
    "Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range",
    "X-Forwarded-For", "X-Forwarded-Host", "Authorization", "Cookie", "Host",
)  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/", "/prices.csv", "/map", "/api/v1/prices", "/dashboard/", "/assets/bei.css", "/healthz"],
)
def test_hostile_headers_are_answered(house: House, path: str) -> None:
    before = house.seal()
    for name in HEADERS:
        for value in ("x" * 60_000, "é", "\x01", '"', ",;=q", "bytes=0-,-1", "9" * 400, "*", "\0"):
            if name != "Host" or value != "x" * 60_000:  # no browser of stories sends that
                ask(house.nobody, "GET", path, headers={name: value})
    assert house.seal() == before
