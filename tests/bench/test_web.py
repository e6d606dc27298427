"""Pages, and how long they take: none is forgotten, and no wrong answer is taken for a fast one."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread
from urllib.parse import urlsplit

import pytest

from bench.ussd_load import HOST
from bench.web import figures, line_of, whole_app
from bench.web_browser import WARM_UP, Browser, Measured, NotAnsweredError, measure
from bench.web_pages import FLOOR_ADDRESS, KNOWN, PAGES, address, forgotten, goal_of


def test_every_page_is_measured_or_left_out_for_a_reason(tmp_path: Path) -> None:
    web = whole_app(f"sqlite:///{tmp_path / 'bei.db'}")
    assert forgotten(web) == []
    web.add_url_rule("/news", "news", lambda: "")
    assert forgotten(web) == ["news"]


def test_an_address_holds_what_is_there_and_is_always_the_same() -> None:
    known = {"commodity": ["milk", "maize", "beans"]}
    written = [address("/commodity/{commodity}", known, Random(1)) for _ in range(2)]
    assert written[0] == written[1]
    assert written[0].removeprefix("/commodity/") in known["commodity"]


def test_every_brace_of_an_address_is_looked_up() -> None:
    cell = type("Cell", (), {"place": "p", "commodity": "c", "price_type": "t"})()
    known = {name: ["x"] for name in (*KNOWN, "table")} | {"cell": [cell]}
    for templates in PAGES.values():
        for template in templates:
            assert "{" not in address(template, known, Random(1))


def test_a_page_that_misses_its_goal_is_named_with_its_slowest_address() -> None:
    fast, slow = [(10.0, "/map")] * 38, [(400.0, "/map?commodity=milk")] * 2
    assert not Measured("board.map.show", took=fast, floor=[1.0]).is_too_slow
    one = Measured("board.map.show", took=[*fast, *slow, *slow], floor=[1.0])
    assert one.is_too_slow
    assert line_of(one).endswith("MISSED by /map?commodity=milk")


def test_programs_wait_less_than_people_and_files_may_take_their_time() -> None:
    assert goal_of("prices.Prices") < goal_of("board.home.show") < goal_of("desk.books.export")


@contextmanager
def serving(pages: dict[str, tuple[int, str, str]]) -> Iterator[tuple[int, list[str]]]:
    """A server of these pages – status, where it leads, body –, and what it was asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            status, leads_to, body = pages.get(urlsplit(self.path).path, (404, "", ""))
            self.send_response(status)
            if leads_to:
                self.send_header("Location", leads_to)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((HOST, 0), Answer)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_lists_are_followed_and_the_floor_is_asked_between() -> None:
    listed = '<a href="/dashboard/log?a=1&amp;after=50" rel="next">Next page</a>'
    pages = {"/dashboard/log": (200, "", listed), FLOOR_ADDRESS: (200, "", "ok")}
    with serving(pages) as (port, asked):
        browser = Browser(port)
        found = measure(browser, "desk.log.show", {}, runs=4)
        browser.close()
    assert len(found.took) == len(found.floor) == asked.count(FLOOR_ADDRESS) == 4
    assert len(asked) == WARM_UP + 4 + 4
    assert "/dashboard/log?a=1&after=50" in {path for _, path in found.took}


@pytest.mark.parametrize(
    "answer", [(404, "", ""), (500, "", ""), (302, "/dashboard/login?to=%2Fdashboard", "")]
)
def test_what_is_no_page_is_no_time(answer: tuple[int, str, str]) -> None:
    with serving({"/dashboard/": answer}) as (port, _):
        browser = Browser(port)
        with pytest.raises(NotAnsweredError):
            browser.get("/dashboard/")
        browser.close()


def test_of_pages_with_one_goal_the_slowest_is_told_and_whatever_misses_it() -> None:
    took = {
        "prices.Prices": 90.0,
        "markets.Markets": 20.0,
        "board.home.show": 400.0,
        "desk.today.show": 350.0,
        "desk.log.show": 40.0,
    }
    pages = [Measured(name, took=[(ms, "/")] * 40, floor=[1.0] * 40) for name, ms in took.items()]
    told = [(one.name, one.is_met) for one in figures(pages)]
    assert told == [
        ("p95, slowest of 2: prices.Prices", True),
        ("p95, slowest of 3: board.home.show", False),
        ("p95, and: desk.today.show", False),
    ]
