"""Who asks for pages: one connection, one cookie, and the time each answer took."""

import gzip
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from random import Random
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from bench.ussd_load import HOST
from bench.web_pages import FLOOR_ADDRESS, PAGES, address, goal_of

SEED = 47
WARM_UP = 3
PATIENCE_SECONDS = 60
_NEXT_LINK = re.compile(r'<a href="([^"]+)" rel="next"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class NotAnsweredError(Exception):
    """A page was not there: its time would say nothing."""


@dataclass
class Measured:
    """How long a page took: in milliseconds, each with its address."""

    endpoint: str
    first: float = 0.0
    took: list[tuple[float, str]] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """The middle one."""
        return median(self._times)

    @property
    def p95(self) -> float:
        """Of a hundred requests five take longer."""
        return p95(self._times)

    @property
    def worst(self) -> tuple[float, str]:
        """The longest, and which it was."""
        return max(self.took)

    @property
    def is_too_slow(self) -> bool:
        """Whether it misses its goal."""
        return self.p95 >= goal_of(self.endpoint)

    @property
    def _times(self) -> list[float]:
        return [milliseconds for milliseconds, _ in self.took]


def p95(times: Sequence[float]) -> float:
    """Of a hundred so many take longer: five."""
    return quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


class Browser:
    """A browser with one connection that it keeps."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
        self.cookie = cookie

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def log_in(self, email: str, password: str) -> None:
        """Be somebody at the desk from now on."""
        _, page = self.get("/dashboard/login")
        token = _TOKEN.search(page)
        if token is None:
            raise NotAnsweredError("the log-in has no form")
        form = urlencode({"email": email, "password": password, "csrf_token": token[1]})
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
        self._connection.request("POST", "/dashboard/login", form, kind)
        response = self._connection.getresponse()
        response.read()
        if response.status != 302:
            raise NotAnsweredError(f"the log-in answered {response.status}")
        self._keep_cookie(response)

    def get(self, path: str) -> tuple[float, str]:
        """A page, and how many milliseconds it took until its last byte was here."""
        start = time.perf_counter()
        self._connection.request(
            "GET", path, headers={"Cookie": self.cookie, "Accept-Encoding": "gzip"}
        )
        response = self._connection.getresponse()
        body = response.read()
        took = (time.perf_counter() - start) * 1000
        leads_to = response.headers.get("Location", "")
        if response.status not in {200, 302} or leads_to.startswith("/dashboard/login"):
            raise NotAnsweredError(f"{path} answered {response.status} {leads_to}")
        self._keep_cookie(response)
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return took, body.decode("utf-8", "replace")

    def _keep_cookie(self, response: HTTPResponse) -> None:
        if cookie := response.headers.get("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]


def measure(
    browser: Browser, endpoint: str, known: Mapping[str, Sequence[Any]], runs: int
) -> Measured:
    """Ask for a page under its addresses in turn; every second time for the next page of a list."""
    chance = Random(f"{SEED}:{endpoint}")
    templates = PAGES[endpoint]
    found, following = Measured(endpoint), ""
    for run in range(-WARM_UP, runs):
        path = following or address(templates[run % len(templates)], known, chance)
        took, page = browser.get(path)
        following = "" if following else _next_of(page, endpoint)
        if run == -WARM_UP:
            found.first = took
        if run >= 0:
            found.took.append((took, path))
            found.floor.append(browser.get(FLOOR_ADDRESS)[0])
    return found


def _next_of(page: str, endpoint: str) -> str:
    """Where a list goes on; empty where it is none, or at its end."""
    if PAGES[endpoint][0].startswith("/api/v1"):
        return json.loads(page).get("next") or "" if page.startswith("{") else ""
    link = _NEXT_LINK.search(page)
    return "" if link is None else unescape(link[1])
